package firm_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/right"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// The zones of these tests, from the first to see a day to the last.
const (
	kiritimati = "Pacific/Kiritimati" // +14
	auckland   = "Pacific/Auckland"   // +13 in December
	noumea     = "Pacific/Noumea"     // +11
	paris      = "Europe/Paris"
	cayenne    = "America/Cayenne"   // -3
	havana     = "America/Havana"    // where 14 March 2027 begins at 1:00
	pago       = "Pacific/Pago_Pago" // -11

	manage  = "organisation.modification"
	consult = "organisation.consultation"
	boxed   = "Entreprise · Collaborateur"
)

// zoned is a firm in Paris, with one structure and somebody attached nowhere.
type zoned struct {
	t          *testing.T
	d          *db.DB
	raw        *sql.DB
	clock      *dbtest.Clock
	changes    *change.Service
	structures *structure.Service
	firm       *firm.Service
	admin      context.Context
	profiles   map[string]int64
	house      int64
	x          int64
}

func newZoned(t *testing.T) *zoned {
	t.Helper()
	d, clock := dbtest.Open(t)
	raw, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	z := &zoned{t: t, d: d, raw: raw, clock: clock, changes: change.NewService(d), firm: firm.NewService(d), profiles: map[string]int64{}}
	z.structures = structure.NewService(d, clock.Now, func(context.Context) insee.Registry { return nil })
	cost := signin.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}
	sessions := signin.NewSessions(clock.Now, func() time.Duration { return time.Hour })
	in := signin.NewService(d, clock.Now, func() signin.Cost { return cost }, cost, sessions)
	typed := typed()
	typed.Families = []string{"portail-public", "cabinet"}
	_, err = flow.NewService(d, z.changes, in, z.structures, func(string, string) insee.Registry { return nil }).SetUp(t.Context(), typed)
	require.NoError(t, err)
	z.admin = as(1)
	for _, row := range z.rows("SELECT p.id, p.key FROM profiles p JOIN families f ON f.id = p.family_id WHERE f.in_use = 1 ORDER BY p.id") {
		var id int64
		_, err := fmt.Sscan(row, &id)
		require.NoError(t, err)
		if _, key, _ := strings.Cut(row, " "); z.profiles[key] == 0 {
			z.profiles[key] = id
		}
	}
	c, err := z.structures.Creation(z.admin, structure.Input{
		IdentifierType: "pending", Identifier: "MAISON", Sphere: "private", Fields: structure.Fields{Name: "Maison"},
	})
	require.NoError(t, err)
	z.house, z.x = z.make(c), z.person("x")
	return z
}

func as(user int64) context.Context {
	return access.WithConfirmed(access.WithActor(context.Background(), user, "seat"))
}

func (z *zoned) run(list ...change.Change) {
	z.t.Helper()
	require.NoError(z.t, z.changes.Run(z.admin, list...))
}

// make carries a change out, and returns the number of what it created.
func (z *zoned) make(c change.Change) int64 {
	z.t.Helper()
	made, err := z.changes.Carry(z.admin, "", c)
	require.NoError(z.t, err)
	return made[0].Created
}

func (z *zoned) person(name string) int64 {
	z.t.Helper()
	c := &flow.AddPerson{Identity: people.Identity{Email: name + "@exemple.example", FirstName: "Jo", LastName: name, Kind: "internal"}}
	return z.make(c)
}

func (z *zoned) room(code, from, until string) int64 {
	z.t.Helper()
	c := &department.CreateDepartment{Structure: z.house, Code: code, Fields: department.Fields{Label: code, From: from, Until: until}}
	return z.make(c)
}

func (z *zoned) choices(profile string, boxes ...string) []right.Choice {
	z.t.Helper()
	require.NotZero(z.t, z.profiles[profile], profile)
	return []right.Choice{{Profile: z.profiles[profile], Options: append([]string{}, boxes...)}}
}

// moves changes the firm's zone, keeping days or not.
func (z *zoned) moves(who context.Context, zone string, keep bool) error {
	z.t.Helper()
	s, err := z.firm.Settings(who)
	require.NoError(z.t, err)
	return z.changes.Run(who, firm.Edit{
		Name: s.Name, TimeZone: zone, Language: s.Language, Registry: s.Registry, IdleMinutes: s.IdleMinutes, KeepDays: keep, Version: s.Version,
	})
}

