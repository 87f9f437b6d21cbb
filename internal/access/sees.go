package access

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/internal/fault"
	"habilis/internal/right"
)

// Sees reports whether the actor may see a person: themselves, and whoever is attached, now or from a coming day, where they hold user.view, or
// anyone where they hold it at the firm (rights.md, A26).
func (a *Actor) Sees(facts *right.Rights, at int64) bool {
	if facts.User == a.User {
		return true
	}
	sight := a.Rights.See(right.UserView, at)
	if sight.Everywhere {
		return true
	}
	return slices.ContainsFunc(facts.Memberships, func(m right.Membership) bool {
		return m.Until > at && m.Until > m.From && sight.Holds(m.Scope)
	})
}

// Person returns the one who acts and the facts of a user whom they may see. It fails with NotFound where they may not.
func Person(ctx context.Context, tx *db.Tx, user int64) (*Actor, *right.Rights, error) {
	actor, err := Who(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	facts, err := Load(ctx, tx, user)
	if err != nil {
		return nil, nil, err
	}
	if !actor.Sees(facts, tx.At) {
		return nil, nil, fault.New(fault.NotFound, "user.not_found")
	}
	return actor, facts, nil
}

type placesKey struct{ user int64 }

// SeenPlaces returns the places that the one who acts sees, found once where nothing is written.
func SeenPlaces(ctx context.Context, tx *db.Tx) (right.Sight, error) {
	actor, err := Who(ctx, tx)
	if err != nil {
		return right.Sight{}, err
	}
	if sight, known := tx.Value(placesKey{actor.User}).(right.Sight); known {
		return sight, nil
	}
	sight := actor.Rights.See(right.StructureView, tx.At)
	if !tx.Writable {
		tx.SetValue(placesKey{actor.User}, sight)
	}
	return sight, nil
}

// SeenAmong returns which of some users the one who acts may see, as Sees does.
func SeenAmong(ctx context.Context, tx *db.Tx, users []int64) (map[int64]bool, error) {
	actor, err := Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{actor.User: true}
	sight := actor.Rights.See(right.UserView, tx.At)
	if sight.Everywhere {
		for _, id := range users {
			seen[id] = true
		}
		return seen, nil
	}
	rows, err := tx.MembershipsOfUsersIn(ctx, db.List(users))
	if err != nil {
		return nil, fmt.Errorf("memberships: %w", err)
	}
	for _, m := range rows {
		if m.UntilAt > tx.At && m.UntilAt > m.FromAt && sight.Holds(right.ScopeOf(m.StructureID, m.DepartmentID)) {
			seen[m.UserID] = true
		}
	}
	return seen, nil
}
