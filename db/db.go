// Package db owns the one SQLite file. It is the only code that knows SQLite: it opens and refuses files, runs reads, writes
// and rehearsals, and translates the driver's errors.
package db

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	lru "github.com/hashicorp/golang-lru/v2"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"habilis/db/sqlc"
	"habilis/internal/fault"
)

// DB is an open file, owned by this process until Close.
type DB struct {
	path        string
	file        *opened // what stands at path while it is open
	open        bool    // others on this computer may enter the folder
	plain       string  // the folder's file system, where it knows no rights
	write, read *sql.DB
	writeQ      *sqlc.Queries
	readQ       *sqlc.Queries
	lock        *flock.Flock
	gate        sync.RWMutex  // held by who reads or writes, and alone by who starts over
	turn        chan struct{} // holds one while a write goes on, from its beginning to the counters that tell of it
	now         func() time.Time
	last        atomic.Int64         // the latest instant of the journal
	serials     [topics]atomic.Int64 // each raised at each committed change of its topic
	cached      sync.Map             // key of Cached → entry
	driver      string
	told        func(topics []string)
	statements  *lru.Cache[string, *sql.Stmt] // by the text of a hand-written query, of the read pool
}

// Tx is one transaction. At is its one instant (UTC milliseconds): for checks, guards, rows and journal alike.
type Tx struct {
	*sqlc.Queries
	At        int64
	Rehearsal bool // will be rolled back whatever happens
	Writable  bool
	db        *DB
	tx        *sql.Tx
	before    []func() error
	after     []func()
	values    map[any]any
	marked    [topics]bool
	told      []string
	serials   [topics]int64 // the counters when it began
}

// Read runs f on a snapshot. Its instant is the later of the clock and the last instant of the journal: a clock set back
// revives nothing.
func (d *DB) Read(ctx context.Context, f func(tx *Tx) error) error {
	return d.snapshot(ctx, func() int64 { return max(d.now().UnixMilli(), d.last.Load()) }, f)
}

// Committed runs f on the file as it was before this transaction wrote anything, at the same instant: nobody else writes meanwhile.
func (t *Tx) Committed(ctx context.Context, f func(tx *Tx) error) error {
	return t.db.snapshot(ctx, func() int64 { return t.At }, f)
}

func (d *DB) snapshot(ctx context.Context, at func() int64, f func(tx *Tx) error) error {
	d.gate.RLock()
	defer d.gate.RUnlock()
	if d.read == nil {
		return errNone
	}
	serials := d.counters() // before the snapshot: a cache filled late is thrown away early, never the reverse
	tx, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return d.translate(err)
	}
	defer tx.Rollback() //nolint:errcheck // a read has nothing to lose
	t := &Tx{Queries: d.readQ.WithTx(tx), At: at(), db: d, tx: tx, serials: serials}
	return d.translate(f(t))
}

// Write runs f in one transaction, committed if f returns nil and rolled back otherwise. Its instant is the later of the
// clock and the journal's last instant + 1 ms. What f left with AfterCommit runs once the commit is on the disk.
func (d *DB) Write(ctx context.Context, f func(tx *Tx) error) error {
	var after []func()
	err := d.inTurn(ctx, func(t *Tx) error {
		defer t.tx.Rollback() //nolint:errcheck // does nothing after a commit
		before, err := t.written(ctx)
		if err != nil {
			return err
		}
		headed, err := t.Headed(ctx)
		if err != nil {
			return err
		}
		if err := f(t); err != nil {
			return err
		}
		for _, last := range t.before {
			if err := last(); err != nil {
				return err
			}
		}
		if err := d.file.there(d.path); err != nil {
			return err
		}
		if err := t.mark(ctx, before, headed); err != nil {
			return err
		}
		if err := t.tx.Commit(); err != nil {
			return err
		}
		t.tell()
		after = t.after
		return nil
	})
	for _, g := range after {
		g()
	}
	return err
}

// errNone is what is said after a new beginning that failed: the file before is gone, and there is no other.
var errNone = fault.New(fault.Unusable, "file.replaced")

// written returns how many rows this connection has written so far.
func (t *Tx) written(ctx context.Context) (n int64, err error) {
	s, err := t.prepared(ctx, "SELECT total_changes()") //nolint:sqlclosecheck // closed with the transaction
	if err == nil {
		err = s.QueryRowContext(ctx).Scan(&n)
	}
	return n, err
}

// mark draws the file's mark anew, where this transaction has written anything since before. A journal that did not end where it should never does again:
// what is written after lines that are gone does not hide it.
func (t *Tx) mark(ctx context.Context, before int64, headed bool) error {
	if now, err := t.written(ctx); err != nil || now == before {
		return err
	}
	mark := make([]byte, markSize)
	_, _ = rand.Read(mark) // never fails
	file, err := t.FileRow(ctx)
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	head, err := t.head(ctx, file.ID)
	if err != nil {
		return err
	}
	if !headed {
		head = file.Head
	}
	t.db.file.marked(mark)
	return t.MarkFile(ctx, sqlc.MarkFileParams{Mark: mark, Head: head})
}

