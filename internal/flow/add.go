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
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/right"
	"habilis/internal/signin"
)

// AddPerson is « Ajouter une personne »: who, where, what, until when, and whether they may open Habilis here; one change. Structure 0 attaches
// nowhere, and gives the profiles at the firm.
type AddPerson struct {
	people.Identity
	Structure  int64          `json:"structure"`
	Department int64          `json:"department"`
	Profiles   []right.Choice `json:"profiles"`
	From       string         `json:"from"`
	Until      string         `json:"until"`
	Enters     bool           `json:"enters"` // « Pourra ouvrir Habilis sur ce poste »
	Code       string         `json:"-"`      // the activation code, with its hash (signin.NewCode)
	CodeHash   string         `json:"-"`
}

// Kind names the change.
func (c AddPerson) Kind() string { return "user.add" }

// Need is the right to create the kind of user, and, in the same change, to attach and to give where that is asked.
func (c AddPerson) Need(context.Context, *db.Tx) ([]access.Need, error) {
	needs := []access.Need{{Permission: right.UserCreateExternal, Anywhere: true}}
	if c.Identity.Kind == "internal" {
		needs = []access.Need{{Permission: right.UserCreateInternal, Scope: right.Firm}}
	}
	scope := right.Department(c.Structure, c.Department)
	if c.Structure != 0 {
		needs = append(needs, access.Need{Permission: right.MembershipEdit, Scope: scope})
	} else if c.Identity.Kind != "internal" {
		// One attached nowhere is a matter of the firm (rights.md, A26).
		needs = append(needs, access.Need{Permission: right.MembershipEdit, Scope: right.Firm})
	}
	if len(c.Profiles) > 0 {
		needs = append(needs, access.Need{Permission: right.GrantEdit, Scope: scope})
	}
	if c.Enters {
		needs = append(needs, access.Need{Permission: right.FirmAdmin, Scope: right.Firm})
	}
	return needs, nil
}

// Check tells every problem of the form: of the person, the days and the department.
func (c AddPerson) Check(ctx context.Context, w *change.Work) error {
	var l fault.List
	c.Identity.Check(&l)
	if err := people.Free(ctx, w.Tx, c.Email, &l); err != nil {
		return err
	}
	if err := fault.Join(l.Err(), days(ctx, w.Tx, c.From, c.Until)); err != nil {
		return err
	}
	if c.Department != 0 {
		d, err := w.DepartmentRow(ctx, c.Department)
		if err != nil || d.StructureID != c.Structure {
			return fault.Field("department", "department.not_found")
		}
	}
	return nil
}

// Apply writes the user, their membership and grants, and their invitation.
func (c AddPerson) Apply(ctx context.Context, w *change.Work) (made change.Outcome, err error) {
	c.Identity.Check(&fault.List{}) // checked before: it is normalized here
	line, err := w.Journal(ctx)
	if err != nil {
		return made, err
	}
	row, _, err := firm.Row(ctx, w.Tx)
	if err != nil {
		return made, err
	}
	made.Created, err = people.Insert(ctx, w.Tx, c.Identity, row.Language, ledger.By{Line: line.Seq()})
	if err != nil {
		return made, err
	}
	values := map[string]string{"name": c.FirstName + " " + c.LastName, "email": c.Email}
	if c.Contact != "" {
		values["contact"] = c.Contact
	}
	err = line.Fill(w.Actor, journal.Entry{
		Action: "user.added", Kind: "user", Object: made.Created, Structure: c.Structure, Person: made.Created, Details: map[string]string{"kind": c.Identity.Kind},
		Values: values,
	})
	if err != nil {
		return made, err
	}
	for _, part := range c.parts(made.Created) {
		left, err := w.Do(ctx, part)
		if err != nil {
			return made, err
		}
		made.Code += left.Code // the invitation's alone has one
	}
	return made, nil
}

// parts are the changes that the one form is made of. Their Needs are among this one's.
func (c AddPerson) parts(user int64) []change.Change {
	var list []change.Change
	if c.Structure != 0 {
		list = append(list, grant.Attach{User: user, Structure: c.Structure, Department: c.Department, From: c.From, Until: c.Until, Profiles: c.Profiles})
	} else if len(c.Profiles) > 0 {
		list = append(list, grant.Give{User: user, Profiles: c.Profiles, From: c.From, Until: c.Until})
	}
	if c.Enters {
		list = append(list, signin.SetSignIn{User: user, SignIn: "invited", Code: c.Code, CodeHash: c.CodeHash})
	}
	return list
}

func days(ctx context.Context, tx *db.Tx, from, until string) error {
	_, err := access.Days(ctx, tx, from, until)
	return err
}
