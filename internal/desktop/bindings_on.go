//go:build bindings

package desktop

// bindings tells that this run only writes the bindings: it needs no display.
const bindings = true
