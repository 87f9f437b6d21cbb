package oracle

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"strings"
)

var userStates = map[string]string{"active": "actif", "disabled": "désactivé"}
var userKinds = map[string]string{"internal": "interne", "external": "externe", "technical": "technique"}
var signIns = map[string]string{"none": "aucun", "invited": "à activer", "open": "ouvert", "locked": "verrouillé"}

// Queryer is what FromDB reads through: a *sql.DB, *sql.Conn or *sql.Tx.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// FromDB reads the raw rows of a migrated database into a world whose ids are a letter and the row's id: user u3,
// structure s1, department d4, membership m5, principal r6, profile p7, ceiling c8, grant g12, request q9.
func FromDB(ctx context.Context, db Queryer) (*World, error) {
	w := &World{}
	r := reader{ctx: ctx, db: db, w: w}
	for _, read := range []func() error{r.users, r.structures, r.departments, r.profiles, r.memberships, r.grants, r.principals, r.ceilings, r.requests, r.firm} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return w, nil
}

type reader struct {
	ctx context.Context
	db  Queryer
	w   *World
}

func (r reader) each(query string, row func(scan func(...any) error) error) error {
	rows, err := r.db.QueryContext(r.ctx, query)
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
	}
	return rows.Err()
}

func (r reader) users() error {
	err := r.each("SELECT id, kind, sign_in, same_as FROM users ORDER BY id", func(scan func(...any) error) error {
		var id int64
		var kind, signIn string
		var sameAs sql.NullInt64
		if err := scan(&id, &kind, &signIn, &sameAs); err != nil {
			return err
		}
		r.w.Users = append(r.w.Users, User{ID: key("u", id), Kind: userKinds[kind], SignIn: signIns[signIn], SameAs: optional("u", sameAs)})
		return nil
	})
	if err != nil {
		return err
	}
	return r.states("user_states", "user_id", func(owner int64, s State) {
		s.State = userStates[s.State]
		u := r.w.user(key("u", owner))
		u.States = append(u.States, s)
	})
}

func (r reader) states(table, owner string, add func(int64, State)) error {
	query := fmt.Sprintf("SELECT %s, state, from_at, until_at FROM %s ORDER BY id", owner, table)
	return r.each(query, func(scan func(...any) error) error {
		var id int64
		var s State
		if err := scan(&id, &s.State, &s.From, &s.Until); err != nil {
			return err
		}
		add(id, s)
		return nil
	})
}

func (r reader) structures() error {
	err := r.each("SELECT id FROM structures ORDER BY id", func(scan func(...any) error) error {
		var id int64
		if err := scan(&id); err != nil {
			return err
		}
		r.w.Structures = append(r.w.Structures, Structure{ID: key("s", id)})
		return nil
	})
	if err != nil {
		return err
	}
	return r.states("structure_states", "structure_id", func(owner int64, s State) {
		of := r.w.structure(key("s", owner))
		of.States = append(of.States, s)
	})
}

func (r reader) departments() error {
	err := r.each("SELECT id, structure_id FROM departments ORDER BY id", func(scan func(...any) error) error {
		var id, structure int64
		if err := scan(&id, &structure); err != nil {
			return err
		}
		r.w.Departments = append(r.w.Departments, Department{ID: key("d", id), Structure: key("s", structure)})
		return nil
	})
	if err != nil {
		return err
	}
	err = r.states("department_states", "department_id", func(owner int64, s State) {
		of := r.w.department(key("d", owner))
		of.States = append(of.States, s)
	})
	if err != nil {
		return err
	}
	return r.each("SELECT department_id, from_at, until_at FROM department_validities ORDER BY id", func(scan func(...any) error) error {
		var owner int64
		var p Period
		if err := scan(&owner, &p.From, &p.Until); err != nil {
			return err
		}
		of := r.w.department(key("d", owner))
		of.Validity = append(of.Validity, p)
		return nil
	})
}

func (r reader) profiles() error {
	query := "SELECT p.id, f.key, p.key, p.name FROM profiles p JOIN families f ON f.id = p.family_id ORDER BY p.id"
	err := r.each(query, func(scan func(...any) error) error {
		var id int64
		var p Profile
		if err := scan(&id, &p.Family, &p.Key, &p.Name); err != nil {
			return err
		}
		p.ID = key("p", id)
		r.w.Profiles = append(r.w.Profiles, p)
		return nil
	})
	if err != nil {
		return err
	}
	query = "SELECT profile_id, permissions, from_at, until_at FROM profile_contents ORDER BY id"
	return r.each(query, func(scan func(...any) error) error {
		var owner int64
		var permissions string
		c := Content{Permissions: map[string]string{}}
		if err := scan(&owner, &permissions, &c.From, &c.Until); err != nil {
			return err
		}
		for _, pair := range strings.Fields(permissions) {
			permission, value, _ := strings.Cut(pair, "=")
			c.Permissions[permission] = value
		}
		of := r.w.profile(key("p", owner))
		of.Contents = append(of.Contents, c)
		return nil
	})
}

