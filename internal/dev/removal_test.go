package main

import (
	"go/parser"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// written parses a source from a file of its own.
func written(t *testing.T, text string) *source {
	t.Helper()
	path := filepath.Join(t.TempDir(), "source.go")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	s, err := parse(path)
	require.NoError(t, err)
	return s
}

// lost returns what each mutant changed: its line that is not in the source, all of them being Go.
func lost(t *testing.T, s *source, all []mutant) []string {
	t.Helper()
	var changed []string
	for _, m := range all {
		_, err := parser.ParseFile(s.set, "mutant.go", m.text, 0)
		require.NoError(t, err, m.what)
		for line := range strings.Lines(m.text) {
			if !strings.Contains(s.text, line) {
				changed = append(changed, strings.TrimSpace(line))
			}
		}
	}
	return changed
}

func TestInRights(t *testing.T) {
	s := written(t, `package p
func f(q Q) Link {
	if a {
		return NotInProfile
	}
	l |= One
	return l | two(q) | three(q)
}
`)

	got := lost(t, s, inRights(s))

	assert.Equal(t, []string{"return 0", "_ = One", "return l | 0 | three(q)", "return l | two(q) | 0"}, got)
}

func TestInGuards(t *testing.T) {
	s := written(t, `package p
func Judge() (*V, error) {
	for _, check := range []func() (*V, error){g.one} {
	}
}
func (g *judge) one() (*V, error) {
	missing.add(t, p)
}
`)

	got := lost(t, s, inGuards(s, guards(s)))

	assert.Equal(t, []string{"func (g *judge) one() (*V, error) { if true { return nil, nil };", "_, _ = t, p"}, got)
}

func TestInRows(t *testing.T) {
	s := written(t, `package p
func opening() error {
	return refused("row.empty")
}
func constraint() error { return refused("other") }
`)

	got := lost(t, s, inRows(s))

	assert.Equal(t, []string{"return nil"}, got)
}

func TestInNeeds(t *testing.T) {
	s := written(t, `package p
func (c *C) Need() ([]access.Need, error) {
	needs := []access.Need{{Permission: a}, {Permission: b}}
	needs = append(needs, access.Need{Permission: d})
	return needs, nil
}
`)

	got := lost(t, s, inNeeds(s))

	assert.Equal(t, []string{
		"func (c *C) Need() ([]access.Need, error) { if true { return []access.Need{}, nil };",
		"_ = access.Need{Permission: a}; needs := []access.Need{ {Permission: b}}",
		"_ = access.Need{Permission: b}; needs := []access.Need{{Permission: a}}",
		"_ = access.Need{Permission: d}; needs = append(needs)",
	}, got)
}

func TestMedians(t *testing.T) {
	out := "goos: linux\nBenchmarkA-2  10  30 ns/op  0 B/op\nBenchmarkA-2  10  10 ns/op  0 B/op\nBenchmarkA-2  10  20 ns/op  0 B/op\nPASS\n"

	got := medians(out)

	require.Len(t, got, 1)
	assert.Equal(t, []string{"BenchmarkA-2", "20", "ns/op", "0", "B/op"}, strings.Fields(got[0]))
}
