package journal_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/journal"
)

const lines = 6 // of the journals that the tests tamper with

func write(t *testing.T, d *db.DB, actor *access.Actor, entries ...journal.Entry) {
	t.Helper()
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		for _, e := range entries {
			if err := journal.Record(t.Context(), tx, actor, e); err != nil {
				return err
			}
		}
		return nil
	}))
}

func done(object int64) journal.Entry {
	return journal.Entry{Action: "test.done", Kind: "test", Object: object}
}

func all(t *testing.T, d *db.DB) (chain []sqlc.Journal, values []sqlc.JournalValue) {
	t.Helper()
	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) (err error) {
		if chain, err = tx.JournalAfter(t.Context(), sqlc.JournalAfterParams{Size: 1000}); err != nil {
			return err
		}
		rows, err := tx.Select(t.Context(), "SELECT seq, field, salt, value FROM journal_values ORDER BY seq, field")
		if err != nil {
			return err
		}
		for rows.Next() {
			var v sqlc.JournalValue
			if err := rows.Scan(&v.Seq, &v.Field, &v.Salt, &v.Value); err != nil {
				return errors.Join(err, rows.Close())
			}
			values = append(values, v)
		}
		return errors.Join(rows.Err(), rows.Close())
	}))
	return chain, values
}

func verify(t *testing.T, d *db.DB) journal.Verdict {
	t.Helper()
	var v journal.Verdict
	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) (err error) {
		v, err = journal.Verify(t.Context(), tx)
		return err
	}))
	return v
}

func TestRecordChains(t *testing.T) {
	d, clock := dbtest.Open(t)
	actor := &access.Actor{User: 7, Session: "session-1"}
	write(t, d, nil, done(1))
	write(t, d, actor, journal.Entry{Action: "grant.opened", Kind: "grant", Object: 3, Structure: 4, Person: 5, Details: map[string]string{"profile": "12"}})
	clock.At = clock.At.Add(-time.Hour)
	write(t, d, actor, done(2), done(3))

	chain, _ := all(t, d)

	require.Len(t, chain, 4)
	for i, l := range chain {
		assert.EqualValues(t, i+1, l.Seq)
		assert.Len(t, l.Hash, sha256.Size)
		if i > 0 {
			assert.Equal(t, chain[i-1].Hash, l.Prev)
			assert.NotEqual(t, chain[i-1].Hash, l.Hash)
			assert.GreaterOrEqual(t, l.At, chain[i-1].At, "a clock set back does not go back here")
		}
	}
	assert.Nil(t, chain[0].ActorID, "nobody")
	second := chain[1]
	require.NotNil(t, second.ActorID)
	require.NotNil(t, second.StructureID)
	require.NotNil(t, second.PersonID)
	assert.Equal(t, []int64{7, 4, 5, 3}, []int64{*second.ActorID, *second.StructureID, *second.PersonID, second.ObjectID})
	assert.Equal(t, []string{"grant.opened", "grant"}, []string{second.Action, second.ObjectKind})
	assert.Contains(t, second.Details, "12")
	v := verify(t, d)
	assert.Equal(t, journal.Verdict{Lines: 4, Head: chain[3].Hash}, v)
}

func TestVerifyAnEmptyJournal(t *testing.T) {
	d, _ := dbtest.Open(t)

	v := verify(t, d)

	assert.Zero(t, v.Lines)
	assert.Zero(t, v.Bad)
	assert.Empty(t, v.Why)
}

func TestNext(t *testing.T) {
	d, _ := dbtest.Open(t)
	for want := int64(1); want <= 5; want += 2 {
		require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
			for i := range int64(2) {
				draft, err := journal.Reserve(t.Context(), tx)
				require.NoError(t, err)
				seq := draft.Seq()
				assert.Equal(t, want+i, seq)
				require.NoError(t, draft.Fill(nil, done(seq)))
			}
			return nil
		}))
	}
	chain, _ := all(t, d)
	for _, l := range chain {
		assert.Equal(t, l.Seq, l.ObjectID, "the line is the one that was announced")
	}
}

