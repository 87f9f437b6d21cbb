package flow

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/journal"
	"habilis/internal/right"
	"habilis/internal/view"
)

// MarkFollowUp says that a step in another portal is done, or takes that back: what was done there changes nothing here.
type MarkFollowUp struct {
	ID   int64 `json:"id"`
	Done bool  `json:"done"`
}

// Kind names the change.
func (c MarkFollowUp) Kind() string { return "follow_up.mark" }

// Need is grant.edit on the place, for ending.
func (c MarkFollowUp) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	row, err := tx.FollowUpRow(ctx, c.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, access.Forbidden(right.GrantEdit) // nothing is told of what exists
	}
	if err != nil {
		return nil, fmt.Errorf("follow-up: %w", err)
	}
	return []access.Need{{Permission: right.GrantEdit, Scope: view.FollowUpScope(row), Ending: true}}, nil
}

// Check has nothing to tell: what is marked so already stays so.
func (c MarkFollowUp) Check(context.Context, *change.Work) error { return nil }

// Apply marks the step, with a line where it was not marked so.
func (c MarkFollowUp) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	row, err := w.FollowUpRow(ctx, c.ID)
	if err != nil {
		return none, fmt.Errorf("follow-up: %w", err)
	}
	n, action := int64(0), "follow_up.reopened"
	if c.Done {
		action = "follow_up.done"
		n, err = w.FinishFollowUp(ctx, sqlc.FinishFollowUpParams{ID: c.ID, DoneAt: w.At, DoneBy: &w.Actor.User})
	} else {
		n, err = w.ReopenFollowUp(ctx, c.ID)
	}
	if err != nil || n == 0 {
		return none, err
	}
	return none, w.Record(ctx, journal.Entry{Action: action, Kind: "follow_up", Object: row.ID, Structure: db.OrZero(row.StructureID), Person: row.UserID})
}
