package change_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/ledger"
	"habilis/internal/oracle"
	"habilis/internal/period"
	"habilis/internal/right"
	"habilis/internal/uid"
)

// scripted applies the writes of a guard case through the rows of access.
type scripted struct {
	c   oracle.GuardCase
	ids map[string]int64
	raw *sql.DB
	by  ledger.By
}

func (s *scripted) Kind() string { return "test.scripted" }

func (s *scripted) scope(o oracle.Scope) right.Scope {
	if o.Department != "" {
		for _, d := range s.c.World.Departments {
			if d.ID == o.Department {
				return right.Department(s.ids[d.Structure], s.ids[d.ID])
			}
		}
	}
	return right.Structure(s.ids[o.Structure])
}

func (s *scripted) Need(context.Context, *db.Tx) ([]access.Need, error) {
	var needs []access.Need
	for _, n := range s.c.Change.Need {
		p, _ := right.Parse(n.Permission)
		needs = append(needs, access.Need{Permission: p, Scope: s.scope(n.Scope), Ending: n.Ending, Anywhere: n.Scope.Anywhere})
	}
	return needs, nil
}

// order puts the writes as the program does: grants end before their membership, memberships open before their grants.
func order(w oracle.Written) int {
	if i := slices.Index([]string{
		"until grants", "until memberships", "until principals", "until ceilings", "open users", "open structures", "set users", "set structures",
		"set departments", "set profiles", "open memberships", "open principals", "open ceilings", "open grants",
	}, w.Op+" "+w.Table); i >= 0 {
		return i
	}
	panic("unknown write " + w.Op + " " + w.Table)
}

func (s *scripted) Check(context.Context, *change.Work) error { return nil }

func (s *scripted) Apply(ctx context.Context, w *change.Work) (change.Outcome, error) {
	return change.Outcome{}, s.perform(ctx, w.Tx, w.Actor)
}

func (s *scripted) perform(ctx context.Context, tx *db.Tx, _ *access.Actor) error {
	list := slices.Clone(s.c.Change.Writes)
	slices.SortStableFunc(list, func(a, b oracle.Written) int { return order(a) - order(b) })
	for _, w := range list {
		if err := s.write(ctx, tx, w); err != nil {
			return err
		}
	}
	if d := s.c.Change.Decides; d != nil {
		for _, id := range d.Requests {
			for _, q := range s.c.World.Requests {
				if q.ID == id {
					ledger.Decided(tx, s.ids[q.Requester], s.ids[q.Beneficiary], s.scope(q.Scope), d.Comment)
				}
			}
		}
	}
	return nil
}

func (s *scripted) write(ctx context.Context, tx *db.Tx, w oracle.Written) error {
	switch w.Op {
	case "until":
		return s.until(ctx, tx, w)
	case "open":
		return s.open(ctx, tx, w)
	}
	return s.set(ctx, tx, w)
}

func (s *scripted) until(ctx context.Context, tx *db.Tx, w oracle.Written) error {
	id := s.ids[w.ID]
	switch w.Table {
	case "grants":
		return ledger.EndGrant(ctx, tx, id, w.Until, s.by)
	case "memberships":
		m, err := tx.MembershipRow(ctx, id)
		if err != nil {
			return err
		}
		return ledger.EndMembershipAlone(ctx, tx, m, w.Until, s.by)
	case "principals":
		return ledger.EndPrincipal(ctx, tx, id, w.Until, s.by)
	}
	return ledger.EndCeiling(ctx, tx, id, w.Until, s.by)
}

func decode[T any](raw json.RawMessage) T {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(err)
	}
	return v
}

func span(p oracle.Period) period.Span { return period.Span{From: p.From, Until: p.Until} }

func (s *scripted) open(ctx context.Context, tx *db.Tx, w oracle.Written) error {
	by := ledger.By{Line: s.by.Line, Carried: w.Carried}
	var err error
	switch w.Table {
	case "users":
		u := decode[oracle.User](w.Row)
		key := string(uid.New())
		s.ids[u.ID], err = tx.AddUser(ctx, sqlc.AddUserParams{Uid: []byte(key), Email: key, Kind: "internal", Language: "fr"})
		if err == nil {
			_, err = ledger.OpenUserState(ctx, tx, s.ids[u.ID], true, span(u.States[0].Period), by)
		}
	case "structures":
		x := decode[oracle.Structure](w.Row)
		s.ids[x.ID], err = tx.AddStructure(ctx, sqlc.AddStructureParams{
			Uid: uid.New(), Identifier: x.ID, Sphere: "private", IdentifierType: "pending", Verdict: "none", Responsible: "principal", Moa: "none",
		})
		if err == nil {
			_, err = ledger.OpenStructureState(ctx, tx, s.ids[x.ID], x.States[0].State == "active", span(x.States[0].Period), by)
		}
	case "memberships":
		m := decode[oracle.Membership](w.Row)
		s.ids[m.ID], err = ledger.OpenMembership(ctx, tx, s.ids[m.User], s.scope(m.Scope), span(m.Period), by)
	case "principals":
		p := decode[oracle.Principal](w.Row)
		s.ids[p.ID], err = ledger.OpenPrincipal(ctx, tx, s.ids[p.User], s.ids[p.Structure], "transferred", span(p.Period), by)
	case "ceilings":
		c := decode[oracle.Ceiling](w.Row)
		_, err = ledger.OpenCeiling(ctx, tx, s.ids[c.Structure], strings.Join(c.Modules, " "), span(c.Period), by)
	case "grants":
		g := decode[oracle.Grant](w.Row)
		_, err = ledger.OpenGrant(ctx, tx, ledger.Given{
			User: s.ids[g.User], Profile: s.ids[g.Profile], Membership: s.ids[g.Membership], Scope: s.scope(g.Scope),
			Options: right.ParseSet(strings.Join(g.Options, " ")), Reason: "grant", Span: span(g.Period),
		}, by)
	}
	return err
}

