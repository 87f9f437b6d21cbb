package grant

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/guard"
	"habilis/internal/identifier"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Service reads memberships and grants.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }

// Membership is one attachment of a person, as their record shows it. State is past, current, coming or cancelled.
type Membership struct {
	ID           int64  `json:"id"`
	StructureID  int64  `json:"structureId"`
	Structure    string `json:"structure"`
	Identifier   string `json:"identifier"`
	DepartmentID int64  `json:"departmentId"`
	Department   string `json:"department"`
	From         int64  `json:"from"`
	Until        int64  `json:"until"`
	State        string `json:"state"`
	Endable      bool   `json:"endable"`
	Extendable   bool   `json:"extendable"`
}

// Grant is one profile of a person, as their record shows it. StructureID 0 is the firm.
type Grant struct {
	ID           int64    `json:"id"`
	ProfileID    int64    `json:"profileId"`
	Profile      string   `json:"profile"`
	Family       string   `json:"family"`
	Options      []string `json:"options"`
	StructureID  int64    `json:"structureId"`
	Structure    string   `json:"structure"`
	DepartmentID int64    `json:"departmentId"`
	Department   string   `json:"department"`
	Reason       string   `json:"reason"`
	From         int64    `json:"from"`
	Until        int64    `json:"until"`
	State        string   `json:"state"`
	Endable      bool     `json:"endable"`
	Extendable   bool     `json:"extendable"`
	SelfDecided  bool     `json:"selfDecided"` // asked for and approved by one person (rights.md, A37)
}

// Record is what a person holds and held, among what the actor may see. Hidden counts the structures that they may not.
type Record struct {
	Memberships []Membership `json:"memberships"`
	Grants      []Grant      `json:"grants"`
	Principals  []int64      `json:"principals"` // the structures of which they are principal manager now
	Hidden      int          `json:"hidden"`
}

func stateOf(from, until, at int64) string {
	switch {
	case until <= from:
		return "cancelled"
	case until <= at:
		return "past"
	case from > at:
		return "coming"
	}
	return "current"
}

// Of returns what a user holds and held. The actor must see the user; rows of structures out of their sight are counted only.
func (s *Service) Of(ctx context.Context, user int64) (Record, error) {
	out := Record{Memberships: []Membership{}, Grants: []Grant{}, Principals: []int64{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, facts, err := access.Person(ctx, tx, user)
		if err != nil {
			return err
		}
		sight := actor.Rights.See(right.StructureView, tx.At)
		if err := access.ReadPlaces(ctx, tx, actor.Rights, facts.Structures()...); err != nil {
			return err
		}
		hidden := map[int64]bool{}
		if err := memberships(ctx, tx, actor, user, sight, hidden, &out); err != nil {
			return err
		}
		if err := grants(ctx, tx, actor, user, sight, hidden, &out); err != nil {
			return err
		}
		principals, err := tx.PrincipalsOfUser(ctx, user)
		if err != nil {
			return fmt.Errorf("principals: %w", err)
		}
		for _, p := range principals {
			if p.FromAt <= tx.At && tx.At < p.UntilAt && sight.Holds(right.Structure(p.StructureID)) {
				out.Principals = append(out.Principals, p.StructureID)
			}
		}
		out.Hidden = len(hidden)
		if !facts.Active(tx.At) { // nothing is given to somebody who may do nothing
			for i := range out.Memberships {
				out.Memberships[i].Extendable = false
			}
			for i := range out.Grants {
				out.Grants[i].Extendable = false
			}
		}
		return nil
	})
	return out, err
}

// within reports whether a scope lies in sight: a structure seen whole, or the very department.
func within(sight right.Sight, structure, department int64) bool {
	return sight.Holds(right.Department(structure, department))
}

func memberships(ctx context.Context, tx *db.Tx, actor *access.Actor, user int64, sight right.Sight, hidden map[int64]bool, out *Record) error {
	rows, err := tx.MembershipsWithNames(ctx, user)
	if err != nil {
		return fmt.Errorf("memberships: %w", err)
	}
	for _, r := range rows {
		m := Membership{
			ID: r.ID, StructureID: r.StructureID, Structure: r.StructureName, Identifier: identifier.Format(r.IdentifierType, r.Identifier),
			From: r.FromAt, Until: r.UntilAt, State: stateOf(r.FromAt, r.UntilAt, tx.At),
		}
		if r.DepartmentID != nil {
			m.DepartmentID, m.Department = *r.DepartmentID, *r.DepartmentLabel
		}
		if !within(sight, m.StructureID, m.DepartmentID) {
			hidden[m.StructureID] = true
			continue
		}
		open := m.State == "current" || m.State == "coming"
		m.Endable = open && actor.Rights.Allowed(right.Question{
			Permission: right.MembershipEdit, Scope: right.Department(m.StructureID, m.DepartmentID), Ending: true, At: tx.At,
		})
		m.Extendable = open && m.Until < period.Open && actor.Rights.Allowed(right.Question{
			Permission: right.MembershipEdit, Scope: right.Department(m.StructureID, m.DepartmentID), At: tx.At,
		})
		out.Memberships = append(out.Memberships, m)
	}
	return nil
}

