package change_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/oracle"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/request"
	"habilis/internal/right"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// stage is a random world in a file, with an actor who is a firm administrator in it.
type stage struct {
	t        *testing.T
	r        *rand.Rand
	d        *db.DB
	raw      *sql.DB
	changes  *change.Service
	requests *request.Service
	boss     int64
	w        *oracle.World
	fresh    int
}

func newStage(t *testing.T, seed int64) *stage {
	t.Helper()
	d, _ := dbtest.Open(t)
	raw, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	s := &stage{t: t, r: rand.New(rand.NewSource(seed)), d: d, raw: raw, changes: change.NewService(d)}
	w := oracle.Random(s.r, oracle.Small())
	always := oracle.Period{From: w.Boundaries()[0], Until: oracle.OpenEnd}
	w.Users = append(w.Users, oracle.User{ID: "boss", Kind: "interne", SignIn: "ouvert", States: []oracle.State{{State: "actif", Period: always}}})
	w.Grants = append(w.Grants, oracle.Grant{ID: "gboss", User: "boss", Profile: "p1", Scope: oracle.Firm(), Options: []string{}, Period: always})
	for i, x := range w.Structures {
		if len(x.States) == 0 { // the program never writes one: to the preview it is not there yet
			w.Structures[i].States = []oracle.State{{State: "inactive", Period: always}}
		}
	}
	ids, err := oracle.ToDB(context.Background(), raw, w)
	require.NoError(t, err)
	_, err = raw.ExecContext(context.Background(), `INSERT INTO firm (id, name, kind, time_zone, language, registry, sirene_key, idle_minutes, sample, version, created_at)
		VALUES (1, 'Cabinet', 'practice', 'Europe/Paris', 'fr', 'none', '', 10, 0, 1, 0)`)
	require.NoError(t, err)
	s.boss = ids["boss"]
	s.requests = request.NewService(d, s.changes.Load, func(q request.Wish) change.Change {
		if q.Subject == "profiles" {
			return &grant.Give{User: q.User, Structure: q.Scope.Structure, Department: q.Scope.Department, Profiles: q.Profiles}
		}
		return &grant.Attach{User: q.User, Structure: q.Scope.Structure, Department: q.Scope.Department, Profiles: q.Profiles}
	})
	s.changes.Know(grant.NewService(d).Kinds()...)
	s.look()
	return s
}

// look reads the raw rows again.
func (s *stage) look() *oracle.World {
	s.t.Helper()
	w, err := oracle.FromDB(context.Background(), s.raw)
	require.NoError(s.t, err)
	s.w = w
	return w
}

func (s *stage) as(user int64) context.Context {
	return access.WithConfirmed(access.WithActor(context.Background(), user, "test"))
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.Intn(len(list))] }

// number is the row's id in an id of the oracle.
func number(id string) int64 {
	n, _ := strconv.ParseInt(strings.TrimLeft(id, "abcdefghijklmnopqrstuvwxyz"), 10, 64)
	return n
}

func (s *stage) user() int64 { return number(pick(s.r, s.w.Users).ID) }

// structure is mostly an active one.
func (s *stage) structure() int64 {
	list := slices.DeleteFunc(slices.Clone(s.w.Structures), func(x oracle.Structure) bool { return !active(x.States) })
	if len(list) == 0 || s.r.Intn(5) == 0 {
		list = s.w.Structures
	}
	return number(pick(s.r, list).ID)
}

func active(states []oracle.State) bool {
	return slices.ContainsFunc(states, func(x oracle.State) bool { return x.State == "active" && x.Contains(oracle.RandomBase+1000) })
}

// place is a structure, or a department of it.
func (s *stage) place() (structure, department int64) {
	structure = s.structure()
	for _, d := range s.w.Departments {
		if number(d.Structure) == structure && s.r.Intn(3) == 0 {
			return structure, number(d.ID)
		}
	}
	return structure, 0
}

