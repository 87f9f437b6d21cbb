package department

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/field"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/place"
	"habilis/internal/right"
	"habilis/internal/uid"
)

// reservedCode is kept by the portal for itself.
const reservedCode = "FACTURES_PUBLIQUES"

// Fields is what a person may type of a department, at its creation and later. From and Until are days; an empty From is today, an
// empty Until no end.
type Fields struct {
	Label              string `json:"label"`
	Description        string `json:"description"`
	Address            string `json:"address"`
	Phone              string `json:"phone"`
	CommitmentRequired bool   `json:"commitmentRequired"` // of a public structure only
	From               string `json:"from"`
	Until              string `json:"until"`
}

// check normalizes the fields and adds every problem. A telephone is read where the structure is.
//
// What stays as it was is not judged again: was is the department as it is, nothing where it is new.
func (f *Fields) check(l *fault.List, was Fields, country, postcode string) {
	field.Trim(&f.Label, &f.Description, &f.Address, &f.Phone)
	if f.Label == "" {
		l.Add("label", "department.label.empty")
	}
	for _, x := range []struct {
		name, value, was string
		most             int
	}{
		{"label", f.Label, was.Label, 100}, {"description", f.Description, was.Description, 500}, {"address", f.Address, was.Address, 200},
	} {
		if x.value != x.was {
			field.Text(l, x.name, x.value, x.most)
		}
	}
	if f.Phone != "" && f.Phone != was.Phone {
		if number, ok := identifier.Phone(f.Phone, country, postcode); ok {
			f.Phone = number
		} else {
			l.Add("phone", "phone.malformed")
		}
	}
}

// Written returns the values by the names of their fields; the days are told apart, by the row that holds them.
func (f Fields) Written() map[string]string {
	return map[string]string{
		"label": f.Label, "description": f.Description, "address": f.Address, "phone": f.Phone, "commitmentRequired": fmt.Sprint(f.CommitmentRequired),
	}
}

// Department is a service of a structure. Editable tells whether the one who asks may edit it; Switch is the manager's own switch, Active says
// that it is on and the dates contain today. ValidFrom and ValidUntil are instants.
type Department struct {
	ID          int64  `json:"id"`
	StructureID int64  `json:"structureId"`
	Code        string `json:"code"`
	Fields
	Switch     bool   `json:"switch"`
	Active     bool   `json:"active"`
	ValidFrom  int64  `json:"validFrom"`
	ValidUntil int64  `json:"validUntil"`
	Supplier   string `json:"supplier"` // what a supplier who names it must give: commitment or nothing
	PhoneShown string `json:"phoneShown"`
	People     int    `json:"people"`
	Editable   bool   `json:"editable"`
	Switchable bool   `json:"switchable"`
	Version    int64  `json:"version"`
}

// List lists the departments of a structure that the actor may see, by code.
func (s *Service) List(ctx context.Context, structure int64) ([]Department, error) {
	list := []Department{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, right.DepartmentView)
		if err != nil {
			return err
		}
		seen := actor.Rights.See(right.DepartmentView, tx.At)
		if whole, part := place.Seen(seen, structure); !whole && !part {
			return place.NotFound()
		}
		if err := access.ReadPlaces(ctx, tx, actor.Rights, structure); err != nil {
			return err
		}
		row, _, err := place.Find(ctx, tx, structure)
		if err != nil {
			return err
		}
		rows, err := tx.DepartmentsOf(ctx, sqlc.DepartmentsOfParams{StructureID: structure, At: tx.At})
		if err != nil {
			return fmt.Errorf("departments: %w", err)
		}
		for _, r := range rows {
			if seen.Holds(right.Department(structure, r.ID)) {
				list = append(list, departmentOf(actor, tx.At, row.CommitmentRequired, r))
			}
		}
		return nil
	})
	return list, err
}

func departmentOf(actor *access.Actor, at int64, commitment bool, r sqlc.DepartmentsOfRow) Department {
	scope := right.Department(r.StructureID, r.ID)
	d := Department{
		ID: r.ID, StructureID: r.StructureID, Code: r.Code, Switch: r.Switched, Active: r.Active != nil && *r.Active, ValidFrom: r.ValidFrom,
		ValidUntil: r.ValidUntil, PhoneShown: identifier.FormatPhone(r.Phone), People: int(r.People), Version: r.Version, Supplier: "nothing",
		Fields: Fields{
			Label: r.Label, Description: r.Description, Address: r.Address, Phone: r.Phone, CommitmentRequired: r.CommitmentRequired,
		},
		Editable:   actor.Rights.Allowed(right.Question{Permission: right.DepartmentEdit, Scope: scope, At: at}),
		Switchable: actor.Rights.Allowed(right.Question{Permission: right.DepartmentEdit, Scope: right.Structure(r.StructureID), At: at}),
	}
	if !actor.Rights.Allowed(right.Question{Permission: right.UserView, Scope: scope, Owner: actor.User, At: at}) {
		d.People = -1
	}
	d.Editable = d.Editable || d.Switch && !d.Active && d.Switchable
	if commitment || d.CommitmentRequired {
		d.Supplier = "commitment"
	}
	return d
}

