package structure

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/place"
	"habilis/internal/right"
)

// Cancel is « Annuler la création »: the structure ends, leaves every list, and its identifier is free again. The journal keeps it.
type Cancel struct {
	Structure int64 `json:"structure"`
}

// Kind names the change.
func (c Cancel) Kind() string { return "structure.cancel" }

// Need is structure.activate on the structure.
func (c Cancel) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.StructureActivate, Scope: right.Structure(c.Structure)}}, nil
}

// Check fails with Refused where anything but its creation refers to the structure.
func (c Cancel) Check(ctx context.Context, w *change.Work) error {
	if _, _, err := place.Find(ctx, w.Tx, c.Structure); err != nil {
		return err
	}
	alone, err := cancellable(ctx, w.Tx, c.Structure)
	if err == nil && !alone {
		err = fault.New(fault.Refused, "structure.cancel.used")
	}
	return err
}

// Apply ends the state, the creator's period as principal manager and their membership.
func (c Cancel) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	tx := w.Tx
	row, _, err := place.Find(ctx, tx, c.Structure)
	if err != nil {
		return none, err
	}
	line, err := w.Journal(ctx)
	if err != nil {
		return none, err
	}
	by := ledger.By{Line: line.Seq()}
	if err := endStates(ctx, tx, c.Structure, by); err != nil {
		return none, err
	}
	principals, err := tx.PrincipalsInStructure(ctx, c.Structure)
	if err != nil {
		return none, fmt.Errorf("principals: %w", err)
	}
	for _, p := range principals {
		if err := ledger.EndPrincipal(ctx, tx, p.ID, tx.At, by); err != nil {
			return none, err
		}
	}
	memberships, err := tx.MembershipsInStructure(ctx, c.Structure)
	if err != nil {
		return none, fmt.Errorf("memberships: %w", err)
	}
	for _, m := range memberships {
		if _, err := ledger.EndMembership(ctx, tx, m, tx.At, by, nil); err != nil {
			return none, err
		}
	}
	labels, err := place.LabelsOf(ctx, tx, c.Structure)
	if err != nil {
		return none, err
	}
	if err := place.SetLabels(ctx, tx, c.Structure, labels, nil); err != nil {
		return none, err
	}
	if err := unindex(ctx, tx, c.Structure); err != nil {
		return none, err
	}
	if err := tx.CancelStructure(ctx, sqlc.CancelStructureParams{ID: c.Structure, CancelledAt: tx.At}); err != nil {
		return none, fmt.Errorf("structure: %w", err)
	}
	return none, line.Fill(w.Actor, journal.Entry{
		Action: "structure.cancelled", Kind: "structure", Object: c.Structure, Structure: c.Structure,
		Values: map[string]string{"identifier": row.Identifier, "name": row.Name},
	})
}

// cancellable reports whether only its creator refers to a structure: one membership and one period as principal manager, theirs, both still in force,
// and nothing else.
func cancellable(ctx context.Context, tx *db.Tx, id int64) (bool, error) {
	rows, err := tx.Select(ctx, `SELECT
		(SELECT count(*) FROM memberships WHERE structure_id = ?1) = 1 AND (SELECT count(*) FROM principals WHERE structure_id = ?1) = 1
		AND (SELECT min(until_at) FROM memberships WHERE structure_id = ?1) > ?2 AND (SELECT min(until_at) FROM principals WHERE structure_id = ?1) > ?2
		AND NOT EXISTS (SELECT 1 FROM grants WHERE structure_id = ?1) AND NOT EXISTS (SELECT 1 FROM departments WHERE structure_id = ?1)
		AND NOT EXISTS (SELECT 1 FROM requests WHERE structure_id = ?1) AND NOT EXISTS (SELECT 1 FROM ceilings WHERE structure_id = ?1)
		AND NOT EXISTS (SELECT 1 FROM contracts WHERE platform_id = ?1 OR client_id = ?1)
		AND NOT EXISTS (SELECT 1 FROM structures WHERE predecessor_id = ?1)
		AND NOT EXISTS (SELECT 1 FROM structures WHERE id = ?1 AND predecessor_id IS NOT NULL)`, id, tx.At)
	if err != nil {
		return false, fmt.Errorf("what refers to structure %d: %w", id, err)
	}
	defer rows.Close() //nolint:errcheck // Err tells below
	alone := false
	for rows.Next() {
		if err := rows.Scan(&alone); err != nil {
			return false, fmt.Errorf("what refers to structure %d: %w", id, err)
		}
	}
	return alone, rows.Err()
}