// attached is a user and a place of one of their memberships, mostly one in force.
func (s *stage) attached() (user, structure, department int64) {
	now := slices.DeleteFunc(slices.Clone(s.w.Memberships), func(m oracle.Membership) bool { return !m.Contains(oracle.RandomBase + 1000) })
	if len(now) == 0 || s.r.Intn(6) == 0 {
		structure, department = s.place()
		return s.user(), structure, department
	}
	m := pick(s.r, now)
	if m.Scope.Department != "" {
		structure, department = s.of(m.Scope.Department), number(m.Scope.Department)
	} else {
		structure = number(m.Scope.Structure)
	}
	return number(m.User), structure, department
}

func (s *stage) of(department string) int64 {
	i := slices.IndexFunc(s.w.Departments, func(d oracle.Department) bool { return d.ID == department })
	return number(s.w.Departments[i].Structure)
}

// grant is one that may still be moved, if there is any.
func (s *stage) grant() int64 {
	open := slices.DeleteFunc(slices.Clone(s.w.Grants), func(g oracle.Grant) bool { return g.Until <= oracle.RandomBase+1000 || g.Until <= g.From })
	return number(pick(s.r, open).ID)
}

// choices are profiles of the world with some of their boxes.
func (s *stage) choices(most int) []right.Choice {
	list := []right.Choice{}
	for range s.r.Intn(most + 1) {
		p := pick(s.r, s.w.Profiles)
		c := right.Choice{Profile: number(p.ID), Options: []string{}}
		for _, content := range p.Contents {
			for permission, value := range content.Permissions {
				if strings.HasPrefix(value, "option") && !slices.Contains(c.Options, permission) && len(permission)%2 == 0 {
					c.Options = append(c.Options, permission)
				}
			}
		}
		slices.Sort(c.Options)
		list = append(list, c)
	}
	return list
}

func (s *stage) from() string {
	return pick(s.r, []string{"", "", "", "2026-06-15", "2026-07-01", "2026-08-20"})
}
func (s *stage) until() string {
	return pick(s.r, []string{"", "", "2026-06-15", "2026-07-20", "2026-12-31"})
}

func (s *stage) name() string {
	s.fresh++
	return fmt.Sprintf("n%d", s.fresh)
}

// rawly is a change that the program does not offer yet, through the rows of access.
type rawly struct {
	need  access.Need
	apply func(ctx context.Context, tx *db.Tx, by ledger.By) error
}

func (c *rawly) Kind() string { return "test.rawly" }
func (c *rawly) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{c.need}, nil
}

func (c *rawly) Check(context.Context, *change.Work) error { return nil }

func (c *rawly) Apply(ctx context.Context, w *change.Work) (change.Outcome, error) {
	return change.Outcome{}, c.perform(ctx, w.Tx, w.Actor)
}

func (c *rawly) perform(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	draft, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	line := draft.Seq()
	if err := c.apply(ctx, tx, ledger.By{Line: line}); err != nil {
		return err
	}
	return draft.Fill(actor, journal.Entry{Action: "test.rawly", Kind: "test"})
}

// row finds the row of an owner that is in force, 0 for none.
func (s *stage) row(table, owner string, id int64) int64 {
	s.t.Helper()
	var row int64
	query := "SELECT coalesce(max(id), 0) FROM " + table + " WHERE " + owner + " = ? AND from_at <= ? AND until_at > ?"
	at := oracle.RandomBase + 1000
	require.NoError(s.t, s.raw.QueryRowContext(context.Background(), query, id, at, at).Scan(&row))
	return row
}

// replaced ends a row now and opens another over some period from now or later on.
func (s *stage) replaced(row int64, end func(ctx context.Context, tx *db.Tx, id, until int64, by ledger.By) error, open func(ctx context.Context, tx *db.Tx, span period.Span, by ledger.By) error) func(context.Context, *db.Tx, ledger.By) error {
	later, bounded := int64(s.r.Intn(3))*20*period.DayMillis, s.r.Intn(3) == 0
	return func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		span := period.Span{From: tx.At + later, Until: period.Open}
		if bounded {
			span.Until = span.From + 50*period.DayMillis
		}
		if row != 0 {
			if err := end(ctx, tx, row, span.From, by); err != nil {
				return err
			}
		}
		return open(ctx, tx, span, by)
	}
}

