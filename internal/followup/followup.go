// Package followup keeps the steps that a change asks to be done in another portal: written with the change, taken back when what they
// announce is not to be any more.
package followup

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// PublicPortal is the family whose portal attaches people itself (« Rattacher », « Détacher », « Transférer »).
const PublicPortal = "portail-public"

// Step is what is to be done in another portal: attach, detach, give, remove, extend or transfer. From and Until are the instants between
// which it is to hold there. Grant or Membership is what it announces.
type Step struct {
	User, Profile, Grant, Membership int64
	What, Family                     string
	Scope                            right.Scope
	From, Until                      int64
}

// Ask writes a step down. Nothing is asked of what acts in Habilis alone.
func Ask(ctx context.Context, tx *db.Tx, line *journal.Draft, s Step) error {
	if s.Family == "habilis" {
		return nil
	}
	if s.From <= tx.At {
		s.From = 0
	}
	if s.Until == period.Open {
		s.Until = 0
	}
	err := tx.AddFollowUp(ctx, sqlc.AddFollowUpParams{
		Seq: line.Seq(), UserID: s.User, StructureID: db.OrNull(s.Scope.Structure), DepartmentID: db.OrNull(s.Scope.Department), FamilyKey: s.Family,
		What: s.What, ProfileID: db.OrNull(s.Profile), GrantID: db.OrNull(s.Grant), MembershipID: db.OrNull(s.Membership), HoldsFrom: s.From, HoldsUntil: s.Until,
		CreatedAt: tx.At,
	})
	if err != nil {
		return fmt.Errorf("follow-up: %w", err)
	}
	return nil
}

// FamiliesOf returns which families some profiles are of.
func FamiliesOf(ctx context.Context, tx *db.Tx, choices []right.Choice) (map[string]bool, error) {
	families := map[string]bool{}
	profiles, err := access.LoadProfiles(ctx, tx)
	for _, c := range choices {
		if p := profiles[c.Profile]; p != nil {
			families[p.Family] = true
		}
	}
	return families, err
}

// FollowsPublicPortal reports whether the firm follows the rights of the public portal.
func FollowsPublicPortal(ctx context.Context, tx *db.Tx) (bool, error) {
	profiles, err := access.LoadProfiles(ctx, tx)
	for _, p := range profiles {
		if p.Family == PublicPortal && p.InUse {
			return true, err
		}
	}
	return false, err
}

// withdrawn takes back the steps that still wait, and tells whether what they announced was never done elsewhere.
func withdrawn(ctx context.Context, tx *db.Tx, rows []sqlc.FollowUp) (never bool, err error) {
	waited, done := false, false
	for _, r := range rows {
		if r.DoneAt != 0 {
			done = done || r.What == "give" || r.What == "attach"
			continue
		}
		waited = waited || r.What == "give" || r.What == "attach"
		if err := tx.WithdrawFollowUp(ctx, sqlc.WithdrawFollowUpParams{ID: r.ID, WithdrawnAt: tx.At}); err != nil {
			return false, fmt.Errorf("follow-up: %w", err)
		}
	}
	return waited && !done, nil
}

// Move asks for what a moved end means in the grant's portal, in place of what was asked and not done yet.
func Move(ctx context.Context, tx *db.Tx, line *journal.Draft, g sqlc.Grant, until int64) error {
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	rows, err := tx.FollowUpsOfGrant(ctx, &g.ID)
	if err != nil {
		return fmt.Errorf("follow-ups: %w", err)
	}
	never, err := withdrawn(ctx, tx, rows)
	if err != nil {
		return err
	}
	s := Step{User: g.UserID, What: "give", Family: profiles[g.ProfileID].Family, Profile: g.ProfileID, Grant: g.ID, Scope: ledger.GrantScope(g), From: g.FromAt, Until: until}
	if there, known := endThere(rows); known && there == until {
		return nil // the portal has that end already
	}
	over := until <= max(tx.At, g.FromAt) // the grant holds no longer, or never
	switch {
	case never && over:
		return nil
	case never: // it is still to be given there, with the new end
	case until > g.UntilAt:
		s.What, s.From = "extend", tx.At
	default:
		s.What, s.From, s.Until = "remove", until, period.Open
	}
	return Ask(ctx, tx, line, s)
}

