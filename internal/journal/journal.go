// Package journal keeps the chain of what was done: one line a change, in the change's own transaction, each holding the
// hash of the one before.
//
// A line names people and structures by id, in columns and in details. Personal and free-text values stand apart in
// journal_values; the line holds SHA-256(salt | value) of each, so that a value can be blanked and the chain still verifies.
package journal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/ledger"
)

// Entry is what a change leaves in the journal. Details holds ids and enums; Values holds what is personal or typed freely.
type Entry struct {
	Action    string // <noun>.<what>, a message key under journal.
	Kind      string // the noun of the object
	Object    int64
	Structure int64
	Person    int64
	Details   map[string]string
	Values    map[string]string
}

// saltSize is the length of the salt of a value, in bytes.
const saltSize = 16

type bookKey struct{}

// book holds the lines that a transaction has reserved, in their order. They are chained and written together, just before the commit.
type book struct {
	seq   int64 // of the last line before these
	head  []byte
	lines []*Draft
}

// Draft is a line of the journal that a change has reserved: the rows that it opens name its number. It must be filled, once, before the
// change ends.
type Draft struct {
	seq    int64
	actor  *access.Actor
	entry  Entry
	filled bool
	tx     *db.Tx
}

// Seq returns the number of the line, for the rows that it opens.
func (l *Draft) Seq() int64 { return l.seq }

// Fill says what was done. Without an actor (the first set-up, a sign-in that failed) the line names nobody. A line that is filled twice
// fails.
func (l *Draft) Fill(actor *access.Actor, e Entry) error {
	if l.filled {
		return fmt.Errorf("journal line %d is filled twice", l.seq)
	}
	l.actor, l.entry, l.filled = actor, e, true
	l.tx.MarkJournaled()
	l.tx.Tell(e.Kind)
	return nil
}

// Reserve takes the next line of the journal in a transaction that may write. Whatever other lines are reserved before it is filled, its
// number stays its own.
func Reserve(ctx context.Context, tx *db.Tx) (*Draft, error) {
	b, err := opened(ctx, tx)
	if err != nil {
		return nil, err
	}
	l := &Draft{seq: b.seq + int64(len(b.lines)) + 1, tx: tx}
	b.lines = append(b.lines, l)
	return l, nil
}

func opened(ctx context.Context, tx *db.Tx) (*book, error) {
	if b, ok := tx.Value(bookKey{}).(*book); ok {
		return b, nil
	}
	b := &book{head: make([]byte, sha256.Size)}
	row, err := tx.JournalHead(ctx)
	switch {
	case err == nil:
		b.seq, b.head = row.Seq, row.Hash
	case !errors.Is(err, sql.ErrNoRows):
		return nil, fmt.Errorf("journal head: %w", err)
	}
	tx.SetValue(bookKey{}, b) // nobody else writes while this transaction does
	tx.BeforeCommit(func() error { return b.write(ctx, tx) })
	return b, nil
}

// Record reserves a line and fills it.
func Record(ctx context.Context, tx *db.Tx, actor *access.Actor, e Entry) error {
	l, err := Reserve(ctx, tx)
	if err != nil {
		return err
	}
	return l.Fill(actor, e)
}

// Settled fails where a line that this transaction reserved was not filled.
func Settled(tx *db.Tx) error {
	b, ok := tx.Value(bookKey{}).(*book)
	if !ok {
		return nil
	}
	for _, l := range b.lines {
		if !l.filled {
			return fmt.Errorf("journal line %d was reserved and not filled", l.seq)
		}
	}
	return nil
}

// write chains the lines and writes them with their values.
func (b *book) write(ctx context.Context, tx *db.Tx) error {
	if err := Settled(tx); err != nil {
		return err
	}
	seals, err := ledger.Sealed(ctx, tx)
	if err != nil {
		return err
	}
	for _, l := range b.lines {
		hash, err := l.write(ctx, tx, b.head, seals[l.seq])
		if err != nil {
			return err
		}
		b.head = hash
		delete(seals, l.seq)
	}
	for line := range seals {
		return fmt.Errorf("rows of rights name line %d, which is not of this change", line)
	}
	return nil
}

// details is what a line holds as JSON: ids and enums, a hash of each value that stands apart, and what it says of the rows that it opened.
type details struct {
	Details map[string]string `json:"details,omitempty"`
	Values  map[string]string `json:"values,omitempty"`
	Rows    ledger.Seals      `json:"rows,omitempty"`
}

func (l *Draft) write(ctx context.Context, tx *db.Tx, prev []byte, rows ledger.Seals) ([]byte, error) {
	values, hashes := seal(l.entry.Values)
	text, err := json.Marshal(details{l.entry.Details, hashes, rows})
	if err != nil {
		return nil, fmt.Errorf("journal details: %w", err)
	}
	line := sqlc.Journal{
		Seq: l.seq, At: tx.At, Action: l.entry.Action, ObjectKind: l.entry.Kind, ObjectID: l.entry.Object,
		StructureID: db.OrNull(l.entry.Structure), PersonID: db.OrNull(l.entry.Person), Details: string(text), Prev: prev,
	}
	if l.actor != nil {
		line.ActorID, line.Session = db.OrNull(l.actor.User), l.actor.Session
	}
	line.Hash = digest(line)
	if err := tx.AddJournalLine(ctx, sqlc.AddJournalLineParams(line)); err != nil {
		return nil, fmt.Errorf("journal line: %w", err)
	}
	for _, v := range values {
		v.Seq = line.Seq
		if err := tx.AddJournalValue(ctx, sqlc.AddJournalValueParams(v)); err != nil {
			return nil, fmt.Errorf("journal value: %w", err)
		}
	}
	return line.Hash, nil
}

func seal(values map[string]string) ([]sqlc.JournalValue, map[string]string) {
	var rows []sqlc.JournalValue
	hashes := map[string]string{}
	for _, field := range slices.Sorted(maps.Keys(values)) {
		if values[field] == "" {
			continue
		}
		salt := make([]byte, saltSize)
		rand.Read(salt) //nolint:errcheck // crypto/rand never fails
		rows = append(rows, sqlc.JournalValue{Field: field, Salt: salt, Value: values[field]})
		hashes[field] = fingerprint(salt, values[field])
	}
	return rows, hashes
}

func fingerprint(salt []byte, value string) string {
	sum := sha256.Sum256(append(slices.Clone(salt), value...))
	return hex.EncodeToString(sum[:])
}

// digest is SHA-256(prev | row), every field of the row preceded by its length.
func digest(l sqlc.Journal) []byte {
	h := sha256.New()
	h.Write(l.Prev)
	number := func(n int64) {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], uint64(n)) //nolint:gosec // a bit pattern to hash
		h.Write(b[:])
	}
	text := func(s string) {
		number(int64(len(s)))
		h.Write([]byte(s))
	}
	optional := func(p *int64) {
		if p == nil {
			h.Write([]byte{0})
			return
		}
		h.Write([]byte{1})
		number(*p)
	}
	number(l.Seq)
	number(l.At)
	optional(l.ActorID)
	text(l.Session)
	text(l.Action)
	text(l.ObjectKind)
	number(l.ObjectID)
	optional(l.StructureID)
	optional(l.PersonID)
	text(l.Details)
	return h.Sum(nil)
}
