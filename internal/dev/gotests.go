package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func goTests(ctx context.Context) (string, error) {
	list, err := packages(ctx)
	if err != nil {
		return "", err
	}
	out, err := pure(append([]string{"test"}, list...)...).output(ctx)
	return fmt.Sprintf("%d packages with tests", strings.Count(out, "ok  \t")), failures(out, err)
}

// races runs the tests of what is used from several goroutines at once under the race detector, which needs cgo. SQLite itself, translated from C,
// is not watched: it takes most of the time, and its connections are each used by one goroutine. Tests that it would see nothing in say so
// (dbtest.Single).
func races(ctx context.Context) (string, error) {
	var list []string
	for _, dir := range []string{"db", "internal/bridge", "internal/signin"} {
		if exists(dir) {
			list = append(list, "./"+dir+"/...")
		}
	}
	list = append(list, "./internal/serve") // what attacks it from outside takes minutes more under the detector
	out, err := native(append([]string{"test", "-race", "-gcflags=modernc.org/...=-race=false", "-short", "-timeout=15m"}, list...)...).output(ctx)
	return "", failures(out, err)
}

// failures leaves the packages that passed out of what a failed go test says.
func failures(out string, err error) error {
	if err == nil {
		return nil
	}
	var kept []string
	for line := range strings.Lines(out) {
		if !strings.HasPrefix(line, "ok  \t") && !strings.Contains(line, "[no test files]") {
			kept = append(kept, line)
		}
	}
	return errors.New(strings.Join(kept, ""))
}

// target is a fuzz test.
type target struct{ dir, name string }

func (f target) run(ctx context.Context, long string) (string, error) {
	return pure("test", "-run", "^$", "-fuzz", "^"+f.name+"$", "-fuzztime", long, "./"+filepath.ToSlash(f.dir)).output(ctx)
}

func fuzzAll(ctx context.Context, long string) (string, error) {
	all, err := targets()
	if err != nil {
		return "", err
	}
	for _, f := range all {
		if _, err := f.run(ctx, long); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d targets", len(all)), nil
}

// targets finds the fuzz tests of the tree.
func targets() ([]target, error) {
	fuzz := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)
	var all []target
	err := testFiles(func(path string, text []byte) {
		for _, m := range fuzz.FindAllSubmatch(text, -1) {
			all = append(all, target{filepath.Dir(path), string(m[1])})
		}
	})
	return all, err
}

func testFiles(each func(path string, text []byte)) error {
	for _, top := range []string{"db", "internal"} {
		err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path) //nolint:gosec // our own sources
			if err == nil {
				each(path, text)
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("test files: %w", err)
		}
	}
	return nil
}