func (s *stage) ceiling() *rawly {
	id, modules := s.structure(), []string{}
	for _, m := range right.Modules() {
		if s.r.Intn(2) == 0 {
			modules = append(modules, m)
		}
	}
	return &rawly{access.Need{Permission: right.SiteManage}, s.replaced(s.row("ceilings", "structure_id", id), ledger.EndCeiling,
		func(ctx context.Context, tx *db.Tx, span period.Span, by ledger.By) error {
			_, err := ledger.OpenCeiling(ctx, tx, id, strings.Join(modules, " "), span, by)
			return err
		})}
}

func (s *stage) content() *rawly {
	p := s.w.Profiles[s.r.Intn(len(s.w.Profiles))]
	text := []string{}
	for _, q := range right.All() {
		if s.r.Intn(8) == 0 {
			text = append(text, q.String()+"="+pick(s.r, []string{"all", "own", "option", "option-own"}))
		}
	}
	content, err := right.ParseContent(strings.Join(text, " "))
	require.NoError(s.t, err)
	id := number(p.ID)
	return &rawly{access.Need{Permission: right.ProfileEdit}, s.replaced(s.row("profile_contents", "profile_id", id), ledger.EndContent,
		func(ctx context.Context, tx *db.Tx, span period.Span, by ledger.By) error {
			_, err := ledger.OpenContent(ctx, tx, id, content, span, by)
			return err
		})}
}

func (s *stage) userState() *rawly {
	id, active := s.user(), s.r.Intn(3) == 0
	return &rawly{access.Need{Permission: right.UserRemove}, s.replaced(s.row("user_states", "user_id", id), ledger.EndUserState,
		func(ctx context.Context, tx *db.Tx, span period.Span, by ledger.By) error {
			_, err := ledger.OpenUserState(ctx, tx, id, active, span, by)
			return err
		})}
}

func (s *stage) principal() *rawly {
	user, structure, _ := s.attached()
	return &rawly{access.Need{Permission: right.PrincipalTransfer, Scope: right.Structure(structure)}, s.replaced(s.row("principals", "structure_id", structure), ledger.EndPrincipal,
		func(ctx context.Context, tx *db.Tx, span period.Span, by ledger.By) error {
			_, err := ledger.OpenPrincipal(ctx, tx, user, structure, "transferred", span, by)
			return err
		})}
}

func (s *stage) departmentState() *rawly {
	d := pick(s.r, s.w.Departments)
	scope, active := right.Department(number(d.Structure), number(d.ID)), s.r.Intn(2) == 0
	return &rawly{access.Need{Permission: right.DepartmentEdit, Scope: right.Structure(scope.Structure)},
		s.replaced(s.row("department_states", "department_id", scope.Department), ledger.EndDepartmentState,
			func(ctx context.Context, tx *db.Tx, span period.Span, by ledger.By) error {
				_, err := ledger.OpenDepartmentState(ctx, tx, scope, active, span, by)
				return err
			})}
}

func (s *stage) validity() *rawly {
	d := pick(s.r, s.w.Departments)
	scope := right.Department(number(d.Structure), number(d.ID))
	return &rawly{access.Need{Permission: right.DepartmentEdit, Scope: right.Structure(scope.Structure)},
		s.replaced(s.row("department_validities", "department_id", scope.Department), ledger.EndValidity,
			func(ctx context.Context, tx *db.Tx, span period.Span, by ledger.By) error {
				_, err := ledger.OpenValidity(ctx, tx, scope, span, by)
				return err
			})}
}

// decide asks something for somebody, and decides on it.
func (s *stage) decide() func() change.Change {
	structure, department := s.place()
	in := request.Ask{Subject: pick(s.r, []string{"membership", "profiles"}), Beneficiary: s.user(), Structure: structure, Department: department, Profiles: s.choices(2)}
	if in.Subject == "profiles" {
		in.Beneficiary, in.Structure, in.Department = s.attached()
		in.Profiles = append(in.Profiles, s.choices(1)...)
	}
	id, err := file(s.as(s.boss), s.changes, s.requests, in)
	if err != nil {
		_, told := fault.As(err)
		require.True(s.t, told, "%+v: %v", in, err)
	}
	approve, confirmed := s.r.Intn(4) > 0, s.r.Intn(6) > 0
	return func() change.Change {
		return s.requests.Decision(request.Decide{Request: id, Approve: approve, Comment: "x", Confirmed: confirmed})
	}
}