// kept is moves by the administrator, keeping days, which must succeed.
func (z *zoned) kept(zone string) {
	z.t.Helper()
	require.NoError(z.t, z.moves(z.admin, zone, true))
}

// lost is moves by the administrator without keeping days.
func (z *zoned) lost(zone string) {
	z.t.Helper()
	require.NoError(z.t, z.moves(z.admin, zone, false))
}

// rows returns what a query finds, as texts.
func (z *zoned) rows(query string, args ...any) []string {
	z.t.Helper()
	found, err := z.raw.QueryContext(context.Background(), query, args...)
	require.NoError(z.t, err, query)
	defer found.Close() //nolint:errcheck // a test
	columns, err := found.Columns()
	require.NoError(z.t, err)
	list := []string{}
	for found.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(z.t, found.Scan(into...))
		list = append(list, strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
	}
	require.NoError(z.t, found.Err())
	return list
}

func (z *zoned) number(query string, args ...any) (n int64) {
	z.t.Helper()
	require.NoError(z.t, z.raw.QueryRowContext(context.Background(), query, args...).Scan(&n), query)
	return n
}

// spans returns the periods of a table that were not cancelled, as somebody in a zone reads them.
func (z *zoned) spans(zone, table, where string, args ...any) []string {
	z.t.Helper()
	list := []string{}
	for _, row := range z.rows("SELECT from_at, until_at FROM "+table+" WHERE until_at > from_at AND "+where+" ORDER BY from_at, id", args...) {
		var from, until int64
		_, err := fmt.Sscan(row, &from, &until)
		require.NoError(z.t, err)
		list = append(list, instant(z.t, zone, from)+" – "+instant(z.t, zone, until))
	}
	return list
}

// instant is how somebody in a zone reads an instant; the end of a day is the beginning of the next.
func instant(t *testing.T, zone string, at int64) string {
	t.Helper()
	if at == period.Open {
		return "∞"
	}
	where, err := time.LoadLocation(zone)
	require.NoError(t, err)
	return time.UnixMilli(at).In(where).Format("2006-01-02 15:04")
}

// sound checks that the journal vouches for every row, and that every grant lies within its membership.
func (z *zoned) sound() {
	z.t.Helper()
	require.NoError(z.t, z.d.Read(z.admin, func(tx *db.Tx) error {
		v, err := journal.Verify(z.admin, tx)
		assert.Zero(z.t, v.Bad, "%+v", v)
		return err
	}))
	assert.Empty(z.t, z.rows("SELECT * FROM pragma_foreign_key_check"))
	assert.Zero(z.t, z.number(`SELECT count(*) FROM grants g JOIN memberships m ON m.id = g.membership_id
		WHERE g.until_at > g.from_at AND (g.from_at < m.from_at OR g.until_at > m.until_at)`), "a grant outside its membership")
}

// TestZoneOpensGrantsAnewAsTheyWere: a grant that has not begun keeps its boxes, its reason, its place and what it stands on: the membership that was
// opened anew, or the one that had begun and stays.
func TestZoneOpensGrantsAnewAsTheyWere(t *testing.T) {
	z := newZoned(t)
	room := z.room("COMPTA", "", "")
	y := z.person("y")
	boxes := z.boxes(boxed)
	planned := &grant.Attach{
		User: z.x, Structure: z.house, Department: room, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices(boxed, boxes[0], boxes[len(boxes)-1]),
	}
	planned.OnRequest()
	z.run(planned, &grant.Attach{User: y, Structure: z.house})
	later := &grant.Give{User: y, Structure: z.house, Profiles: z.choices(boxed, boxes[0]), From: "2026-10-01", Until: "2026-10-31"}
	later.OnRequest()
	z.run(later, &grant.Give{User: y, Structure: z.house, Department: room, Profiles: z.choices(consult), From: "2026-11-01"})
	const what = `SELECT g.user_id, g.profile_id, g.structure_id, coalesce(g.department_id, 0), g.reason, g.options FROM grants g
		WHERE g.until_at > g.from_at AND g.structure_id = ? ORDER BY g.from_at`
	before, begun := z.rows(what, z.house), z.number("SELECT id FROM memberships WHERE user_id = ?", y)
	require.Len(t, before, 3)
	require.Contains(t, before[0], boxes[0])
	require.Contains(t, before[0], "request")

	z.kept(noumea)

	assert.Equal(t, before, z.rows(what, z.house))
	anew := z.number("SELECT id FROM memberships WHERE user_id = ? AND until_at > from_at", z.x)
	assert.Greater(t, anew, begun, "opened anew")
	assert.Equal(t, []string{fmt.Sprint(anew)}, z.rows("SELECT membership_id FROM grants WHERE user_id = ? AND until_at > from_at", z.x))
	assert.Equal(t, []string{fmt.Sprint(begun), fmt.Sprint(begun)}, z.rows("SELECT membership_id FROM grants WHERE user_id = ? AND until_at > from_at", y))
	assert.Equal(t, []string{"2026-09-01 00:00 – 2027-01-01 00:00"}, z.spans(noumea, "grants", "user_id = ?", z.x))
	assert.Equal(t, []string{"2026-10-01 00:00 – 2026-11-01 00:00", "2026-11-01 00:00 – ∞"}, z.spans(noumea, "grants", "user_id = ?", y))
	z.sound()
}

