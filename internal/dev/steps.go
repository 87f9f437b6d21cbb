package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
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

// stage holds lists of steps that do not touch one another: the lists are done beside each other, the steps of a list in order.
type stage [][]step

// climb does the stages in order and stops at the first step that fails, whose output it shows. A speed that is missed fails the whole, at its end.
func climb(ctx context.Context, stages ...stage) error {
	start, t := time.Now(), tally{}
	for _, s := range stages {
		for _, list := range s {
			t.total += len(list)
		}
	}
	for _, s := range stages {
		if err := t.stage(ctx, s); err != nil {
			fmt.Printf("total %s\n%d passed, 1 failed\n", seconds(start), t.passed)
			return err
		}
	}
	fmt.Printf("total %s\n%d passed, %d failed\n", seconds(start), t.passed, len(t.beyond))
	if len(t.beyond) > 0 {
		return fmt.Errorf("missed: %s", strings.Join(t.beyond, "; "))
	}
	return nil
}

// tally counts the steps of a climb.
type tally struct {
	sync.Mutex

	begun, total, passed int
	beyond               []string
}

func (t *tally) stage(ctx context.Context, s stage) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wait sync.WaitGroup
	for _, list := range s {
		wait.Go(func() {
			for _, step := range list {
				if err := t.step(ctx, step); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return context.Cause(ctx)
}

// step does a step unless one beside it has failed, and says how it went.
func (t *tally) step(ctx context.Context, s step) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	t.Lock()
	t.begun++
	fmt.Printf("%2d/%d   %s\n", t.begun, t.total, s.name)
	t.Unlock()
	began := time.Now()
	note, err := s.do(ctx)
	t.Lock()
	defer t.Unlock()
	var none absent
	switch {
	case err == nil:
		t.passed++
		fmt.Println("ok     ", s.name, "", seconds(began), "", note)
	case errors.As(err, &none):
		fmt.Println("nothing", s.name, "", none)
	case errors.As(err, new(missed)):
		t.beyond = append(t.beyond, s.name)
		fmt.Println("MISSED ", s.name, "", seconds(began), "", err)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	default:
		fmt.Printf("FAIL    %s  %s\n\n%s\n\n", s.name, seconds(began), strings.TrimRight(err.Error(), "\n"))
		return fmt.Errorf("failed: %s", s.name)
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