func TestRecordIsUndoneWithItsChange(t *testing.T) {
	d, _ := dbtest.Open(t)
	write(t, d, nil, done(1))
	require.Error(t, d.Write(t.Context(), func(tx *db.Tx) error {
		return errors.Join(journal.Record(t.Context(), tx, nil, done(2)), io.EOF)
	}))
	write(t, d, nil, done(3))

	chain, _ := all(t, d)

	require.Len(t, chain, 2)
	assert.EqualValues(t, 2, chain[1].Seq, "no number is lost")
	assert.Zero(t, verify(t, d).Bad)
}

// "personal and free-text values apart in journal_value(seq, field, salt, value), the row holding SHA-256(salt | value)"
// (facts/security.md, Journal).
func TestRecordKeepsValuesApart(t *testing.T) {
	d, _ := dbtest.Open(t)
	secrets := map[string]string{"name": "CANARI Zoé", "comment": "canari | ' \" \n \x00 ☃", "small": "7"}
	write(t, d, nil, journal.Entry{Action: "test.done", Kind: "test", Details: map[string]string{"state": "active"}, Values: secrets})
	write(t, d, nil, journal.Entry{Action: "test.done", Kind: "test", Values: secrets})

	chain, values := all(t, d)

	require.Len(t, chain, 2)
	require.Len(t, values, 2*len(secrets))
	salts := map[string]bool{}
	for _, v := range values {
		line := chain[v.Seq-1]
		assert.Equal(t, secrets[v.Field], v.Value)
		assert.GreaterOrEqual(t, len(v.Salt), 16, "too short a salt lets short values be guessed")
		salts[string(v.Salt)] = true
		text := fmt.Sprint(line)
		if v.Field != "small" {
			assert.NotContains(t, text, v.Value)
		}
		bare := sha256.Sum256([]byte(v.Value))
		salted := sha256.Sum256(append(append([]byte{}, v.Salt...), v.Value...))
		for _, form := range []string{hex.EncodeToString(bare[:]), base64.StdEncoding.EncodeToString(bare[:]), base64.RawURLEncoding.EncodeToString(bare[:])} {
			assert.NotContains(t, line.Details, form, "without its salt a value can be guessed")
		}
		held := strings.Contains(line.Details, hex.EncodeToString(salted[:])) ||
			strings.Contains(line.Details, base64.StdEncoding.EncodeToString(salted[:])) ||
			strings.Contains(line.Details, base64.RawStdEncoding.EncodeToString(salted[:])) ||
			strings.Contains(line.Details, base64.RawURLEncoding.EncodeToString(salted[:]))
		assert.True(t, held, "the line holds SHA-256(salt | %s)", v.Field)
	}
	assert.Len(t, salts, len(values), "each value has a salt of its own")
	assert.Contains(t, chain[0].Details, "active")
	assert.Zero(t, verify(t, d).Bad)
}

// tampered returns the verdict on a journal of six lines after statements run by a database editor: the program is closed, and
// the triggers are dropped before and put back after.
func tampered(t *testing.T, statements ...string) journal.Verdict {
	t.Helper()
	folder, clock := t.TempDir(), &dbtest.Clock{At: dbtest.Morning}
	d, err := db.Open(t.Context(), folder, "test", clock.Now)
	require.NoError(t, err)
	for i := range int64(lines) {
		clock.At = clock.At.Add(time.Minute)
		e := journal.Entry{Action: "test.done", Kind: "test", Object: i + 1, Structure: 10 + i, Person: 20 + i,
			Details: map[string]string{"state": "active", "round": fmt.Sprint(i)},
			Values:  map[string]string{"name": fmt.Sprint("Ada ", i), "comment": fmt.Sprint("said ", i)}}
		var actor *access.Actor
		if i != 2 {
			actor = &access.Actor{User: 7, Session: "s"}
		} else {
			e.Structure, e.Person = 0, 0
		}
		write(t, d, actor, e)
	}
	require.EqualValues(t, lines, verify(t, d).Lines)
	path := d.Path()
	require.NoError(t, d.Close())

	edit(t, path, statements)

	d, err = db.Open(t.Context(), folder, "test", clock.Now)
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	return verify(t, d)
}

