package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// removal takes every condition of a right and of sight away, alters conditions, one at a time, and wants each to turn a test red. Words
// select the removals whose description holds one of them: « sight: », « altered: », a file, a function; « list » before
// them only tells which these are.
func removal(ctx context.Context, words []string) error {
	all, err := mutants()
	if err != nil {
		return err
	}
	list := len(words) > 0 && words[0] == "list" // only tells them
	if list {
		words = words[1:]
	}
	var chosen []mutant
	for _, m := range all {
		if len(words) == 0 || containsAny(m.what, words) {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		return errors.New("nothing to remove")
	}
	if list {
		for _, m := range chosen {
			fmt.Println(m.what)
		}
		return nil
	}
	_, err = removed(ctx, chosen)
	return err
}

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// removalSteps are a step for each file that holds conditions.
func removalSteps(commit string) ([]step, error) {
	all, err := mutants()
	if err != nil {
		return nil, err
	}
	var order []string
	files := map[string][]mutant{}
	for _, m := range all {
		if files[m.path] == nil {
			order = append(order, m.path)
		}
		files[m.path] = append(files[m.path], m)
	}
	var steps []step
	for _, path := range order {
		steps = append(steps, recorded(spine, "removal "+path, commit, func(ctx context.Context) (figure, error) {
			n, err := removed(ctx, files[path])
			return figure{criterion: path, count: fmt.Sprint(n)}, err
		}))
	}
	return steps, nil
}

// mutants returns every removal: in the rights and the guards, in what rows accept, in the Need of every change, in sight; then the
// alterations.
func mutants() ([]mutant, error) {
	var all []mutant
	var list map[string]bool
	for _, name := range []string{"right/rights.go", "guard/guard.go", "guard/given.go", "ledger/rows.go"} {
		s, err := parse(filepath.Join("internal", filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		switch name {
		case "right/rights.go":
			all = append(all, inRights(s)...)
		case "ledger/rows.go":
			all = append(all, inRows(s)...)
		default:
			if list == nil {
				list = guards(s)
			}
			all = append(all, inGuards(s, list)...)
		}
	}
	err := sources(func(s *source) {
		all = append(all, inNeeds(s)...)
		if slices.Contains(seeing, filepath.Base(filepath.Dir(s.path))) {
			all = append(all, inSight(s)...)
		}
	})
	if err != nil {
		return nil, err
	}
	more, err := alterations()
	return number(append(all, more...)), err
}

// sources parses every file of the program's packages.
func sources(each func(s *source)) error {
	return filepath.WalkDir("internal", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		s, err := parse(path)
		if err == nil {
			each(s)
		}
		return err
	})
}

// removed tries each removal, two at a time, and fails where one turned no test red or did not compile. Those that change nothing, by
// their reason in a file, and those tried before on the same sources are passed over.
func removed(ctx context.Context, all []mutant) (int, error) {
	tests, err := readTests(ctx)
	if err != nil {
		return 0, err
	}
	m, err := remember(ctx)
	if err != nil {
		return 0, err
	}
	reasons, err := known()
	if err != nil {
		return 0, err
	}
	total := len(all)
	all = slices.DeleteFunc(slices.Clone(all), func(x mutant) bool { return reasons[x.name] != "" || m.held(x.name) })
	if total > len(all) {
		fmt.Printf("%d change nothing or were tried before\n", total-len(all))
	}
	began, dir := time.Now(), ""
	if dir, err = os.MkdirTemp("", "removal"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := tests.green(ctx, all); err != nil {
		return 0, err
	}
	var wait sync.WaitGroup
	free, results := make(chan int, 2), make([]error, len(all))
	free <- 1
	free <- 2
	for i, x := range all {
		slot := <-free
		wait.Go(func() {
			results[i] = tests.try(ctx, x, filepath.Join(dir, fmt.Sprint(slot)), m)
			free <- slot
		})
	}
	wait.Wait()
	if err := errors.Join(results...); err != nil {
		return total, err
	}
	fmt.Printf("%d removals, each turns a test red: %s\n", len(all), seconds(began))
	return total, ctx.Err()
}

// known reads the reasons of the mutants that change nothing, and checks that each of these is still there.
func known() (map[string]string, error) {
	all, err := mutants()
	if err != nil {
		return nil, err
	}
	return equivalents(all)
}

// overlay writes the removal beside an instruction for go to read it in the place of the file.
func (m mutant) overlay(base string) (string, error) {
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{absolute(m.path): base + ".go"}})
	if err != nil {
		return "", err
	}
	return base + ".json", errors.Join(os.WriteFile(base+".go", []byte(m.text), 0o600), os.WriteFile(base+".json", text, 0o600))
}
