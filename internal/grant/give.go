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
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Give gives profiles to a user attached to the structure, or department, of the scope; at the firm where Structure is 0.
type Give struct {
	User       int64          `json:"user"`
	Structure  int64          `json:"structure"`
	Department int64          `json:"department"`
	Profiles   []right.Choice `json:"profiles"`
	From       string         `json:"from"`
	Until      string         `json:"until"`
	reason     string
	numbered   bool // a page named the user by their number
}

// OnRequest returns the change as the answer to a request.
func (c Give) OnRequest() change.Change {
	c.reason = "request"
	return c
}

func (c Give) scope() right.Scope { return right.Department(c.Structure, c.Department) }

// Choices lists the profiles that the change gives.
func (c Give) Choices() []right.Choice { return c.Profiles }

// Kind names the change.
func (c Give) Kind() string { return "grant.give" }

// Need is grant.edit on the scope.
func (c Give) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	if err := inSight(ctx, tx, c.numbered, c.User); err != nil {
		return nil, err
	}
	if c.Structure != 0 || c.Department != 0 {
		if err := inStructure(ctx, tx, c.scope(), right.GrantEdit); err != nil {
			return nil, err
		}
	}
	return []access.Need{{Permission: right.GrantEdit, Scope: c.scope()}}, nil
}

// Check tells of a person or profiles that are missing or cannot be given, and of days that are none or outlive the membership.
func (c Give) Check(ctx context.Context, w *change.Work) error {
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
	_, span, err := c.ground(ctx, w.Tx)
	if err != nil {
		return err
	}
	return checkChoices(ctx, w.Tx, c.scope(), span, c.Profiles)
}

// ground finds the membership that the grants will stand on, none at the firm, and how long they last.
func (c Give) ground(ctx context.Context, tx *db.Tx) (int64, period.Span, error) {
	if err := enabled(ctx, tx, c.User); err != nil {
		return 0, period.Span{}, err
	}
	span, err := access.Days(ctx, tx, c.From, c.Until)
	if err != nil || c.Structure == 0 {
		return 0, span, err
	}
	return c.standing(ctx, tx, span)
}

// Apply opens the grants. Below the firm they stand on a membership that covers the scope, and end with it at the latest. Where one profile was
// given, its grant is what was created: End takes it back.
func (c Give) Apply(ctx context.Context, w *change.Work) (made change.Outcome, err error) {
	membership, span, err := c.ground(ctx, w.Tx)
	if err != nil {
		return made, err
	}
	line, err := w.Journal(ctx)
	if err != nil {
		return made, err
	}
	given, err := open(ctx, w.Tx, opening{c.User, c.scope(), membership, span, c.reason, c.Profiles}, line)
	if err != nil {
		return made, err
	}
	if len(given) == 1 {
		made.Created = given[0]
	}
	return made, line.Fill(w.Actor, journal.Entry{
		Action: "grant.given", Kind: "user", Object: c.User, Structure: c.Structure, Person: c.User,
		Details: details(c.scope(), span, "profiles", listed(c.Profiles), "options", ticked(c.Profiles), "reason", cmp.Or(c.reason, "grant")),
	})
}

// standing finds the membership that the grants will stand on, of those in force when they begin: the widest that lasts as long as they do, else the one
// that lasts longest. An end that the form left open is the membership's.
func (c Give) standing(ctx context.Context, tx *db.Tx, span period.Span) (int64, period.Span, error) {
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

// Kind names the change.
func (c End) Kind() string { return "grant.end" }

// Need is grant.edit on the grant's scope, for ending.
func (c End) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	g, err := find(ctx, tx, c.Grant)
	if err != nil {
		return nil, err
	}
	return []access.Need{{Permission: right.GrantEdit, Scope: ledger.GrantScope(g), Ending: true}}, nil
}

func find(ctx context.Context, tx *db.Tx, id int64) (sqlc.Grant, error) {
	g, err := tx.GrantRow(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return g, access.Forbidden(right.GrantEdit) // nothing is told of what exists to one who has no right on it
	}
	if err != nil {
		return g, fmt.Errorf("grant: %w", err)
	}
	return g, nil
}

// Check tells of a day that is none, or after the end.
func (c End) Check(ctx context.Context, w *change.Work) error {
	_, _, err := c.ending(ctx, w.Tx)
	return err
}

// ending finds the grant, and when it is to end.
func (c End) ending(ctx context.Context, tx *db.Tx) (sqlc.Grant, int64, error) {
	g, err := find(ctx, tx, c.Grant)
	if err != nil || c.Until == "" {
		return g, max(tx.At, g.FromAt), err
	}
	span, err := access.Days(ctx, tx, "", c.Until)
	if err == nil && span.Until > g.UntilAt {
		err = fault.Field("until", "grant.already_ends")
	}
	return g, span.Until, err
}

// Apply ends the grant. One that has not begun is cancelled.
func (c End) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	g, until, err := c.ending(ctx, w.Tx)
	if err != nil {
		return none, err
	}
	return none, move(ctx, w.Tx, w.Actor, g, until, "grant.ended")
}

func move(ctx context.Context, tx *db.Tx, actor *access.Actor, g sqlc.Grant, until int64, action string) error {
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	if err := ledger.EndGrant(ctx, tx, g.ID, until, ledger.By{Line: line.Seq()}); err != nil {
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

// Kind names the change.
func (c Extend) Kind() string { return "grant.extend" }

// Need is grant.edit on the grant's scope.
func (c Extend) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	g, err := find(ctx, tx, c.Grant)
	if err != nil {
		return nil, err
	}
	return []access.Need{{Permission: right.GrantEdit, Scope: ledger.GrantScope(g)}}, nil
}

// Check tells of a day that is none, no later one, or after the membership's end, and of a disabled person.
func (c Extend) Check(ctx context.Context, w *change.Work) error {
	_, _, err := c.extending(ctx, w.Tx)
	return err
}

// extending finds the grant, and when it is to end: an open end is the membership's.
func (c Extend) extending(ctx context.Context, tx *db.Tx) (sqlc.Grant, int64, error) {
	g, err := find(ctx, tx, c.Grant)
	if err != nil {
		return g, 0, err
	}
	span, err := access.Days(ctx, tx, "", c.Until)
	if err != nil {
		return g, 0, err
	}
	if err := enabled(ctx, tx, g.UserID); err != nil {
		return g, 0, err
	}
	if g.MembershipID != nil {
		m, err := tx.MembershipRow(ctx, *g.MembershipID)
		if err != nil {
			return g, 0, fmt.Errorf("membership: %w", err)
		}
		if span.Until > m.UntilAt && c.Until != "" {
			return g, 0, fault.Field("until", "grant.outlives_membership")
		}
		span.Until = min(span.Until, m.UntilAt)
	}
	if span.Until <= g.UntilAt {
		return g, 0, fault.Field("until", "grant.not_later")
	}
	return g, span.Until, nil
}

// Apply moves the end.
func (c Extend) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	g, until, err := c.extending(ctx, w.Tx)
	if err != nil {
		return none, err
	}
	return none, move(ctx, w.Tx, w.Actor, g, until, "grant.extended")
}