func edit(t *testing.T, path string, statements []string) {
	t.Helper()
	r, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path))
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	r.SetMaxOpenConns(1)
	execute := func(s string) {
		_, err := r.ExecContext(t.Context(), s)
		require.NoError(t, err, s)
	}
	triggers := map[string]string{}
	rows, err := r.QueryContext(t.Context(), "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'journal%'")
	require.NoError(t, err)
	for rows.Next() {
		var name, text string
		require.NoError(t, rows.Scan(&name, &text))
		triggers[name] = text
	}
	require.NoError(t, errors.Join(rows.Err(), rows.Close()))
	require.NotEmpty(t, triggers)
	execute("PRAGMA foreign_keys=0")
	execute("PRAGMA ignore_check_constraints=1") // an editor may do so too
	for name := range triggers {
		execute("DROP TRIGGER " + name)
	}
	for _, s := range statements {
		execute(s)
	}
	for _, text := range triggers {
		execute(text)
	}
}

func TestVerifyFindsAnEdit(t *testing.T) {
	for name, set := range map[string]string{
		"instant":                       "at = at + 1",
		"actor":                         "actor_id = 8",
		"actor nobody":                  "actor_id = NULL",
		"session":                       "session = 't'",
		"action":                        "action = 'test.undone'",
		"kind":                          "object_kind = 'other'",
		"object":                        "object_id = object_id + 1",
		"structure":                     "structure_id = structure_id + 1",
		"structure none":                "structure_id = NULL",
		"person":                        "person_id = person_id + 1",
		"details":                       "details = replace(details, 'active', 'passive')",
		"details with a space":          "details = details || ' '",
		"details emptied":               "details = ''",
		"previous hash":                 "prev = zeroblob(32)",
		"hash":                          "hash = zeroblob(32)",
		"no hash":                       "hash = x''",
		"letters moved between columns": "action = 'test.don', object_kind = 'etest'",
		"session moved into action":     "session = '', action = 'stest.done'",
		"numbers exchanged":             "structure_id = person_id, person_id = structure_id",
		"ids joined otherwise":          "object_id = 51, structure_id = 4",
	} {
		t.Run(name, func(t *testing.T) {
			v := tampered(t, "UPDATE journal SET "+set+" WHERE seq = 5")

			assert.EqualValues(t, 5, v.Bad)
			why := "line"
			if name == "previous hash" {
				why = "chain"
			}
			assert.Equal(t, why, v.Why)
		})
	}
	for _, set := range []string{"actor_id = 0", "actor_id = -1", "structure_id = 0", "structure_id = -1", "person_id = 0", "person_id = -1"} {
		t.Run("nobody is not a number/"+set, func(t *testing.T) {
			assert.EqualValues(t, 3, tampered(t, "UPDATE journal SET "+set+" WHERE seq = 3").Bad)
		})
	}
	t.Run("first line", func(t *testing.T) {
		assert.EqualValues(t, 1, tampered(t, "UPDATE journal SET object_id = 9 WHERE seq = 1").Bad)
	})
	t.Run("last line", func(t *testing.T) {
		assert.EqualValues(t, 6, tampered(t, "UPDATE journal SET object_id = 9 WHERE seq = 6").Bad)
	})
	t.Run("two lines: the first is named", func(t *testing.T) {
		assert.EqualValues(t, 2, tampered(t, "UPDATE journal SET object_id = 9 WHERE seq IN (5, 2)").Bad)
	})
}