// Prolong asks for what a later end of a membership means in the public portal, in place of what was asked and not done yet. Nothing is asked where the
// portal was never told an end.
func Prolong(ctx context.Context, tx *db.Tx, line *journal.Draft, m sqlc.Membership, until int64) error {
	rows, err := tx.FollowUpsOfMembership(ctx, &m.ID)
	if err != nil {
		return fmt.Errorf("follow-ups: %w", err)
	}
	if !slices.ContainsFunc(rows, func(r sqlc.FollowUp) bool { return r.HoldsUntil != 0 }) {
		return nil
	}
	never, err := withdrawn(ctx, tx, rows)
	if err != nil {
		return err
	}
	s := Step{
		User: m.UserID, What: "attach", Family: PublicPortal, Scope: right.ScopeOf(m.StructureID, m.DepartmentID), Membership: m.ID, From: m.FromAt, Until: until,
	}
	if !never {
		s.What, s.From = "prolong", tx.At
	}
	return Ask(ctx, tx, line, s)
}

// Detach asks for what the end of a membership means in the portals: the public one detaches, in one step, and takes its profiles
// away by that; in the others each profile is removed. What was never done there is not asked to be undone.
func Detach(ctx context.Context, tx *db.Tx, line *journal.Draft, m sqlc.Membership, ended []sqlc.Grant) error {
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	detach := len(ended) == 0
	for _, g := range ended {
		if profiles[g.ProfileID].Family != PublicPortal {
			if err := Move(ctx, tx, line, g, max(tx.At, g.FromAt)); err != nil {
				return err
			}
			continue
		}
		detach = true
		rows, err := tx.FollowUpsOfGrant(ctx, &g.ID)
		if err != nil {
			return fmt.Errorf("follow-ups: %w", err)
		}
		if _, err := withdrawn(ctx, tx, rows); err != nil {
			return err
		}
	}
	rows, err := tx.FollowUpsOfMembership(ctx, &m.ID)
	if err != nil {
		return fmt.Errorf("follow-ups: %w", err)
	}
	never, err := withdrawn(ctx, tx, rows)
	if err != nil || never || !detach && len(rows) == 0 {
		return err
	}
	if follows, err := FollowsPublicPortal(ctx, tx); err != nil || !follows {
		return err
	}
	return Ask(ctx, tx, line, Step{
		User: m.UserID, What: "detach", Family: PublicPortal, Scope: right.ScopeOf(m.StructureID, m.DepartmentID), Membership: m.ID,
		From: tx.At, Until: period.Open,
	})
}

// Transfer asks to transfer the principal manager's role in the public portal too, in place of what was asked and not done yet. Nothing is asked where
// the portal has that manager still.
func Transfer(ctx context.Context, tx *db.Tx, line *journal.Draft, structure, to int64) error {
	follows, err := FollowsPublicPortal(ctx, tx)
	if err != nil || !follows {
		return err
	}
	there, err := NoTransfer(ctx, tx, structure)
	if err != nil || there == to {
		return err
	}
	return Ask(ctx, tx, line, Step{User: to, What: "transfer", Family: PublicPortal, Scope: right.Structure(structure), From: tx.At, Until: period.Open})
}

// NoTransfer takes back the transfers of a structure that were not done in the portal, and returns whom the portal has as its manager as far as Habilis
// knows: whom the last transfer done there named, otherwise who held the role before the first that was not; 0 where nothing tells.
func NoTransfer(ctx context.Context, tx *db.Tx, structure int64) (there int64, err error) {
	rows, err := tx.TransferStepsOf(ctx, &structure)
	if err != nil {
		return 0, fmt.Errorf("follow-ups: %w", err)
	}
	waiting := false
	for _, r := range rows {
		if r.DoneAt != 0 {
			there, waiting = r.UserID, true
			continue
		}
		if !waiting && there == 0 {
			if there, err = managerBefore(ctx, tx, structure, r.CreatedAt); err != nil {
				return 0, err
			}
		}
		waiting = true
		if err := tx.WithdrawFollowUp(ctx, sqlc.WithdrawFollowUpParams{ID: r.ID, WithdrawnAt: tx.At}); err != nil {
			return 0, fmt.Errorf("follow-up: %w", err)
		}
	}
	return there, nil
}

// managerBefore returns whose period as principal manager ended at an instant, 0 for nobody's.
func managerBefore(ctx context.Context, tx *db.Tx, structure, at int64) (int64, error) {
	rows, err := tx.PrincipalsInStructure(ctx, structure)
	if err != nil {
		return 0, fmt.Errorf("principals: %w", err)
	}
	for _, p := range rows {
		if p.UntilAt == at && p.UntilAt > p.FromAt {
			return p.UserID, nil
		}
	}
	return 0, nil
}

// endThere returns the end that the portal knows of a grant, by the last step that was done, and whether one was.
func endThere(rows []sqlc.FollowUp) (until int64, known bool) {
	for _, r := range rows {
		if r.DoneAt == 0 {
			continue
		}
		until, known = r.HoldsUntil, true
		if r.What == "remove" {
			until = r.HoldsFrom
		}
		if until == 0 && r.What != "remove" {
			until = period.Open
		}
	}
	return until, known
}
