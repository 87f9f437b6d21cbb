package view

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/followup"
	"habilis/internal/list"
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

// StepPage is one page of what is still to be done in other portals, the oldest first.
type StepPage struct {
	Rows []FollowUp `json:"rows"`
	Next string     `json:"next"`
}

// OpenSteps is the list of what is still to be done in other portals, where grant.edit is held, be it for ending only.
var OpenSteps = list.List[list.Query, sqlc.FollowUp]{
	Table:  "follow_ups",
	Orders: map[string]list.Order{"": {Column: "created_at", Index: "follow_ups_open", Number: true}},
	Sight: func(ctx context.Context, tx *db.Tx, q list.Query) (right.Sight, error) {
		sight, err := stepsSight(ctx, tx, q)
		if err == nil && sight.Empty() {
			return sight, access.Forbidden(right.GrantEdit)
		}
		return sight, err
	},
	Narrow: func(_ context.Context, _ *db.Tx, p *list.Plan, _ list.Query, sight right.Sight) error {
		p.Where("t.done_at = 0 AND t.withdrawn_at = 0")
		p.Places(sight)
		return nil
	},
	Columns: list.Read("t.*"),
	Fields:  list.Whole[sqlc.FollowUp],
}

// stepsSight is where the actor follows steps up: what is to be taken away elsewhere stays, though the structure is inactive here.
func stepsSight(ctx context.Context, tx *db.Tx, _ list.Query) (right.Sight, error) {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return right.Sight{}, err
	}
	err = access.ReadOwnPlaces(ctx, tx, actor.Rights)
	return actor.Rights.SeeEnding(right.GrantEdit, tx.At), err
}

func steps(ctx context.Context, tx *db.Tx, q list.Query) (rows []FollowUp, next string, err error) {
	found, next, err := OpenSteps.Page(ctx, tx, q)
	if err != nil {
		return nil, "", err
	}
	rows, err = tellFollowUps(ctx, tx, found, nil)
	return rows, next, err
}

// Steps returns a page of what is still to be done in other portals.
func (s *Service) Steps(ctx context.Context, q list.Query) (StepPage, error) {
	var out StepPage
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out.Rows, out.Next, err = steps(ctx, tx, q)
		return err
	})
	return out, err
}

// placesOfSteps lists whom steps are about or by, and where.
func placesOfSteps(rows []sqlc.FollowUp) (users []int64, scopes []right.Scope) {
	for _, r := range rows {
		users, scopes = append(users, r.UserID), append(scopes, followup.Scope(r))
		if r.DoneBy != nil {
			users = append(users, *r.DoneBy)
		}
	}
	return users, scopes
}

// tellFollowUps adds to the rows the names that the actor may see: those that were read, if any were.
func tellFollowUps(ctx context.Context, tx *db.Tx, rows []sqlc.FollowUp, n *names) ([]FollowUp, error) {
	told := []FollowUp{}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	if n == nil {
		n = newNames(ctx, tx)
		if err := n.read(placesOfSteps(rows)); err != nil {
			return nil, err
		}
	}
	comments, err := commentsOf(ctx, tx, rows)
	if err != nil {
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
		f.Comment = comments[r.Seq]
		if f.Name, err = n.person(r.UserID); err != nil {
			return nil, err
		}
		if f.Name != "" {
			f.User = r.UserID
		}
		if f.Place, err = n.place(followup.Scope(r)); err != nil {
			return nil, err
		}
		told = append(told, f)
	}
	return told, nil
}

// commentsOf reads why people were detached, by the lines that asked for it: the portal asks for a comment too.
func commentsOf(ctx context.Context, tx *db.Tx, rows []sqlc.FollowUp) (map[int64]string, error) {
	var lines []int64
	for _, r := range rows {
		if r.What == "detach" {
			lines = append(lines, r.Seq)
		}
	}
	comments := map[int64]string{}
	if len(lines) == 0 {
		return comments, nil
	}
	found, err := tx.CommentsOfLines(ctx, db.List(lines))
	if err != nil {
		return nil, fmt.Errorf("comments: %w", err)
	}
	for _, c := range found {
		comments[c.Seq] = c.Value
	}
	return comments, nil
}

// StepsOf returns what was to be done in other portals about somebody, done or not, the latest first, where the actor sees the person and the place.
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
		if list, err = tellFollowUps(ctx, tx, rows, nil); err != nil {
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