func TestVerifyFindsADeletion(t *testing.T) {
	for name, c := range map[string]struct {
		why        string
		bad        int64
		statements []string
	}{
		"in the middle":             {"gap", 4, []string{"DELETE FROM journal WHERE seq = 3", "DELETE FROM journal_values WHERE seq = 3"}},
		"the line alone":            {"gap", 4, []string{"DELETE FROM journal WHERE seq = 3"}},
		"the first":                 {"gap", 2, []string{"DELETE FROM journal WHERE seq = 1", "DELETE FROM journal_values WHERE seq = 1"}},
		"and the next ones renamed": {"chain", 3, []string{"DELETE FROM journal WHERE seq = 3", "DELETE FROM journal_values WHERE seq = 3", "UPDATE journal SET seq = seq - 1 WHERE seq > 3", "UPDATE journal_values SET seq = seq - 1 WHERE seq > 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := tampered(t, c.statements...)

			assert.Contains(t, []int64{c.bad - 1, c.bad}, v.Bad, "the line that is missing, or the first after it")
			assert.Equal(t, c.why, v.Why)
		})
	}
	t.Run("values left behind by the last line", func(t *testing.T) {
		v := tampered(t, "DELETE FROM journal WHERE seq = 6")
		assert.EqualValues(t, lines, v.Bad)
	})
	t.Run("everything but what the anchors tell", func(t *testing.T) {
		v := tampered(t, "DELETE FROM journal WHERE seq > 4", "DELETE FROM journal_values WHERE seq > 4")
		assert.EqualValues(t, 4, v.Lines, "an end cut off shows in the count and the head, which leave the file")
	})
}

// shift makes room for a line at seq.
func shift(seq int) []string {
	var out []string
	for i := lines; i >= seq; i-- {
		out = append(out, fmt.Sprintf("UPDATE journal SET seq = %d WHERE seq = %d", i+1, i),
			fmt.Sprintf("UPDATE journal_values SET seq = %d WHERE seq = %d", i+1, i))
	}
	return out
}

func insert(seq int, prev, hash string) string {
	return fmt.Sprintf("INSERT INTO journal SELECT %d, at, actor_id, session, action, object_kind, 99, NULL, NULL, '{}', %s, %s FROM journal WHERE seq = 2",
		seq, prev, hash)
}

func TestVerifyFindsAnInsertion(t *testing.T) {
	head := func(seq int) string { return fmt.Sprintf("(SELECT hash FROM journal WHERE seq = %d)", seq) }
	for name, c := range map[string]struct {
		bad        int64
		statements []string
	}{
		"at the end":                     {7, []string{insert(7, head(6), "randomblob(32)")}},
		"at the end, far":                {9, []string{insert(9, head(6), "randomblob(32)")}},
		"before the first":               {0, []string{insert(0, "x''", "randomblob(32)")}},
		"far before the first":           {0, []string{insert(-5, "x''", "randomblob(32)")}},
		"in the middle":                  {4, append(shift(4), insert(4, head(3), "randomblob(32)"))},
		"in the middle, a hash repeated": {4, append(shift(4), insert(4, head(3), head(3)))},
		"a line copied":                  {7, []string{"INSERT INTO journal SELECT 7, at, actor_id, session, action, object_kind, object_id, structure_id, person_id, details, prev, hash FROM journal WHERE seq = 6"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := tampered(t, c.statements...)

			assert.NotEmpty(t, v.Why)
			switch {
			case name == "at the end, far":
				assert.GreaterOrEqual(t, v.Bad, int64(7))
			case c.bad > 0:
				assert.Equal(t, c.bad, v.Bad)
			default:
				assert.NotZero(t, v.Bad, "0 means that all lines hold")
			}
		})
	}
}

func TestVerifyFindsAReordering(t *testing.T) {
	swap := func(table string) []string {
		return []string{"UPDATE " + table + " SET seq = 100 WHERE seq = 3", "UPDATE " + table + " SET seq = 3 WHERE seq = 4", "UPDATE " + table + " SET seq = 4 WHERE seq = 100"}
	}

	v := tampered(t, append(swap("journal"), swap("journal_values")...)...)

	assert.EqualValues(t, 3, v.Bad)
	assert.Contains(t, []string{"order", "chain"}, v.Why)
}