func (r reader) memberships() error {
	query := "SELECT id, user_id, structure_id, department_id, from_at, until_at FROM memberships ORDER BY id"
	return r.each(query, func(scan func(...any) error) error {
		var id, user int64
		var structure, department sql.NullInt64
		var m Membership
		if err := scan(&id, &user, &structure, &department, &m.From, &m.Until); err != nil {
			return err
		}
		m.ID, m.User, m.Scope = key("m", id), key("u", user), scopeOf(structure, department)
		r.w.Memberships = append(r.w.Memberships, m)
		return nil
	})
}

func (r reader) grants() error {
	query := "SELECT id, user_id, profile_id, structure_id, department_id, membership_id, options, from_at, until_at FROM grants ORDER BY id"
	return r.each(query, func(scan func(...any) error) error {
		var id, user, profile int64
		var structure, department, membership sql.NullInt64
		var options string
		var g Grant
		if err := scan(&id, &user, &profile, &structure, &department, &membership, &options, &g.From, &g.Until); err != nil {
			return err
		}
		g.ID, g.User, g.Profile = key("g", id), key("u", user), key("p", profile)
		g.Scope, g.Membership, g.Options = scopeOf(structure, department), optional("m", membership), strings.Fields(options)
		r.w.Grants = append(r.w.Grants, g)
		return nil
	})
}

func (r reader) principals() error {
	query := "SELECT id, user_id, structure_id, from_at, until_at FROM principals ORDER BY id"
	return r.each(query, func(scan func(...any) error) error {
		var id, user, structure int64
		var p Principal
		if err := scan(&id, &user, &structure, &p.From, &p.Until); err != nil {
			return err
		}
		p.ID, p.User, p.Structure = key("r", id), key("u", user), key("s", structure)
		r.w.Principals = append(r.w.Principals, p)
		return nil
	})
}

func (r reader) ceilings() error {
	query := "SELECT id, structure_id, modules, from_at, until_at FROM ceilings ORDER BY id"
	return r.each(query, func(scan func(...any) error) error {
		var id, structure int64
		var modules string
		var c Ceiling
		if err := scan(&id, &structure, &modules, &c.From, &c.Until); err != nil {
			return err
		}
		c.ID, c.Structure, c.Modules = key("c", id), key("s", structure), strings.Fields(modules)
		r.w.Ceilings = append(r.w.Ceilings, c)
		return nil
	})
}

func (r reader) requests() error {
	query := "SELECT id, state, structure_id, department_id, requester_id, beneficiary_id, typed_by FROM requests ORDER BY id"
	return r.each(query, func(scan func(...any) error) error {
		var id, requester, beneficiary, typist int64
		var structure, department sql.NullInt64
		var q Request
		if err := scan(&id, &q.State, &structure, &department, &requester, &beneficiary, &typist); err != nil {
			return err
		}
		q.ID, q.Scope = key("q", id), scopeOf(structure, department)
		q.Requester, q.Beneficiary, q.TypedBy = key("u", requester), key("u", beneficiary), key("u", typist)
		r.w.Requests = append(r.w.Requests, q)
		return nil
	})
}

func (r reader) firm() error {
	return r.each("SELECT time_zone FROM firm", func(scan func(...any) error) error { return scan(&r.w.TimeZone) })
}

func key(prefix string, id int64) string { return fmt.Sprintf("%s%d", prefix, id) }

func optional(prefix string, id sql.NullInt64) string {
	if !id.Valid {
		return ""
	}
	return key(prefix, id.Int64)
}

func scopeOf(structure, department sql.NullInt64) Scope {
	if department.Valid {
		return InDepartment(key("d", department.Int64))
	}
	if structure.Valid {
		return InStructure(key("s", structure.Int64))
	}
	return Firm()
}

func pairs(values map[string]string) string {
	var list []string
	for permission, value := range values {
		list = append(list, permission+"="+value)
	}
	sort.Strings(list)
	return strings.Join(list, " ")
}