// kinds gives, for every kind of change, a way to make one; what it makes is the same each time.
var kinds = map[string]func(s *stage) func() change.Change{
	"membership.open": func(s *stage) func() change.Change {
		structure, department := s.place()
		c := grant.Attach{User: s.user(), Structure: structure, Department: department, From: s.from(), Until: s.until(), Profiles: s.choices(2)}
		return func() change.Change { x := c; return &x }
	},
	"membership.end": func(s *stage) func() change.Change {
		c := grant.Detach{Comment: "x"}
		c.User, c.Structure, c.Department = s.attached()
		return func() change.Change { x := c; return &x }
	},
	"grant.give": func(s *stage) func() change.Change {
		c := grant.Give{User: s.user(), Profiles: s.choices(1)}
		if s.r.Intn(3) == 0 {
			c.From, c.Until, c.Profiles = s.from(), s.until(), append(c.Profiles, s.choices(1)...)
		}
		if s.r.Intn(4) > 0 {
			c.User, c.Structure, c.Department = s.attached()
		}
		return func() change.Change { x := c; return &x }
	},
	"grant.end": func(s *stage) func() change.Change {
		c := grant.End{Grant: s.grant(), Until: s.until()}
		return func() change.Change { x := c; return &x }
	},
	"grant.extend": func(s *stage) func() change.Change {
		c := grant.Extend{Grant: s.grant(), Until: s.until()}
		return func() change.Change { x := c; return &x }
	},
	"membership.extend": func(s *stage) func() change.Change {
		open := slices.DeleteFunc(slices.Clone(s.w.Memberships), func(m oracle.Membership) bool {
			return m.Until <= oracle.RandomBase+1000 || m.Until <= m.From
		})
		c := grant.ExtendMembership{Membership: number(pick(s.r, open).ID), Until: s.until(), Grants: s.r.Intn(2) == 0}
		return func() change.Change { x := c; return &x }
	},
	"structure.create": func(s *stage) func() change.Change {
		in := s.newcomer()
		return func() change.Change { return &structure.Create{Input: in, Found: insee.Found{Verdict: insee.Active}} }
	},
	"structure.set_state": func(s *stage) func() change.Change {
		c := structure.SetState{Structure: s.structure()}
		i := slices.IndexFunc(s.w.Structures, func(x oracle.Structure) bool { return number(x.ID) == c.Structure })
		c.Active = active(s.w.Structures[i].States) == (s.r.Intn(6) == 0)
		return func() change.Change { x := c; return &x }
	},
	"department.create": func(s *stage) func() change.Change {
		c := department.CreateDepartment{Structure: s.structure(), Code: s.name(), Fields: department.Fields{Label: "Neuf"}}
		return func() change.Change { x := c; return &x }
	},
	"structure.set_states": func(s *stage) func() change.Change {
		c := structure.SetStates{Structures: []int64{s.structure(), s.structure(), s.structure()}, Active: s.r.Intn(3) == 0}
		return func() change.Change { x := c; return &x }
	},
	"structure.cancel": func(s *stage) func() change.Change {
		at := s.structure()
		if s.r.Intn(4) > 0 { // one to which only its creator refers
			made, err := s.changes.Carry(s.as(s.boss), "", structure.Create{Input: s.newcomer(), Found: insee.Found{Verdict: insee.Active}})
			require.NoError(s.t, err)
			at = made[0].Created
		}
		return func() change.Change { return &structure.Cancel{Structure: at} }
	},
	"structure.duplicate": func(s *stage) func() change.Change {
		c := flow.Duplicate{From: s.structure(), Identifier: s.siret(), Found: insee.Found{Verdict: insee.Active, Name: "Copie"}}
		return func() change.Change { x := c; return &x }
	},
	"principal.transfer": func(s *stage) func() change.Change {
		var c flow.Transfer
		for range 1 + s.r.Intn(2) {
			user, at, _ := s.attached()
			c.Moves = append(c.Moves, flow.Move{Structure: at, To: user})
		}
		return func() change.Change { x := c; return &x }
	},
	"department.edit": func(s *stage) func() change.Change {
		_, id := s.room()
		c := department.EditDepartment{Department: id, Version: s.version(id), Days: true}
		c.Base = department.Fields{Label: fmt.Sprintf("Service d%d", id)}
		c.Mine = department.Fields{Label: "Autre", From: s.from(), Until: s.until()}
		return func() change.Change { x := c; return &x }
	},
	"department.set_state": func(s *stage) func() change.Change {
		at, id := s.room()
		c := department.SwitchDepartment{Structure: at, Department: id, Active: s.r.Intn(2) == 0}
		return func() change.Change { x := c; return &x }
	},
	"user.add": func(s *stage) func() change.Change {
		c := flow.AddPerson{Identity: people.Identity{Email: s.name() + "@exemple.example", FirstName: "N", LastName: "N", Kind: pick(s.r, []string{"internal", "external"})}}
		c.Profiles, c.From, c.Until = s.choices(2), s.from(), s.until()
		if s.r.Intn(4) > 0 {
			c.Structure, c.Department = s.place()
		}
		return func() change.Change { x := c; return &x }
	},
	"user.sign_in": func(s *stage) func() change.Change {
		c := signin.SetSignIn{User: s.user(), SignIn: pick(s.r, []string{"invited", "locked", "none"}), CodeHash: strings.Repeat("ab", 32)}
		return func() change.Change { x := c; return &x }
	},
	"request.decide": (*stage).decide,
	"ceiling":        func(s *stage) func() change.Change { c := s.ceiling(); return func() change.Change { return c } },
	"content":        func(s *stage) func() change.Change { c := s.content(); return func() change.Change { return c } },
	"user state":     func(s *stage) func() change.Change { c := s.userState(); return func() change.Change { return c } },
	"principal":      func(s *stage) func() change.Change { c := s.principal(); return func() change.Change { return c } },
	"department state": func(s *stage) func() change.Change {
		c := s.departmentState()
		return func() change.Change { return c }
	},
	"validity": func(s *stage) func() change.Change { c := s.validity(); return func() change.Change { return c } },
}

