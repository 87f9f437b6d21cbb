package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// test does every check and stops at the first that fails. Long adds the runs that take hours. Steps that do not touch one
// another stand beside each other; what drives the program from outside has the machine to itself.
func test(ctx context.Context, long bool) error {
	stages := []stage{
		{{{"set-up", func(ctx context.Context) (string, error) { return "", setup(ctx, true) }}}},
		{lintSteps(), append(pageSteps(), buildSteps()...)},
		{{{"generated code is current", current}}},
		{
			{{"go tests", goTests}, {"fuzz, 3 s each", func(ctx context.Context) (string, error) { return fuzzAll(ctx, "3s") }}},
			{{"go tests, races", races}},
		},
		{drivenSteps()},
	}
	if long {
		more, err := longSteps(ctx)
		if err != nil {
			return err
		}
		stages = append(stages, stage{more})
	}
	return climb(ctx, stages...)
}

func lintSteps() []step {
	return []step{
		{"build sqlc", buildQueries},
		just("golangci-lint", pure("tool", "-modfile=internal/dev/tools.mod", "golangci-lint", "run", "./db/...", "./internal/...", ".")),
		{"gofmt", formatted},
		{"go vet", vet},
	}
}

func pageSteps() []step {
	script := func(name string) step {
		return just("pages: "+name, cmd("npm", "run", "--silent", name).in("frontend"))
	}
	return []step{script("format:check"), script("lint"), script("types"), script("test"), script("build")}
}

func buildSteps() []step {
	program := func(name string, c command) step {
		return step{name, func(ctx context.Context) (string, error) { return onlyProgram(ctx, c) }}
	}
	windows := pure("build", "-tags", "desktop,production", "-o", filepath.Join("build", "windows", "habilis.exe"), ".")
	return []step{
		program("build", buildProgram()),
		program("build without a window", pure("build", "-o", filepath.Join("build", "plain", filepath.Base(binary())), ".")),
		program("build for Windows", windows.with("GOOS=windows", "GOARCH=amd64")),
		program("go vet, with the window", native("vet", "-tags", windowTags(), ".")),
	}
}

// drivenSteps drive the program from outside.
func drivenSteps() []step {
	return []step{
		{"end to end, in Chromium", func(ctx context.Context) (string, error) {
			return driven(ctx, "e2e/run.mjs", cmd("node", "e2e/run.mjs"))
		}},
		{"end to end, in the window", func(ctx context.Context) (string, error) {
			if runtime.GOOS != "linux" {
				return "", absent("these tests are for Linux")
			}
			return driven(ctx, "e2e/window.py", cmd(systemPython, "e2e/window.py"))
		}},
	}
}

func onlyProgram(ctx context.Context, c command) (string, error) {
	if !program() {
		return "", absent("no main.go yet")
	}
	_, err := c.output(ctx)
	return "", err
}

// driven runs end-to-end tests, and gives the last line they print as its note.
func driven(ctx context.Context, script string, c command) (string, error) {
	if !exists(filepath.Join("frontend", script)) {
		return "", absent("no end-to-end tests yet")
	}
	out, err := c.in("frontend").with("HABILIS_BINARY=" + absolute(binary())).output(ctx)
	if err != nil {
		return "", err
	}
	said := strings.Split(strings.TrimSpace(out), "\n")
	return said[len(said)-1], nil
}

func vet(ctx context.Context) (string, error) {
	list, err := packages(ctx)
	if err != nil {
		return "", err
	}
	_, err = pure(append([]string{"vet"}, list...)...).output(ctx)
	return fmt.Sprintf("%d packages", len(list)), err
}

// formatted uses the gofmt beside this go command.
func formatted(ctx context.Context) (string, error) {
	root, err := pure("env", "GOROOT").lines(ctx)
	if err != nil {
		return "", err
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		return "", err
	}
	gofmt := filepath.Join(root[0], "bin", "gofmt")
	if !exists(gofmt) && os.PathSeparator == '/' {
		gofmt = "gofmt"
	}
	bad, err := cmd(append([]string{gofmt, "-l", "db", "internal"}, files...)...).lines(ctx)
	if err == nil && len(bad) > 0 {
		err = fmt.Errorf("not formatted:\n%s", strings.Join(bad, "\n"))
	}
	return "", err
}

// systemPython is the distribution's own: pyatspi comes as a package of it, whatever python3 stands first in the path.
const systemPython = "/usr/bin/python3"
