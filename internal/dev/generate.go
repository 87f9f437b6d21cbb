package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// periods are the files that the list of the tables of periods makes, by the word that prints them.
var periods = []struct{ word, file string }{
	{"migration", "db/migrations/00013_periods.sql"}, {"queries", "db/queries/periods.sql"}, {"ledger", "internal/ledger/tables.go"},
	{"overlaps", "db/overlaps.go"},
}

// generated are the files and folders that only generate writes.
func generated() []string {
	list := []string{"db/sqlc", "frontend/src/wailsjs"}
	for _, p := range periods {
		list = append(list, p.file)
	}
	return list
}

// sqlc is the tool of that name.
func sqlc(word string) command { return pure("tool", "-modfile=tools.mod", "sqlc", word).in("db") }

// made holds the hash of what sqlc read and of what it made of it: while both are the same, it is not built.
const made = "db/sqlc/made.sha256"

// madeOf hashes what sqlc reads and what it made.
func madeOf() (string, error) {
	sum := sha256.New()
	for _, pattern := range []string{"db/sqlc.yaml", "db/tools.mod", "db/migrations/*.sql", "db/queries/*.sql", "db/sqlc/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		for _, name := range names {
			text, err := os.ReadFile(name) //nolint:gosec // a file of this repository
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s %d\n", filepath.ToSlash(name), len(text))
			sum.Write(text)
		}
	}
	return fmt.Sprintf("%x\n", sum.Sum(nil)), nil
}

// asMade reports whether the queries' code is what sqlc made of what stands there now.
func asMade() (bool, error) {
	now, err := madeOf()
	if err != nil {
		return false, err
	}
	then, err := os.ReadFile(made)
	return err == nil && string(then) == now, nil
}

// buildQueries builds sqlc where it has to run.
func buildQueries(ctx context.Context) (string, error) {
	if same, err := asMade(); err != nil || same {
		return "not needed", err
	}
	_, err := sqlc("version").output(ctx)
	return "", err
}

func generateQueries(ctx context.Context) error {
	if same, err := asMade(); err != nil || same {
		return err
	}
	if _, err := sqlc("generate").output(ctx); err != nil {
		return err
	}
	now, err := madeOf()
	if err != nil {
		return err
	}
	return os.WriteFile(made, []byte(now), 0o644) //nolint:gosec // source text
}

// generate writes the queries' Go code and, where the program is there, the pages' bindings to it.
func generate(ctx context.Context) error {
	for _, p := range periods {
		text, err := pure("run", "./db/periods", p.word).output(ctx)
		if err != nil {
			return err
		}
		if err := os.WriteFile(p.file, []byte(text), 0o644); err != nil { //nolint:gosec // source text
			return err
		}
	}
	if err := generateQueries(ctx); err != nil {
		return err
	}
	if !program() {
		fmt.Println("no bindings yet: there is no main.go")
		return nil
	}
	// With the tag, wails.Run writes the bindings and returns. It reads this variable, not wails.json, for the kind of types.
	if _, err := pure("run", "-tags", "bindings", ".").with("tsoutputtype=interfaces").output(ctx); err != nil {
		return err
	}
	changes, err := pure("run", "./internal/bridge/typescript").output(ctx)
	if err != nil {
		return err
	}
	if err := os.WriteFile("frontend/src/wailsjs/changes.ts", []byte(changes), 0o644); err != nil { //nolint:gosec // source text
		return err
	}
	return readable("frontend/src/wailsjs")
}

// readable takes back the executable bit that Wails gives to all it writes.
func readable(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o644) //nolint:gosec // source text
	})
}

// current generates in place and fails where that differs from what is committed or staged.
func current(ctx context.Context) (string, error) {
	if err := generate(ctx); err != nil {
		return "", err
	}
	if _, err := cmd(append([]string{"git", "diff", "--exit-code", "--stat", "--"}, generated()...)...).output(ctx); err != nil {
		return "", fmt.Errorf("generated code differs from what is committed; run generate and commit it: %w", err)
	}
	others, err := cmd(append([]string{"git", "ls-files", "--others", "--exclude-standard", "--"}, generated()...)...).lines(ctx)
	if err != nil {
		return "", err
	}
	if len(others) > 0 {
		return "", errors.New("generated files are not committed:\n" + strings.Join(others, "\n"))
	}
	return "", nil
}
