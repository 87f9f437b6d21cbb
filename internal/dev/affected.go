package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// tests says, of each package that has tests, all the packages that they are built from.
type tests map[string]map[string]bool

func readTests(ctx context.Context) (tests, error) {
	list, err := packages(ctx)
	if err != nil {
		return nil, err
	}
	format := `{{if .ForTest}}{{.ForTest}} {{.ImportPath}} {{join .Deps " "}}{{end}}`
	lines, err := pure(append([]string{"list", "-test", "-f", format}, list...)...).lines(ctx)
	if err != nil {
		return nil, err
	}
	all := tests{}
	for _, line := range lines {
		f := strings.Fields(line)
		if all[f[0]] == nil {
			all[f[0]] = map[string]bool{}
		}
		for _, dep := range f[1:] {
			all[f[0]][dep] = true
		}
	}
	return all, nil
}

// of returns the packages whose tests a removal may turn red, the likeliest and quickest first.
func (t tests) of(m mutant) []string {
	own := "habilis/" + filepath.ToSlash(filepath.Dir(m.path))
	rank := func(name string) int {
		switch name {
		case own, "habilis/internal/access", "habilis/internal/right", "habilis/internal/ledger":
			return 0
		case "habilis/internal/change":
			return 1
		}
		return 2
	}
	var list []string
	for name, deps := range t {
		if deps[own] {
			list = append(list, name)
		}
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	return list
}

// green wants every test concerned to pass with nothing removed: a red one would prove nothing.
func (t tests) green(ctx context.Context, all []mutant) error {
	var list []string
	for _, m := range all {
		list = append(list, t.of(m)...)
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) == 0 {
		return nil
	}
	if _, err := pure(append([]string{"test", "-vet=off"}, list...)...).output(ctx); err != nil {
		return fmt.Errorf("tests fail with nothing removed: %w", err)
	}
	return nil
}

// try runs the tests concerned until one fails, and keeps what became of it. It fails where none does.
func (t tests) try(ctx context.Context, m mutant, base string, told *memory) error {
	file, err := m.overlay(base)
	if err != nil {
		return err
	}
	began := time.Now()
	for _, name := range t.of(m) {
		out, err := pure("test", "-overlay="+file, "-count=1", "-vet=off", "-failfast", "-timeout=10m", name).output(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			continue
		}
		if strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]") || !strings.Contains(out, "FAIL\t"+name) {
			fmt.Printf("BROKEN    %s\n", m.what)
			if m.loose {
				return told.keep(m.name, "broken")
			}
			return fmt.Errorf("does not compile: %s\n%s", m.what, out)
		}
		fmt.Printf("red       %s  (%s, %s)\n", m.what, strings.TrimPrefix(name, "habilis/"), seconds(began))
		return told.keep(m.name, "red")
	}
	fmt.Printf("SURVIVED  %s  (%s)\n", m.what, seconds(began))
	return errors.Join(told.keep(m.name, "SURVIVED"), fmt.Errorf("no test turns red without %s", m.what))
}
