// Package ledger keeps the rows with a period that bear on a right. It alone opens them and moves their ends, refuses what a row may not be, and
// says what each line of the journal is to vouch for.
package ledger

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/fault"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Wrote tells whether this transaction has written a row that bears on a right.
func Wrote(tx *db.Tx) bool { return len(Writes(tx)) > 0 }

// GrantScope is where a grant is given.
func GrantScope(g sqlc.Grant) right.Scope {
	return right.ScopeOf(db.OrZero(g.StructureID), g.DepartmentID)
}

// Write is one row written by a change. was is the until it had before, for a moved one.
type Write struct {
	Kind                   Table
	Opened, Carried        bool
	ID, User, Profile      int64
	Scope                  right.Scope
	From, Until, Was       int64
	Ticked                 right.Set
	line                   int64 // of the journal, that opened it or moved its end
	row                    any   // what was inserted: itself where it was opened, else the move of its end
	move                   int64 // the number of the move of its end
	Requester, Beneficiary int64 // of a decided request
	Comment                string
}

type editsKey struct{}

// Edits counts the contents of profiles that this transaction has opened or ended: who read profiles before it grew reads them again.
func Edits(tx *db.Tx) int {
	n, _ := tx.Value(editsKey{}).(int)
	return n
}

type logKey struct{}

// Writes lists what this transaction has written.
func Writes(tx *db.Tx) []Write {
	list, _ := tx.Value(logKey{}).([]Write)
	return list
}

func logged(tx *db.Tx, w Write) {
	tx.SetValue(logKey{}, append(Writes(tx), w))
	tx.Mark(db.Rights)
	if w.Kind == Contents {
		tx.Mark(db.Profiles)
		tx.SetValue(editsKey{}, Edits(tx)+1)
	}
	if w.Kind == UserStates || w.Kind == Grants && w.Scope == right.Firm {
		tx.Mark(db.FirmWide)
	}
}

// By says which journal line opens a row or moves its end, and whether that gives nothing: a duplication carries rows over for the same person, a change
// of the firm's zone keeps their days (rights.md, A23 and A40).
type By struct {
	Line    int64
	Carried bool
}

// moved keeps the move of an end beside its row.
func moved(ctx context.Context, tx *db.Tx, by By, w Write) error {
	row := sqlc.AddMovedEndParams{MovedBy: by.Line, Kind: string(w.Kind), RowID: w.ID, Was: w.Was, UntilAt: w.Until}
	id, err := tx.AddMovedEnd(ctx, row)
	if err != nil {
		return fmt.Errorf("moved end: %w", err)
	}
	w.line, w.Carried, w.row, w.move = by.Line, by.Carried, row, id
	logged(tx, w)
	return nil
}

func refused(key string, params ...string) error {
	return fault.New(fault.Refused, key, params...)
}

// opening refuses a period that begins in the past or holds nothing.
func opening(tx *db.Tx, s period.Span) error {
	if s.From < tx.At {
		return refused("row.past_from")
	}
	if s.Until <= s.From {
		return refused("row.empty")
	}
	return nil
}

// moving refuses to move an end that has passed, or to move it into the past; a row not yet begun may be cancelled, or given any end after
// its beginning (rights.md, A24).
func moving(tx *db.Tx, from, was, until int64) error {
	switch {
	case was <= tx.At || was <= from:
		return refused("row.ended")
	case from <= tx.At && until < tx.At, until < from:
		return refused("row.past_until")
	}
	return nil
}

var raised = map[string]string{
	"period.overlap": "row.overlap", "grant.membership": "row.outside_membership",
	"membership.grants": "row.left_behind", "membership.covered": "row.covered", "period.immutable": "row.immutable",
}

// constraint turns a trigger's refusal into its fault.
func constraint(err error) error {
	if name, ok := db.Raised(err); ok {
		return refused(raised[name])
	}
	return err
}

// OpenMembership attaches a user to a structure or department. It is refused where a wider membership covers it, or one of the same key
// overlaps.
func OpenMembership(ctx context.Context, tx *db.Tx, user int64, scope right.Scope, s period.Span, by By) (int64, error) {
	if err := opening(tx, s); err != nil {
		return 0, err
	}
	row := sqlc.OpenMembershipParams{
		UserID: user, StructureID: scope.Structure, DepartmentID: db.OrNull(scope.Department), FromAt: s.From, UntilAt: s.Until, OpenedBy: by.Line,
	}
	id, err := tx.OpenMembership(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{Kind: Memberships, Opened: true, Carried: by.Carried, ID: id, line: by.Line, row: row, User: user, Scope: scope, From: s.From, Until: s.Until})
	return id, nil
}

