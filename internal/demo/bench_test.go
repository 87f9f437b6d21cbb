package demo_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/demo"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/list"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/right"
	"habilis/internal/signin"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// bench is a firm of the size that HABILIS_BENCH_SIZE names (m by default), kept between runs in the folder HABILIS_BENCH_DATA.
type bench struct {
	d          *db.DB
	structures *structure.Service
	people     *people.Service
	flow       *flow.Service
	views      *view.Service
	changes    *change.Service
	admin      context.Context
	size       demo.Size
}

// made returns the size's name and its folder, with the firm in it.
func made(b *testing.B) (name, folder string) {
	b.Helper()
	name = os.Getenv("HABILIS_BENCH_SIZE")
	if name == "" {
		name = "m"
	}
	folder = os.Getenv("HABILIS_BENCH_DATA")
	if folder == "" {
		folder = filepath.Join(os.TempDir(), "habilis-bench-"+name)
	}
	if _, err := os.Stat(filepath.Join(folder, db.FileName)); err != nil {
		require.NoError(b, demo.Command(context.Background(), folder, name, "paul.durand@exemple.example", "", io.Discard))
	}
	return name, folder
}

func openBench(b *testing.B) *bench {
	b.Helper()
	ctx := context.Background()
	name, folder := made(b)
	d, err := db.Open(ctx, folder, "bench", time.Now)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, d.Close()) })
	x := &bench{d: d, size: demo.Sizes[name], admin: access.WithConfirmed(access.WithActor(ctx, 1, "bench"))}
	x.structures = structure.NewService(d, time.Now, func(context.Context) insee.Registry { return nil })
	x.people, x.changes = people.NewService(d), change.NewService(d)
	sessions := signin.NewSessions(time.Now, func() time.Duration { return time.Hour })
	in := signin.NewService(d, time.Now, func() signin.Cost { return signin.Floor }, signin.Floor, sessions)
	x.views = view.NewService(d, x.changes)
	x.flow = flow.NewService(d, x.changes, in, x.structures, func(string, string) insee.Registry { return nil })
	return x
}

func (x *bench) read(b *testing.B, f func(ctx context.Context, tx *db.Tx)) {
	b.Helper()
	require.NoError(b, x.d.Read(x.admin, func(tx *db.Tx) error {
		f(x.admin, tx)
		return nil
	}))
}

func BenchmarkCheck(b *testing.B) {
	x := openBench(b)
	x.read(b, func(ctx context.Context, tx *db.Tx) {
		r, err := access.Load(ctx, tx, 7)
		require.NoError(b, err)
		places := r.Structures()
		require.NoError(b, access.ReadPlaces(ctx, tx, r, places...))
		q := right.Question{Permission: right.StructureEdit, Scope: right.Structure(places[0]), At: tx.At}
		b.Run("answer", func(b *testing.B) {
			for b.Loop() {
				r.Allowed(q)
			}
		})
		b.Run("proof", func(b *testing.B) {
			for b.Loop() {
				r.Check(q)
			}
		})
	})
}

func BenchmarkLoad(b *testing.B) {
	x := openBench(b)
	hundreds := manager(b, x, 300)
	for name, user := range map[string]int64{"one person": 7, "a person of 300 structures": hundreds} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				x.read(b, func(ctx context.Context, tx *db.Tx) {
					r, err := access.Load(ctx, tx, user)
					require.NoError(b, err)
					require.NoError(b, access.ReadOwnPlaces(ctx, tx, r))
				})
			}
		})
	}
}

// manager attaches a person to many structures, once, and gives them Organisation modification there.
func manager(b *testing.B, x *bench, many int) int64 {
	b.Helper()
	const user = 20_000
	var profile int64
	attached := 0
	x.read(b, func(ctx context.Context, tx *db.Tx) {
		r, err := access.Load(ctx, tx, user)
		require.NoError(b, err)
		attached = len(r.Structures())
		profiles, err := access.LoadProfiles(ctx, tx)
		require.NoError(b, err)
		for id, p := range profiles {
			if p.Key == "organisation.modification" {
				profile = id
			}
		}
	})
	if attached >= many {
		return user
	}
	var list []change.Change
	for i := range many {
		list = append(list, &grant.Attach{User: user, Structure: int64(i*3%x.size.Structures + 1), Profiles: []right.Choice{{Profile: profile}}})
	}
	for _, c := range list {
		_ = x.changes.Run(x.admin, c) // an inactive structure, or one they are attached to already, is left out
	}
	return user
}