// boxes returns what a profile offers to tick.
func (z *zoned) boxes(profile string) (list []string) {
	z.t.Helper()
	require.NoError(z.t, z.d.Read(z.admin, func(tx *db.Tx) error {
		all, err := access.LoadProfiles(z.admin, tx)
		if err != nil {
			return err
		}
		for _, p := range all[z.profiles[profile]].Content(tx.At).Boxes() {
			list = append(list, p.String())
		}
		return nil
	}))
	require.NotEmpty(z.t, list, profile)
	return list
}

// TestZoneNeverGoesBehindNow: what would have ended ends now, what would have begun begins now, and what would be over before it begins stays cancelled,
// with what stands on it.
func TestZoneNeverGoesBehindNow(t *testing.T) {
	t.Run("ends and begins now", func(t *testing.T) {
		z := newZoned(t)
		z.clock.At = time.Date(2026, 6, 15, 11, 30, 0, 0, time.UTC) // 13:30 in Paris, 01:30 of the next day in Kiritimati
		room := z.room("COMPTA", "", "2026-06-15")
		ends, begins := z.person("finit"), z.person("commence")
		z.run(&grant.Attach{User: ends, Structure: z.house, Until: "2026-06-15", Profiles: z.choices(consult)},
			&grant.Attach{User: begins, Structure: z.house, From: "2026-06-16", Until: "2026-06-16", Profiles: z.choices(consult)})
		z.clock.At = z.clock.At.Add(time.Minute)

		z.kept(kiritimati)

		for _, table := range []string{"memberships", "grants"} {
			assert.Equal(t, []string{"2026-06-16 01:30 – 2026-06-16 01:31"}, z.spans(kiritimati, table, "user_id = ?", ends), table)
			assert.Equal(t, []string{"2026-06-16 01:31 – 2026-06-17 00:00"}, z.spans(kiritimati, table, "user_id = ?", begins), table)
		}
		assert.Equal(t, []string{"2026-06-16 01:30 – 2026-06-16 01:31"}, z.spans(kiritimati, "department_validities", "department_id = ?", room))
		z.sound()
	})
	t.Run("is over before it begins", func(t *testing.T) {
		z := newZoned(t)
		z.kept(pago)
		z.clock.At = time.Date(2026, 6, 16, 10, 30, 0, 0, time.UTC) // half an hour before the 16th in Pago Pago, after it in Kiritimati
		room := z.room("COMPTA", "2026-06-16", "2026-06-16")
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-06-16", Until: "2026-06-16", Profiles: z.choices(consult)})
		y := z.person("y")
		z.run(&grant.Attach{User: y, Structure: z.house}, &grant.Give{User: y, Structure: z.house, From: "2026-06-16", Until: "2026-06-16", Profiles: z.choices(consult)})

		z.kept(kiritimati)

		for _, table := range []string{"memberships", "grants"} {
			assert.Empty(t, z.spans(kiritimati, table, "user_id = ?", z.x), table)
		}
		assert.Empty(t, z.spans(kiritimati, "grants", "user_id = ?", y))
		assert.Len(t, z.spans(kiritimati, "memberships", "user_id = ?", y), 1)
		assert.Empty(t, z.spans(kiritimati, "department_validities", "department_id = ?", room))
		z.sound()
	})
	t.Run("what ended or holds for ever stays", func(t *testing.T) {
		z := newZoned(t)
		room := z.room("COMPTA", "", "2026-06-20")
		endless := z.room("ACHATS", "", "")
		z.run(&grant.Attach{User: z.x, Structure: z.house, Until: "2026-06-20", Profiles: z.choices(consult)})
		y := z.person("y")
		z.run(&grant.Attach{User: y, Structure: z.house, Profiles: z.choices(consult)})
		z.clock.At = z.clock.At.AddDate(0, 0, 10)
		const all = `SELECT 'm', id, from_at, until_at FROM memberships UNION ALL SELECT 'g', id, from_at, until_at FROM grants
			UNION ALL SELECT 'v', id, from_at, until_at FROM department_validities`
		before := z.rows(all)

		z.kept(noumea)

		assert.Equal(t, before, z.rows(all))
		assert.Equal(t, "0", z.details("kept"))
		assert.NotZero(t, room+endless)
	})
}

