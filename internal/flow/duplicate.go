package flow

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/place"
	"habilis/internal/right"
	"habilis/internal/structure"
	"habilis/internal/uid"
)

// CopiedTables says, of every table with a column that names a structure, whether a duplication copies its rows, and why.
var CopiedTables = map[string]struct {
	Copied bool
	Why    string
}{
	"structures":         {true, "the record itself; without billing mandate, technical account, connections and PACAGE number"},
	"structure_states":   {false, "the old one ends, the new one begins"},
	"structure_labels":   {true, "groups of clients stay whole"},
	"departments":        {true, "with their states and dates"},
	"memberships":        {true, "in force and to come"},
	"grants":             {true, "in force and to come"},
	"principals":         {true, "the same person manages the new structure"},
	"ceilings":           {true, "in force and to come"},
	"requests":           {false, "they are about the old structure, and close with it"},
	"follow_ups":         {false, "steps that are done or not, about the old structure"},
	"journal":            {false, "what was done was done to the old structure"},
	"former_identifiers": {false, "the old structure keeps its own identifiers"},
	"contracts":          {false, "a contract names the old identifier: the platform makes another"},
}

// Duplicate is « Dupliquer une structure »: a new structure with everything of an old one, which ends. Identifier is of the old one's type;
// Found is what the register said of it, looked up in Go.
type Duplicate struct {
	From       int64       `json:"from"`
	Identifier string      `json:"identifier"`
	Label      string      `json:"label"`
	Email      string      `json:"email"`
	Phone      string      `json:"phone"`
	Found      insee.Found `json:"-"`
}

// Kind names the change.
func (c Duplicate) Kind() string { return "structure.duplicate" }

// Need is structure.create on some scope, and structure.activate and structure.edit on the old structure.
func (c Duplicate) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{
		{Permission: right.StructureCreate, Anywhere: true},
		{Permission: right.StructureActivate, Scope: right.Structure(c.From)},
		{Permission: right.StructureEdit, Scope: right.Structure(c.From)},
	}, nil
}

// copier carries the rows over. It keeps the new numbers by the old ones.
type copier struct {
	ctx         context.Context
	tx          *db.Tx
	from, to    int64
	by          ledger.By
	departments map[int64]int64
	memberships map[int64]int64
	counts      map[string]int
}

// Check has nothing to tell before the copy: structure.Candidate has checked the identifier.
func (c Duplicate) Check(context.Context, *change.Work) error { return nil }

// Apply makes the new structure, carries the rows over, and deactivates the old one. It fails with Invalid beside a field of the copy.
func (c Duplicate) Apply(ctx context.Context, w *change.Work) (made change.Outcome, err error) {
	tx := w.Tx
	line, err := w.Journal(ctx)
	if err != nil {
		return made, err
	}
	made.Created, err = structure.Copy(ctx, tx, structure.Copied{From: c.From, Identifier: c.Identifier, Label: c.Label, Email: c.Email, Phone: c.Phone}, c.Found)
	if err != nil {
		return made, err
	}
	k := &copier{
		ctx: ctx, tx: tx, from: c.From, to: made.Created, by: ledger.By{Line: line.Seq(), Carried: true}, departments: map[int64]int64{}, memberships: map[int64]int64{},
		counts: map[string]int{},
	}
	now := period.Span{From: tx.At, Until: period.Open}
	if _, err := ledger.OpenStructureState(ctx, tx, made.Created, true, now, ledger.By{Line: line.Seq()}); err != nil {
		return made, err
	}
	for _, step := range []func() error{k.copyDepartments, k.copyMemberships, k.copyGrants, k.copyPrincipals, k.copyCeilings} {
		if err := step(); err != nil {
			return made, err
		}
	}
	if _, err := w.Do(ctx, structure.SetState{Structure: c.From}); err != nil {
		return made, err
	}
	return made, line.Fill(w.Actor, journal.Entry{
		Action: "structure.duplicated", Kind: "structure", Object: made.Created, Structure: made.Created,
		Details: map[string]string{
			"from": fmt.Sprint(c.From), "departments": fmt.Sprint(k.counts["departments"]), "memberships": fmt.Sprint(k.counts["memberships"]),
			"grants": fmt.Sprint(k.counts["grants"]),
		},
		Values: map[string]string{"identifier": c.Identifier},
	})
}

// rest is what remains of a period from now on; ok is false where nothing does.
func (k *copier) rest(from, until int64) (s period.Span, ok bool) {
	s = period.Span{From: max(from, k.tx.At), Until: until}
	return s, s.Until > s.From && until > from
}

