package view

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/department"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Column is one permission of a matrix. Acts says where it applies: habilis or portal.
type Column struct {
	Permission string `json:"permission"`
	Module     string `json:"module"`
	Acts       string `json:"acts"`
}

// Line is one row of a matrix: a person, or a structure or department. Cells hold, a column each: yes, own, cut (only the ceiling stands
// against it) or no.
type Line struct {
	ID         int64    `json:"id"`
	Department int64    `json:"department"`
	Name       string   `json:"name"`
	Titles     []string `json:"titles"`
	Inactive   bool     `json:"inactive"`
	Cells      []string `json:"cells"`
}

// Matrix is who may do what, at the instant At of a day. Hidden counts, for a person, the structures that the actor may not see.
type Matrix struct {
	Title       string                  `json:"title"`
	Subtitle    string                  `json:"subtitle"`
	At          int64                   `json:"at"`
	Columns     []Column                `json:"columns"`
	Lines       []Line                  `json:"lines"`
	Hidden      int                     `json:"hidden"`
	Departments []department.Department `json:"departments"`
}

// View is what a matrix is asked for. Department narrows a structure's to one department. Day empty means now.
type View struct {
	Structure  int64  `json:"structure"`
	Department int64  `json:"department"`
	User       int64  `json:"user"`
	Day        string `json:"day"`
}

// columns lists the permissions that some profile in use contains at an instant.
func columns(profiles right.Profiles, held map[int64]bool, at int64) []right.Permission {
	var list []right.Permission
	for _, p := range right.All() {
		for _, profile := range profiles {
			if (profile.InUse || held[profile.ID]) && profile.Content(at).Contains(p) {
				list = append(list, p)
				break
			}
		}
	}
	return list
}

// heldBy gathers the profiles that some people hold at an instant.
func heldBy(all map[int64]*right.Rights, at int64) map[int64]bool {
	held := map[int64]bool{}
	for _, r := range all {
		maps.Copy(held, r.Held(at))
	}
	return held
}

// missing tells that nothing has a number, or of any other failure as it is.
func missing(err error, key string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, key)
	}
	return err
}

func head(list []right.Permission) []Column {
	out := make([]Column, len(list))
	for i, p := range list {
		out[i] = Column{p.String(), p.Module(), p.Acts()}
	}
	return out
}

// StructureMatrix returns people × permissions for a structure or a department of it, on a day. It asks user.view there.
func (s *Service) StructureMatrix(ctx context.Context, v View) (Matrix, error) {
	var out Matrix
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		scope := right.Department(v.Structure, v.Department)
		if err := requirePeople(ctx, tx, &scope); err != nil {
			return err
		}
		at, err := access.DayEnd(ctx, tx, v.Day)
		if err != nil {
			return err
		}
		row, err := tx.StructureRow(ctx, v.Structure)
		if err != nil {
			return missing(err, "structure.not_found")
		}
		profiles, err := access.LoadProfiles(ctx, tx)
		if err != nil {
			return err
		}
		all, err := inSightOf(ctx, tx, scope)
		if err != nil {
			return err
		}
		shown := slices.DeleteFunc(columns(profiles, heldBy(all, at), at), func(p right.Permission) bool { return p.AtFirm() })
		out = Matrix{Title: row.Name, Subtitle: identifier.Format(row.IdentifierType, row.Identifier), At: at, Columns: head(shown), Lines: []Line{}}
		if err := s.peopleLines(ctx, tx, all, shown, scope, &out); err != nil {
			return err
		}
		out.Departments, err = departmentsSeen(ctx, tx, v.Structure)
		return err
	})
	return out, err
}

// inSightOf reads the people of a place whom the actor sees: neither lines nor columns tell of anybody else.
func inSightOf(ctx context.Context, tx *db.Tx, scope right.Scope) (map[int64]*right.Rights, error) {
	all, err := access.LoadStructure(ctx, tx, scope)
	if err != nil {
		return nil, err
	}
	seen, err := access.SeenAmong(ctx, tx, slices.Collect(maps.Keys(all)))
	if err != nil {
		return nil, err
	}
	all = maps.Clone(all)
	maps.DeleteFunc(all, func(id int64, _ *right.Rights) bool { return !seen[id] })
	return all, nil
}

// requirePeople asks user.view on the scope. One who holds it on departments only gets the first of them instead of the structure.
func requirePeople(ctx context.Context, tx *db.Tx, scope *right.Scope) error {
	actor, err := access.RequireAnywhere(ctx, tx, right.UserView)
	if err != nil {
		return err
	}
	sight := actor.Rights.See(right.UserView, tx.At)
	if scope.Department != 0 {
		d, err := tx.DepartmentRow(ctx, scope.Department)
		if err != nil || d.StructureID != scope.Structure {
			return fault.New(fault.NotFound, "structure.not_found")
		}
	}
	if sight.Holds(*scope) {
		return nil
	}
	if scope.Department == 0 {
		rows, err := tx.DepartmentsOf(ctx, sqlc.DepartmentsOfParams{StructureID: scope.Structure, At: tx.At})
		if err != nil {
			return fmt.Errorf("departments: %w", err)
		}
		for _, d := range rows {
			if inside := right.Department(scope.Structure, d.ID); sight.Holds(inside) {
				*scope = inside
				return nil
			}
		}
	}
	return fault.New(fault.NotFound, "structure.not_found")
}

