package structure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/journal"
	"habilis/internal/period"
	"habilis/internal/uid"
)

// reservedCode is kept by the portal for itself.
const reservedCode = "FACTURES_PUBLIQUES"

// Department is a service of a structure. Editable tells whether the one who asks may rename it.
type Department struct {
	ID          int64  `json:"id"`
	StructureID int64  `json:"structureId"`
	Code        string `json:"code"`
	Label       string `json:"label"`
	Active      bool   `json:"active"`
	People      int    `json:"people"`
	Editable    bool   `json:"editable"`
	Version     int64  `json:"version"`
}

// Departments lists the departments of a structure that the actor may see, by code.
func (s *Service) Departments(ctx context.Context, structure int64) ([]Department, error) {
	list := []Department{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, access.DepartmentView)
		if err != nil {
			return err
		}
		seen := actor.Rights.See(access.DepartmentView, tx.At)
		if whole, part := Seen(seen, structure); !whole && !part {
			return notFound()
		}
		if err := actor.Rights.Reach(ctx, tx, structure); err != nil {
			return err
		}
		rows, err := tx.DepartmentsOf(ctx, sqlc.DepartmentsOfParams{StructureID: structure, At: tx.At})
		if err != nil {
			return fmt.Errorf("departments: %w", err)
		}
		for _, r := range rows {
			scope := access.Department(structure, r.ID)
			if seen.Holds(scope) {
				list = append(list, Department{
					ID: r.ID, StructureID: structure, Code: r.Code, Label: r.Label, Active: r.Active != nil && *r.Active, People: int(r.People), Version: r.Version,
					Editable: actor.Rights.Allowed(access.Question{Permission: access.DepartmentEdit, Scope: scope, At: tx.At}),
				})
			}
		}
		return nil
	})
	return list, err
}

// CreateDepartment makes a department of a structure, active from now on.
type CreateDepartment struct {
	Structure int64  `json:"structure"`
	Code      string `json:"code"`
	Label     string `json:"label"`
	Created   int64  `json:"-"` // its id, once applied
}

var _ change.Change = (*CreateDepartment)(nil)

// Check normalizes the input and tells all its problems at once.
func (c *CreateDepartment) Check() error {
	trim(&c.Code, &c.Label)
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
	text(&l, "code", c.Code, 100)
	checkLabel(&l, c.Label)
	return l.Err()
}

func checkLabel(l *fault.List, label string) {
	if label == "" {
		l.Add("label", "department.label.empty")
	}
	text(l, "label", label, 100)
}

// Kind names the change.
func (c *CreateDepartment) Kind() string { return "department.create" }

// Need is department.edit on the structure.
func (c *CreateDepartment) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: access.DepartmentEdit, Scope: access.Structure(c.Structure)}}, nil
}

// Apply writes the department with its state and validity. It fails with Invalid where the code is taken in the structure.
func (c *CreateDepartment) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	if err := c.Check(); err != nil {
		return err
	}
	line, err := journal.Next(ctx, tx)
	if err != nil {
		return err
	}
	id, err := tx.AddDepartment(ctx, sqlc.AddDepartmentParams{
		Uid: uid.New(), StructureID: c.Structure, Code: c.Code, CodeKey: strings.ToLower(c.Code), Label: c.Label, CreatedAt: tx.At,
	})
	if _, taken := db.Taken(err); taken {
		return fault.Field("code", "department.code.taken")
	}
	if err != nil {
		return fmt.Errorf("department: %w", err)
	}
	c.Created = id
	scope, now, by := access.Department(c.Structure, id), period.Span{From: tx.At, Until: period.Open}, access.By{Line: line}
	if _, err := access.OpenDepartmentState(ctx, tx, scope, true, now, by); err != nil {
		return err
	}
	if _, err := access.OpenValidity(ctx, tx, scope, now, by); err != nil {
		return err
	}
	return journal.Record(ctx, tx, actor, journal.Entry{
		Action: "department.created", Kind: "department", Object: id, Structure: c.Structure, Values: map[string]string{"code": c.Code, "label": c.Label},
	})
}