// CreateDepartment makes a department of a structure, active while its dates contain the day.
type CreateDepartment struct {
	Structure int64  `json:"structure"`
	Code      string `json:"code"`
	Fields
}

// check normalizes the input and tells all its problems at once.
func (c *CreateDepartment) check(country, postcode string) error {
	field.Trim(&c.Code)
	var l fault.List
	if c.Structure == 0 {
		l.Add("structure", "structure.empty")
	}
	switch {
	case c.Code == "":
		l.Add("code", "department.code.empty")
	case strings.EqualFold(c.Code, reservedCode):
		l.Add("code", "department.code.reserved")
	}
	field.Text(&l, "code", c.Code, 100)
	if strings.ContainsFunc(c.Code, fold.Unseen) && !fold.Unwritten(c.Code) {
		l.Add("code", "field.control") // a twin of another code, to the eye
	}
	c.Fields.check(&l, Fields{}, country, postcode)
	return l.Err()
}

// Kind names the change.
func (c CreateDepartment) Kind() string { return "department.create" }

// Need is department.edit on the structure.
func (c CreateDepartment) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.DepartmentEdit, Scope: right.Structure(c.Structure)}}, nil
}

// Check tells every problem of the input.
func (c CreateDepartment) Check(ctx context.Context, w *change.Work) error {
	_, _, err := c.checked(ctx, w.Tx)
	return err
}

// checked normalizes the input, and returns its structure and its dates.
func (c *CreateDepartment) checked(ctx context.Context, tx *db.Tx) (row sqlc.Structure, span period.Span, err error) {
	if c.Structure != 0 {
		if row, _, err = place.Find(ctx, tx, c.Structure); err != nil {
			return row, span, err
		}
	}
	problems := c.check(row.Country, row.Postcode)
	span, err = access.Days(ctx, tx, c.From, c.Until)
	if err := fault.Join(problems, err); err != nil {
		return row, span, err
	}
	if row.Sphere == "platform" {
		return row, span, fault.New(fault.Refused, "platform.no_departments")
	}
	return row, span, nil
}

// Apply writes the department with its state and validity. It fails with Invalid where the code is taken in the structure.
func (c CreateDepartment) Apply(ctx context.Context, w *change.Work) (made change.Outcome, err error) {
	tx := w.Tx
	row, span, err := c.checked(ctx, tx)
	if err != nil {
		return made, err
	}
	line, err := w.Journal(ctx)
	if err != nil {
		return made, err
	}
	id, err := Add(ctx, tx, sqlc.AddDepartmentParams{
		Uid: uid.New(), StructureID: c.Structure, Code: c.Code, CodeKey: codeKey(c.Code), Label: c.Label, Description: c.Description,
		Address: c.Address, Phone: c.Phone, CommitmentRequired: c.CommitmentRequired && place.Public(row.Sphere), CreatedAt: tx.At,
	})
	if _, taken := db.Taken(err); taken {
		return made, fault.Field("code", "department.code.taken")
	}
	if err != nil {
		return made, fmt.Errorf("department: %w", err)
	}
	made.Created = id
	scope, by := right.Department(c.Structure, id), ledger.By{Line: line.Seq()}
	if _, err := ledger.OpenDepartmentState(ctx, tx, scope, true, period.Span{From: tx.At, Until: period.Open}, by); err != nil {
		return made, err
	}
	if _, err := ledger.OpenValidity(ctx, tx, scope, span, by); err != nil {
		return made, err
	}
	return made, line.Fill(w.Actor, journal.Entry{
		Action: "department.created", Kind: "department", Object: id, Structure: c.Structure, Values: map[string]string{"code": c.Code, "label": c.Label},
	})
}

// EditDepartment is « Modification d’un service »: its fields as they should be, and as they were when the form read them. The dates have an
// effect on rights. Days says whether the dates are part of the wish.
type EditDepartment struct {
	Department int64  `json:"department"`
	Version    int64  `json:"version"`
	Mine       Fields `json:"mine"`
	Base       Fields `json:"base"`
	Days       bool   `json:"days"`
}

