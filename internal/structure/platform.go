package structure

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/journal"
	"habilis/internal/place"
	"habilis/internal/right"
)

// SetRegistration changes a platform's state of registration: pending, registered or withdrawn.
type SetRegistration struct {
	ID    int64  `json:"id"`
	State string `json:"state"`
}

// Kind names the change.
func (c SetRegistration) Kind() string { return "platform.set_registration" }

// Need is structure.edit on the platform.
func (c SetRegistration) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.StructureEdit, Scope: right.Structure(c.ID)}}, nil
}

// Check fails with Refused for a state that is none, or a structure that is no platform.
func (c SetRegistration) Check(ctx context.Context, w *change.Work) error {
	row, _, err := place.Find(ctx, w.Tx, c.ID)
	if err == nil && (row.Sphere != "platform" || !slices.Contains([]string{"pending", "registered", "withdrawn"}, c.State)) {
		err = fault.New(fault.Refused, "platform.state.unknown")
	}
	return err
}

// Apply writes the state.
func (c SetRegistration) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	row, _, err := place.Find(ctx, w.Tx, c.ID)
	if err != nil {
		return none, err
	}
	if err := w.RegisterStructure(ctx, sqlc.RegisterStructureParams{ID: c.ID, Registration: c.State}); err != nil {
		return none, fmt.Errorf("platform: %w", err)
	}
	return none, w.Record(ctx, journal.Entry{
		Action: "platform.registration", Kind: "structure", Object: c.ID, Structure: c.ID, Details: map[string]string{"from": row.Registration, "to": c.State},
	})
}