// details reads a detail of the last line of the journal.
func (z *zoned) details(name string) string {
	z.t.Helper()
	return z.rows("SELECT coalesce(json_extract(details, '$.details." + name + "'), '') FROM journal ORDER BY seq DESC LIMIT 1")[0]
}

// TestZoneMovesValiditiesThatHaveBegun: the dates between which a department works keep their last day; their beginning, once past, stays.
func TestZoneMovesValiditiesThatHaveBegun(t *testing.T) {
	z := newZoned(t)
	begun, coming := z.room("COMPTA", "", "2026-12-31"), z.room("ACHATS", "2026-07-01", "")
	from := z.number("SELECT from_at FROM department_validities WHERE department_id = ?", begun)
	z.clock.At = z.clock.At.Add(time.Hour)

	z.kept(noumea)

	assert.Equal(t, []string{instant(t, noumea, from) + " – 2027-01-01 00:00"}, z.spans(noumea, "department_validities", "department_id = ?", begun))
	assert.Equal(t, from, z.number("SELECT from_at FROM department_validities WHERE department_id = ?", begun), "the same row")
	assert.Equal(t, []string{"2026-07-01 00:00 – ∞"}, z.spans(noumea, "department_validities", "department_id = ?", coming))
	assert.Equal(t, "2", z.details("kept"))
	z.sound()
}