func BenchmarkWho(b *testing.B) {
	x := openBench(b)
	for b.Loop() {
		x.read(b, func(ctx context.Context, tx *db.Tx) {
			all, err := access.LoadStructure(ctx, tx, right.Structure(42))
			require.NoError(b, err)
			for _, r := range all {
				r.Allowed(right.Question{Permission: right.StructureEdit, Scope: right.Structure(42), At: tx.At})
			}
		})
	}
}

// BenchmarkHome is what somebody sees first: an administrator of the firm, and one who manages structures.
func BenchmarkHome(b *testing.B) {
	x := openBench(b)
	for name, who := range map[string]context.Context{"administrator": x.admin, "300 structures": access.WithActor(context.Background(), manager(b, x, 300), "bench")} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, err := x.views.Home(who)
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkMatrix(b *testing.B) {
	x := openBench(b)
	for b.Loop() {
		m, err := x.views.StructureMatrix(x.admin, view.View{Structure: 43})
		require.NoError(b, err)
		require.NotEmpty(b, m.Lines)
	}
}

func BenchmarkList(b *testing.B) {
	x := openBench(b)
	user := access.WithConfirmed(access.WithActor(context.Background(), manager(b, x, 300), "bench"))
	for name, ctx := range map[string]context.Context{"administrator": x.admin, "300 structures": user} {
		for _, order := range []string{"name", "identifier", "town", "created"} {
			b.Run("structures/"+order+"/"+name, func(b *testing.B) {
				for b.Loop() {
					_, err := directory.NewService(x.d).List(ctx, directory.Wanted{Query: list.Query{Order: order}})
					require.NoError(b, err)
				}
			})
		}
		for _, order := range []string{"name", "email", "created"} {
			b.Run("people/"+order+"/"+name, func(b *testing.B) {
				for b.Loop() {
					_, err := x.people.List(ctx, people.Query{Query: list.Query{Order: order}})
					require.NoError(b, err)
				}
			})
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	x := openBench(b)
	for _, text := range []string{"bo", "mor", "lyon", "boul mor", "000 0", "zzzz"} {
		b.Run("structures/"+text, func(b *testing.B) {
			for b.Loop() {
				_, err := directory.NewService(x.d).List(x.admin, directory.Wanted{Query: list.Query{Search: text}})
				require.NoError(b, err)
			}
		})
		b.Run("people/"+text, func(b *testing.B) {
			for b.Loop() {
				_, err := x.people.List(x.admin, people.Query{Query: list.Query{Search: text}})
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkChange(b *testing.B) {
	x := openBench(b)
	plain, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, plain.Close()) })
	_, err = plain.ExecContext(b.Context(), "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
	require.NoError(b, err)
	b.Run("bare commit", func(b *testing.B) {
		for b.Loop() {
			_, err := plain.ExecContext(b.Context(), "INSERT INTO t (v) VALUES ('x')")
			require.NoError(b, err)
		}
	})
	n := 0
	b.Run("department", func(b *testing.B) {
		for b.Loop() {
			n++
			err := x.changes.Run(x.admin, &department.CreateDepartment{Structure: int64(n*7%x.size.Structures) + 1, Code: fmt.Sprint(time.Now().UnixNano(), n), Fields: department.Fields{Label: "x"}})
			if !fault.Is(err, fault.Forbidden) { // an inactive structure
				require.NoError(b, err)
			}
		}
	})
	pairs := attached(b, x)
	for _, detaching := range []bool{false, true} {
		b.Run(map[bool]string{false: "attach", true: "detach"}[detaching], func(b *testing.B) {
			timed := func(on bool, c change.Change) error {
				if on {
					b.StartTimer()
					defer b.StopTimer()
				}
				return x.changes.Run(x.admin, c)
			}
			b.StopTimer()
			for range b.N { // another person each time: nobody has a history of thousands
				p := pairs[0]
				pairs = append(pairs[1:], p)
				err := timed(detaching, &grant.Detach{User: p.user, Structure: p.structure, Comment: "x"})
				if fault.Is(err, fault.Refused) { // the principal manager by a department's membership
					continue
				}
				require.NoError(b, err)
				require.NoError(b, timed(!detaching, &grant.Attach{User: p.user, Structure: p.structure}))
			}
		})
	}
}

type pair struct{ user, structure int64 }

// attached lists people attached to an active structure without an end, and not its principal managers.
func attached(b *testing.B, x *bench) []pair {
	b.Helper()
	var list []pair
	x.read(b, func(ctx context.Context, tx *db.Tx) {
		rows, err := tx.Select(ctx, `SELECT m.user_id, m.structure_id FROM memberships m
			WHERE m.department_id IS NULL AND m.from_at < ? AND m.until_at = ? AND m.user_id > ?
			AND EXISTS (SELECT 1 FROM structure_states s WHERE s.structure_id = m.structure_id AND s.state = 'active' AND s.until_at = m.until_at)
			AND EXISTS (SELECT 1 FROM user_states u WHERE u.user_id = m.user_id AND u.state = 'active' AND u.until_at = m.until_at)
			AND NOT EXISTS (SELECT 1 FROM principals p WHERE p.structure_id = m.structure_id AND p.user_id = m.user_id)
			LIMIT 20000`, tx.At, period.Open, time.Now().UnixMilli()%int64(x.size.People/2))
		require.NoError(b, err)
		defer rows.Close() //nolint:errcheck // Err tells
		for rows.Next() {
			var p pair
			require.NoError(b, rows.Scan(&p.user, &p.structure))
			list = append(list, p)
		}
		require.NoError(b, rows.Err())
	})
	require.NotEmpty(b, list)
	return list
}

// The filters of the list of structures, by what they ask.
var filters = map[string]directory.Wanted{
	"none": {}, "inactive": {State: "inactive"}, "active": {State: "active"}, "type": {Type: "siret"}, "no such type": {Type: "tahiti"}, "private": {Sphere: "private"},
	"public": {Sphere: "public"}, "to verify": {Check: "unverified"}, "closed": {Check: "closed"}, "lone": {Lone: true}, "label": {Tag: "Épicerie"},
	"inactive and to verify": {State: "inactive", Check: "unverified"},
}

func BenchmarkStructures(b *testing.B) {
	x := openBench(b)
	for name, q := range filters {
		for _, order := range []string{"name", "identifier", "town", "label", "created"} {
			q.Order = order
			b.Run("page/"+name+"/"+order, func(b *testing.B) {
				for b.Loop() {
					_, err := directory.NewService(x.d).List(x.admin, q)
					require.NoError(b, err)
				}
			})
		}
		b.Run("count/"+name, func(b *testing.B) {
			for b.Loop() {
				_, err := directory.NewService(x.d).Count(x.admin, q)
				require.NoError(b, err)
			}
		})
	}
	for _, text := range []string{"bo", "oulan", "ier", "lyon", "boul mor", "000 0", "0010", "clini mars", "zzzz"} {
		b.Run("search/"+text, func(b *testing.B) {
			for b.Loop() {
				_, err := directory.NewService(x.d).List(x.admin, directory.Wanted{Query: list.Query{Search: text}})
				require.NoError(b, err)
			}
		})
		b.Run("count of search/"+text, func(b *testing.B) {
			for b.Loop() {
				_, err := directory.NewService(x.d).Count(x.admin, directory.Wanted{Query: list.Query{Search: text}})
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkExport(b *testing.B) {
	x := openBench(b)
	var columns []list.Column
	for _, key := range []string{"name", "identifier", "identifierType", "sphere", "label", "postcode", "town", "email", "phone", "labels", "manager", "state", "verdict"} {
		columns = append(columns, list.Column{Key: key, Title: key})
	}
	for _, format := range []string{"csv", "xlsx"} {
		b.Run(format, func(b *testing.B) {
			defer peak(b)()
			for b.Loop() {
				in := directory.Export{Format: format, Title: "Structures", Columns: columns}
				require.NoError(b, directory.NewService(x.d).Write(x.admin, in, io.Discard))
			}
		})
	}
}

// peak reports the greatest heap in use beyond what there is now, in megabytes, looked at every few milliseconds until it is ended.
func peak(b *testing.B) (end func()) {
	b.Helper()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	runtime.GC()
	start, most, stop, done := heap(), uint64(0), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				most = max(most, heap())
			}
		}
	}()
	return func() {
		close(stop)
		<-done
		b.ReportMetric(float64(most-min(start, most))/(1<<20), "peak-MB")
	}
}

func BenchmarkDuplicate(b *testing.B) {
	x := openBench(b)
	at := rich(b, x)
	b.Run("preview", func(b *testing.B) {
		for b.Loop() {
			_, err := x.changes.Preview(x.admin, &flow.Duplicate{From: at, Identifier: siret(b)})
			require.NoError(b, err)
		}
	})
	b.Run("run", func(b *testing.B) {
		for b.Loop() {
			at = x.make(b, flow.Duplicate{From: at, Identifier: siret(b)})
		}
	})
}

// make carries a change out, and returns the number of what it created.
func (x *bench) make(b *testing.B, c change.Change) int64 {
	b.Helper()
	made, err := x.changes.Carry(x.admin, "", c)
	require.NoError(b, err)
	return made[0].Created
}

// siret makes a number that no structure of the demo has.
func siret(b *testing.B) string {
	b.Helper()
	n := time.Now().UnixNano()
	for {
		n++
		text := fmt.Sprintf("9%013d", n%10_000_000_000_000)
		if canonical, err := identifier.Parse(identifier.SIRET, text); err == nil {
			return canonical
		}
	}
}

// rich makes a structure of 50 departments and 500 people with 4 grants each.
func rich(b *testing.B, x *bench) int64 {
	b.Helper()
	made := x.make(b, structure.Create{Input: structure.Input{IdentifierType: identifier.SIRET, Identifier: siret(b), Sphere: "private"}, Found: insee.Found{Name: "Grande"}})
	var profiles []right.Choice
	x.read(b, func(ctx context.Context, tx *db.Tx) {
		all, err := access.LoadProfiles(ctx, tx)
		require.NoError(b, err)
		for id := int64(1); len(profiles) < 4; id++ {
			if p := all[id]; p != nil && p.Family == "portail-public" && p.InUse && p.Audience != "public" {
				profiles = append(profiles, right.Choice{Profile: id})
			}
		}
	})
	var list []change.Change
	for i := range 50 {
		list = append(list, &department.CreateDepartment{
			Structure: made, Code: fmt.Sprint("S", i), Fields: department.Fields{Label: fmt.Sprint("Service ", i)},
		})
	}
	for i := range 500 {
		list = append(list, &grant.Attach{User: int64(1000 + i*7), Structure: made, Profiles: profiles})
	}
	for _, one := range list {
		err := x.changes.Run(x.admin, one)
		if !fault.Is(err, fault.Refused) && !fault.Is(err, fault.Invalid) { // a disabled person
			require.NoError(b, err)
		}
	}
	return made
}

// BenchmarkOpen opens the file and reads the first list, key derivation apart.
func BenchmarkOpen(b *testing.B) {
	_, folder := made(b)
	admin := access.WithConfirmed(access.WithActor(b.Context(), 1, "bench"))
	for b.Loop() {
		d, err := db.Open(b.Context(), folder, "bench", time.Now)
		require.NoError(b, err)
		_, err = directory.NewService(d).List(admin, directory.Wanted{})
		require.NoError(b, err)
		require.NoError(b, d.Close())
	}
}