// Kind names the change.
func (c EditDepartment) Kind() string { return "department.edit" }

// Need is department.edit on the department; on its structure where today is outside its dates, as for activating one.
func (c EditDepartment) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	d, err := tx.DepartmentRow(ctx, c.Department)
	if errors.Is(err, sql.ErrNoRows) { // a right elsewhere tells nothing of what exists
		return []access.Need{{Permission: right.DepartmentEdit, Scope: right.Firm}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("department: %w", err)
	}
	scope := right.Department(d.StructureID, d.ID)
	rows, err := tx.DepartmentsOf(ctx, sqlc.DepartmentsOfParams{StructureID: d.StructureID, At: tx.At})
	if err != nil {
		return nil, fmt.Errorf("departments: %w", err)
	}
	if i := slices.IndexFunc(rows, func(r sqlc.DepartmentsOfRow) bool { return r.ID == d.ID }); i >= 0 && rows[i].Switched && (rows[i].Active == nil || !*rows[i].Active) {
		scope = right.Structure(d.StructureID)
	}
	return []access.Need{{Permission: right.DepartmentEdit, Scope: scope}}, nil
}

// Check tells every problem of the fields. It fails with Conflict, field by field, where somebody saved since Version.
func (c EditDepartment) Check(ctx context.Context, w *change.Work) error {
	_, _, err := c.checked(ctx, w.Tx)
	return err
}

// checked normalizes the input, and returns the department and its fields as they are now.
func (c *EditDepartment) checked(ctx context.Context, tx *db.Tx) (d sqlc.Department, now Fields, err error) {
	if d, err = place.Department(ctx, tx, c.Department); err != nil {
		return d, now, err
	}
	row, _, err := place.Find(ctx, tx, d.StructureID)
	if err != nil {
		return d, now, err
	}
	var l fault.List
	now = Fields{Label: d.Label, Description: d.Description, Address: d.Address, Phone: d.Phone, CommitmentRequired: d.CommitmentRequired}
	c.Mine.check(&l, now, row.Country, row.Postcode)
	if err := l.Err(); err != nil {
		return d, now, err
	}
	c.Mine.CommitmentRequired = c.Mine.CommitmentRequired && place.Public(row.Sphere)
	if d.Version == c.Version {
		return d, now, nil
	}
	base, theirs := c.Base.Written(), now.Written()
	if c.Days {
		base["from"], base["until"] = c.Base.From, c.Base.Until
		if theirs["from"], theirs["until"], err = days(ctx, tx, d.ID); err != nil {
			return d, now, err
		}
	}
	if e := field.Apart(base, theirs, d.Version); e != nil {
		return d, now, e
	}
	return d, now, nil
}

// Apply writes the fields and moves the dates.
func (c EditDepartment) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	tx := w.Tx
	d, now, err := c.checked(ctx, tx)
	if err != nil {
		return none, err
	}
	line, err := w.Journal(ctx)
	if err != nil {
		return none, err
	}
	if _, err := tx.EditDepartment(ctx, sqlc.EditDepartmentParams{
		ID: d.ID, Version: d.Version, Label: c.Mine.Label, Description: c.Mine.Description, Address: c.Mine.Address, Phone: c.Mine.Phone,
		CommitmentRequired: c.Mine.CommitmentRequired,
	}); err != nil {
		return none, fmt.Errorf("department: %w", err)
	}
	moved := false
	if c.Days {
		if moved, err = c.move(ctx, tx, right.Department(d.StructureID, d.ID), line.Seq()); err != nil {
			return none, err
		}
	}
	fields, values := field.Changed(now.Written(), c.Mine.Written())
	if moved {
		fields = append(fields, "validity")
	}
	return none, line.Fill(w.Actor, journal.Entry{
		Action: "department.edited", Kind: "department", Object: d.ID, Structure: d.StructureID, Details: map[string]string{"fields": strings.Join(fields, " ")},
		Values: values,
	})
}

// days returns the dates of a department as its form has them: of its last period.
func days(ctx context.Context, tx *db.Tx, department int64) (from, until string, err error) {
	rows, err := tx.ValiditiesOfDepartment(ctx, department)
	if err != nil || len(rows) == 0 {
		return "", "", err
	}
	zone, err := access.Zone(ctx, tx)
	if err != nil {
		return "", "", err
	}
	for _, v := range rows {
		if v.UntilAt > v.FromAt {
			from, until = period.Day(v.FromAt, zone), period.LastDay(v.UntilAt, zone)
		}
	}
	return from, until, nil
}