func departmentsSeen(ctx context.Context, tx *db.Tx, id int64) ([]department.Department, error) {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	sight := actor.Rights.See(right.UserView, tx.At)
	rows, err := tx.DepartmentsOf(ctx, sqlc.DepartmentsOfParams{StructureID: id, At: tx.At})
	if err != nil {
		return nil, fmt.Errorf("departments: %w", err)
	}
	list := []department.Department{}
	for _, r := range rows {
		if sight.Holds(right.Department(id, r.ID)) {
			list = append(list, department.Department{ID: r.ID, StructureID: id, Code: r.Code, Fields: department.Fields{Label: r.Label}, Active: r.Active != nil && *r.Active})
		}
	}
	return list, nil
}

// lately is how long a matrix keeps a row to one whose attachment or grants here have ended: their Non has a proof too.
const lately = 400 * period.DayMillis

// peopleLines gives a row to everyone who holds something on the scope at the instant, or is or lately was attached or granted there.
func (s *Service) peopleLines(ctx context.Context, tx *db.Tx, all map[int64]*right.Rights, shown []right.Permission, scope right.Scope, out *Matrix) error {
	users, err := tx.UsersIn(ctx, db.List(slices.Collect(maps.Keys(all))))
	if err != nil {
		return fmt.Errorf("users: %w", err)
	}
	told, err := access.ToldAtFirm(ctx, tx)
	if err != nil {
		return err
	}
	for _, u := range users {
		r := all[u.ID]
		list, any := cells(r, shown, scope, out.At)
		if !any && !r.Named(scope.Structure, out.At-lately, out.At) {
			continue
		}
		out.Lines = append(out.Lines, Line{
			ID: u.ID, Name: u.FirstName + " " + u.LastName, Titles: r.Titles(scope, out.At, told(u.ID)), Inactive: !r.Active(out.At), Cells: list,
		})
	}
	return nil
}

func cells(r *right.Rights, shown []right.Permission, scope right.Scope, at int64) (list []string, any bool) {
	list = make([]string, len(shown))
	for i, p := range shown {
		list[i] = cell(r, p, scope, at)
		any = any || list[i] != "no"
	}
	return list, any
}

// cell returns how a permission stands on a scope: at the firm for one that is never asked below it (rights.md, A29).
func cell(r *right.Rights, p right.Permission, scope right.Scope, at int64) string {
	if p.AtFirm() {
		scope = right.Firm
	}
	switch r.ReachOf(p, scope, at) {
	case right.Whole:
		return "yes"
	case right.Own:
		return "own"
	}
	if r.Cut(p, scope, at) {
		return "cut"
	}
	return "no"
}

// PersonMatrix returns structures × permissions for a person, on a day: the firm where they hold something there, then the structures and departments
// that their rows name. Those that the actor may not see are told as a number.
func (s *Service) PersonMatrix(ctx context.Context, v View) (Matrix, error) {
	var out Matrix
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		u, facts, err := people.Visible(ctx, tx, v.User)
		if err != nil {
			return err
		}
		at, err := access.DayEnd(ctx, tx, v.Day)
		if err != nil {
			return err
		}
		profiles, err := access.LoadProfiles(ctx, tx)
		if err != nil {
			return err
		}
		told, err := access.ToldAtFirm(ctx, tx)
		if err != nil {
			return err
		}
		shown := columns(profiles, facts.Held(at), at)
		if !told(u.ID) {
			shown = slices.DeleteFunc(columns(profiles, facts.WithoutFirm().Held(at), at), func(p right.Permission) bool { return p.AtFirm() })
		}
		out = Matrix{Title: u.FirstName + " " + u.LastName, Subtitle: u.Email, At: at, Columns: head(shown), Lines: []Line{}, Departments: []department.Department{}}
		if at, any := cells(facts, shown, right.Firm, at); any && told(u.ID) {
			out.Lines = append(out.Lines, Line{Titles: facts.Titles(right.Firm, out.At, true), Cells: at})
		}
		return s.placeLines(ctx, tx, facts, shown, at, &out)
	})
	return out, err
}

func (s *Service) placeLines(ctx context.Context, tx *db.Tx, facts *right.Rights, shown []right.Permission, at int64, out *Matrix) error {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return err
	}
	told, err := access.ToldAtFirm(ctx, tx)
	if err != nil {
		return err
	}
	sight := actor.Rights.See(right.StructureView, tx.At)
	ids := facts.Structures()
	if err := access.ReadOwnPlaces(ctx, tx, facts); err != nil {
		return err
	}
	rows, err := tx.StructuresIn(ctx, db.List(ids))
	if err != nil {
		return fmt.Errorf("structures: %w", err)
	}
	slices.SortFunc(rows, func(a, b sqlc.Structure) int { return strings.Compare(fold.Key(a.Name), fold.Key(b.Name)) })
	var inside []int64
	for _, row := range rows {
		for _, scope := range facts.Scopes(row.ID) {
			inside = append(inside, scope.Department)
		}
	}
	departments, err := tx.NamesOfDepartments(ctx, db.List(inside))
	if err != nil {
		return fmt.Errorf("departments: %w", err)
	}
	labels := map[int64]string{}
	for _, d := range departments {
		labels[d.ID] = d.Label
	}
	for _, row := range rows {
		if !sight.Within(row.ID) {
			out.Hidden++
			continue
		}
		for _, scope := range facts.Scopes(row.ID) {
			name := row.Name
			if scope.Department != 0 {
				if !sight.Holds(scope) {
					continue
				}
				name = labels[scope.Department]
			}
			if list, any := cells(facts, shown, scope, at); any || facts.Named(row.ID, at-lately, at) {
				out.Lines = append(out.Lines, Line{ID: row.ID, Department: scope.Department, Name: name, Titles: facts.Titles(scope, at, told(facts.User)), Cells: list})
			}
		}
	}
	return nil
}