// Headed reports whether the journal ends with the line that the last write left: lines that were taken from its end, with all that they did, are missed.
func (t *Tx) Headed(ctx context.Context) (bool, error) {
	file, err := t.FileRow(ctx)
	if err != nil {
		return false, fmt.Errorf("head: %w", err)
	}
	head, err := t.head(ctx, file.ID)
	return bytes.Equal(head, file.Head), err
}

// head is what the file's row says of the last line of the journal.
func (t *Tx) head(ctx context.Context, id []byte) ([]byte, error) {
	last, err := t.JournalHead(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return make([]byte, sha256.Size), nil
	}
	if err != nil {
		return nil, fmt.Errorf("head of the journal: %w", err)
	}
	sum := sha256.New()
	sum.Write(id)
	_ = binary.Write(sum, binary.BigEndian, last.Seq) // a hash takes all
	sum.Write(last.Hash)
	return sum.Sum(nil), nil
}

// Exposed returns what is to be said of the folder of the file: a problem with its place, nil where others on this computer may not enter it.
func (d *DB) Exposed() *fault.Problem {
	folder := filepath.Dir(d.path)
	switch {
	case d.plain != "":
		return &fault.Problem{Key: "data.no_permissions", Params: map[string]string{"folder": folder, "system": d.plain}}
	case d.open:
		return &fault.Problem{Key: "data.open_to_others", Params: map[string]string{"folder": folder}}
	}
	return nil
}

// tell raises what other transactions read of a committed one: the latest instant, and the counters of what it changed.
func (t *Tx) tell() {
	if _, journaled := t.values[journaledKey{}]; journaled {
		t.db.last.Store(t.At)
	}
	for topic := range t.marked {
		if t.marked[topic] {
			t.db.serials[topic].Add(1)
		}
	}
	if t.marked[Rights] {
		t.Tell("rights")
	}
	t.db.told(t.told)
}

// Tell names what this transaction changes, for the pages that show it: told once it is committed.
func (t *Tx) Tell(topic string) { t.told = append(t.told, topic) }

// Tell names what has changed apart from the file, such as how far a run has come.
func (d *DB) Tell(topics ...string) { d.told(topics) }

// Told sets who is told, after each commit, of the topics that it changed. It is set before anything is written.
func (d *DB) Told(f func(topics []string)) { d.told = f }

// Rehearse runs f as Write would, and rolls everything back. AfterCommit functions never run.
func (d *DB) Rehearse(ctx context.Context, f func(tx *Tx) error) error {
	return d.inTurn(ctx, func(t *Tx) error {
		t.Rehearsal = true
		defer t.tx.Rollback() //nolint:errcheck // the point of a rehearsal
		return f(t)
	})
}

// inTurn begins a transaction that may write once the one before has told of itself: its instant and what it finds in caches rest on that.
func (d *DB) inTurn(ctx context.Context, f func(tx *Tx) error) error {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if d.write == nil {
		return errNone
	}
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return d.translate(err)
	}
	at := max(d.now().UnixMilli(), d.last.Load()+1)
	t := &Tx{Queries: d.writeQ.WithTx(tx), At: at, Writable: true, db: d, tx: tx, values: map[any]any{}, serials: d.counters()}
	return d.translate(f(t))
}

// AfterCommit leaves an effect outside the file (ending sessions, files, caches) for after the commit.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// BeforeCommit leaves what is written last: it runs once, in this transaction, when all else is done. A rehearsal never runs it.
func (t *Tx) BeforeCommit(f func() error) { t.before = append(t.before, f) }

type journaledKey struct{}

// Topic is a kind of rows that caches are made of.
type Topic uint8

// The topics. Any row that bears on a right is of Rights; a content of a profile is of Profiles too, a grant at the firm and a user's state of
// FirmWide too.
const (
	Rights Topic = iota
	Profiles
	FirmWide
	topics
)

func (d *DB) counters() [topics]int64 {
	var list [topics]int64
	for i := range list {
		list[i] = d.serials[i].Load()
	}
	return list
}

// MarkJournaled tells that this transaction wrote a line of the journal.
func (t *Tx) MarkJournaled() { t.values[journaledKey{}] = true }

// Mark tells that this transaction changed a row of these topics.
func (t *Tx) Mark(list ...Topic) {
	for _, topic := range list {
		t.marked[topic] = true
	}
}

// Value returns what SetValue left under key in this transaction, or nil.
func (t *Tx) Value(key any) any { return t.values[key] }

// SetValue leaves something with the transaction, such as the rows it wrote for the guards to see.
func (t *Tx) SetValue(key, value any) {
	if t.values == nil {
		t.values = map[any]any{}
	}
	t.values[key] = value
}

type entry struct {
	serial int64
	value  any
}

// Cached returns what build made since the last committed change of a topic. A write that changed the topic itself neither reads
// the cache nor keeps anything in it.
func (t *Tx) Cached(topic Topic, key any, build func() (any, error)) (any, error) {
	if t.marked[topic] {
		return build()
	}
	if e, ok := t.db.cached.Load(key); ok && e.(entry).serial == t.serials[topic] {
		return e.(entry).value, nil
	}
	value, err := build()
	if err == nil {
		t.db.cached.Store(key, entry{t.serials[topic], value})
	}
	return value, err
}