func (s *scripted) set(ctx context.Context, tx *db.Tx, w oracle.Written) error {
	fields := decode[struct {
		States   []oracle.State   `json:"states"`
		Contents []oracle.Content `json:"contents"`
		SignIn   string           `json:"sign_in"`
	}](w.Fields)
	id, by := s.ids[w.ID], s.by
	switch w.Table {
	case "users":
		if fields.SignIn != "" {
			return ledger.SetSignIn(ctx, tx, id, map[string]string{"aucun": "none", "ouvert": "open", "verrouillé": "locked", "à activer": "invited"}[fields.SignIn])
		}
		return s.states(ctx, "user_states", "user_id", id, fields.States, func(row, until int64) error { return ledger.EndUserState(ctx, tx, row, until, by) },
			func(st oracle.State) error {
				_, err := ledger.OpenUserState(ctx, tx, id, st.State == "actif", span(st.Period), by)
				return err
			})
	case "structures":
		return s.states(ctx, "structure_states", "structure_id", id, fields.States, func(row, until int64) error { return ledger.EndStructureState(ctx, tx, row, until, by) },
			func(st oracle.State) error {
				_, err := ledger.OpenStructureState(ctx, tx, id, st.State == "active", span(st.Period), by)
				return err
			})
	case "departments":
		return s.states(ctx, "department_states", "department_id", id, fields.States, func(row, until int64) error { return ledger.EndDepartmentState(ctx, tx, row, until, by) },
			func(st oracle.State) error {
				_, err := ledger.OpenDepartmentState(ctx, tx, s.scope(oracle.InDepartment(w.ID)), st.State == "active", span(st.Period), by)
				return err
			})
	}
	var states []oracle.State
	for _, c := range fields.Contents {
		states = append(states, oracle.State{Period: c.Period})
	}
	return s.states(ctx, "profile_contents", "profile_id", id, states, func(row, until int64) error { return ledger.EndContent(ctx, tx, row, until, by) },
		func(st oracle.State) error {
			for _, c := range fields.Contents {
				if c.Period == st.Period {
					_, err := ledger.OpenContent(ctx, tx, id, parse(c.Permissions), span(c.Period), by)
					return err
				}
			}
			return nil
		})
}

func parse(permissions map[string]string) *right.Content {
	var pairs []string
	for p, v := range permissions {
		pairs = append(pairs, p+"="+v)
	}
	c, err := right.ParseContent(strings.Join(pairs, " "))
	if err != nil {
		panic(err)
	}
	return c
}

// states turns "these are the periods now" into rows ended and rows opened.
func (s *scripted) states(ctx context.Context, table, owner string, id int64, wanted []oracle.State, end func(row, until int64) error, open func(oracle.State) error) error {
	rows, err := s.raw.QueryContext(ctx, "SELECT id, from_at, until_at FROM "+table+" WHERE "+owner+" = ?", id)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // a test
	there := map[int64]bool{}
	for rows.Next() {
		var row, from, until int64
		if err := rows.Scan(&row, &from, &until); err != nil {
			return err
		}
		there[from] = true
		for _, st := range wanted {
			if st.From == from && st.Until != until {
				if err := end(row, st.Until); err != nil {
					return err
				}
			}
		}
	}
	for _, st := range wanted {
		if !there[st.From] {
			if err := open(st); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

func TestRunHoldsTheGuards(t *testing.T) {
	all, err := oracle.LoadGuardsCases("../oracle/testdata/guards-cases.json")
	require.NoError(t, err)
	require.Len(t, all, 142)
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			d, _ := dbtest.Open(t)
			plain, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)")
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, plain.Close()) })
			ids, err := oracle.ToDB(context.Background(), plain, &c.World)
			require.NoError(t, err)
			require.Equal(t, dbtest.Morning.UnixMilli(), c.At)
			ctx := access.WithConfirmed(access.WithActor(context.Background(), ids[c.Actor], "test"))

			err = change.NewService(d).Run(ctx, &scripted{c: c, ids: ids, raw: plain, by: ledger.By{Line: 1}})

			assertVerdict(t, c.Expected, err)
		})
	}
}

func assertVerdict(t *testing.T, want oracle.Verdict, err error) {
	t.Helper()
	if want.Outcome == "allowed" {
		assert.NoError(t, err)
		return
	}
	f, ok := fault.As(err)
	require.True(t, ok, "%v", err)
	switch want.Guard {
	case "need":
		assert.Equal(t, fault.Forbidden, f.Code)
	case "row":
		assert.True(t, strings.HasPrefix(f.Problems[0].Key, "row."), f.Problems[0].Key)
	default:
		assert.Equal(t, "guard."+want.Guard, f.Problems[0].Key)
		if want.Instant != 0 {
			assert.Equal(t, strconv.FormatInt(want.Instant, 10), f.Problems[0].Params["instant"])
		}
		if len(want.Missing) > 0 {
			assert.Equal(t, strings.Join(want.Missing, " "), f.Problems[0].Params["missing"])
		}
	}
}
