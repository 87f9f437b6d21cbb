package oracle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Execer is what ToDB writes through: a *sql.DB, *sql.Conn or *sql.Tx.
type Execer interface {
	Queryer
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// ToDB inserts a world into a migrated database by plain SQL, in the order of its slices, memberships before grants, and
// gives the row id of each of the world's ids. Families and profiles that are there by key are reused.
//
// It fails where a trigger refuses a row: a world of facts only may be refused.
func ToDB(ctx context.Context, db Execer, w *World) (map[string]int64, error) {
	i := inserter{ctx: ctx, db: db, w: w, ids: map[string]int64{}}
	for _, insert := range []func() error{i.users, i.structures, i.departments, i.profiles, i.memberships, i.grants, i.principals, i.ceilings, i.requests} {
		if err := insert(); err != nil {
			return i.ids, err
		}
	}
	return i.ids, nil
}

type inserter struct {
	ctx context.Context
	db  Execer
	w   *World
	ids map[string]int64
}

// row inserts one row and remembers its id under a world's id, unless that is empty.
func (i inserter) row(id, table, columns string, values ...any) error {
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, columns, marks)
	result, err := i.db.ExecContext(i.ctx, query, values...)
	if err != nil {
		return fmt.Errorf("%s %s: %w", table, id, err)
	}
	if id != "" {
		i.ids[id], err = result.LastInsertId()
	}
	return err
}

func (i inserter) users() error {
	const columns = "uid, email, contact_email, first_name, last_name, name_key, phone, kind, pigp, language, sign_in, created_at, last_sign_in_at, version"
	for _, u := range i.w.Users {
		email := u.ID + "@exemple.fr"
		err := i.row(u.ID, "users", columns, []byte("user-"+u.ID), email, "", "Camille", u.ID, u.ID+" camille", "",
			word(userKinds, u.Kind), 0, "fr", word(signIns, u.SignIn), 0, 0, 1)
		if err != nil {
			return err
		}
		for _, s := range u.States {
			if err := i.state("user_states", "user_id", u.ID, word(userStates, s.State), s.Period); err != nil {
				return err
			}
		}
	}
	for _, u := range i.w.Users {
		if u.SameAs == "" {
			continue
		}
		if _, err := i.db.ExecContext(i.ctx, "UPDATE users SET same_as = ? WHERE id = ?", i.ids[u.SameAs], i.ids[u.ID]); err != nil {
			return err
		}
	}
	return nil
}

func (i inserter) state(table, owner, id, state string, p Period) error {
	return i.row("", table, owner+", state, from_at, until_at, opened_by", i.ids[id], state, p.From, p.Until, 0)
}

