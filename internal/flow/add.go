package flow

import (
	"context"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/grant"
	"habilis/internal/journal"
	"habilis/internal/people"
	"habilis/internal/signin"
)

// AddPerson is « Ajouter une personne »: who, where, what, until when, and whether he may open Habilis here; one change. Structure 0 attaches
// nowhere, and gives the profiles at the firm.
type AddPerson struct {
	people.Identity
	Structure  int64           `json:"structure"`
	Department int64           `json:"department"`
	Profiles   []access.Choice `json:"profiles"`
	From       string          `json:"from"`
	Until      string          `json:"until"`
	Enters     bool            `json:"enters"`   // « Pourra ouvrir Habilis sur ce poste »
	CodeHash   string          `json:"codeHash"` // of the activation code, made in Go
	Created    int64           `json:"-"`        // the user's number, once applied
}

var _ change.Change = (*AddPerson)(nil)

// Kind names the change.
func (c *AddPerson) Kind() string { return "user.add" }

// Need is the right to create the kind of user, and, in the same change, to attach and to give where that is asked.
func (c *AddPerson) Need(context.Context, *db.Tx) ([]access.Need, error) {
	needs := []access.Need{{Permission: access.UserCreateExternal, Anywhere: true}}
	if c.Identity.Kind == "internal" {
		needs = []access.Need{{Permission: access.UserCreateInternal, Scope: access.Firm}}
	}
	scope := access.Department(c.Structure, c.Department)
	if c.Structure != 0 {
		needs = append(needs, access.Need{Permission: access.MembershipEdit, Scope: scope})
	} else if c.Identity.Kind != "internal" {
		// One attached nowhere is a matter of the firm (rights.md, A26).
		needs = append(needs, access.Need{Permission: access.MembershipEdit, Scope: access.Firm})
	}
	if len(c.Profiles) > 0 {
		needs = append(needs, access.Need{Permission: access.GrantEdit, Scope: scope})
	}
	if c.Enters {
		needs = append(needs, access.Need{Permission: access.FirmAdmin, Scope: access.Firm})
	}
	return needs, nil
}

// Apply writes the user, his membership and grants, and his invitation. It fails with Invalid, all problems of the form at once.
func (c *AddPerson) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	if err := c.check(ctx, tx); err != nil {
		return err
	}
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	row, _, err := firm.Row(ctx, tx)
	if err != nil {
		return err
	}
	user, err := people.Insert(ctx, tx, c.Identity, row.Language, access.By{Line: line.Seq()})
	if err != nil {
		return err
	}
	c.Created = user
	err = line.Fill(actor, journal.Entry{
		Action: "user.added", Kind: "user", Object: user, Structure: c.Structure, Person: user, Details: map[string]string{"kind": c.Identity.Kind},
		Values: map[string]string{"name": c.FirstName + " " + c.LastName, "email": c.Email},
	})
	if err != nil {
		return err
	}
	for _, part := range c.parts(user) {
		if err := part.Apply(ctx, tx, actor); err != nil {
			return err
		}
	}
	return nil
}

// parts are the changes that the one form is made of. Their Needs are among this one's.
func (c *AddPerson) parts(user int64) []change.Change {
	var list []change.Change
	if c.Structure != 0 {
		list = append(list, &grant.Attach{User: user, Structure: c.Structure, Department: c.Department, From: c.From, Until: c.Until, Profiles: c.Profiles})
	} else if len(c.Profiles) > 0 {
		list = append(list, &grant.Give{User: user, Profiles: c.Profiles, From: c.From, Until: c.Until})
	}
	if c.Enters {
		list = append(list, &signin.SetSignIn{User: user, SignIn: "invited", CodeHash: c.CodeHash})
	}
	return list
}

func (c *AddPerson) check(ctx context.Context, tx *db.Tx) error {
	var l fault.List
	c.Identity.Check(&l)
	if err := people.Free(ctx, tx, c.Email, &l); err != nil {
		return err
	}
	if err := fault.Join(l.Err(), days(ctx, tx, c.From, c.Until)); err != nil {
		return err
	}
	if c.Department != 0 {
		d, err := tx.DepartmentRow(ctx, c.Department)
		if err != nil || d.StructureID != c.Structure {
			return fault.Field("department", "department.not_found")
		}
	}
	return nil
}

func days(ctx context.Context, tx *db.Tx, from, until string) error {
	_, err := access.Days(ctx, tx, from, until)
	return err
}
