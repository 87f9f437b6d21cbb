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

type headKey struct{}

type head struct {
	seq  int64
	hash []byte
}

func current(ctx context.Context, tx *db.Tx) (head, error) {
	if h, ok := tx.Value(headKey{}).(head); ok {
		return h, nil
	}
	row, err := tx.JournalHead(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return head{hash: make([]byte, sha256.Size)}, nil
	}
	if err != nil {
		return head{}, fmt.Errorf("journal head: %w", err)
	}
	h := head{row.Seq, row.Hash}
	tx.SetValue(headKey{}, h) // nobody else writes while this transaction does
	return h, nil
}

// Next gives the number of the line that the next Record will write: rows name it as what opened them.
func Next(ctx context.Context, tx *db.Tx) (int64, error) {
	h, err := current(ctx, tx)
	return h.seq + 1, err
}

// Record writes one line and its values. Without an actor (the first set-up, a sign-in that failed) the line names nobody.
func Record(ctx context.Context, tx *db.Tx, actor *access.Actor, e Entry) error {
	h, err := current(ctx, tx)
	if err != nil {
		return err
	}
	values, hashes := seal(e.Values)
	details, err := json.Marshal(struct {
		Details map[string]string `json:"details,omitempty"`
		Values  map[string]string `json:"values,omitempty"`
	}{e.Details, hashes})
	if err != nil {
		return fmt.Errorf("journal details: %w", err)
	}
	line := sqlc.Journal{
		Seq: h.seq + 1, At: tx.At, Action: e.Action, ObjectKind: e.Kind, ObjectID: e.Object,
		StructureID: pointer(e.Structure), PersonID: pointer(e.Person), Details: string(details), Prev: h.hash,
	}
	if actor != nil {
		line.ActorID, line.Session = pointer(actor.User), actor.Session
	}
	line.Hash = digest(line)
	if err := tx.AddJournalLine(ctx, sqlc.AddJournalLineParams(line)); err != nil {
		return fmt.Errorf("journal line: %w", err)
	}
	for _, v := range values {
		v.Seq = line.Seq
		if err := tx.AddJournalValue(ctx, sqlc.AddJournalValueParams(v)); err != nil {
			return fmt.Errorf("journal value: %w", err)
		}
	}
	tx.SetValue(headKey{}, head{line.Seq, line.Hash})
	tx.MarkJournaled()
	return nil
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

func pointer(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}
