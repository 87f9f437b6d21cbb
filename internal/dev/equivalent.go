package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
)

// The file of alterations that change nothing that anybody could notice, each with its reason; and what was tried so far.
const (
	equivalentFile = "internal/dev/equivalent.csv"
	triedFile      = "internal/dev/evidence/removals.txt"
)

var lineNumber = regexp.MustCompile(`:\d+ `)

// number returns every mutant a name that does not depend on where in the file it stands: the second alike in a function is told so.
func number(all []mutant) []mutant {
	seen := map[string]int{}
	for i, m := range all {
		name := lineNumber.ReplaceAllString(m.what, " ")
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s #%d", name, seen[name])
		}
		all[i].name = name
	}
	return all
}

// equivalents reads why some mutants change nothing, by their names. It fails where one is no longer there, or has no reason.
func equivalents(all []mutant) (map[string]string, error) {
	text, err := os.ReadFile(equivalentFile)
	if err != nil {
		return nil, fmt.Errorf("equivalents: %w", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("equivalents: %w", err)
	}
	there := map[string]bool{}
	for _, m := range all {
		there[m.name] = true
	}
	reasons := map[string]string{}
	var wrong []error
	for _, row := range rows[1:] {
		if !there[row[0]] || strings.TrimSpace(row[1]) == "" {
			wrong = append(wrong, fmt.Errorf("equivalent.csv: no such mutant, or no reason: %s", row[0]))
		}
		reasons[row[0]] = row[1]
	}
	return reasons, errors.Join(wrong...)
}

// tested names what removals are tried on: all sources and tests but those of this command. Changes not committed give none.
func tested(ctx context.Context) (string, error) {
	at, err := commit(ctx)
	if err != nil || strings.HasSuffix(at, "+") {
		return "", err
	}
	files, err := cmd("git", "ls-files", "-s", "--", "*.go", "*.sql", "*.csv", "*.json", "go.sum", ":!internal/dev").lines(ctx)
	sum := sha256.Sum256([]byte(strings.Join(files, "\n")))
	return hex.EncodeToString(sum[:6]), err
}

// memory keeps what became of each mutant, so that a run that was stopped goes on where it stood.
type memory struct {
	sync.Mutex

	key  string
	done map[string]bool
}

func remember(ctx context.Context) (*memory, error) {
	key, err := tested(ctx)
	if err != nil {
		return nil, err
	}
	m := &memory{key: key, done: map[string]bool{}}
	text, err := os.ReadFile(triedFile)
	if errors.Is(err, os.ErrNotExist) || key == "" {
		return m, nil
	}
	for line := range strings.Lines(string(text)) {
		if key, rest, _ := strings.Cut(strings.TrimSpace(line), " | "); key == m.key {
			word, name, _ := strings.Cut(rest, " | ")
			m.done[name] = word != "SURVIVED"
		}
	}
	return m, err
}

// held reports whether a mutant has turned a test red, or did not compile, in what is tested now.
func (m *memory) held(name string) bool {
	m.Lock()
	defer m.Unlock()
	return m.done[name]
}

func (m *memory) keep(name, word string) error {
	m.Lock()
	defer m.Unlock()
	if m.key == "" {
		return nil
	}
	f, err := os.OpenFile(triedFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // a text to be committed
	if err != nil {
		return fmt.Errorf("removals: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s | %s | %s\n", m.key, word, name)
	return errors.Join(err, f.Close())
}