// EndMembership moves the end of a membership; its grants that would outlast it end with it, first (rights.md, A34). It gives the grants that
// it ended, as they were; of gives the line of each.
func EndMembership(
	ctx context.Context, tx *db.Tx, m sqlc.Membership, until int64, by By, of func(g sqlc.Grant, until int64) (By, error),
) ([]sqlc.Grant, error) {
	standing, err := tx.GrantsOutlasting(ctx, sqlc.GrantsOutlastingParams{UserID: m.UserID, MembershipID: &m.ID, Until: until})
	if err != nil {
		return nil, fmt.Errorf("grants of membership %d: %w", m.ID, err)
	}
	for _, g := range standing {
		if err := moving(tx, g.FromAt, g.UntilAt, max(until, g.FromAt)); err != nil {
			return nil, err
		}
	}
	if len(standing) > 0 {
		err := tx.EndGrantsOutlasting(ctx, sqlc.EndGrantsOutlastingParams{UserID: m.UserID, MembershipID: &m.ID, Until: until})
		if err != nil {
			return nil, constraint(err)
		}
	}
	for _, g := range standing {
		until := max(until, g.FromAt)
		own, err := of(g, until)
		if err != nil {
			return nil, err
		}
		if err := moved(ctx, tx, own, Ended(g, until)); err != nil {
			return nil, err
		}
	}
	return standing, EndMembershipAlone(ctx, tx, m, until, by)
}

