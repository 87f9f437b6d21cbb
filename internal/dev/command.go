package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

// command is a program to run, the folder to run it in and what it adds to the environment.
type command struct {
	words []string
	dir   string
	env   []string
}

func cmd(words ...string) command { return command{words: words} }

// pure is a Go command without cgo: quicker, and needs no C compiler.
func pure(words ...string) command { return golang("0", words) }

// native is a Go command with cgo.
func native(words ...string) command { return golang("1", words) }

// golang compiles everything as what is given out is compiled: packages are compiled once for tests and builds alike.
func golang(cgo string, words []string) command {
	return cmd(append([]string{"go"}, words...)...).with("CGO_ENABLED="+cgo, "GOFLAGS="+goflags()+" -trimpath")
}

// goflags gives what this machine's settings of go add to its commands.
var goflags = sync.OnceValue(func() string {
	out, err := exec.Command("go", "env", "GOFLAGS").Output() //nolint:noctx // instant
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
})

func (c command) with(env ...string) command {
	c.env = append(c.env[:len(c.env):len(c.env)], env...)
	return c
}

func (c command) in(dir string) command {
	c.dir = dir
	return c
}

func (c command) prepare(ctx context.Context) *exec.Cmd {
	x := exec.CommandContext(ctx, c.words[0], c.words[1:]...)
	x.Dir, x.Env = c.dir, append(os.Environ(), c.env...)
	if runtime.GOOS != "windows" {
		x.Cancel = func() error { return x.Process.Signal(os.Interrupt) }
	}
	x.WaitDelay = 10 * time.Second
	return x
}

// output runs the command and gives all it wrote. Its error holds that too.
func (c command) output(ctx context.Context) (string, error) {
	var all bytes.Buffer
	x := c.prepare(ctx)
	x.Stdout, x.Stderr = &all, &all
	err := x.Run()
	text := regexp.MustCompile(`\x1b\[[0-9;]*m`).ReplaceAllString(all.String(), "") // colours
	if err != nil {
		return text, fmt.Errorf("%s: %w\n%s", strings.Join(c.words, " "), err, strings.TrimRight(text, "\n"))
	}
	return text, nil
}

// lines runs the command and gives the words of its standard output, one a line.
func (c command) lines(ctx context.Context) ([]string, error) {
	var out, bad bytes.Buffer
	x := c.prepare(ctx)
	x.Stdout, x.Stderr = &out, &bad
	if err := x.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(c.words, " "), err, bad.String())
	}
	return strings.FieldsFunc(out.String(), func(r rune) bool { return r == '\n' || r == '\r' }), nil
}

// show runs the command on this terminal.
func (c command) show(ctx context.Context) error {
	x := c.prepare(ctx)
	x.Stdin, x.Stdout, x.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := x.Run(); err != nil {
		return fmt.Errorf("%s: %w", strings.Join(c.words, " "), err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func absolute(path string) string {
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return full
}

// packages lists the module's packages; what npm brings along is none of ours.
func packages(ctx context.Context) ([]string, error) {
	all, err := pure("list", "./...").lines(ctx)
	if err != nil {
		return nil, err
	}
	var ours []string
	for _, p := range all {
		if !strings.HasPrefix(p, "habilis/frontend/") {
			ours = append(ours, p)
		}
	}
	return ours, nil
}

// program reports whether the root package is there to be built.
func program() bool { return exists("main.go") }

// windowTags are the build tags of the program with its window.
func windowTags() string {
	if runtime.GOOS == "linux" {
		return "desktop,production,webkit2_41"
	}
	return "desktop,production"
}
