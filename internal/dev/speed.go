package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// reach is what a benchmark must come to, at size l: the greatest of its medians. Where per is set, the figure is how many times that of another.
type reach struct {
	file, criterion string
	bench           string // a pattern of names, without "Benchmark" and the number of processors
	unit            string
	most            float64
	per             string
}

const (
	microsecond = 1e3 // in the nanoseconds of go test
	millisecond = 1e6
)

func reaches() []reach {
	return []reach{
		{spine, "a check on loaded facts, ns", "Check/answer", "ns/op", 1 * microsecond, ""},
		{spine, "a check with its proof, ns", "Check/proof", "ns/op", 5 * microsecond, ""},
		{spine, "loading a person's facts, ns", "Load/one_person", "ns/op", 150 * microsecond, ""},
		{spine, "loading a person of 300 structures, ns", "Load/a_person_of_300_structures", "ns/op", 8 * millisecond, ""},
		{spine, "who can do P on X, ns", "Who", "ns/op", 100 * microsecond, ""},
		{spine, "matrix of a structure, ns", "Matrix", "ns/op", 10 * millisecond, ""},
		{spine, "home page of an administrator, ns", "Home/administrator", "ns/op", 5 * millisecond, ""},
		{spine, "page of 50 of any list and order, administrator, ns", "List/.*/administrator", "ns/op", 1 * millisecond, ""},
		{spine, "page of 50 of any list and order, user of 300 structures, ns", "List/.*/300_structures", "ns/op", 10 * millisecond, ""},
		{spine, "search as typed, ns", "Search/.*", "ns/op", 5 * millisecond, ""},
		{spine, "one change (a department) against a bare commit, times", "Change/department", "ns/op", 3, "Change/bare_commit"},
		{spine, "one change (attaching) against a bare commit, times", "Change/attach", "ns/op", 3, "Change/bare_commit"},
		{spine, "one change of some five rows (detaching) against a bare commit, times", "Change/detach", "ns/op", 3, "Change/bare_commit"},
		{spine, "opening the file to the first list, ns", "Open", "ns/op", 300 * millisecond, ""},
		{structures, "first page, any order or filter, ns", "Structures/page/.*", "ns/op", 3 * millisecond, ""},
		{structures, "count beside a page, ns", "Structures/count/.*", "ns/op", 20 * millisecond, ""},
		{structures, "search, ns", "Structures/search/.*", "ns/op", 8 * millisecond, ""},
		{structures, "100,000 structures to CSV, ns", "Export/csv", "ns/op", 3000 * millisecond, ""},
		{structures, "100,000 structures to XLSX, ns", "Export/xlsx", "ns/op", 15_000 * millisecond, ""},
		{structures, "memory of an export at its greatest, MB", "Export/.*", "peak-MB", 64, ""},
		{structures, "duplicating 50 departments and 2,000 grants, ns", "Duplicate/run", "ns/op", 500 * millisecond, ""},
	}
}

// large is the folder of the firm of size l that speeds are measured on: made once for a run, and worked on as a copy.
type large struct {
	folder  string
	seconds float64
	bytes   int64
	figures map[string][]float64
}

// passphrase opens the firm that is made for measuring.
const passphrase = "Sept mots pour bien entrer chez Laurier aujourd’hui"

// speedSteps measure what the issues' tables ask at size l. They need a machine that does nothing else.
func speedSteps(at string) []step {
	var l large
	steps := []step{recorded(house, "speed: demo --size l in 120 s and 480 MB (of 2^20 bytes)", at, l.make)}
	for _, r := range reaches() {
		steps = append(steps, recorded(r.file, "speed: "+r.criterion, at, func(ctx context.Context) (figure, error) { return l.measure(ctx, r) }))
	}
	steps = append(steps,
		recorded(spine, "speed: lists in Chromium at size l", at, func(ctx context.Context) (figure, error) { return l.traced(ctx, "lists") }),
		recorded(structures, "speed: list of structures and chart in Chromium at size l", at, func(ctx context.Context) (figure, error) { return l.traced(ctx, "structures") }),
		recorded(spine, "speed: the window against an empty one", at, l.window),
	)
	return steps
}

