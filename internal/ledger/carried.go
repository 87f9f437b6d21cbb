package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
)

// A line of one act may carry rows: it moves their ends, or cancels them and opens others that go on from them, and gives nothing (rights.md, A40).

// GivenUntil returns the end that somebody last gave a grant, the moves of carrying lines aside, and the line that did.
func GivenUntil(ctx context.Context, tx *db.Tx, g sqlc.Grant, carrying string) (until, line int64, err error) {
	moves, err := EndsOf(ctx, tx, Grants, g.ID)
	if err != nil {
		return 0, 0, err
	}
	until = g.UntilAt
	for i := len(moves) - 1; i >= 0; i-- {
		carried, err := isOf(ctx, tx, moves[i].MovedBy, carrying)
		if err != nil {
			return 0, 0, err
		}
		if !carried {
			return moves[i].UntilAt, moves[i].MovedBy, nil
		}
		until = moves[i].Was
	}
	before, found, err := Continued(ctx, tx, g, carrying)
	if err != nil || !found {
		return until, g.OpenedBy, err
	}
	return GivenUntil(ctx, tx, before, carrying)
}

// Continued returns the grant from which another goes on: the one that the line which opened it cancelled, where that is a carrying line.
func Continued(ctx context.Context, tx *db.Tx, g sqlc.Grant, carrying string) (before sqlc.Grant, found bool, err error) {
	carried, err := isOf(ctx, tx, g.OpenedBy, carrying)
	if err != nil || !carried {
		return before, false, err
	}
	before, err = tx.GrantCancelledBy(ctx, sqlc.GrantCancelledByParams{ID: g.ID, Line: g.OpenedBy})
	if errors.Is(err, sql.ErrNoRows) {
		return before, false, nil
	}
	if err != nil {
		return before, false, fmt.Errorf("grant %d: %w", g.ID, err)
	}
	return before, true, nil
}

func isOf(ctx context.Context, tx *db.Tx, line int64, action string) (bool, error) {
	l, err := tx.JournalLine(ctx, line)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("journal line %d: %w", line, err)
	}
	return l.Action == action, nil
}
