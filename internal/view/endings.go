package view

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/list"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Ending is an access that ends soon.
type Ending struct {
	User       int64  `json:"user"`
	Name       string `json:"name"`
	What       string `json:"what"` // a profile's name, empty for a membership
	Structure  int64  `json:"structure"`
	Place      string `json:"place"`
	Until      int64  `json:"until"`
	Membership int64  `json:"membership"` // the one that the actor may put off, 0 for none

	id, profile, department int64
}

func (e Ending) scope() right.Scope {
	return right.Scope{Structure: e.Structure, Department: e.department}
}

// EndingPage is one page of what ends soon, the first first.
type EndingPage struct {
	Rows []Ending `json:"rows"`
	Next string   `json:"next"`
}

// soon is how far ahead accesses that end are looked for.
const soon = 30 * period.DayMillis

// Endings is the list of the grants and memberships that end soon, where user.view is held.
var Endings = list.List[list.Query, Ending]{
	Table:  "endings",
	Flat:   true,
	Orders: map[string]list.Order{"": {Column: "until_at", Number: true}},
	Sight:  usersSight[list.Query],
	Narrow: func(ctx context.Context, tx *db.Tx, p *list.Plan, _ list.Query, sight right.Sight) error {
		p.Where("t.until_at > ? AND t.until_at <= ?", tx.At, tx.At+soon)
		p.Places(sight)
		return seenNow(ctx, tx, p, sight)
	},
	Settle:  list.Chosen[list.Query, Ending],
	Columns: list.Read("t.id, t.user_id, coalesce(t.profile_id, 0), coalesce(t.structure_id, 0), coalesce(t.department_id, 0), t.membership_id, t.until_at"),
	Fields: func(e *Ending) []any {
		return []any{&e.id, &e.User, &e.profile, &e.Structure, &e.department, &e.Membership, &e.Until}
	},
}

// Endings returns a page of what ends soon.
func (s *Service) Endings(ctx context.Context, q list.Query) (EndingPage, error) {
	var out EndingPage
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if out.Rows, out.Next, err = Endings.Page(ctx, tx, q); err != nil {
			return err
		}
		n := newNames(ctx, tx)
		if err := n.read(placesOf(out.Rows)); err != nil {
			return err
		}
		return tellEndings(ctx, tx, out.Rows, n)
	})
	return out, err
}

// usersSight is where the actor sees people.
func usersSight[Q any](ctx context.Context, tx *db.Tx, _ Q) (right.Sight, error) {
	actor, err := access.RequireAnywhere(ctx, tx, right.UserView)
	if err != nil {
		return right.Sight{}, err
	}
	return actor.Rights.See(right.UserView, tx.At), nil
}

// seenNow keeps to the people whom the actor sees (rights.md, A26): a grant on a department may stand on a membership that is out of their sight.
func seenNow(ctx context.Context, tx *db.Tx, p *list.Plan, sight right.Sight) error {
	actor, err := access.Who(ctx, tx)
	if err != nil || sight.Everywhere {
		return err
	}
	p.Where("(t.user_id = ? OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = t.user_id AND m.until_at > ? AND m.until_at > m.from_at AND ("+
		db.In("m.structure_id")+" OR "+db.In("m.department_id")+")))", actor.User, tx.At, db.List(sight.Structures), db.List(sight.Departments))
	return nil
}

// placesOf lists whom endings are about, and where.
func placesOf(rows []Ending) (users []int64, scopes []right.Scope) {
	for _, e := range rows {
		users, scopes = append(users, e.User), append(scopes, e.scope())
	}
	return users, scopes
}

// tellEndings names people, profiles and places, and leaves the memberships that the actor may put off.
func tellEndings(ctx context.Context, tx *db.Tx, rows []Ending, n *names) error {
	if len(rows) == 0 {
		return nil
	}
	users, _ := placesOf(rows)
	edits, err := editable(ctx, tx, rows)
	if err != nil {
		return err
	}
	disabled, err := tx.DisabledAmong(ctx, sqlc.DisabledAmongParams{Users: db.List(users), At: tx.At})
	if err != nil {
		return fmt.Errorf("disabled users: %w", err)
	}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	for i := range rows {
		e := &rows[i]
		if p := profiles[e.profile]; p != nil {
			e.What = p.Name
		}
		if slices.Contains(disabled, e.User) || !edits.Holds(e.scope()) {
			e.Membership = 0
		}
		if e.Name, err = n.person(e.User); err != nil {
			return err
		}
		if e.Place, err = n.place(e.scope()); err != nil {
			return err
		}
	}
	return nil
}

// editable is where the actor may put these memberships off now: what a ceiling or inactivity takes away there is known.
func editable(ctx context.Context, tx *db.Tx, rows []Ending) (right.Sight, error) {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return right.Sight{}, err
	}
	if err := access.ReadOwnPlaces(ctx, tx, actor.Rights); err != nil {
		return right.Sight{}, err
	}
	var places []int64
	for _, e := range rows {
		if e.Membership != 0 {
			places = append(places, e.Structure)
		}
	}
	slices.Sort(places)
	if err := access.ReadPlaces(ctx, tx, actor.Rights, slices.Compact(places)...); err != nil {
		return right.Sight{}, err
	}
	return actor.Rights.See(right.MembershipEdit, tx.At), nil
}