func (i inserter) structures() error {
	const columns = "uid, sphere, identifier_type, identifier, name, name_key, label, email, phone, address1, address2, address3, postcode, town, town_key, country, vat, rcs, activity, activity_list, legal_category, verdict, verdict_reason, verdict_source, verified_at, closed_on, partial_diffusion, created_at, version"
	for _, s := range i.w.Structures {
		err := i.row(s.ID, "structures", columns, []byte("structure-"+s.ID), "private", "pending", "pending-"+s.ID, "Atelier "+s.ID, "atelier "+s.ID,
			"", "", "", "1 rue du Port", "", "", "44000", "Nantes", "nantes", "FR", "", "", "", "", "", "none", "", "", 0, "", 0, 0, 1)
		if err != nil {
			return err
		}
		for _, state := range s.States {
			if err := i.state("structure_states", "structure_id", s.ID, state.State, state.Period); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i inserter) departments() error {
	const columns = "uid, structure_id, code, code_key, label, description, address, phone, commitment_required, created_at, version"
	for _, d := range i.w.Departments {
		err := i.row(d.ID, "departments", columns, []byte("department-"+d.ID), i.ids[d.Structure], d.ID, d.ID, "Service "+d.ID, "", "", "", 0, 0, 1)
		if err != nil {
			return err
		}
		for _, state := range d.States {
			if err := i.state("department_states", "department_id", d.ID, state.State, state.Period); err != nil {
				return err
			}
		}
		for _, v := range d.Validity {
			err := i.row("", "department_validities", "department_id, from_at, until_at, opened_by", i.ids[d.ID], v.From, v.Until, 0)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (i inserter) profiles() error {
	for _, p := range i.w.Profiles {
		family, err := i.find("SELECT id FROM families WHERE key = ?", p.Family)
		if err != nil {
			return err
		}
		if family == 0 {
			if err := i.row("family "+p.Family, "families", "key, in_use", p.Family, 1); err != nil {
				return err
			}
			family = i.ids["family "+p.Family]
			delete(i.ids, "family "+p.Family)
		}
		if i.ids[p.ID], err = i.find("SELECT id FROM profiles WHERE family_id = ? AND key = ?", family, p.Key); err != nil {
			return err
		}
		if i.ids[p.ID] == 0 {
			err := i.row(p.ID, "profiles", "family_id, key, name, audience, fixed, version", family, p.Key, p.Name, "both", isFixed(p), 1)
			if err != nil {
				return err
			}
		}
		for _, c := range p.Contents {
			err := i.row("", "profile_contents", "profile_id, permissions, from_at, until_at, opened_by", i.ids[p.ID], pairs(c.Permissions), c.From, c.Until, 0)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// find returns the id that a query selects, 0 where there is none.
func (i inserter) find(query string, args ...any) (int64, error) {
	var id int64
	err := i.db.QueryRowContext(i.ctx, query, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

func (i inserter) memberships() error {
	const columns = "user_id, structure_id, department_id, from_at, until_at, opened_by"
	for _, m := range i.w.Memberships {
		structure, department := i.place(m.Scope)
		if err := i.row(m.ID, "memberships", columns, i.ids[m.User], structure, department, m.From, m.Until, 0); err != nil {
			return err
		}
	}
	return nil
}

func (i inserter) grants() error {
	const columns = "user_id, profile_id, structure_id, department_id, membership_id, options, reason, from_at, until_at, opened_by"
	for _, g := range i.w.Grants {
		structure, department := i.place(g.Scope)
		err := i.row(g.ID, "grants", columns, i.ids[g.User], i.ids[g.Profile], structure, department, i.reference(g.Membership),
			strings.Join(g.Options, " "), "grant", g.From, g.Until, 0)
		if err != nil {
			return err
		}
	}
	return nil
}

func (i inserter) principals() error {
	for _, r := range i.w.Principals {
		err := i.row(r.ID, "principals", "user_id, structure_id, reason, from_at, until_at, opened_by", i.ids[r.User], i.ids[r.Structure], "created", r.From, r.Until, 0)
		if err != nil {
			return err
		}
	}
	return nil
}

func (i inserter) ceilings() error {
	for _, c := range i.w.Ceilings {
		err := i.row(c.ID, "ceilings", "structure_id, modules, from_at, until_at, opened_by", i.ids[c.Structure], strings.Join(c.Modules, " "), c.From, c.Until, 0)
		if err != nil {
			return err
		}
	}
	return nil
}

func (i inserter) requests() error {
	const columns = "uid, state, subject, change_kind, change_input, beneficiary_id, requester_id, typed_by, structure_id, department_id, identifier_type, identifier, department_code, comment, received_on, asked_at, decided_at, decision_comment, version"
	for _, q := range i.w.Requests {
		structure, department := i.place(q.Scope)
		err := i.row(q.ID, "requests", columns, []byte("request-"+q.ID), q.State, "profiles", "list", "{}", i.ids[q.Beneficiary], i.ids[q.Requester], i.ids[q.TypedBy],
			structure, department, "", "", "", "", "", 0, 0, "", 1)
		if err != nil {
			return err
		}
	}
	return nil
}

// place returns a scope's two columns, nil where they are NULL.
func (i inserter) place(s Scope) (structure, department any) {
	return i.reference(i.w.structureOf(s)), i.reference(s.Department)
}

func (i inserter) reference(id string) any {
	if id == "" {
		return nil
	}
	return i.ids[id]
}

// word finds the database's word for one of the cases' words; an unknown one is kept, for a CHECK to refuse.
func word(words map[string]string, said string) string {
	for stored, w := range words {
		if w == said {
			return stored
		}
	}
	return said
}

func isFixed(p Profile) int {
	if isAdministrateur(p) {
		return 1
	}
	return 0
}

func isAdministrateur(p Profile) bool { return p.Family == "habilis" && p.Key == "Administrateur" }
