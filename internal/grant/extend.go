package grant

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"

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

// ExtendMembership puts off the end of a membership, to the end of a day or for good. Grants says that the profiles which end with it go on as long.
type ExtendMembership struct {
	Membership int64  `json:"membership"`
	Until      string `json:"until"` // a day, empty for no end
	Grants     bool   `json:"grants"`
}

// Kind names the change.
func (c ExtendMembership) Kind() string { return "membership.extend" }

// Need is membership.edit on the membership's scope, and grant.edit where profiles go on with it.
func (c ExtendMembership) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	m, err := c.find(ctx, tx)
	if err != nil {
		return nil, err
	}
	scope := right.ScopeOf(m.StructureID, m.DepartmentID)
	needs := []access.Need{{Permission: right.MembershipEdit, Scope: scope}}
	list, err := c.standing(ctx, tx, m)
	for _, g := range list {
		needs = append(needs, access.Need{Permission: right.GrantEdit, Scope: ledger.GrantScope(g)})
	}
	return needs, err
}

func (c ExtendMembership) find(ctx context.Context, tx *db.Tx) (sqlc.Membership, error) {
	m, err := tx.MembershipRow(ctx, c.Membership)
	if errors.Is(err, sql.ErrNoRows) {
		return m, access.Forbidden(right.MembershipEdit) // nothing is told of what exists to one who has no right on it
	}
	if err != nil {
		return m, fmt.Errorf("membership: %w", err)
	}
	return m, nil
}

// standing returns the grants that end with the membership and are to go on.
func (c ExtendMembership) standing(ctx context.Context, tx *db.Tx, m sqlc.Membership) ([]sqlc.Grant, error) {
	if !c.Grants || m.UntilAt <= tx.At {
		return nil, nil
	}
	list, err := tx.GrantsOutlasting(ctx, sqlc.GrantsOutlastingParams{UserID: m.UserID, MembershipID: &m.ID, Until: m.UntilAt - 1})
	if err != nil {
		return nil, fmt.Errorf("grants of membership %d: %w", m.ID, err)
	}
	return list, nil
}

// Check tells of a day that is none or no later one, of another membership that goes on so long, and of a disabled person.
func (c ExtendMembership) Check(ctx context.Context, w *change.Work) error {
	_, _, err := c.extending(ctx, w.Tx)
	return err
}

// extending finds the membership, and when it is to end.
func (c ExtendMembership) extending(ctx context.Context, tx *db.Tx) (sqlc.Membership, int64, error) {
	m, err := c.find(ctx, tx)
	if err != nil {
		return m, 0, err
	}
	span, err := access.Days(ctx, tx, "", c.Until)
	if err != nil {
		return m, 0, err
	}
	if err := enabled(ctx, tx, m.UserID); err != nil {
		return m, 0, err
	}
	if span.Until <= m.UntilAt {
		return m, 0, fault.Field("until", "membership.not_later")
	}
	within, err := covered(ctx, tx, m, span.Until)
	if err == nil && within {
		err = fault.Field("until", "membership.another_begins")
	}
	return m, span.Until, err
}

// Apply moves the end, then those of the grants, each with its own line. It fails with Invalid where another membership of the person begins before it.
func (c ExtendMembership) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	tx := w.Tx
	m, until, err := c.extending(ctx, tx)
	if err != nil {
		return none, err
	}
	grants, err := c.standing(ctx, tx, m)
	if err != nil {
		return none, err
	}
	line, err := w.Journal(ctx)
	if err != nil {
		return none, err
	}
	err = ledger.EndMembershipAlone(ctx, tx, m, until, ledger.By{Line: line.Seq()})
	if f, ok := fault.As(err); ok && (f.Problems[0].Key == "row.overlap" || f.Problems[0].Key == "row.covered") {
		return none, fault.Field("until", "membership.another_begins")
	}
	if err != nil {
		return none, err
	}
	if err := followup.Prolong(ctx, tx, line, m, until); err != nil {
		return none, err
	}
	for _, g := range grants {
		if err := move(ctx, tx, w.Actor, g, until, "grant.extended"); err != nil {
			return none, err
		}
	}
	scope := right.ScopeOf(m.StructureID, m.DepartmentID)
	return none, line.Fill(w.Actor, journal.Entry{
		Action: "membership.extended", Kind: "membership", Object: m.ID, Structure: m.StructureID, Person: m.UserID,
		Details: details(scope, period.Span{From: m.FromAt, Until: until}, "grants", strconv.Itoa(len(grants))),
	})
}

// covered reports whether a membership of a department would go on within a wider one of the same person (rights.md, A15).
func covered(ctx context.Context, tx *db.Tx, m sqlc.Membership, until int64) (bool, error) {
	if m.DepartmentID == nil {
		return false, nil
	}
	all, err := tx.MembershipsInStructure(ctx, m.StructureID)
	if err != nil {
		return false, fmt.Errorf("memberships: %w", err)
	}
	return slices.ContainsFunc(all, func(w sqlc.Membership) bool {
		return w.UserID == m.UserID && w.DepartmentID == nil && w.UntilAt > w.FromAt && w.FromAt <= m.FromAt && w.UntilAt >= until
	}), nil
}