// TestZoneChangesTwice: days kept twice are the days of the beginning. What an earlier change left within a day stays there, and a grant ends with its
// membership at the latest.
func TestZoneChangesTwice(t *testing.T) {
	t.Run("there and back", func(t *testing.T) {
		z := newZoned(t)
		room := z.room("COMPTA", "2026-07-01", "2026-12-31")
		y := z.person("y")
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices(manage)},
			&grant.Attach{User: y, Structure: z.house, Until: "2027-03-13", Profiles: z.choices(consult)})
		all := func() (list []string) {
			for _, table := range []string{"memberships", "grants"} {
				list = append(list, z.spans(paris, table, "user_id IN (?, ?)", z.x, y)...)
			}
			return append(list, z.spans(paris, "department_validities", "department_id = ?", room)...)
		}
		before := all()
		for _, zone := range []string{noumea, cayenne, kiritimati, havana, pago, paris} {
			z.kept(zone)
		}
		assert.Equal(t, before, all())
		z.sound()
	})
	t.Run("what ends within a day stays", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices(manage)})
		y := z.person("y")
		z.run(&grant.Attach{User: y, Structure: z.house, Until: "2026-12-31", Profiles: z.choices(manage)})
		const all = "SELECT id, from_at, until_at FROM memberships UNION ALL SELECT id, from_at, until_at FROM grants"
		z.lost(noumea)
		before := z.rows(all)

		z.kept(cayenne)

		assert.Equal(t, before, z.rows(all))
		assert.Equal(t, "0", z.details("kept"))
	})
	t.Run("a grant ends with its membership", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, Until: "2026-12-31", Profiles: z.choices(consult)})
		z.lost(cayenne) // both end on 31 December at 20:00
		z.run(&grant.ExtendMembership{Membership: z.number("SELECT id FROM memberships WHERE user_id = ?", z.x), Until: "2026-12-31"})

		z.kept(noumea)

		for _, table := range []string{"memberships", "grants"} {
			until := z.number("SELECT max(until_at) FROM "+table+" WHERE user_id = ?", z.x)
			assert.Equal(t, "2027-01-01 00:00", instant(t, noumea, until), table)
		}
		z.sound()
	})
	t.Run("so does one that has not begun", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, Until: "2026-12-31"},
			&grant.Give{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices(consult)})
		z.lost(cayenne)
		z.run(&grant.ExtendMembership{Membership: z.number("SELECT id FROM memberships WHERE user_id = ?", z.x), Until: "2026-12-31"})

		z.kept(noumea)

		assert.Equal(t, []string{"2026-09-01 09:00 – 2027-01-01 00:00"}, z.spans(noumea, "grants", "user_id = ?", z.x))
		z.sound()
	})
	t.Run("and begins with it", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01"})
		z.lost(cayenne) // it begins on 31 August at 19:00
		z.run(&grant.Give{User: z.x, Structure: z.house, From: "2026-09-01", Profiles: z.choices(consult)})

		z.kept(noumea)

		assert.Equal(t, z.spans(noumea, "memberships", "user_id = ?", z.x), z.spans(noumea, "grants", "user_id = ?", z.x))
		z.sound()
	})
	t.Run("and with one that is opened anew", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-10-31"})
		z.lost(cayenne) // it begins on 31 August at 19:00
		z.run(&grant.ExtendMembership{Membership: z.number("SELECT id FROM memberships WHERE user_id = ?", z.x), Until: "2026-12-31"})
		z.run(&grant.Give{User: z.x, Structure: z.house, From: "2026-09-01", Profiles: z.choices(consult)})

		z.kept(noumea)

		want := []string{"2026-09-01 09:00 – 2027-01-01 00:00"}
		assert.Equal(t, want, z.spans(noumea, "memberships", "user_id = ?", z.x))
		assert.Equal(t, want, z.spans(noumea, "grants", "user_id = ?", z.x))
		z.sound()
	})
	t.Run("and is opened anew with it", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-10-31", Profiles: z.choices(consult)})
		z.lost(cayenne) // both begin and end at 19:00
		before := z.spans(noumea, "grants", "user_id = ?", z.x)
		z.run(&grant.ExtendMembership{Membership: z.number("SELECT id FROM memberships WHERE user_id = ?", z.x), Until: "2026-12-31"})

		z.kept(noumea)

		assert.Equal(t, before, z.spans(noumea, "grants", "user_id = ?", z.x), "within a day, it stays")
		assert.Equal(t, []string{"2026-09-01 09:00 – 2027-01-01 00:00"}, z.spans(noumea, "memberships", "user_id = ?", z.x))
		z.sound()
	})
	t.Run("periods that follow each other", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01"})
		z.lost(noumea) // it begins on 1 September at 9:00
		z.run(&grant.Attach{User: z.x, Structure: z.house, Until: "2026-08-31"})

		z.kept(cayenne)

		assert.Len(t, z.spans(cayenne, "memberships", "user_id = ?", z.x), 2, "neither is lost")
		z.sound()
	})
}

// TestZoneKeepsTheNarrowerBesideTheWider: a membership of a department that stands beside one of the structure keeps its days like any other (rights.md,
// A15 refuses what somebody opens, not what is carried).
func TestZoneKeepsTheNarrowerBesideTheWider(t *testing.T) {
	for name, days := range map[string]int{"coming": 0, "begun": 40} {
		t.Run(name, func(t *testing.T) {
			z := newZoned(t)
			room := z.room("COMPTA", "", "")
			z.run(&grant.Attach{User: z.x, Structure: z.house, Department: room, From: "2026-07-01", Until: "2026-12-31"})
			z.run(&grant.Attach{User: z.x, Structure: z.house})
			z.clock.At = z.clock.At.AddDate(0, 0, days)

			z.kept(cayenne)

			until := z.number("SELECT until_at FROM memberships WHERE department_id = ? AND until_at > from_at", room)
			assert.Equal(t, "2027-01-01 00:00", instant(t, cayenne, until))
			z.sound()
		})
	}
}