func (k *copier) copyDepartments() error {
	rows, err := k.tx.DepartmentsOf(k.ctx, sqlc.DepartmentsOfParams{StructureID: k.from, At: k.tx.At})
	if err != nil {
		return fmt.Errorf("departments: %w", err)
	}
	for _, d := range rows {
		id, err := department.Add(k.ctx, k.tx, sqlc.AddDepartmentParams{
			Uid: uid.New(), StructureID: k.to, Code: d.Code, CodeKey: d.CodeKey, Label: d.Label, Description: d.Description, Address: d.Address, Phone: d.Phone,
			CommitmentRequired: d.CommitmentRequired, CreatedAt: k.tx.At,
		})
		if err != nil {
			return fmt.Errorf("department: %w", err)
		}
		k.departments[d.ID] = id
		k.counts["departments"]++
	}
	states, err := k.tx.StatesOfDepartmentsOf(k.ctx, db.List([]int64{k.from}))
	if err != nil {
		return fmt.Errorf("department states: %w", err)
	}
	for _, s := range states {
		if span, ok := k.rest(s.FromAt, s.UntilAt); ok {
			if _, err := ledger.OpenDepartmentState(k.ctx, k.tx, right.Department(k.to, k.departments[s.DepartmentID]), s.State == "active", span, k.by); err != nil {
				return err
			}
		}
	}
	validities, err := k.tx.ValiditiesOfDepartmentsOf(k.ctx, db.List([]int64{k.from}))
	if err != nil {
		return fmt.Errorf("department validities: %w", err)
	}
	for _, v := range validities {
		if span, ok := k.rest(v.FromAt, v.UntilAt); ok {
			if _, err := ledger.OpenValidity(k.ctx, k.tx, right.Department(k.to, k.departments[v.DepartmentID]), span, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

// scope is the same place in the new structure.
func (k *copier) scope(department *int64) right.Scope {
	s := right.Structure(k.to)
	if department != nil {
		s.Department = k.departments[*department]
	}
	return s
}

func (k *copier) copyMemberships() error {
	rows, err := k.tx.MembershipsInStructure(k.ctx, k.from)
	if err != nil {
		return fmt.Errorf("memberships: %w", err)
	}
	// Those of departments first: beside a narrower one a wider may open, not the reverse (rights.md, A15).
	slices.SortStableFunc(rows, func(a, b sqlc.Membership) int { return int(narrower(b) - narrower(a)) })
	for _, m := range rows {
		span, ok := k.rest(m.FromAt, m.UntilAt)
		if !ok {
			continue
		}
		id, err := ledger.OpenMembership(k.ctx, k.tx, m.UserID, k.scope(m.DepartmentID), span, k.by)
		if err != nil {
			return err
		}
		k.memberships[m.ID] = id
		k.counts["memberships"]++
	}
	return nil
}

func narrower(m sqlc.Membership) int64 {
	if m.DepartmentID != nil {
		return 1
	}
	return 0
}

func (k *copier) copyGrants() error {
	rows, err := k.tx.GrantsInStructure(k.ctx, &k.from)
	if err != nil {
		return fmt.Errorf("grants: %w", err)
	}
	for _, g := range rows {
		span, ok := k.rest(g.FromAt, g.UntilAt)
		if !ok {
			continue
		}
		_, err := ledger.OpenGrant(k.ctx, k.tx, ledger.Given{
			User: g.UserID, Profile: g.ProfileID, Membership: k.memberships[*g.MembershipID], Scope: k.scope(g.DepartmentID), Options: right.ParseSet(g.Options),
			Reason: g.Reason, Span: span,
		}, k.by)
		if err != nil {
			return err
		}
		k.counts["grants"]++
	}
	return nil
}

func (k *copier) copyPrincipals() error {
	rows, err := k.tx.PrincipalsInStructure(k.ctx, k.from)
	if err != nil {
		return fmt.Errorf("principals: %w", err)
	}
	for _, p := range rows {
		if span, ok := k.rest(p.FromAt, p.UntilAt); ok {
			if _, err := ledger.OpenPrincipal(k.ctx, k.tx, p.UserID, k.to, "duplicated", span, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *copier) copyCeilings() error {
	rows, err := k.tx.CeilingsOfStructure(k.ctx, k.from)
	if err != nil {
		return fmt.Errorf("ceilings: %w", err)
	}
	for _, c := range rows {
		if span, ok := k.rest(c.FromAt, c.UntilAt); ok {
			if _, err := ledger.OpenCeiling(k.ctx, k.tx, k.to, c.Modules, span, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

// Copies counts what a duplication would carry over, and tells what it would leave behind: only what is there.
type Copies struct {
	Departments int    `json:"departments"`
	Memberships int    `json:"memberships"`
	Grants      int    `json:"grants"`
	Ceiling     bool   `json:"ceiling"`
	Labels      int    `json:"labels"`
	Manager     bool   `json:"manager"`
	Left        []Left `json:"left"`
}

// Left is one thing that a duplication leaves behind: mandate, technicalAccount, connections, pacage, contracts or requests. There tells that the
// structure has it.
type Left struct {
	What  string `json:"what"`
	There bool   `json:"there"`
}

// Copies returns what a duplication of a structure would copy and what not. It asks structure.activate there.
func (s *Service) Copies(ctx context.Context, id int64) (Copies, error) {
	out := Copies{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Require(ctx, tx, right.StructureActivate, right.Structure(id)); err != nil {
			return err
		}
		row, err := place.Row(ctx, tx, id)
		if err != nil {
			return err
		}
		n, err := tx.CountCopies(ctx, sqlc.CountCopiesParams{StructureID: id, At: tx.At})
		if err != nil {
			return fmt.Errorf("copies: %w", err)
		}
		out = Copies{
			Departments: int(n.Departments), Memberships: int(n.Memberships), Grants: int(n.Grants), Ceiling: n.Ceilings > 0, Labels: int(n.Labels),
			Manager: row.Managed,
			Left: []Left{
				{"mandate", row.MandateHolder != ""}, {"technicalAccount", row.TechnicalAccount != ""}, {"connections", row.Connections != ""},
				{"pacage", row.Pacage != ""}, {"contracts", n.Contracts > 0}, {"requests", n.Requests > 0},
			},
		}
		return nil
	})
	return out, err
}
