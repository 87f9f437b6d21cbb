package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// rounds is how often two builds are measured in turn.
const rounds = 3

// side is one of two builds that are measured in turn, with a firm of size l of its own.
type side struct {
	root, folder string // of its source, of what is made of it
	figures      map[string][]float64
}

// compare measures this commit against another on this machine, both built, in turn, and writes a line for each benchmark that a pattern names: the
// median holds where it is at most 1.10 times the other's, or within the other's own runs. It needs a machine that does nothing else.
func compare(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("usage: compare COMMIT [pattern of benchmarks]")
	}
	pattern := "Change|Search|Structures|List|Matrix|Home|Load|Who"
	if len(args) > 1 {
		pattern = args[1]
	}
	at, err := commit(ctx)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }() // what is left is in the system's own place for it
	other := side{root: filepath.Join(folder, "source"), folder: filepath.Join(folder, "other")}
	if _, err := cmd("git", "worktree", "add", "--detach", other.root, args[0]).output(ctx); err != nil {
		return err
	}
	defer func() {
		_, _ = cmd("git", "worktree", "remove", "--force", other.root).output(context.WithoutCancel(ctx))
	}()
	this := side{root: absolute("."), folder: filepath.Join(folder, "this")}
	began := time.Now()
	for _, s := range []*side{&other, &this} {
		if err := s.build(ctx); err != nil {
			return err
		}
	}
	for range rounds {
		for _, s := range []*side{&other, &this} {
			if err := s.measure(ctx, pattern); err != nil {
				return err
			}
		}
	}
	return told(&other, &this, args[0], at, time.Since(began))
}

// build makes the benchmarks of a side, and its firm.
func (s *side) build(ctx context.Context) error {
	s.figures = map[string][]float64{}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return err
	}
	program := filepath.Join(s.folder, "habilis")
	for _, c := range []command{
		pure("build", "-o", program, "."), pure("test", "-c", "-o", filepath.Join(s.folder, "bench"), "./internal/demo"),
		cmd(program, "demo", "--size", "l", "--data", filepath.Join(s.folder, "data"), "--passphrase", passphrase),
	} {
		if _, err := c.in(s.root).output(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *side) measure(ctx context.Context, pattern string) error {
	out, err := cmd(filepath.Join(s.folder, "bench"), "-test.run", "^$", "-test.bench", pattern, "-test.benchtime", "0.3s").in(filepath.Join(s.root, "internal", "demo")).
		with("HABILIS_BENCH_SIZE=l", "HABILIS_BENCH_DATA="+filepath.Join(s.folder, "data")).output(ctx)
	_, _, found := measured(out)
	for key, list := range found {
		s.figures[key] = append(s.figures[key], list...)
	}
	return err
}

// told writes a line for each benchmark that both have.
func told(other, this *side, before, at string, took time.Duration) error {
	var slower []string
	var keys []string
	for key := range this.figures {
		if strings.HasSuffix(key, " ns/op") && len(other.figures[key]) > 0 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		name := strings.TrimSuffix(strings.TrimPrefix(key, "Benchmark"), " ns/op")
		runs := fmt.Sprintf("%s → %s µs", micros(other.figures[key]), micros(this.figures[key]))
		was, is := median(other.figures[key]), median(this.figures[key])
		result := "pass"
		if is > 1.10*was && is > slices.Max(other.figures[key]) {
			result, slower = "FAIL", append(slower, name)
		}
		line := fmt.Sprintf("speed against %s: %s | – | %s, %.2f times | %.0f | %s | %s\n", before, name, runs, is/was, took.Seconds(), result, at)
		if err := attach(house, line); err != nil {
			return err
		}
		fmt.Print(line)
	}
	if len(slower) > 0 {
		return fmt.Errorf("slower than before: %s", strings.Join(slower, ", "))
	}
	return nil
}

func micros(list []float64) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = fmt.Sprintf("%.0f", v/microsecond)
	}
	return strings.Join(texts, " ")
}