// TestZoneMovesTheStepsInPortals: a step that waits keeps its days, and announces the row that was opened anew: what is cancelled takes its steps along.
func TestZoneMovesTheStepsInPortals(t *testing.T) {
	waiting := func(z *zoned, zone string) []string {
		list := []string{}
		for _, row := range z.rows("SELECT holds_from, holds_until, what FROM follow_ups WHERE user_id = ? AND done_at = 0 AND withdrawn_at = 0 ORDER BY id", z.x) {
			var from, until int64
			var what string
			_, err := fmt.Sscan(row, &from, &until, &what)
			require.NoError(z.t, err)
			for _, at := range []int64{from, until} {
				if at == 0 {
					what += " –"
				} else {
					what += " " + instant(z.t, zone, at)
				}
			}
			list = append(list, what)
		}
		return list
	}
	t.Run("their days", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices(manage)})
		y := z.person("y")
		z.run(&grant.Attach{User: y, Structure: z.house, Until: "2026-10-31", Profiles: z.choices(consult)})
		require.Equal(t, []string{"attach 2026-09-01 00:00 2027-01-01 00:00", "give 2026-09-01 00:00 2027-01-01 00:00"}, waiting(z, paris))

		z.kept(noumea)

		assert.Equal(t, []string{"attach 2026-09-01 00:00 2027-01-01 00:00", "give 2026-09-01 00:00 2027-01-01 00:00"}, waiting(z, noumea))
		z.x = y
		assert.Equal(t, []string{"attach – 2026-11-01 00:00", "give – 2026-11-01 00:00"}, waiting(z, noumea), "what holds at once goes on to hold at once")
	})
	t.Run("a planned end", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, Profiles: z.choices(manage)})
		_, err := z.raw.ExecContext(t.Context(), "UPDATE follow_ups SET done_at = 1, done_by = 1")
		require.NoError(t, err)
		z.run(&grant.End{Grant: z.number("SELECT id FROM grants WHERE user_id = ?", z.x), Until: "2026-12-31"})
		require.Equal(t, []string{"remove 2027-01-01 00:00 –"}, waiting(z, paris))

		z.kept(noumea)

		assert.Equal(t, []string{"remove 2027-01-01 00:00 –"}, waiting(z, noumea))
	})
	t.Run("one whose day has come", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-07-01", Until: "2026-12-31", Profiles: z.choices(manage)})
		z.clock.At = z.clock.At.AddDate(0, 1, 0)
		const since = "SELECT DISTINCT holds_from FROM follow_ups"
		before := z.rows(since)

		z.kept(noumea)

		assert.Equal(t, before, z.rows(since), "what has begun stays")
		assert.Equal(t, []string{"attach 2026-07-01 09:00 2027-01-01 00:00", "give 2026-07-01 09:00 2027-01-01 00:00"}, waiting(z, noumea))
	})
	t.Run("what is done or taken back stays", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices(manage)})
		_, err := z.raw.ExecContext(t.Context(), "UPDATE follow_ups SET withdrawn_at = 1 WHERE what = 'give'")
		require.NoError(t, err)
		before := z.rows("SELECT holds_from, holds_until FROM follow_ups WHERE what = 'give'")

		z.kept(noumea)

		assert.Equal(t, before, z.rows("SELECT holds_from, holds_until FROM follow_ups WHERE what = 'give'"))
	})
	t.Run("what they announce", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices(manage)})

		z.kept(noumea)

		assert.Zero(t, z.number(`SELECT count(*) FROM follow_ups f LEFT JOIN grants g ON g.id = f.grant_id LEFT JOIN memberships m ON m.id = f.membership_id
			WHERE f.done_at = 0 AND f.withdrawn_at = 0 AND (g.until_at = g.from_at OR m.until_at = m.from_at)`), "a step announces a cancelled row")
		z.run(&grant.Detach{User: z.x, Structure: z.house, Comment: "fin"})
		assert.Empty(t, waiting(z, noumea), "nothing was done there, and nothing is to be")
	})
	t.Run("what the portal knows", func(t *testing.T) {
		z := newZoned(t)
		z.run(&grant.Attach{User: z.x, Structure: z.house, Profiles: []right.Choice{}})
		z.run(&grant.Give{User: z.x, Structure: z.house, Until: "2026-12-31", Profiles: z.choices(manage)})
		_, err := z.raw.ExecContext(t.Context(), "UPDATE follow_ups SET done_at = 1, done_by = 1")
		require.NoError(t, err)
		g := z.number("SELECT id FROM grants WHERE user_id = ?", z.x)

		z.kept(noumea)
		z.run(&grant.End{Grant: g, Until: "2026-11-30"})
		z.run(&grant.Extend{Grant: g, Until: "2026-12-31"})

		assert.Empty(t, waiting(z, noumea), "the portal has that day already")
	})
}