// newcomer is a structure that is not there yet.
func (s *stage) newcomer() structure.Input {
	return structure.Input{IdentifierType: "siret", Identifier: s.siret(), Sphere: "private", Fields: structure.Fields{Name: "Neuve"}}
}

// room is a department and its structure.
func (s *stage) room() (structure, department int64) {
	d := pick(s.r, s.w.Departments)
	return number(d.Structure), number(d.ID)
}

// version is that of a department's record.
func (s *stage) version(department int64) (n int64) {
	require.NoError(s.t, s.raw.QueryRowContext(context.Background(), "SELECT version FROM departments WHERE id = ?", department).Scan(&n))
	return n
}

// siret is one that no structure has.
func (s *stage) siret() string {
	for {
		s.fresh++
		if number, err := identifier.Parse(identifier.SIRET, fmt.Sprintf("4%013d", s.fresh)); err == nil {
			return number
		}
	}
}

// likely makes a change of a kind, mostly one that goes through.
func (s *stage) likely(name string) func() change.Change {
	for range 12 {
		made := kinds[name](s)
		if _, err := s.changes.Preview(s.as(s.boss), made()); err == nil || s.r.Intn(5) == 0 {
			return made
		}
	}
	return kinds[name](s)
}

func kindNames() []string {
	var list []string
	for k := range kinds {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// dump writes every row of every table down.
func (s *stage) dump() string {
	s.t.Helper()
	var b strings.Builder
	for _, table := range s.tables() {
		rows, err := s.raw.QueryContext(context.Background(), "SELECT * FROM "+table)
		require.NoError(s.t, err)
		columns, err := rows.Columns()
		require.NoError(s.t, err)
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			require.NoError(s.t, rows.Scan(into...))
			fmt.Fprintln(&b, table, values)
		}
		require.NoError(s.t, rows.Err())
		require.NoError(s.t, rows.Close())
	}
	return b.String()
}

func (s *stage) tables() []string {
	rows, err := s.raw.QueryContext(context.Background(), "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")
	require.NoError(s.t, err)
	defer rows.Close() //nolint:errcheck // a test
	var list []string
	for rows.Next() {
		var name string
		require.NoError(s.t, rows.Scan(&name))
		list = append(list, name)
	}
	require.NoError(s.t, rows.Err())
	return list
}

func (s *stage) last() int64 {
	var at int64
	require.NoError(s.t, s.raw.QueryRowContext(context.Background(), "SELECT at FROM journal ORDER BY seq DESC LIMIT 1").Scan(&at))
	return at
}

var reach = map[right.Reach]string{right.NoReach: oracle.None, right.Own: oracle.Own, right.Whole: oracle.All}

// told writes a preview's lines that begin at once as the oracle writes its own.
func told(lines []change.Line, at func(int64) bool) []string {
	list := []string{}
	for _, l := range lines {
		if at(l.At) {
			place := "firm"
			switch {
			case l.Scope.Department != 0:
				place = fmt.Sprintf("d%d", l.Scope.Department)
			case l.Scope.Structure != 0:
				place = fmt.Sprintf("s%d", l.Scope.Structure)
			}
			list = append(list, fmt.Sprintf("u%d %s %s %s→%s", l.User, l.Permission, place, reach[l.Before], reach[l.After]))
		}
	}
	slices.Sort(list)
	return list
}

// happened returns the difference over all people and places between two readings of the raw rows.
func happened(before, after *oracle.World, at int64) []string {
	list := []string{}
	for _, l := range oracle.Difference(after, oracle.Rights(before, at), oracle.Rights(after, at)) {
		place := "firm"
		if !l.Scope.Firm {
			place = l.Scope.Structure + l.Scope.Department
		}
		list = append(list, fmt.Sprintf("%s %s %s %s→%s", l.User, l.Permission, place, l.Before, l.After))
	}
	slices.Sort(list)
	return list
}

// apart returns what stands in one list only, for a reader.
func apart(want, got []string) string {
	var missing, extra []string
	for _, x := range want {
		if !slices.Contains(got, x) {
			missing = append(missing, x)
		}
	}
	for _, x := range got {
		if !slices.Contains(want, x) {
			extra = append(extra, x)
		}
	}
	return fmt.Sprintf("missing %d: %v\nextra %d: %v", len(missing), missing[:min(8, len(missing))], len(extra), extra[:min(8, len(extra))])
}

// failures are collected by their sort, so that one sort does not hide another.
type failures map[string][]string

func (f failures) add(sort, format string, args ...any) {
	f[sort] = append(f[sort], fmt.Sprintf(format, args...))
}

// tell fails a test with the first two of each sort.
func (f failures) tell(t *testing.T) {
	t.Helper()
	for sort, list := range f {
		t.Errorf("%d × %s\n%s", len(list), sort, strings.Join(list[:min(2, len(list))], "\n"))
	}
}

func previews() int {
	if n, err := strconv.Atoi(os.Getenv("HABILIS_PREVIEWS")); err == nil {
		return n
	}
	return 150
}

// TestPreviewTellsWhatRunDoes: for every kind of change on random worlds, the preview is the difference over all people recomputed from the raw
// rows after the change was made; it changes nothing; and it fails where and as the change itself fails.
func TestPreviewTellsWhatRunDoes(t *testing.T) {
	const each = 12 // changes on one world, one after the other
	names := kindNames()
	ran, refused, lines := map[string]int{}, map[string]int{}, 0
	found := map[string]failures{}
	for _, name := range names {
		found[name] = failures{}
	}
	try := func(s *stage, name string, world, j int) {
		s.look()
		p, done := s.perform(found[name], fmt.Sprintf("%s, world %d, change %d", name, world, j), s.likely(name))
		if done {
			ran[name]++
			lines += len(p.Lines)
		} else {
			refused[name]++
		}
	}
	for i := 0; i < previews(); i += each {
		s := newStage(t, int64(1000+i))
		for j := range each {
			try(s, names[(i/each*5+j)%len(names)], 1000+i, j) // each kind at every place of a run
		}
	}
	for world := 5000; world < 5010 && previews() >= 150; world++ { // what chance never let through has worlds of its own
		missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return ran[name] > 0 })
		if len(missing) == 0 {
			break
		}
		s := newStage(t, int64(world))
		for j, name := range missing {
			for k := 0; k < 4 && ran[name] == 0; k++ {
				try(s, name, world, 10*j+k)
			}
		}
	}
	t.Logf("ran %v\nrefused %v\n%d lines", ran, refused, lines)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			found[name].tell(t)
			if previews() >= 150 {
				assert.Positive(t, ran[name], "none of the kind went through")
			}
		})
	}
	assert.Positive(t, lines)
}