// move brings the dates of a department to those wanted: an end that is still to come moves; a period to come, or gone, makes room for another.
func (c EditDepartment) move(ctx context.Context, tx *db.Tx, scope right.Scope, line int64) (bool, error) {
	rows, err := tx.ValiditiesOfDepartment(ctx, scope.Department)
	if err != nil {
		return false, fmt.Errorf("validities: %w", err)
	}
	for _, v := range rows {
		if v.UntilAt <= tx.At || v.UntilAt == v.FromAt {
			continue
		}
		if v.FromAt <= tx.At { // begun: its end alone moves
			span, err := access.Days(ctx, tx, "", c.Mine.Until)
			if err != nil || span.Until == v.UntilAt {
				return false, err
			}
			return true, ledger.EndValidity(ctx, tx, v.ID, span.Until, ledger.By{Line: line})
		}
		span, err := access.Days(ctx, tx, c.Mine.From, c.Mine.Until)
		if err != nil || span == (period.Span{From: v.FromAt, Until: v.UntilAt}) {
			return false, err
		}
		if err := ledger.EndValidity(ctx, tx, v.ID, v.FromAt, ledger.By{Line: line}); err != nil {
			return false, err
		}
	}
	span, err := access.Days(ctx, tx, c.Mine.From, c.Mine.Until)
	if err != nil {
		return false, err
	}
	_, err = ledger.OpenValidity(ctx, tx, scope, span, ledger.By{Line: line})
	return true, err
}

// SwitchDepartment is « Activation d’un service » and « Désactivation d’un service », from now on.
type SwitchDepartment struct {
	Structure  int64 `json:"structure"`
	Department int64 `json:"department"`
	Active     bool  `json:"active"`
}

// Kind names the change.
func (c SwitchDepartment) Kind() string { return "department.set_state" }

// Need is department.edit on the structure: on the department itself it stops where that is inactive.
func (c SwitchDepartment) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.DepartmentEdit, Scope: right.Structure(c.Structure)}}, nil
}

// Check fails with NotFound for a department of another structure, and with Refused where it is already as asked.
func (c SwitchDepartment) Check(ctx context.Context, w *change.Work) error {
	_, _, err := c.states(ctx, w.Tx)
	return err
}

// states returns the department and its states in force and to come.
func (c SwitchDepartment) states(ctx context.Context, tx *db.Tx) (sqlc.Department, []sqlc.DepartmentState, error) {
	d, err := place.Department(ctx, tx, c.Department)
	if err == nil && d.StructureID != c.Structure {
		err = fault.New(fault.NotFound, "department.not_found")
	}
	if err != nil {
		return d, nil, err
	}
	states, err := tx.StatesOfDepartment(ctx, c.Department)
	if err != nil {
		return d, nil, fmt.Errorf("department states: %w", err)
	}
	states = slices.DeleteFunc(states, func(st sqlc.DepartmentState) bool { return st.UntilAt <= tx.At || st.FromAt == st.UntilAt })
	for _, st := range states {
		if st.FromAt <= tx.At && (st.State == "active") == c.Active {
			return d, nil, fault.New(fault.Refused, "department.already."+st.State)
		}
	}
	return d, states, nil
}

// Apply closes the state in force and opens the other.
func (c SwitchDepartment) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	tx := w.Tx
	d, states, err := c.states(ctx, tx)
	if err != nil {
		return none, err
	}
	line, err := w.Journal(ctx)
	if err != nil {
		return none, err
	}
	by := ledger.By{Line: line.Seq()}
	for _, st := range states {
		if err := ledger.EndDepartmentState(ctx, tx, st.ID, max(tx.At, st.FromAt), by); err != nil {
			return none, err
		}
	}
	scope := right.Department(c.Structure, c.Department)
	if _, err := ledger.OpenDepartmentState(ctx, tx, scope, c.Active, period.Span{From: tx.At, Until: period.Open}, by); err != nil {
		return none, err
	}
	if !c.Active {
		if err := place.Close(ctx, tx, w.Actor, scope, "department.deactivated"); err != nil {
			return none, err
		}
	}
	action := map[bool]string{true: "department.activated", false: "department.deactivated"}[c.Active]
	return none, line.Fill(w.Actor, journal.Entry{Action: action, Kind: "department", Object: d.ID, Structure: c.Structure, Values: map[string]string{"code": d.Code}})
}

// codeKey is the form under which a code is unique in its structure.
func codeKey(code string) string { return fold.Caseless(code) }
