package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The files of evidence, one for each part of the product.
const (
	spine      = "internal/dev/evidence/spine.txt"
	structures = "internal/dev/evidence/structures.txt"
	audit      = "internal/dev/evidence/audit.txt"
	house      = "internal/dev/evidence/house.txt"
)

// figure is a line of evidence: what a long run did.
type figure struct{ criterion, seed, count string }

// commit names what is tested. Changes not committed, the evidence aside, are told by a plus sign.
func commit(ctx context.Context) (string, error) {
	head, err := cmd("git", "rev-parse", "--short=12", "HEAD").lines(ctx)
	if err != nil {
		return "", err
	}
	changed, err := cmd("git", "status", "--porcelain", "--", ".", ":!internal/dev/evidence").lines(ctx)
	if err != nil {
		return "", err
	}
	if len(changed) > 0 {
		return head[0] + "+", nil
	}
	return head[0], nil
}

// held reports whether a criterion has passed on this very commit.
func held(file, criterion, commit string) bool {
	text, err := os.ReadFile(file) //nolint:gosec // one of the files above
	if err != nil || strings.HasSuffix(commit, "+") {
		return false
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), " | ")
		if len(f) == 6 && f[0] == criterion && f[4] == "pass" && f[5] == commit {
			return true
		}
	}
	return false
}

// recorded makes a step that is skipped where it has passed on this commit, and writes its figure otherwise.
func recorded(file, criterion, commit string, do func(ctx context.Context) (figure, error)) step {
	return step{"long: " + criterion, func(ctx context.Context) (string, error) {
		if held(file, criterion, commit) {
			return "already passed on " + commit, nil
		}
		began := time.Now()
		f, err := do(ctx)
		if ctx.Err() != nil {
			return "", ctx.Err() // stopped by hand: no evidence either way
		}
		result := "pass"
		if err != nil {
			result = "FAIL"
		}
		line := fmt.Sprintf("%s | %s | %s | %.0f | %s | %s\n", criterion, or(f.seed), or(f.count), time.Since(began).Seconds(), result, commit)
		return f.count, errors.Join(err, attach(file, line))
	}}
}

func or(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func attach(file, line string) error {
	if !exists(file) {
		line = "criterion | seed | count | seconds | result | commit\n" + line
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // a folder to be committed
		return fmt.Errorf("evidence: %w", err)
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // a text to be committed
	if err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	_, err = f.WriteString(line)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