// made makes sure that the firm is there.
func (l *large) made(ctx context.Context) error {
	if l.folder != "" {
		return nil
	}
	if err := prepared(ctx, true); err != nil {
		return err
	}
	folder, err := filepath.Abs(filepath.Join("build", "large"))
	if err != nil {
		return err
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	began := time.Now()
	if _, err := cmd(absolute(binary()), "demo", "--size", "l", "--data", folder, "--passphrase", passphrase).output(ctx); err != nil {
		return err
	}
	l.seconds = time.Since(began).Seconds()
	info, err := os.Stat(filepath.Join(folder, "habilis.db"))
	if err != nil {
		return err
	}
	l.folder, l.bytes = folder, info.Size()
	return nil
}

func (l *large) make(ctx context.Context) (figure, error) {
	err := l.made(ctx)
	megabytes := float64(l.bytes) / (1 << 20)
	f := figure{count: fmt.Sprintf("%.0f s, %.0f MB", l.seconds, megabytes)}
	if err == nil && (l.seconds > 120 || megabytes > 480) {
		err = missed(f.count)
	}
	return f, err
}

// measure reads a figure off the benchmarks, which are run once for all.
func (l *large) measure(ctx context.Context, r reach) (figure, error) {
	if err := l.benched(ctx); err != nil {
		return figure{}, err
	}
	got, err := l.greatest(r.bench, r.unit)
	if err == nil && r.per != "" {
		var bare float64
		bare, err = l.greatest(r.per, r.unit)
		got /= bare
	}
	f := figure{count: fmt.Sprintf("%.4g (reach %g)", got, r.most)}
	if err == nil && got > r.most {
		err = missed(f.count)
	}
	return f, err
}

func (l *large) benched(ctx context.Context) error {
	if l.figures != nil {
		return nil
	}
	if err := l.made(ctx); err != nil {
		return err
	}
	copied := filepath.Join("build", "large-bench")
	if err := errors.Join(os.RemoveAll(copied), os.CopyFS(copied, os.DirFS(l.folder))); err != nil {
		return err
	}
	out, err := pure("test", "-run", "^$", "-bench", ".", "-benchtime", "0.3s", "-count", "5", "-timeout", "2h", "./internal/demo").
		with("HABILIS_BENCH_SIZE=l", "HABILIS_BENCH_DATA="+absolute(copied)).output(ctx)
	if err != nil {
		return err
	}
	_, _, l.figures = measured(out)
	return os.RemoveAll(copied)
}

// greatest returns the greatest of the medians of the benchmarks that a pattern names.
func (l *large) greatest(bench, unit string) (float64, error) {
	name := regexp.MustCompile(`^Benchmark` + bench + `(-\d+)? ` + regexp.QuoteMeta(unit) + `$`)
	most, found := 0.0, false
	for key, list := range l.figures {
		if name.MatchString(key) {
			most, found = max(most, median(list)), true
		}
	}
	if !found {
		return 0, fmt.Errorf("no benchmark is called %s", bench)
	}
	return most, nil
}

func (l *large) traced(ctx context.Context, part string) (figure, error) {
	return l.driven(ctx, cmd("node", "e2e/trace.mjs", part).with("HABILIS_BINARY="+absolute(binary())))
}

func (l *large) window(ctx context.Context) (figure, error) {
	empty := absolute(filepath.Join("build", "empty"))
	if _, err := native("build", "-tags", windowTags(), "-o", empty, "./internal/dev/empty").output(ctx); err != nil {
		return figure{}, err
	}
	return l.driven(ctx, cmd(systemPython, "e2e/window_figures.py").with("HABILIS_WINDOW_BINARY="+absolute(binary()), "HABILIS_EMPTY_BINARY="+empty))
}

// driven works on a copy of the firm; what is printed is the figure.
func (l *large) driven(ctx context.Context, c command) (figure, error) {
	if err := l.made(ctx); err != nil {
		return figure{}, err
	}
	copied := absolute(filepath.Join("build", "large-driven"))
	if err := errors.Join(os.RemoveAll(copied), os.CopyFS(copied, os.DirFS(l.folder))); err != nil {
		return figure{}, err
	}
	out, err := c.in("frontend").with("HABILIS_TRACE_DATA="+copied, "HABILIS_TRACE_PASSPHRASE="+passphrase).output(ctx)
	var lines []string
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); strings.Contains(line, ": ") && regexp.MustCompile(`\d`).MatchString(line) && !strings.Contains(line, "dbus") {
			lines = append(lines, line)
		}
	}
	f := figure{count: strings.Join(lines, "; ")}
	if err != nil && len(lines) > 0 {
		err = missed(f.count)
	}
	return f, errors.Join(err, os.RemoveAll(copied))
}

// missed is the error of a figure that does not reach what is asked.
type missed string

func (m missed) Error() string { return "beyond reach: " + string(m) }