// Rename is another label for a department. Version is the one that was read.
type Rename struct {
	ID      int64  `json:"id"`
	Label   string `json:"label"`
	Version int64  `json:"version"`
}

// Rename gives a department another label from now on.
//
// It fails with Forbidden, NotFound, Invalid, or Conflict where someone else changed it since version.
func (s *Service) Rename(ctx context.Context, in Rename) error {
	trim(&in.Label)
	return s.db.Write(ctx, func(tx *db.Tx) error {
		d, err := tx.DepartmentRow(ctx, in.ID)
		if errors.Is(err, sql.ErrNoRows) {
			d.ID = 0 // a right elsewhere tells nothing of what exists: Require comes first
		} else if err != nil {
			return fmt.Errorf("department: %w", err)
		}
		actor, err := access.Require(ctx, tx, access.DepartmentEdit, access.Department(d.StructureID, d.ID))
		if err != nil {
			return err
		}
		if d.ID == 0 {
			return fault.New(fault.NotFound, "department.not_found")
		}
		var l fault.List
		checkLabel(&l, in.Label)
		if err := l.Err(); err != nil {
			return err
		}
		n, err := tx.RenameDepartment(ctx, sqlc.RenameDepartmentParams{ID: in.ID, Label: in.Label, Version: in.Version})
		if err != nil {
			return fmt.Errorf("department: %w", err)
		}
		if n == 0 {
			return &fault.Error{Code: fault.Conflict, Problems: []fault.Problem{{Field: "label", Key: "record.changed", Params: fault.Params("theirs", d.Label)}}}
		}
		return journal.Record(ctx, tx, actor, journal.Entry{
			Action: "department.renamed", Kind: "department", Object: in.ID, Structure: d.StructureID,
			Values: map[string]string{"from": d.Label, "to": in.Label},
		})
	})
}

// SetState activates or deactivates a structure, from now on.
type SetState struct {
	Structure int64 `json:"structure"`
	Active    bool  `json:"active"`
}

var _ change.Change = (*SetState)(nil)

// Kind names the change.
func (c *SetState) Kind() string { return "structure.set_state" }

// Need is structure.activate on the structure.
func (c *SetState) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: access.StructureActivate, Scope: access.Structure(c.Structure)}}, nil
}

// Apply closes the state in force and opens the other. It fails with Refused where the structure is already as asked.
func (c *SetState) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	line, err := journal.Next(ctx, tx)
	if err != nil {
		return err
	}
	states, err := tx.StatesOfStructure(ctx, c.Structure)
	if err != nil {
		return fmt.Errorf("structure states: %w", err)
	}
	active := false
	for _, st := range states {
		if st.UntilAt <= tx.At || st.FromAt == st.UntilAt {
			continue
		}
		active = active || st.FromAt <= tx.At && st.State == "active"
		if err := access.EndStructureState(ctx, tx, st.ID, max(tx.At, st.FromAt)); err != nil {
			return err
		}
	}
	if active == c.Active {
		return fault.New(fault.Refused, "structure.already."+map[bool]string{true: "active", false: "inactive"}[active])
	}
	if _, err := access.OpenStructureState(ctx, tx, c.Structure, c.Active, period.Span{From: tx.At, Until: period.Open}, access.By{Line: line}); err != nil {
		return err
	}
	if !c.Active {
		if err := tx.CloseRequestsOf(ctx, sqlc.CloseRequestsOfParams{DecidedAt: tx.At, StructureID: c.Structure}); err != nil {
			return fmt.Errorf("requests: %w", err)
		}
	}
	action := map[bool]string{true: "structure.activated", false: "structure.deactivated"}[c.Active]
	return journal.Record(ctx, tx, actor, journal.Entry{Action: action, Kind: "structure", Object: c.Structure, Structure: c.Structure})
}
