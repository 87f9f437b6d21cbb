// Command dev builds, runs and checks Habilis:
//
//	go run ./internal/dev run [arguments of habilis]
//	go run ./internal/dev test [--long]
//	go run ./internal/dev generate | bench | shots | removal | long [words]
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := dispatch(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string) error {
	usage := errors.New("usage: go run ./internal/dev run | test [--long] | generate | bench | shots | removal | long [words] | compare COMMIT [pattern]")
	if len(args) == 0 {
		return usage
	}
	if err := enterRoot(); err != nil {
		return err
	}
	switch rest := args[1:]; args[0] {
	case "run":
		return run(ctx, rest)
	case "test":
		return test(ctx, slices.Contains(rest, "--long"))
	case "generate":
		return generate(ctx)
	case "bench":
		return bench(ctx)
	case "shots":
		return shots(ctx)
	case "removal":
		return removal(ctx, rest)
	case "long":
		return long(ctx, rest)
	case "compare":
		return compare(ctx, rest)
	default:
		return usage
	}
}

// enterRoot goes to the folder of the module's go.mod: every path below is relative to it.
func enterRoot() error {
	dir, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("current folder: %w", err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module habilis\n") {
			return os.Chdir(dir)
		}
		up := filepath.Dir(dir)
		if up == dir {
			return errors.New("run this inside the habilis repository")
		}
		dir = up
	}
}