func TestVerifyFindsAnAlteredValue(t *testing.T) {
	for name, c := range map[string]struct {
		bad        int64
		statements []string
	}{
		"value":                    {3, []string{"UPDATE journal_values SET value = 'Bob' WHERE seq = 3 AND field = 'name'"}},
		"salt":                     {3, []string{"UPDATE journal_values SET salt = randomblob(length(salt)) WHERE seq = 3 AND field = 'name'"}},
		"value blanked, salt kept": {3, []string{"UPDATE journal_values SET value = '' WHERE seq = 3 AND field = 'name'"}},
		"salt blanked, value kept": {3, []string{"UPDATE journal_values SET salt = x'' WHERE seq = 3 AND field = 'name'"}},
		"removed":                  {3, []string{"DELETE FROM journal_values WHERE seq = 3 AND field = 'name'"}},
		"all of a line removed":    {3, []string{"DELETE FROM journal_values WHERE seq = 3"}},
		"of the last line removed": {6, []string{"DELETE FROM journal_values WHERE seq = 6"}},
		"added":                    {3, []string{"INSERT INTO journal_values VALUES (3, 'note', randomblob(16), 'said')"}},
		"added blank":              {3, []string{"INSERT INTO journal_values VALUES (3, 'note', x'', '')"}},
		"field renamed":            {3, []string{"UPDATE journal_values SET field = 'note' WHERE seq = 3 AND field = 'name'"}},
		"fields exchanged": {3, []string{"UPDATE journal_values SET field = 'x' WHERE seq = 3 AND field = 'name'",
			"UPDATE journal_values SET field = 'name' WHERE seq = 3 AND field = 'comment'", "UPDATE journal_values SET field = 'comment' WHERE seq = 3 AND field = 'x'"}},
		"moved to another line": {3, []string{"UPDATE journal_values SET seq = 5, field = 'moved' WHERE seq = 3 AND field = 'name'"}},
		"of no line":            {99, []string{"INSERT INTO journal_values VALUES (99, 'name', randomblob(16), 'Bob')"}},
		"a letter moved into the salt": {3, []string{
			"UPDATE journal_values SET salt = CAST(salt || CAST(substr(value, 1, 1) AS BLOB) AS BLOB), value = substr(value, 2) WHERE seq = 3 AND field = 'name'"}},
	} {
		t.Run(name, func(t *testing.T) {
			v := tampered(t, c.statements...)

			assert.Equal(t, c.bad, v.Bad)
			assert.Equal(t, "value", v.Why)
		})
	}
}

func TestVerifyAllowsBlanking(t *testing.T) {
	d, _ := dbtest.Open(t)
	for i := range int64(3) {
		e := done(i)
		e.Values = map[string]string{"name": "Ada", "comment": "said"}
		write(t, d, nil, e)
	}
	before := verify(t, d)

	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.Exec(t.Context(), "UPDATE journal_values SET value = '', salt = x'' WHERE seq = 2 AND field = 'name'")
	}))

	assert.Zero(t, verify(t, d).Bad)
	assert.Equal(t, before.Head, verify(t, d).Head)
	_, values := all(t, d)
	require.Len(t, values, 6)
	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		return tx.Exec(t.Context(), "UPDATE journal_values SET value = '', salt = x''")
	}))
	write(t, d, nil, done(9))
	assert.Zero(t, verify(t, d).Bad, "all of them, and the chain goes on")
	assert.EqualValues(t, 4, verify(t, d).Lines)
}

func TestVerifyWithin(t *testing.T) {
	d, _ := dbtest.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	write(t, d, nil, done(1))

	require.NoError(t, d.Write(t.Context(), func(tx *db.Tx) error {
		require.NoError(t, journal.Record(t.Context(), tx, nil, done(2)))
		v, err := journal.Verify(t.Context(), tx)
		require.NoError(t, err)
		assert.EqualValues(t, 1, v.Lines, "the lines of a transaction are written as it ends")
		return nil
	}))
	cancel()
	assert.Error(t, d.Read(ctx, func(tx *db.Tx) error {
		_, err := journal.Verify(ctx, tx)
		return err
	}))
}
