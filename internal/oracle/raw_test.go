package oracle

import (
	"context"
	"database/sql"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"
)

func migrated(t *testing.T) *sql.DB {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "oracle.db")+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS(filepath.Join(root, "db", "migrations")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.Up(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

// stored inserts a world in a transaction that is rolled back once it has been read again.
func stored(t *testing.T, db *sql.DB, w *World) (*World, map[string]int64, error) {
	t.Helper()
	tx, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	ids, err := ToDB(context.Background(), tx, w)
	if err != nil {
		return nil, nil, err
	}
	read, err := FromDB(context.Background(), tx)
	if err != nil {
		t.Fatal(err)
	}
	return read, ids, nil
}

func TestToDBKeepsTheCases(t *testing.T) {
	cases, err := LoadRightsCases("testdata/rights-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	db := migrated(t)
	refused := 0
	for _, c := range cases {
		read, ids, err := stored(t, db, &c.World)
		if err != nil {
			if !c.FactsOnly {
				t.Errorf("%s: %v", c.Name, err)
			}
			refused++
			continue
		}
		for i, e := range c.Questions {
			q := e.Question
			q.User, q.Owner = renamed(ids, "u", q.User), renamed(ids, "u", q.Owner)
			q.Scope.Structure, q.Scope.Department = renamed(ids, "s", q.Scope.Structure), renamed(ids, "d", q.Scope.Department)
			a := read.Evaluate(q)
			if a.Allowed != e.Allowed || len(a.Because) != len(e.Because) || len(a.Missing) != len(e.Missing) {
				t.Errorf("%s, question %d: %+v", c.Name, i, a)
			}
		}
	}
	t.Logf("%d worlds of facts only are refused", refused)
}

func renamed(ids map[string]int64, prefix, id string) string {
	if id == "" {
		return ""
	}
	return key(prefix, ids[id])
}

func TestToDBAcceptsRandomWorlds(t *testing.T) {
	db := migrated(t)
	for seed := range int64(60) {
		r := rand.New(rand.NewSource(seed))
		size := Small()
		if seed%20 == 0 {
			size = Large()
		}
		w := Random(r, size)
		read, _, err := stored(t, db, w)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, q := range RandomQuestions(r, w, 200) {
			before, after := w.Evaluate(q), read.Evaluate(q)
			if !reflect.DeepEqual(before, after) {
				t.Fatalf("seed %d: %+v\n%+v\n%+v", seed, q, before, after)
			}
		}
	}
}
