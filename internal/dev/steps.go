package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// step is one thing that must succeed. Its note is shown beside its time.
type step struct {
	name string
	do   func(ctx context.Context) (note string, err error)
}

// absent is the error of a step whose subject is not there yet: it neither passes nor fails.
type absent string

func (a absent) Error() string { return string(a) }

// just makes a step of a command.
func just(name string, c command) step {
	return step{name, func(ctx context.Context) (string, error) {
		_, err := c.output(ctx)
		return "", err
	}}
}

// climb does the steps in order and stops at the first that fails, whose output it shows. A speed that is missed fails the whole, at its end.
func climb(ctx context.Context, steps []step) error {
	start, passed := time.Now(), 0
	var beyond []string
	for i, s := range steps {
		fmt.Printf("%2d/%d  %s\n", i+1, len(steps), s.name)
		began := time.Now()
		note, err := s.do(ctx)
		var none absent
		switch {
		case errors.As(err, &none):
			fmt.Printf("       nothing: %s\n", none)
			continue
		case errors.As(err, new(missed)):
			fmt.Printf("       MISSED %s  %s\n", seconds(began), err)
			beyond = append(beyond, s.name)
			continue
		case err != nil:
			fmt.Printf("       FAIL %s\n\n%s\n\n", seconds(began), strings.TrimRight(err.Error(), "\n"))
			fmt.Printf("total %s\n%d passed, 1 failed\n", seconds(start), passed)
			return fmt.Errorf("failed: %s", s.name)
		}
		passed++
		fmt.Printf("       ok %s\n", strings.TrimSpace(seconds(began)+"  "+note))
	}
	fmt.Printf("total %s\n%d passed, %d failed\n", seconds(start), passed, len(beyond))
	if len(beyond) > 0 {
		return fmt.Errorf("missed: %s", strings.Join(beyond, "; "))
	}
	return nil
}

func seconds(since time.Time) string { return fmt.Sprintf("%.1f s", time.Since(since).Seconds()) }

// timed does something and says in one line what it was and how long it took.
func timed(what string, do func() error) error {
	began := time.Now()
	err := do()
	if err == nil {
		fmt.Printf("%s: %s\n", what, seconds(began))
	}
	return err
}
