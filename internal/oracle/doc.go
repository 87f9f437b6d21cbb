// Package oracle is the brute-force twin of the rights engine: the same sentences, read link by link, with nothing shared.
//
// It is test support. Nothing in the product imports it, and it imports nothing of the product.
package oracle
