package view

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/followup"
	"habilis/internal/right"
)

// FollowUp is what must still be done in another portal: attach, detach, give, remove, extend or transfer. From and Until are the instants
// between which it is to hold there, 0 for at once and for no end. Of somebody out of sight neither number nor name is told.
type FollowUp struct {
	ID      int64  `json:"id"`
	User    int64  `json:"user"`
	Name    string `json:"name"`
	Place   string `json:"place"`
	Family  string `json:"family"`
	What    string `json:"what"`
	Profile string `json:"profile"`
	Comment string `json:"comment"` // of a detachment: the portal asks for one
	From    int64  `json:"from"`
	Until   int64  `json:"until"`
	At      int64  `json:"at"`

	Grant      int64  `json:"grant"` // what it announces
	Membership int64  `json:"membership"`
	DoneAt     int64  `json:"doneAt"` // 0 while it waits
	DoneBy     string `json:"doneBy"` // empty where nobody, or nobody whom the actor may see
	Markable   bool   `json:"markable"`
}

func (s *Service) followUps(ctx context.Context, tx *db.Tx, actor *access.Actor, out *Home) error {
	if err := access.ReadOwnPlaces(ctx, tx, actor.Rights); err != nil {
		return err
	}
	sight := actor.Rights.SeeEnding(right.GrantEdit, tx.At) // what is to be taken away elsewhere stays, though the structure is inactive here
	if sight.Empty() {
		return nil
	}
	var rows []sqlc.FollowUp
	var err error
	if sight.Everywhere {
		rows, err = tx.OpenFollowUps(ctx, looked(sight))
	} else {
		rows, err = tx.OpenFollowUpsIn(ctx, sqlc.OpenFollowUpsInParams{Structures: db.List(sight.Where()), Size: widest})
	}
	if err != nil {
		return fmt.Errorf("follow-ups: %w", err)
	}
	rows = slices.DeleteFunc(rows, func(r sqlc.FollowUp) bool { return !sight.Holds(followup.Scope(r)) })
	out.MoreFollowUps = len(rows) > mostRows
	out.FollowUps, err = tellFollowUps(ctx, tx, rows[:min(mostRows, len(rows))])
	return err
}

// tellFollowUps adds to the rows the names that the actor may see.
func tellFollowUps(ctx context.Context, tx *db.Tx, rows []sqlc.FollowUp) ([]FollowUp, error) {
	list := []FollowUp{}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	var users []int64
	var scopes []right.Scope
	for _, r := range rows {
		users, scopes = append(users, r.UserID), append(scopes, followup.Scope(r))
		if r.DoneBy != nil {
			users = append(users, *r.DoneBy)
		}
	}
	n := newNames(ctx, tx)
	if err := n.read(users, scopes); err != nil {
		return nil, err
	}
	for _, r := range rows {
		f := FollowUp{ID: r.ID, Family: r.FamilyKey, What: r.What, From: r.HoldsFrom, Until: r.HoldsUntil, At: r.CreatedAt}
		f.DoneAt, f.Grant, f.Membership = r.DoneAt, db.OrZero(r.GrantID), db.OrZero(r.MembershipID)
		if r.ProfileID != nil {
			f.Profile = profiles[*r.ProfileID].Name
		}
		if r.DoneBy != nil {
			if f.DoneBy, err = n.person(*r.DoneBy); err != nil {
				return nil, err
			}
		}
		if r.What == "detach" {
			f.Comment, err = tx.CommentOfLine(ctx, r.Seq)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, fmt.Errorf("comment: %w", err)
			}
		}
		if f.Name, err = n.person(r.UserID); err != nil {
			return nil, err
		}
		if f.Name != "" {
			f.User = r.UserID
		}
		if f.Place, err = n.place(followup.Scope(r)); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

// StepsOf gives what was to be done in other portals about somebody, done or not, the latest first, where the actor sees the person and the place.
func (s *Service) StepsOf(ctx context.Context, user int64) ([]FollowUp, error) {
	list := []FollowUp{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, _, err := access.Person(ctx, tx, user)
		if err != nil {
			return err
		}
		rows, err := tx.FollowUpsOfUser(ctx, user)
		if err != nil {
			return fmt.Errorf("follow-ups: %w", err)
		}
		if rows, err = stepsInSight(ctx, tx, actor, user, rows); err != nil {
			return err
		}
		if list, err = tellFollowUps(ctx, tx, rows); err != nil {
			return err
		}
		for i, r := range rows {
			list[i].Markable = actor.Rights.Allowed(right.Question{Permission: right.GrantEdit, Scope: followup.Scope(r), Ending: true, At: tx.At})
			if !list[i].Markable {
				list[i].Comment = "" // for the portal's form alone
			}
		}
		return nil
	})
	return list, err
}

// stepsInSight leaves the steps whose place the actor sees; what concerns the firm is told to whom it may be.
func stepsInSight(ctx context.Context, tx *db.Tx, actor *access.Actor, user int64, rows []sqlc.FollowUp) ([]sqlc.FollowUp, error) {
	var structures []int64
	for _, r := range rows {
		structures = append(structures, db.OrZero(r.StructureID))
	}
	if err := access.ReadPlaces(ctx, tx, actor.Rights, structures...); err != nil {
		return nil, err
	}
	told, err := access.ToldAtFirm(ctx, tx)
	if err != nil {
		return nil, err
	}
	sight := actor.Rights.See(right.StructureView, tx.At)
	return slices.DeleteFunc(rows, func(r sqlc.FollowUp) bool {
		if r.StructureID == nil {
			return !told(user)
		}
		return !sight.Holds(followup.Scope(r))
	}), nil
}
