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

// Wrote reports whether this transaction has written a row that bears on a right.
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

// opened leaves a row with the transaction, where it was written.
func opened(tx *db.Tx, by By, w Write, id int64, err error) (int64, error) {
	if err != nil {
		return 0, constraint(err)
	}
	w.Opened, w.Carried, w.ID, w.line = true, by.Carried, id, by.Line
	logged(tx, w)
	return id, nil
}

// move moves the end of a row, where it may be.
func move(ctx context.Context, tx *db.Tx, by By, w Write, end func() error) error {
	if err := moving(tx, w.From, w.Was, w.Until); err != nil {
		return err
	}
	if err := end(); err != nil {
		return constraint(err)
	}
	return moved(ctx, tx, by, w)
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
		if err := moved(ctx, tx, own, endedGrant(g, until)); err != nil {
			return nil, err
		}
	}
	return standing, EndMembershipAlone(ctx, tx, m, until, by)
}

// EndMembershipAlone moves the end of a membership, and is refused where a grant would outlast it.
func EndMembershipAlone(ctx context.Context, tx *db.Tx, m sqlc.Membership, until int64, by By) error {
	return moveMembership(ctx, tx, m, until, by)
}

// Prolonged returns what the guards would be told of a grant whose end is put off.
func Prolonged(g sqlc.Grant, until int64) Write { return endedGrant(g, until) }

// Given is a grant to open.
type Given struct {
	User, Profile, Membership int64
	Scope                     right.Scope
	Options                   right.Set
	Reason                    string
	period.Span
}

// OpenGrant returns a profile. It is refused outside its membership, in scope or in time, and where the same profile is already given there.
func OpenGrant(ctx context.Context, tx *db.Tx, g Given, by By) (int64, error) {
	return openGrant(ctx, tx, g.User, g.Profile, g.Scope, g.Membership, g.Options.Names(), g.Reason, g.Span, by)
}

// OpenContent opens a content of a profile.
func OpenContent(ctx context.Context, tx *db.Tx, profile int64, c *right.Content, s period.Span, by By) (int64, error) {
	return openContent(ctx, tx, profile, c.Text(), s, by)
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