// perform previews and makes one change, mostly as the firm administrator, and compares.
func (s *stage) perform(f failures, what string, make func() change.Change) (change.Preview, bool) {
	actor := s.boss
	if s.r.Intn(5) == 0 {
		actor = s.user()
	}
	ctx, rows, before := s.as(actor), s.dump(), s.look()
	p, refusal := s.changes.Preview(ctx, make())
	if s.dump() != rows {
		f.add("the preview changed something", "%s", what)
	}
	var err error
	if refusal != nil {
		err = s.changes.Run(ctx, make())
	} else {
		err = s.changes.RunSeen(ctx, p.Fingerprint, make())
	}
	if fmt.Sprint(asFault(refusal)) != fmt.Sprint(asFault(err)) {
		f.add("preview and run do not fail alike", "%s: preview %v, run %v", what, refusal, err)
	}
	if err != nil {
		if _, known := fault.As(err); !known {
			f.add("fails with what is no fault", "%s: %v", what, err)
		}
		if s.dump() != rows {
			f.add("a refused change changed something", "%s", what)
		}
		return p, false
	}
	after, at := s.look(), s.last()
	want, got := happened(before, after, at), told(p.Lines, func(at int64) bool { return at == 0 })
	if !slices.Equal(want, got) {
		f.add("at once: the preview is not the difference", "%s, actor u%d\n%s", what, actor, apart(want, got))
	}
	s.later(f, what, p, before, after, at, append(moved(rows, s.dump()), s.others(before, after, at)...))
	return p, true
}