// TestZoneEffect: what would read otherwise, counted by row, with the first of the days, when they would be and on how many rows.
func TestZoneEffect(t *testing.T) {
	z := newZoned(t)
	none := firm.ZoneEffect{Days: []firm.ZoneDay{}}
	ask := func(zone string) firm.ZoneEffect {
		e, err := z.firm.Zone(z.admin, firm.ZoneAsked{TimeZone: zone})
		require.NoError(t, err)
		return e
	}
	y := z.person("y")
	z.run(&grant.Attach{User: y, Structure: z.house, Profiles: z.choices(consult)})
	assert.Equal(t, none, ask(noumea), "what holds for ever reads alike")
	z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices(manage)})
	z.room("COMPTA", "2026-09-01", "")
	z.room("ACHATS", "", "2026-08-31")

	assert.Equal(t, none, ask(paris))
	assert.Equal(t, none, ask("Europe/Madrid"), "the same hours")
	assert.Equal(t, firm.ZoneEffect{Count: 4, Days: []firm.ZoneDay{
		{Day: "2026-08-31", Becomes: "2026-09-01", Hour: "09:00", Count: 1},
		{Day: "2026-09-01", Begins: true, Becomes: "2026-09-01", Hour: "09:00", Count: 3},
		{Day: "2026-12-31", Becomes: "2027-01-01", Hour: "10:00", Count: 2},
	}}, ask(noumea))
	assert.Equal(t, firm.ZoneEffect{Count: 4, Days: []firm.ZoneDay{
		{Day: "2026-08-31", Becomes: "2026-08-31", Hour: "19:00", Count: 1},
		{Day: "2026-09-01", Begins: true, Becomes: "2026-08-31", Hour: "19:00", Count: 3},
		{Day: "2026-12-31", Becomes: "2026-12-31", Hour: "20:00", Count: 2},
	}}, ask(cayenne))
	for _, until := range []string{"2026-09-01", "2026-10-31", "2026-11-30", "2027-01-31"} {
		z.run(&grant.Attach{User: z.person("u" + until), Structure: z.house, Until: until})
	}
	before := z.rows("SELECT id, from_at, until_at FROM memberships")
	many := ask(noumea)
	assert.Equal(t, 8, many.Count)
	assert.Equal(t, []string{"2026-08-31 false 1", "2026-09-01 true 3", "2026-09-01 false 1", "2026-10-31 false 1", "2026-11-30 false 1"}, days(many))
	assert.Equal(t, before, z.rows("SELECT id, from_at, until_at FROM memberships"), "asking changes nothing")

	z.kept(noumea)

	assert.Equal(t, fmt.Sprint(many.Count), z.details("kept"), "as many as were told")
	assert.Equal(t, none, ask(noumea))
	_, err := z.firm.Zone(as(y), firm.ZoneAsked{TimeZone: cayenne})
	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
}

// days writes the days of an effect, shortly.
func days(e firm.ZoneEffect) []string {
	list := []string{}
	for _, d := range e.Days {
		list = append(list, fmt.Sprint(d.Day, " ", d.Begins, " ", d.Count))
	}
	return list
}

// TestZoneEffectTellsWhatEndsWithinADay: what an earlier change left within a day reads otherwise in yet another zone, and is told too.
func TestZoneEffectTellsWhatEndsWithinADay(t *testing.T) {
	z := newZoned(t)
	z.run(&grant.Attach{User: z.x, Structure: z.house, Until: "2026-12-31"})
	z.lost(noumea) // it ends on 1 January at 10:00

	e, err := z.firm.Zone(z.admin, firm.ZoneAsked{TimeZone: cayenne})

	require.NoError(t, err)
	assert.Equal(t, 1, e.Count)
}

