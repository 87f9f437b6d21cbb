package dbtest

import "testing"

// Single marks a test that does thousands of things one after another, or in programs that it starts: the race detector would take minutes over it and see
// nothing.
func Single(t testing.TB) {
	t.Helper()
	if raced {
		t.Skip("one thing after another")
	}
}
