package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInSight(t *testing.T) {
	s := written(t, `package p
func f() error {
	if actor, err := access.Require(ctx, tx, p, q); err != nil {
	}
	if !actor.Sees(facts) || seen[r.ID] || sight.Everywhere || sight.Empty() {
	}
	seen[r.ID] = true
	if seen[key] {
	}
	ok, err := actor.Can(ctx, tx, q)
	if !ok {
	}
}
`)

	got := lost(t, s, inSight(s))

	assert.Equal(t, []string{
		"if actor, err := func() (*access.Actor, error) { _, _ = p, q; return access.Who(ctx, tx) }(); err != nil {",
		"if !(actor.Sees(facts) || true) || seen[r.ID] || sight.Everywhere || sight.Empty() {",
		"if !actor.Sees(facts) || (seen[r.ID] || true) || sight.Everywhere || sight.Empty() {",
		"if !actor.Sees(facts) || seen[r.ID] || (sight.Everywhere || true) || sight.Empty() {",
		"if !actor.Sees(facts) || seen[r.ID] || sight.Everywhere || (sight.Empty() && false) {",
		"if !(ok || true) {",
	}, got)
}

func TestInConditions(t *testing.T) {
	cases := map[string][]string{
		"x := a < b":                   {"x := a <= b"},
		"x := a <= b+1":                {"x := a < b+1", "x := a <= b+2"},
		"x := a && !b":                 {"x := a || !b", "x := a && b"},
		"x := known[a] != known[b]":    {"x := known[a] == known[b]", "x := known[a] && !known[b]", "x := !known[a] && known[b]"},
		"x := max(a, b)":               {"x := min(a, b)"},
		"at.add(now, s)":               {"_, _ = now, s"},
		"if err != nil { return err }": nil,
		"if open { return nil }":       {"if (open) && false { return nil }"},
		"x := strings.TrimSpace(a)":    {"x := (strings.TrimSpace(a)+a)[len(strings.TrimSpace(a)):]"},
		"fmt.Fprintln(w, a, b)":        {"fmt.Fprintln(w, fmt.Sprint(a)[:0], b)", "fmt.Fprintln(w, a, fmt.Sprint(b)[:0])"},
	}
	for line, want := range cases {
		t.Run(line, func(t *testing.T) {
			s := written(t, "package p\nfunc f() {\n"+line+"\n}\n")

			assert.Equal(t, want, lost(t, s, inConditions(s)))
		})
	}
}

func TestNumberNamesWithoutLines(t *testing.T) {
	s := written(t, "package p\nfunc f() {\n_ = a < b\n_ = a < b\n}\n")

	all := number(inConditions(s))

	require.Len(t, all, 2)
	assert.True(t, strings.HasSuffix(all[0].name, " f: altered: a < b → a <= b"), all[0].name)
	assert.Equal(t, all[0].name+" #2", all[1].name)
}

func TestEquivalentsWantAReason(t *testing.T) {
	t.Chdir(t.TempDir())
	require.NoError(t, os.MkdirAll(filepath.Dir(equivalentFile), 0o755))
	for rows, wrong := range map[string]bool{"one,because\n": false, "one,\n": true, "gone,because\n": true, "": false} {
		require.NoError(t, os.WriteFile(equivalentFile, []byte("mutant,reason\n"+rows), 0o600))

		_, err := equivalents([]mutant{{name: "one"}})

		assert.Equal(t, wrong, err != nil, rows)
	}
}
