package structure

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/followup"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/place"
	"habilis/internal/right"
)

// Appoint makes somebody attached to a structure its principal manager from now on, in place of the one it has. It returns the key of what
// stands against the person, empty where nothing does. The role needs a membership of the whole structure, without an end.
func Appoint(ctx context.Context, tx *db.Tx, actor *access.Actor, structure, to int64) (problem string, err error) {
	row, err := place.Row(ctx, tx, structure)
	if err != nil {
		return "", err
	}
	whole, problem, err := attachment(ctx, tx, structure, to)
	if problem != "" || err != nil {
		return problem, err
	}
	u, err := tx.UserRow(ctx, to)
	if err != nil {
		return "", fmt.Errorf("user: %w", err)
	}
	if row.Sphere == "local" && !u.Pigp {
		return "transfer.no_pigp", nil
	}
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return "", err
	}
	by := ledger.By{Line: line.Seq()}
	from := int64(0)
	now := period.Span{From: tx.At, Until: period.Open}
	principals, err := tx.PrincipalsInStructure(ctx, structure)
	if err != nil {
		return "", fmt.Errorf("principals: %w", err)
	}
	for _, p := range principals {
		if p.UntilAt <= tx.At || p.UntilAt == p.FromAt {
			continue
		}
		if p.UserID == to {
			return "transfer.same", nil
		}
		from = p.UserID
		if err := ledger.EndPrincipal(ctx, tx, p.ID, max(tx.At, p.FromAt), by); err != nil {
			return "", err
		}
	}
	if !whole { // attached to a department only: the role needs the structure (rights.md, A15)
		if _, err := ledger.OpenMembership(ctx, tx, to, right.Structure(structure), now, by); err != nil {
			return "", err
		}
	}
	if _, err := ledger.OpenPrincipal(ctx, tx, to, structure, "transferred", now, by); err != nil {
		return "", err
	}
	if err := followup.Transfer(ctx, tx, line, structure, to); err != nil {
		return "", err
	}
	return "", line.Fill(actor, journal.Entry{
		Action: "principal.transferred", Kind: "structure", Object: structure, Structure: structure, Person: to,
		Details: map[string]string{"from": fmt.Sprint(from)},
	})
}

// attachment reports whether the person is attached to the whole structure, and what of the attachment stands against the role.
func attachment(ctx context.Context, tx *db.Tx, structure, user int64) (whole bool, problem string, err error) {
	memberships, err := tx.MembershipsOfUserIn(ctx, sqlc.MembershipsOfUserInParams{UserID: user, StructureID: structure, At: tx.At})
	if err != nil {
		return false, "", fmt.Errorf("memberships: %w", err)
	}
	attached, soon, ends := false, false, false
	for _, x := range memberships {
		if x.FromAt <= tx.At {
			attached, whole = true, whole || x.DepartmentID == nil
			ends = ends || x.DepartmentID == nil && x.UntilAt < period.Open
		} else {
			soon = soon || x.DepartmentID == nil && x.UntilAt > x.FromAt
		}
	}
	switch {
	case !attached:
		return whole, "transfer.not_attached", nil
	case !whole && soon: // a period that is planned is neither moved nor doubled
		return whole, "transfer.soon", nil
	case ends:
		return whole, "transfer.ends", nil
	}
	return whole, "", nil
}
