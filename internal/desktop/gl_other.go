//go:build !linux || !desktop || bindings

package desktop

func withoutGL() {}