// RightsSerial grows with each committed change of rights: the key of any cache of rights.
func (d *DB) RightsSerial() int64 { return d.serials[Rights].Load() }

// Clock returns the present and the journal's last instant, for telling a clock that was set back or far ahead.
func (d *DB) Clock() (now, last int64) { return d.now().UnixMilli(), d.last.Load() }

// Path is where the file stands.
func (d *DB) Path() string { return d.path }

// mostStatements is how many texts of hand-written queries stay prepared: there are thousands that a list may be asked with, each some 60 kB.
const mostStatements = 128

// newStatements makes the memory of prepared statements; the one that was used the longest ago goes. Whoever still runs it goes on.
func newStatements() *lru.Cache[string, *sql.Stmt] {
	c, err := lru.NewWithEvict(mostStatements, func(_ string, s *sql.Stmt) { _ = s.Close() }) // a statement that does not close keeps its memory
	if err != nil {
		panic(err) // the size above is none
	}
	return c
}

// preparing is how long a reader waits for a second connection to prepare on, before it prepares on its own.
const preparing = 20 * time.Millisecond

// prepared returns a statement that outlives the transaction on the read pool, where a connection is free to prepare it on: readers never wait for one
// another. The write pool has a single connection, which this transaction holds, so there the statement lives as long as the transaction.
func (t *Tx) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if t.Writable {
		return t.tx.PrepareContext(ctx, query) //nolint:sqlclosecheck // closed with the transaction
	}
	if s, ok := t.db.statements.Get(query); ok {
		return t.tx.StmtContext(ctx, s), nil
	}
	soon, cancel := context.WithTimeout(ctx, preparing)
	defer cancel()
	s, err := t.db.read.PrepareContext(soon, query)
	switch {
	case err == nil:
	case soon.Err() != nil:
		return t.tx.PrepareContext(ctx, query) //nolint:sqlclosecheck // closed with the transaction
	default:
		return nil, fmt.Errorf("prepare: %w", err)
	}
	if first, raced, _ := t.db.statements.PeekOrAdd(query, s); raced {
		return t.tx.StmtContext(ctx, first), s.Close() //nolint:sqlclosecheck // another reader prepared it first
	}
	return t.tx.StmtContext(ctx, s), nil
}

// Select runs a hand-written query, for lists whose order is chosen among a few. The query is prepared once per file: its text must come
// from a closed set, never from input.
func (t *Tx) Select(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := t.prepared(ctx, query) //nolint:sqlclosecheck // closed with the file, or with the transaction
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// Exec runs a hand-written statement of a closed set, for what sqlc cannot parse (FTS5, savepoints).
func (t *Tx) Exec(ctx context.Context, query string, args ...any) error {
	_, err := t.tx.ExecContext(ctx, query, args...)
	return err
}

// Savepoint runs f and undoes what it wrote, without ending the transaction.
func (t *Tx) Savepoint(ctx context.Context, f func() error) error {
	if err := t.Exec(ctx, "SAVEPOINT rehearsal"); err != nil {
		return err
	}
	values, before, after := t.values, t.before, t.after
	t.values = map[any]any{}
	failure := f()
	t.values, t.before, t.after = values, before, after
	if err := t.Exec(ctx, "ROLLBACK TO rehearsal"); err != nil {
		return errors.Join(failure, err)
	}
	return errors.Join(failure, t.Exec(ctx, "RELEASE rehearsal"))
}

// Taken returns the column of the unique key that err violated ("users.email"), and whether it did.
func Taken(err error) (string, bool) {
	const mark = "UNIQUE constraint failed: "
	var e *sqlite.Error
	if !errors.As(err, &e) || e.Code() != sqlite3.SQLITE_CONSTRAINT_UNIQUE {
		return "", false
	}
	_, columns, _ := strings.Cut(e.Error(), mark)
	columns, _, _ = strings.Cut(columns, " (")
	parts := strings.Split(columns, ", ")
	return parts[len(parts)-1], true
}

// Raised returns the name with which a trigger refused a row ("period.overlap"), and whether one did.
func Raised(err error) (string, bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) || e.Code() != sqlite3.SQLITE_CONSTRAINT_TRIGGER {
		return "", false
	}
	text := strings.TrimPrefix(e.Error(), "constraint failed: ")
	text, _, _ = strings.Cut(text, " (")
	return text, true
}

// translate turns what a person can act on (a record that is not there, a full disk, a read-only folder, a busy file) into a fault.
func (d *DB) translate(err error) error {
	if _, told := fault.As(err); told || err == nil {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "record.not_found")
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	if e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY {
		return fault.New(fault.NotFound, "record.not_found") // a number that nothing has
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return fault.New(fault.Unusable, "file.disk_full")
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return fault.New(fault.Unusable, "file.read_only")
	case sqlite3.SQLITE_IOERR:
		return fault.New(fault.Unusable, "file.io")
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fault.New(fault.Unusable, "file.busy")
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fault.New(fault.Unusable, "file.damaged")
	}
	return err
}
