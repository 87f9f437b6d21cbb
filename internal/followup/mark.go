package followup

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
	"habilis/internal/period"
	"habilis/internal/right"
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
	return []access.Need{{Permission: right.GrantEdit, Scope: Scope(row), Ending: true}}, nil
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

// Scope returns where a step is about.
func Scope(r sqlc.FollowUp) right.Scope {
	if r.StructureID == nil {
		return right.Firm
	}
	return right.ScopeOf(*r.StructureID, r.DepartmentID)
}

// Kinds lists the changes of steps.
func Kinds() []change.Kind { return []change.Kind{change.Of[MarkFollowUp](change.Form, nil)} }

// Announce lets the steps that announced a row announce the one that continues it, 0 for none; those of a row that stays cancelled are taken back.
func Announce(ctx context.Context, tx *db.Tx, grant, grantAnew, membership, membershipAnew int64) error {
	if grantAnew != 0 || membershipAnew != 0 {
		return tx.AnnounceFollowUps(ctx, sqlc.AnnounceFollowUpsParams{Grant: grant, GrantAnew: grantAnew, Membership: membership, MembershipAnew: membershipAnew})
	}
	return tx.WithdrawAnnounced(ctx, sqlc.WithdrawAnnouncedParams{Grant: grant, Membership: membership, At: tx.At})
}

// KeepDays moves the days of the steps, done or still to be done, to what start and end make of those that are to come.
func KeepDays(ctx context.Context, tx *db.Tx, start, end func(at int64) int64) error {
	rows, err := tx.DatedFollowUps(ctx, tx.At)
	if err != nil {
		return fmt.Errorf("follow-ups: %w", err)
	}
	for _, r := range rows {
		p := sqlc.MoveFollowUpParams{ID: r.ID, HoldsFrom: r.HoldsFrom, HoldsUntil: r.HoldsUntil}
		if r.HoldsFrom > tx.At {
			p.HoldsFrom = start(r.HoldsFrom)
		}
		if r.HoldsUntil > tx.At && r.HoldsUntil < period.Open {
			p.HoldsUntil = end(r.HoldsUntil)
		}
		if err := tx.MoveFollowUp(ctx, p); err != nil {
			return fmt.Errorf("follow-up: %w", err)
		}
	}
	return nil
}
