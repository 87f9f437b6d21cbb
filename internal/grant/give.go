package grant

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/followup"
	"habilis/internal/journal"
	"habilis/internal/period"
)

// Give gives profiles to a user attached to the structure, or department, of the scope; at the firm where Structure is 0.
type Give struct {
	User       int64           `json:"user"`
	Structure  int64           `json:"structure"`
	Department int64           `json:"department"`
	Profiles   []access.Choice `json:"profiles"`
	From       string          `json:"from"`
	Until      string          `json:"until"`
	Created    int64           `json:"-"` // the grant's number, once applied, where one profile was given: End takes it back
	reason     string
}

// OnRequest says that the change is the answer to a request.
func (c *Give) OnRequest() { c.reason = "request" }

var _ change.Change = (*Give)(nil)

func (c *Give) scope() access.Scope { return access.Department(c.Structure, c.Department) }

// Choices lists the profiles that the change gives.
func (c *Give) Choices() []access.Choice { return c.Profiles }

// Kind names the change.
func (c *Give) Kind() string { return "grant.give" }

// Need is grant.edit on the scope.
func (c *Give) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	if c.Structure != 0 || c.Department != 0 {
		if err := inStructure(ctx, tx, c.scope(), access.GrantEdit); err != nil {
			return nil, err
		}
	}
	return []access.Need{{Permission: access.GrantEdit, Scope: c.scope()}}, nil
}

// Apply opens the grants. Below the firm they stand on a membership that covers the scope, and end with it at the latest.
func (c *Give) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	var l fault.List
	if c.User == 0 {
		l.Add("user", "user.empty")
	}
	if len(c.Profiles) == 0 {
		l.Add("profiles", "profiles.empty")
	}
	if err := l.Err(); err != nil {
		return err
	}
	if err := enabled(ctx, tx, c.User); err != nil {
		return err
	}
	span, err := access.Days(ctx, tx, c.From, c.Until)
	if err != nil {
		return err
	}
	membership := int64(0)
	if c.Structure != 0 {
		if membership, span, err = c.standing(ctx, tx, span); err != nil {
			return err
		}
	}
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	given, err := open(ctx, tx, opening{c.User, c.scope(), membership, span, c.reason, c.Profiles}, line)
	if err != nil {
		return err
	}
	if len(given) == 1 {
		c.Created = given[0]
	}
	return line.Fill(actor, journal.Entry{
		Action: "grant.given", Kind: "user", Object: c.User, Structure: c.Structure, Person: c.User,
		Details: details(c.scope(), span, "profiles", listed(c.Profiles), "options", ticked(c.Profiles), "reason", cmp.Or(c.reason, "grant")),
	})
}

// standing finds the membership that the grants will stand on, of those in force when they begin: the widest that lasts as long as they do, else the one
// that lasts longest. An end that the form left open is the membership's.
func (c *Give) standing(ctx context.Context, tx *db.Tx, span period.Span) (int64, period.Span, error) {
	rows, err := tx.MembershipsOfUserIn(ctx, sqlc.MembershipsOfUserInParams{UserID: c.User, StructureID: c.Structure, At: span.From})
	if err != nil {
		return 0, span, fmt.Errorf("memberships: %w", err)
	}
	var best *sqlc.Membership
	for i, m := range rows {
		covers := m.DepartmentID == nil || *m.DepartmentID == c.Department
		if covers && m.FromAt <= span.From && m.UntilAt > span.From && (best == nil || firmer(m, *best, span.Until)) {
			best = &rows[i]
		}
	}
	switch {
	case best == nil:
		return 0, span, fault.Field("user", "grant.not_attached")
	case span.Until == period.Open:
		span.Until = best.UntilAt
	case span.Until > best.UntilAt:
		return 0, span, fault.Field("until", "grant.outlives_membership")
	}
	return best.ID, span, nil
}

// firmer reports whether grants until an instant stand better on a membership than on another.
func firmer(m, than sqlc.Membership, until int64) bool {
	if m.UntilAt >= until && than.UntilAt >= until {
		return m.DepartmentID == nil
	}
	return m.UntilAt > than.UntilAt
}

// End takes a grant away, at once or at the end of a day.
type End struct {
	Grant int64  `json:"grant"`
	Until string `json:"until"` // a day, empty for now
}

var _ change.Change = (*End)(nil)

// Kind names the change.
func (c *End) Kind() string { return "grant.end" }

// Need is grant.edit on the grant's scope, for ending.
func (c *End) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	g, err := find(ctx, tx, c.Grant)
	if err != nil {
		return nil, err
	}
	return []access.Need{{Permission: access.GrantEdit, Scope: access.GrantScope(g), Ending: true}}, nil
}

func find(ctx context.Context, tx *db.Tx, id int64) (sqlc.Grant, error) {
	g, err := tx.GrantRow(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return g, access.Forbidden(access.GrantEdit) // nothing is told of what exists to one who has no right on it
	}
	if err != nil {
		return g, fmt.Errorf("grant: %w", err)
	}
	return g, nil
}

// Apply ends the grant. One that has not begun is cancelled.
func (c *End) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	g, err := find(ctx, tx, c.Grant)
	if err != nil {
		return err
	}
	until := max(tx.At, g.FromAt)
	if c.Until != "" {
		span, err := access.Days(ctx, tx, "", c.Until)
		if err != nil {
			return err
		}
		if span.Until > g.UntilAt {
			return fault.Field("until", "grant.already_ends")
		}
		until = span.Until
	}
	return move(ctx, tx, actor, g, until, "grant.ended")
}

func move(ctx context.Context, tx *db.Tx, actor *access.Actor, g sqlc.Grant, until int64, action string) error {
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	if err := access.EndGrant(ctx, tx, g.ID, until, access.By{Line: line.Seq()}); err != nil {
		return err
	}
	if err := followup.Move(ctx, tx, line, g, until); err != nil {
		return err
	}
	return line.Fill(actor, endOf(g, until, action))
}

// Extend puts off the end of a grant, to the end of a day or for good.
type Extend struct {
	Grant int64  `json:"grant"`
	Until string `json:"until"` // a day, empty for no end
}

var _ change.Change = (*Extend)(nil)

// Kind names the change.
func (c *Extend) Kind() string { return "grant.extend" }

// Need is grant.edit on the grant's scope.
func (c *Extend) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	g, err := find(ctx, tx, c.Grant)
	if err != nil {
		return nil, err
	}
	return []access.Need{{Permission: access.GrantEdit, Scope: access.GrantScope(g)}}, nil
}

// Apply moves the end. An open one is the membership's end.
func (c *Extend) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	g, err := find(ctx, tx, c.Grant)
	if err != nil {
		return err
	}
	span, err := access.Days(ctx, tx, "", c.Until)
	if err != nil {
		return err
	}
	if err := enabled(ctx, tx, g.UserID); err != nil {
		return err
	}
	if g.MembershipID != nil {
		m, err := tx.MembershipRow(ctx, *g.MembershipID)
		if err != nil {
			return fmt.Errorf("membership: %w", err)
		}
		if span.Until > m.UntilAt && c.Until != "" {
			return fault.Field("until", "grant.outlives_membership")
		}
		span.Until = min(span.Until, m.UntilAt)
	}
	if span.Until <= g.UntilAt {
		return fault.Field("until", "grant.not_later")
	}
	return move(ctx, tx, actor, g, span.Until, "grant.extended")
}