// TestZoneIsOfTheList: no zone is none, and the computer's own is no firm's: neither asked about nor set.
func TestZoneIsOfTheList(t *testing.T) {
	z := newZoned(t)
	z.run(&grant.Attach{User: z.x, Structure: z.house, From: "2026-09-01", Until: "2026-12-31"})
	before := z.rows("SELECT * FROM memberships")
	for _, zone := range []string{"", "Local", "Paris", "Europe/Nowhere", "../Europe/Paris", "europe/paris\x00"} {
		_, err := z.firm.Zone(z.admin, firm.ZoneAsked{TimeZone: zone})

		assertRefused(t, fault.Problem{Field: "timeZone", Key: "firm.time_zone.unknown"}, err, "%q", zone)
		for _, keep := range []bool{false, true} {
			assertRefused(t, fault.Problem{Field: "timeZone", Key: "firm.time_zone.unknown"}, z.moves(z.admin, zone, keep), "%q", zone)
		}
	}
	s, err := z.firm.Settings(z.admin)
	require.NoError(t, err)
	assert.Equal(t, paris, s.TimeZone)
	assert.Equal(t, before, z.rows("SELECT * FROM memberships"))
}

// TestZoneIsCarried: whoever may change the zone keeps the days of rows that they could not give, their own included (rights.md, A40).
func TestZoneIsCarried(t *testing.T) {
	z := newZoned(t)
	y := z.person("y")
	z.run(&grant.Give{User: y, Until: "2026-12-31", Profiles: z.choices("Site · Gestionnaire")},
		&grant.Give{User: z.x, From: "2026-09-01", Until: "2026-12-31", Profiles: z.choices("Administrateur")})
	lines := z.number("SELECT max(seq) FROM journal")

	require.NoError(t, z.moves(as(y), pago, true))

	assert.EqualValues(t, lines+1, z.number("SELECT max(seq) FROM journal"), "one line")
	assert.Equal(t, "2", z.details("kept"))
	assert.Equal(t, []string{"2026-09-01 00:00 – 2027-01-01 00:00"}, z.spans(pago, "grants", "user_id = ?", z.x))
	assert.Equal(t, []string{"2027-01-01 00:00"}, z.ends(pago, y))
	z.sound()
}

// ends returns when somebody's grants end.
func (z *zoned) ends(zone string, user int64) []string {
	z.t.Helper()
	list := []string{}
	for _, span := range z.spans(zone, "grants", "user_id = ?", user) {
		_, until, _ := strings.Cut(span, " – ")
		list = append(list, until)
	}
	return list
}

// TestZoneProlongsNobody: what is carried is no way round the guards (rights.md, A22): whoever may change the zone and not their own grants prolongs
// none of them by changing it there and back.
func TestZoneProlongsNobody(t *testing.T) {
	z := newZoned(t)
	y := z.person("y")
	z.run(&grant.Give{User: y, Until: "2026-12-31", Profiles: z.choices("Site · Gestionnaire")})
	z.kept(pago)
	before := z.ends(pago, y)
	require.Error(t, z.changes.Run(as(y), &grant.Extend{Grant: z.number("SELECT id FROM grants WHERE user_id = ?", y), Until: "2027-01-03"}))

	for range 3 {
		require.NoError(t, z.moves(as(y), auckland, false)) // midnight in Pago Pago is midnight of the next day in Auckland
		require.NoError(t, z.moves(as(y), pago, true))
	}

	assert.Equal(t, before, z.ends(pago, y))
}

// TestZoneIsGuarded: the guards that look at states run: somebody is an able administrator at each later instant.
func TestZoneIsGuarded(t *testing.T) {
	z := newZoned(t)
	_, err := z.raw.ExecContext(t.Context(), "UPDATE users SET sign_in = 'open' WHERE id = ?", z.x)
	require.NoError(t, err)
	z.run(&grant.Give{User: z.x, From: "2026-09-01", Profiles: z.choices("Administrateur")})
	z.lost(cayenne) // it begins on 31 August at 19:00
	z.run(&grant.End{Grant: z.number("SELECT id FROM grants WHERE user_id = 1"), Until: "2026-08-31"})
	before := z.rows("SELECT id, from_at, until_at FROM grants")

	err = z.moves(z.admin, noumea, true) // the first would end on 31 August at 13:00 UTC, the second begins at 22:00

	f, told := fault.As(err)
	require.True(t, told, "%v", err)
	assert.Equal(t, "guard.able_administrator", f.Problems[0].Key)
	assert.Equal(t, before, z.rows("SELECT id, from_at, until_at FROM grants"))
}