// EndMembershipAlone moves the end of a membership, and is refused where a grant would outlast it.
func EndMembershipAlone(ctx context.Context, tx *db.Tx, m sqlc.Membership, until int64, by By) error {
	if err := moving(tx, m.FromAt, m.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndMembership(ctx, sqlc.EndMembershipParams{ID: m.ID, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Write{Kind: Memberships, ID: m.ID, User: m.UserID, Scope: right.Department(m.StructureID, db.OrZero(m.DepartmentID)), From: m.FromAt, Until: until, Was: m.UntilAt})
}

// Given is a grant to open.
type Given struct {
	User, Profile, Membership int64
	Scope                     right.Scope
	Options                   right.Set
	Reason                    string
	period.Span
}

// OpenGrant gives a profile. It is refused outside its membership, in scope or in time, and where the same profile is already given there.
func OpenGrant(ctx context.Context, tx *db.Tx, g Given, by By) (int64, error) {
	if err := opening(tx, g.Span); err != nil {
		return 0, err
	}
	row := sqlc.OpenGrantParams{
		UserID: g.User, ProfileID: g.Profile, StructureID: db.OrNull(g.Scope.Structure), DepartmentID: db.OrNull(g.Scope.Department),
		MembershipID: db.OrNull(g.Membership), Options: g.Options.Names(), Reason: g.Reason, FromAt: g.From, UntilAt: g.Until, OpenedBy: by.Line,
	}
	id, err := tx.OpenGrant(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{
		Kind: Grants, Opened: true, Carried: by.Carried, ID: id, line: by.Line, row: row, User: g.User, Profile: g.Profile, Scope: g.Scope,
		From: g.From, Until: g.Until, Ticked: g.Options,
	})
	return id, nil
}

// EndGrant moves the end of a grant, to now or later.
func EndGrant(ctx context.Context, tx *db.Tx, id, until int64, by By) error {
	g, err := tx.GrantRow(ctx, id)
	if err != nil {
		return fmt.Errorf("grant %d: %w", id, err)
	}
	if err := moving(tx, g.FromAt, g.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndGrant(ctx, sqlc.EndGrantParams{ID: id, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Ended(g, until))
}

// Ended is a grant as it was, whose end was moved.
func Ended(g sqlc.Grant, until int64) Write {
	return Write{
		Kind: Grants, ID: g.ID, User: g.UserID, Profile: g.ProfileID, Scope: GrantScope(g),
		From: g.FromAt, Until: until, Was: g.UntilAt, Ticked: right.ParseSet(g.Options),
	}
}

// OpenPrincipal makes someone the principal manager of a structure over a period. reason: created, transferred, setup or duplicated.
func OpenPrincipal(ctx context.Context, tx *db.Tx, user, structure int64, reason string, s period.Span, by By) (int64, error) {
	if err := opening(tx, s); err != nil {
		return 0, err
	}
	row := sqlc.OpenPrincipalParams{UserID: user, StructureID: structure, Reason: reason, FromAt: s.From, UntilAt: s.Until, OpenedBy: by.Line}
	id, err := tx.OpenPrincipal(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{Kind: Principals, Opened: true, Carried: by.Carried, ID: id, line: by.Line, row: row, User: user, Scope: right.Structure(structure), From: s.From, Until: s.Until})
	return id, nil
}

// EndPrincipal moves the end of a principal manager's period.
func EndPrincipal(ctx context.Context, tx *db.Tx, id, until int64, by By) error {
	p, err := tx.PrincipalRow(ctx, id)
	if err != nil {
		return fmt.Errorf("principal %d: %w", id, err)
	}
	if err := moving(tx, p.FromAt, p.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndPrincipal(ctx, sqlc.EndPrincipalParams{ID: id, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Write{Kind: Principals, ID: id, User: p.UserID, Scope: right.Structure(p.StructureID), From: p.FromAt, Until: until, Was: p.UntilAt})
}

// OpenUserState opens a period of a user's state.
func OpenUserState(ctx context.Context, tx *db.Tx, user int64, active bool, s period.Span, by By) (int64, error) {
	if err := opening(tx, s); err != nil {
		return 0, err
	}
	row := sqlc.OpenUserStateParams{UserID: user, State: word(active, "active", "disabled"), FromAt: s.From, UntilAt: s.Until, OpenedBy: by.Line}
	id, err := tx.OpenUserState(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{Kind: UserStates, Opened: true, ID: id, line: by.Line, row: row, User: user, From: s.From, Until: s.Until})
	return id, nil
}

// EndUserState moves the end of a user's state.
func EndUserState(ctx context.Context, tx *db.Tx, id, until int64, by By) error {
	s, err := tx.UserStateRow(ctx, id)
	if err != nil {
		return fmt.Errorf("user state %d: %w", id, err)
	}
	if err := moving(tx, s.FromAt, s.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndUserState(ctx, sqlc.EndUserStateParams{ID: id, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Write{Kind: UserStates, ID: id, User: s.UserID, From: s.FromAt, Until: until, Was: s.UntilAt})
}

// OpenStructureState opens a period of a structure's state.
func OpenStructureState(ctx context.Context, tx *db.Tx, structure int64, active bool, s period.Span, by By) (int64, error) {
	if err := opening(tx, s); err != nil {
		return 0, err
	}
	row := sqlc.OpenStructureStateParams{
		StructureID: structure, State: word(active, "active", "inactive"), FromAt: s.From, UntilAt: s.Until, OpenedBy: by.Line,
	}
	id, err := tx.OpenStructureState(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{Kind: StructureStates, Opened: true, ID: id, line: by.Line, row: row, Scope: right.Structure(structure), From: s.From, Until: s.Until})
	return id, nil
}

// EndStructureState moves the end of a structure's state.
func EndStructureState(ctx context.Context, tx *db.Tx, id, until int64, by By) error {
	s, err := tx.StructureStateRow(ctx, id)
	if err != nil {
		return fmt.Errorf("structure state %d: %w", id, err)
	}
	if err := moving(tx, s.FromAt, s.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndStructureState(ctx, sqlc.EndStructureStateParams{ID: id, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Write{Kind: StructureStates, ID: id, Scope: right.Structure(s.StructureID), From: s.FromAt, Until: until, Was: s.UntilAt})
}

// OpenDepartmentState opens a period of a department's state.
func OpenDepartmentState(ctx context.Context, tx *db.Tx, scope right.Scope, active bool, s period.Span, by By) (int64, error) {
	if err := opening(tx, s); err != nil {
		return 0, err
	}
	row := sqlc.OpenDepartmentStateParams{
		DepartmentID: scope.Department, State: word(active, "active", "inactive"), FromAt: s.From, UntilAt: s.Until, OpenedBy: by.Line,
	}
	id, err := tx.OpenDepartmentState(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{Kind: DepartmentStates, Opened: true, ID: id, line: by.Line, row: row, Scope: scope, From: s.From, Until: s.Until})
	return id, nil
}

// EndDepartmentState moves the end of a department's state.
func EndDepartmentState(ctx context.Context, tx *db.Tx, id, until int64, by By) error {
	s, err := tx.DepartmentStateRow(ctx, id)
	if err != nil {
		return fmt.Errorf("department state %d: %w", id, err)
	}
	if err := moving(tx, s.FromAt, s.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndDepartmentState(ctx, sqlc.EndDepartmentStateParams{ID: id, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Write{Kind: DepartmentStates, ID: id, Scope: right.Department(s.StructureID, s.DepartmentID), From: s.FromAt, Until: until, Was: s.UntilAt})
}

// OpenValidity opens the dates between which a department works.
func OpenValidity(ctx context.Context, tx *db.Tx, scope right.Scope, s period.Span, by By) (int64, error) {
	if err := opening(tx, s); err != nil {
		return 0, err
	}
	row := sqlc.OpenDepartmentValidityParams{DepartmentID: scope.Department, FromAt: s.From, UntilAt: s.Until, OpenedBy: by.Line}
	id, err := tx.OpenDepartmentValidity(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{Kind: Validities, Opened: true, ID: id, line: by.Line, row: row, Scope: scope, From: s.From, Until: s.Until})
	return id, nil
}

// EndValidity moves the end of a department's dates.
func EndValidity(ctx context.Context, tx *db.Tx, id, until int64, by By) error {
	v, err := tx.ValidityRow(ctx, id)
	if err != nil {
		return fmt.Errorf("validity %d: %w", id, err)
	}
	if err := moving(tx, v.FromAt, v.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndDepartmentValidity(ctx, sqlc.EndDepartmentValidityParams{ID: id, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Write{Kind: Validities, ID: id, Scope: right.Department(v.StructureID, v.DepartmentID), From: v.FromAt, Until: until, Was: v.UntilAt})
}

// OpenCeiling sets the modules switched on in a structure over a period (separated by spaces).
func OpenCeiling(ctx context.Context, tx *db.Tx, structure int64, modules string, s period.Span, by By) (int64, error) {
	if err := opening(tx, s); err != nil {
		return 0, err
	}
	row := sqlc.OpenCeilingParams{StructureID: structure, Modules: modules, FromAt: s.From, UntilAt: s.Until, OpenedBy: by.Line}
	id, err := tx.OpenCeiling(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{Kind: Ceilings, Opened: true, Carried: by.Carried, ID: id, line: by.Line, row: row, Scope: right.Structure(structure), From: s.From, Until: s.Until})
	return id, nil
}

// EndCeiling moves the end of a ceiling.
func EndCeiling(ctx context.Context, tx *db.Tx, id, until int64, by By) error {
	c, err := tx.CeilingRow(ctx, id)
	if err != nil {
		return fmt.Errorf("ceiling %d: %w", id, err)
	}
	if err := moving(tx, c.FromAt, c.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndCeiling(ctx, sqlc.EndCeilingParams{ID: id, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Write{Kind: Ceilings, ID: id, Scope: right.Structure(c.StructureID), From: c.FromAt, Until: until, Was: c.UntilAt})
}

// OpenContent opens a content of a profile.
func OpenContent(ctx context.Context, tx *db.Tx, profile int64, c *right.Content, s period.Span, by By) (int64, error) {
	if err := opening(tx, s); err != nil {
		return 0, err
	}
	row := sqlc.OpenContentParams{ProfileID: profile, Permissions: c.Text(), FromAt: s.From, UntilAt: s.Until, OpenedBy: by.Line}
	id, err := tx.OpenContent(ctx, row)
	if err != nil {
		return 0, constraint(err)
	}
	logged(tx, Write{Kind: Contents, Opened: true, ID: id, line: by.Line, row: row, Profile: profile, From: s.From, Until: s.Until})
	return id, nil
}

// EndContent moves the end of a profile's content.
func EndContent(ctx context.Context, tx *db.Tx, id, until int64, by By) error {
	c, err := tx.ContentRow(ctx, id)
	if err != nil {
		return fmt.Errorf("content %d: %w", id, err)
	}
	if err := moving(tx, c.FromAt, c.UntilAt, until); err != nil {
		return err
	}
	if err := tx.EndContent(ctx, sqlc.EndContentParams{ID: id, UntilAt: until}); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, Write{Kind: Contents, ID: id, Profile: c.ProfileID, From: c.FromAt, Until: until, Was: c.UntilAt})
}

// SetSignIn changes whether a user may enter this program: none, invited, open or locked.
func SetSignIn(ctx context.Context, tx *db.Tx, user int64, value string) error {
	if err := tx.SetSignIn(ctx, sqlc.SetSignInParams{ID: user, SignIn: value}); err != nil {
		return fmt.Errorf("sign-in of user %d: %w", user, err)
	}
	logged(tx, Write{Kind: SignIns, Opened: value == "invited", User: user})
	return nil
}

// Decided tells the guards that a request was decided here.
func Decided(tx *db.Tx, requester, beneficiary int64, scope right.Scope, comment string) {
	logged(tx, Write{Kind: Decisions, Requester: requester, Beneficiary: beneficiary, Scope: scope, Comment: comment})
}

func word(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
