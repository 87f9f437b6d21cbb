package view

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/list"
	"habilis/internal/people"
	"habilis/internal/right"
)

// EffectLine is one right that somebody would gain or lose. Hidden tells of a person whom the actor may not see, or whom the change itself makes: of
// them neither number nor name is told.
type EffectLine struct {
	User       int64  `json:"user"`
	Name       string `json:"name"`
	Permission string `json:"permission"`
	Place      string `json:"place"` // empty: the firm
	AtFirm     bool   `json:"atFirm"`
	Before     string `json:"before"` // no, own or yes
	After      string `json:"after"`
	At         int64  `json:"at"` // 0: at once
	Acts       string `json:"acts"`
	Hidden     bool   `json:"hidden"`
}

// Effect is a preview as pages show it. Lines are a page of a few hundred; the counts are of all. More counts the lines after these.
type Effect struct {
	Gained      int          `json:"gained"`
	Lost        int          `json:"lost"`
	People      int          `json:"people"`
	Lines       []EffectLine `json:"lines"`
	More        int          `json:"more"`
	Fingerprint string       `json:"fingerprint"`
}

// mostLines is how many lines a page of a preview holds.
const mostLines = 300

var reaches = map[right.Reach]string{right.NoReach: "no", right.Own: "own", right.Whole: "yes"}

// Preview returns what a change would do, with the names of what the actor may see. skip leaves out the lines of the pages before.
func (s *Service) Preview(ctx context.Context, c change.Change, skip int) (Effect, error) {
	p, err := s.changes.PreviewPart(ctx, change.Part{From: max(0, skip), Size: mostLines}, c)
	if err != nil {
		return Effect{}, err
	}
	out := Effect{Gained: p.Gained, Lost: p.Lost, People: p.People, Lines: []EffectLine{}, Fingerprint: p.Fingerprint}
	out.More = max(0, p.Gained+p.Lost-max(0, skip)-len(p.Lines))
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		n := newNames(ctx, tx)
		var users []int64
		var places []right.Scope
		for _, l := range p.Lines {
			users, places = append(users, l.User), append(places, l.Scope)
		}
		if err := n.read(users, places); err != nil {
			return err
		}
		for _, l := range p.Lines {
			line := EffectLine{
				Permission: l.Permission.String(), AtFirm: l.Scope == right.Firm, Before: reaches[l.Before], After: reaches[l.After],
				At: l.At, Acts: l.Permission.Acts(),
			}
			if line.Name, err = n.person(l.User); err != nil {
				return err
			}
			if line.Place, err = n.place(l.Scope); err != nil {
				return err
			}
			if line.Hidden = line.Name == ""; !line.Hidden {
				line.User = l.User
			}
			out.Lines = append(out.Lines, line)
		}
		return nil
	})
	return out, err
}

// Noted returns the steps that the actor's changes since an instant ask for, and that nobody has marked as done.
func (s *Service) Noted(ctx context.Context, since int64) ([]FollowUp, error) {
	told := []FollowUp{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.FollowUpsOf(ctx, sqlc.FollowUpsOfParams{Since: since, Actor: &actor.User, Size: list.Size})
		if err != nil {
			return fmt.Errorf("follow-ups: %w", err)
		}
		told, err = tellFollowUps(ctx, tx, rows, nil)
		return err
	})
	return told, err
}

// names remembers the names already read. What is out of sight, or only rehearsed, has none.
type names struct {
	ctx    context.Context
	tx     *db.Tx
	people map[int64]string
	places map[right.Scope]string
}

func newNames(ctx context.Context, tx *db.Tx) *names {
	return &names{ctx: ctx, tx: tx, people: map[int64]string{}, places: map[right.Scope]string{}}
}

// read reads the names of people and places at once, as far as the actor sees them.
func (n *names) read(people []int64, places []right.Scope) error {
	seen, err := access.SeenAmong(n.ctx, n.tx, people)
	if err != nil {
		return err
	}
	users, err := n.tx.NamesOfUsers(n.ctx, db.List(people))
	if err != nil {
		return fmt.Errorf("names of users: %w", err)
	}
	for _, u := range users {
		n.people[u.ID] = ""
		if seen[u.ID] {
			n.people[u.ID] = u.FirstName + " " + u.LastName
		}
	}
	sight, err := access.SeenPlaces(n.ctx, n.tx)
	if err != nil {
		return err
	}
	var within, inside []int64
	for _, s := range places {
		switch {
		case s.Department == 0 && sight.Within(s.Structure):
			within = append(within, s.Structure)
		case s.Department != 0 && sight.Holds(s):
			inside = append(inside, s.Department)
		}
	}
	named, err := n.tx.NamesOfPlaces(n.ctx, sqlc.NamesOfPlacesParams{Structures: db.List(within), Departments: db.List(inside)})
	if err != nil {
		return fmt.Errorf("names of places: %w", err)
	}
	for _, p := range named {
		name := p.Name
		if p.DepartmentID != 0 {
			name += " › " + p.Label
		}
		n.places[right.Scope{Structure: p.StructureID, Department: p.DepartmentID}] = name
	}
	return nil
}

// about names the place of each of some rows, and leaves the number of the person only where they may be seen: all names are read at once.
func (n *names) about(rows int, of func(i int) (user *int64, place *string, scope right.Scope)) error {
	users, scopes := make([]int64, rows), make([]right.Scope, rows)
	for i := range rows {
		user, _, scope := of(i)
		users[i], scopes[i] = *user, scope
	}
	if err := n.read(users, scopes); err != nil {
		return err
	}
	for i := range rows {
		user, place, _ := of(i)
		if *place = n.places[scopes[i]]; n.people[users[i]] == "" {
			*user = 0
		}
	}
	return nil
}

func (n *names) person(id int64) (string, error) {
	if name, known := n.people[id]; known {
		return name, nil
	}
	u, _, err := people.Visible(n.ctx, n.tx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	n.people[id] = ""
	if err == nil {
		n.people[id] = u.FirstName + " " + u.LastName
	}
	return n.people[id], nil
}

func (n *names) place(scope right.Scope) (string, error) {
	if name, known := n.places[scope]; known {
		return name, nil
	}
	name, err := placeName(n.ctx, n.tx, scope)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	n.places[scope] = name
	return name, nil
}