// asFault is what a failure tells, as a page gets it.
func asFault(err error) any {
	if f, told := fault.As(err); told {
		return *f
	}
	return err
}

// others returns some of the instants to come at which any row begins or ends.
func (s *stage) others(before, after *oracle.World, now int64) []int64 {
	list := slices.DeleteFunc(slices.Concat(before.Boundaries(), after.Boundaries()), func(at int64) bool { return at <= now || at == oracle.OpenEnd })
	s.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(4, len(list))]
}

// later checks that what differs when a row begins or ends stands in the preview, from then or an earlier instant on.
func (s *stage) later(f failures, what string, p change.Preview, before, after *oracle.World, now int64, instants []int64) {
	for _, at := range instants {
		if at <= now || at == oracle.OpenEnd {
			continue
		}
		got := told(p.Lines, func(from int64) bool { return from <= at })
		for _, line := range happened(before, after, at) {
			if !slices.Contains(got, line) {
				f.add("later: the preview leaves out what will differ", "%s at %d: %s", what, at, line)
				return
			}
		}
	}
}

// dated are the tables whose rows have a period; from, until and the line that opened them are the last columns.
var dated = []string{
	"ceilings", "department_states", "department_validities", "grants", "memberships", "principals", "profile_contents", "structure_states", "user_states",
}