func grants(ctx context.Context, tx *db.Tx, actor *access.Actor, user int64, sight right.Sight, hidden map[int64]bool, out *Record) error {
	rows, err := tx.GrantsWithNames(ctx, user)
	if err != nil {
		return fmt.Errorf("grants: %w", err)
	}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	outsider, err := access.Outsider(ctx, tx, actor)
	if err != nil {
		return err
	}
	own, err := guard.SelfDecided(ctx, tx, user)
	if err != nil {
		return err
	}
	for _, r := range rows {
		g := grantOf(r, profiles[r.ProfileID], tx.At)
		g.SelfDecided = g.Reason == "request" && own[g.From]
		if g.StructureID == 0 && outsider && user != actor.User {
			continue
		}
		if g.StructureID != 0 && !within(sight, g.StructureID, g.DepartmentID) {
			hidden[g.StructureID] = true
			continue
		}
		q := right.Question{Permission: right.GrantEdit, Scope: right.Department(g.StructureID, g.DepartmentID), At: tx.At}
		if g.State == "current" || g.State == "coming" {
			g.Extendable = actor.Rights.Allowed(q)
			q.Ending = true
			g.Endable = actor.Rights.Allowed(q)
			if g.Extendable = g.Extendable && g.Until < period.Open; g.Extendable {
				if g.Extendable, err = guard.MayExtend(ctx, tx, actor, r.ID); err != nil {
					return err
				}
			}
			if g.Endable && profiles[r.ProfileID].Administrator() {
				if g.Endable, err = guard.OthersAdminister(ctx, tx, r.ID); err != nil {
					return err
				}
			}
		}
		out.Grants = append(out.Grants, g)
	}
	return nil
}

func grantOf(r sqlc.GrantsWithNamesRow, p *right.Profile, at int64) Grant {
	g := Grant{
		ID: r.ID, ProfileID: r.ProfileID, Profile: p.Name, Family: p.Family, Options: split(r.Options), Reason: cmp.Or(r.Reason, "grant"),
		From: r.FromAt, Until: r.UntilAt, State: stateOf(r.FromAt, r.UntilAt, at),
	}
	if r.StructureID != nil {
		g.StructureID, g.Structure = *r.StructureID, *r.StructureName
	}
	if r.DepartmentID != nil {
		g.DepartmentID, g.Department = *r.DepartmentID, *r.DepartmentLabel
	}
	return g
}

func split(options string) []string {
	if list := strings.Fields(options); list != nil {
		return list
	}
	return []string{}
}

// Member is one person attached to a structure, now or from a coming day, as its record shows it.
type Member struct {
	UserID       int64    `json:"userId"`
	Name         string   `json:"name"`
	Email        string   `json:"email"`
	Kind         string   `json:"kind"`
	MembershipID int64    `json:"membershipId"`
	DepartmentID int64    `json:"departmentId"`
	Department   string   `json:"department"`
	From         int64    `json:"from"`
	Until        int64    `json:"until"`
	Extendable   bool     `json:"extendable"`
	Titles       []string `json:"titles"`
	Principal    bool     `json:"principal"`
}

// In returns the people attached to a structure, now or from a coming day, those of the departments that the actor may see. It asks user.view there.
func (s *Service) In(ctx context.Context, structure int64) ([]Member, error) {
	list := []Member{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, right.UserView)
		if err != nil {
			return err
		}
		sight := actor.Rights.See(right.UserView, tx.At)
		if !sight.Within(structure) {
			return access.Forbidden(right.UserView) // no right there is not nobody there
		}
		rows, err := tx.MembershipsCurrentIn(ctx, sqlc.MembershipsCurrentInParams{StructureID: structure, At: tx.At})
		if err != nil {
			return fmt.Errorf("memberships: %w", err)
		}
		all, err := access.LoadStructure(ctx, tx, right.Structure(structure))
		if err != nil {
			return err
		}
		told, err := access.ToldAtFirm(ctx, tx)
		if err != nil {
			return err
		}
		if err := access.ReadPlaces(ctx, tx, actor.Rights, structure); err != nil {
			return err
		}
		edits := actor.Rights.See(right.MembershipEdit, tx.At)
		for _, r := range rows {
			scope := right.Structure(structure)
			m := Member{
				UserID: r.UserID, Name: r.FirstName + " " + r.LastName, Email: r.Email, Kind: r.Kind, MembershipID: r.ID, From: r.FromAt, Until: r.UntilAt,
			}
			if r.DepartmentID != nil {
				m.DepartmentID, m.Department = *r.DepartmentID, *r.DepartmentLabel
				scope.Department = *r.DepartmentID
			}
			if !sight.Holds(scope) {
				continue
			}
			m.Extendable = m.Until < period.Open && edits.Holds(scope) && all[r.UserID].Active(tx.At)
			m.Titles = all[r.UserID].Titles(scope, tx.At, told(r.UserID))
			m.Principal = all[r.UserID].Manages(structure, tx.At)
			list = append(list, m)
		}
		return nil
	})
	return list, err
}