// moved returns the instants at which a row that stands in one dump only begins or ends.
func moved(before, after string) []int64 {
	list := []int64{}
	count := map[string]int{}
	for _, row := range strings.Split(before, "\n") {
		count[row]--
	}
	for _, row := range strings.Split(after, "\n") {
		count[row]++
	}
	for row, n := range count {
		parts := strings.Fields(strings.TrimSuffix(row, "]"))
		if n != 0 && len(parts) > 4 && slices.Contains(dated, parts[0]) {
			for _, text := range parts[len(parts)-3 : len(parts)-1] {
				at, _ := strconv.ParseInt(text, 10, 64)
				list = append(list, at)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// TestRunSeenHoldsToWhatWasSeen: a save that carries the preview's fingerprint goes through only if the effect is still the same.
func TestRunSeenHoldsToWhatWasSeen(t *testing.T) {
	const each = 10
	names := kindNames()
	f := failures{}
	same, other := 0, 0
	for i := 0; i < previews(); i += each {
		s := newStage(t, int64(9000+i))
		for j := range each {
			s.look()
			name, between := names[(i+j)%len(names)], pick(s.r, names)
			made, meanwhile := s.likely(name), s.likely(between)
			ctx := s.as(s.boss)
			seen, err := s.changes.Preview(ctx, made())
			if err != nil {
				continue
			}
			was := s.every(seen)
			if s.changes.Run(ctx, meanwhile()) != nil {
				continue
			}
			now, refusal := s.changes.Preview(ctx, made())
			is, rows := s.every(now), s.dump()
			err = s.changes.RunSeen(ctx, seen.Fingerprint, made())
			what := fmt.Sprintf("%s after %s, world %d, change %d", name, between, 9000+i, j)
			switch {
			case refusal != nil:
				if fmt.Sprint(asFault(refusal)) != fmt.Sprint(asFault(err)) {
					f.add("not refused alike", "%s: preview %v, run %v", what, refusal, err)
				}
			case slices.Equal(was, is):
				if same++; err != nil {
					f.add("the same effect is refused", "%s: %v", what, err)
				}
			default:
				if other++; !fault.Is(err, fault.Conflict) {
					f.add("another effect goes through", "%s: %v\n%s", what, err, apart(was, is))
				}
			}
			if err != nil && s.dump() != rows {
				f.add("a conflict changed something", "%s", what)
			}
		}
	}
	t.Logf("%d with the same effect, %d with another", same, other)
	f.tell(t)
	if previews() >= 150 {
		assert.Positive(t, same)
		assert.Positive(t, other)
	}
}

// every writes all lines of a preview, with their instants. The numbers of what the change itself makes are left out.
func (s *stage) every(p change.Preview) []string {
	s.look()
	list := []string{}
	for _, l := range p.Lines {
		if !slices.ContainsFunc(s.w.Users, func(u oracle.User) bool { return number(u.ID) == l.User }) {
			l.User = -1
		}
		if !slices.ContainsFunc(s.w.Departments, func(d oracle.Department) bool { return number(d.ID) == l.Scope.Department }) && l.Scope.Department != 0 {
			l.Scope.Department = -1
		}
		if !slices.ContainsFunc(s.w.Structures, func(x oracle.Structure) bool { return number(x.ID) == l.Scope.Structure }) && l.Scope.Structure != 0 {
			l.Scope.Structure = -1
		}
		list = append(list, fmt.Sprint(told([]change.Line{l}, func(int64) bool { return true }), l.At))
	}
	slices.Sort(list)
	return list
}

// TestRunSeenForgivesNumbers: what a creation would be numbered is no part of its effect: another creation meanwhile does not stand against it.
func TestRunSeenForgivesNumbers(t *testing.T) {
	for _, name := range []string{"structure.create", "department.create", "user.add"} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, 4)
			s.w.Structures = slices.DeleteFunc(s.w.Structures, func(x oracle.Structure) bool { return !active(x.States) })
			require.NotEmpty(t, s.w.Structures)
			ctx := s.as(s.boss)
			first, second := kinds[name](s), kinds[name](s)
			if name == "user.add" {
				add := func(email string) func() change.Change {
					return func() change.Change {
						return &flow.AddPerson{Identity: people.Identity{Email: email, FirstName: "N", LastName: "N", Kind: "internal"}, Structure: s.w1()}
					}
				}
				first, second = add("a@exemple.example"), add("b@exemple.example")
			}
			p, err := s.changes.Preview(ctx, first())
			require.NoError(t, err)
			require.NotEmpty(t, p.Lines)
			require.NoError(t, s.changes.Run(ctx, second()))

			assert.NoError(t, s.changes.RunSeen(ctx, p.Fingerprint, first()))
		})
	}
}

func (s *stage) w1() int64 { return number(s.w.Structures[0].ID) }

// file files a request, and returns its number.
func file(ctx context.Context, changes *change.Service, requests *request.Service, in request.Ask) (int64, error) {
	made, err := changes.Carry(ctx, "", requests.Asking(in))
	if err != nil {
		return 0, err
	}
	return made[0].Created, nil
}
