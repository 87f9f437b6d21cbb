package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/ledger"
)

// Verdict is the outcome of a verification. Bad is the first line that does not hold (0: all do), and Why says how:
// gap, order, chain, line, value, or row: a row of rights is not as the line opened it, or no line opened it.
type Verdict struct {
	Lines int64
	Bad   int64
	Why   string
	Head  []byte
}

const pageSize = 2000

// Verify walks the whole chain, and holds every row of rights against the line that opened it and those that moved its end. It sees edits,
// deletions, insertions and reordering made with a database editor, of lines and of rows; it does not stop one who rewrites everything after the
// last anchor that left the file.
func Verify(ctx context.Context, tx *db.Tx) (Verdict, error) {
	v := Verdict{Head: make([]byte, sha256.Size)}
	last, claims := int64(0), &ledger.Claims{}
	for {
		lines, err := tx.JournalAfter(ctx, sqlc.JournalAfterParams{Seq: v.Lines, Size: pageSize})
		if err != nil {
			return v, fmt.Errorf("journal: %w", err)
		}
		if len(lines) == 0 {
			return stray(ctx, tx, v, claims)
		}
		values, err := tx.JournalValuesBetween(ctx, sqlc.JournalValuesBetweenParams{After: v.Lines, Upto: lines[len(lines)-1].Seq})
		if err != nil {
			return v, fmt.Errorf("journal values: %w", err)
		}
		bySeq := map[int64][]sqlc.JournalValue{}
		for _, x := range values {
			bySeq[x.Seq] = append(bySeq[x.Seq], x)
		}
		for _, l := range lines {
			if v.Why = broken(l, v, last, bySeq[l.Seq], claims); v.Why != "" {
				v.Bad = l.Seq
				return earlier(ctx, tx, v, claims)
			}
			v.Lines, v.Head, last = l.Seq, l.Hash, l.At
		}
	}
}

// earlier returns the first line that does not hold, where one is broken: rows may differ from what a line before it says.
func earlier(ctx context.Context, tx *db.Tx, v Verdict, claims *ledger.Claims) (Verdict, error) {
	line, err := claims.Hold(ctx, tx, false)
	if line != 0 {
		v.Bad, v.Why = line, "row"
	}
	return v, err
}

// broken returns why a line does not hold, empty where it does. What it says of its rows is added to the claims.
func broken(l sqlc.Journal, v Verdict, last int64, values []sqlc.JournalValue, claims *ledger.Claims) string {
	var d details
	unread := json.Unmarshal([]byte(l.Details), &d)
	switch {
	case l.Seq != v.Lines+1:
		return "gap"
	case l.At < last:
		return "order"
	case !bytes.Equal(l.Prev, v.Head):
		return "chain"
	case !bytes.Equal(l.Hash, digest(l)):
		return "line"
	case unread != nil || !whole(d.Values, values):
		return "value"
	}
	claims.Add(l.Seq, d.Rows)
	return ""
}

// Vouched reports whether the line that a row of rights names opened it, and each line that moved its end did: the row is as they say, and they are as
// they were written. It does not walk the chain: a line that was taken away together with all it did is found by Verify alone.
func Vouched(ctx context.Context, tx *db.Tx, t ledger.Table, id, line int64) (bool, error) {
	if ok, err := says(ctx, tx, line, t, id); !ok || err != nil {
		return false, err
	}
	ends, err := ledger.EndsOf(ctx, tx, t, id)
	if err != nil {
		return false, err
	}
	for _, e := range ends {
		if ok, err := says(ctx, tx, e.MovedBy, ledger.MovedEnds, e.ID); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

// EndsHold reports whether what the lines about somebody or some structure, after one, say of the ends that they moved is there: a right that ended, and
// whose end an editor took back together with its move, is found here. 0 names nobody and nothing.
func EndsHold(ctx context.Context, tx *db.Tx, person, structure, after int64) (bool, error) {
	lines, err := tx.MovesOfPersonAfter(ctx, sqlc.MovesOfPersonAfterParams{PersonID: &person, After: after})
	if err != nil {
		return false, fmt.Errorf("journal: %w", err)
	}
	more, err := tx.MovesOfStructureAfter(ctx, sqlc.MovesOfStructureAfterParams{StructureID: &structure, After: after})
	if err != nil {
		return false, fmt.Errorf("journal: %w", err)
	}
	var numbers []int64
	moves := map[int64]ledger.Seals{}
	for _, l := range append(lines, more...) {
		var d details
		if !bytes.Equal(l.Hash, digest(l)) || json.Unmarshal([]byte(l.Details), &d) != nil {
			return false, nil
		}
		numbers = append(numbers, l.Seq)
		moves[l.Seq] = ledger.Seals{ledger.MovedEnds: d.Rows[ledger.MovedEnds]}
	}
	return ledger.MovesHold(ctx, tx, numbers, moves)
}

type sealsKey struct{ line int64 }

// says reports whether a line is whole and says that it wrote a row as it is.
func says(ctx context.Context, tx *db.Tx, line int64, t ledger.Table, id int64) (bool, error) {
	seals, known := tx.Value(sealsKey{line}).(ledger.Seals)
	if !known {
		lines, err := tx.JournalLineWithNext(ctx, line)
		if err != nil {
			return false, fmt.Errorf("journal line %d: %w", line, err)
		}
		var d details
		whole := len(lines) > 0 && lines[0].Seq == line && bytes.Equal(lines[0].Hash, digest(lines[0])) &&
			(len(lines) == 1 || bytes.Equal(lines[1].Prev, lines[0].Hash)) && json.Unmarshal([]byte(lines[0].Details), &d) == nil
		if whole {
			seals = d.Rows
		}
		tx.SetValue(sealsKey{line}, seals)
	}
	return seals.HoldsRow(ctx, tx, t, id)
}

// stray finds what no line of the chain accounts for: lines before the first, values of no line, rows of rights of no line.
func stray(ctx context.Context, tx *db.Tx, v Verdict, claims *ledger.Claims) (Verdict, error) {
	lines, err := tx.LinesBeforeFirst(ctx)
	if err != nil {
		return v, fmt.Errorf("journal: %w", err)
	}
	values, err := tx.ValuesOfNoLine(ctx)
	if err != nil {
		return v, fmt.Errorf("journal values: %w", err)
	}
	switch {
	case len(lines) > 0:
		v.Bad, v.Why = 1, "gap"
	case len(values) > 0:
		v.Bad, v.Why = max(1, values[0]), "value"
	}
	if v.Why != "" {
		return earlier(ctx, tx, v, claims)
	}
	line, err := claims.Hold(ctx, tx, true)
	found := line != 0
	if err == nil && !found {
		line, err = tx.AnyDepartmentMoved(ctx)
		found = line != 0
	}
	if err == nil && !found {
		line, found, err = strangeEntry(ctx, tx)
	}
	if found {
		v.Bad, v.Why = max(1, min(line, v.Lines)), "row"
	}
	if err != nil || found {
		return v, err
	}
	headed, err := tx.Headed(ctx)
	if !headed {
		v.Bad, v.Why = v.Lines+1, "gap"
	}
	return v, err
}

// strangeEntry finds whoever's sign-in is not as the last line about it left it, and gives that line.
func strangeEntry(ctx context.Context, tx *db.Tx) (line int64, found bool, err error) {
	lines, err := tx.SignInLines(ctx)
	if err != nil {
		return 0, false, fmt.Errorf("journal: %w", err)
	}
	last := map[int64]sqlc.SignInLinesRow{}
	for _, l := range lines {
		if _, told := last[*l.PersonID]; !told || l.Action != "user.added" {
			last[*l.PersonID] = l
		}
	}
	users, err := tx.SignIns(ctx)
	if err != nil {
		return 0, false, fmt.Errorf("users: %w", err)
	}
	for _, u := range users {
		l, told := last[u.ID]
		said := "open"
		switch l.Action {
		case "user.added":
			said = "none"
		case "user.sign_in":
			var d details
			if json.Unmarshal([]byte(l.Details), &d) != nil {
				return l.Seq, true, nil
			}
			said = d.Details["signIn"]
		}
		if told && u.SignIn != said {
			return l.Seq, true, nil
		}
	}
	return 0, false, nil
}

// whole reports whether the values that stand apart are those the line was written with, or were blanked.
func whole(hashes map[string]string, values []sqlc.JournalValue) bool {
	if len(hashes) != len(values) {
		return false
	}
	for _, x := range values {
		blanked := x.Value == "" && len(x.Salt) == 0
		if !blanked && (len(x.Salt) != saltSize || hashes[x.Field] != fingerprint(x.Salt, x.Value)) {
			return false
		}
	}
	return true
}

// Said returns the details of a line, empty where the line is not whole.
func Said(ctx context.Context, tx *db.Tx, line int64) (action string, person int64, said map[string]string, err error) {
	l, err := tx.JournalLine(ctx, line)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, nil, nil
	}
	if err != nil {
		return "", 0, nil, fmt.Errorf("journal line %d: %w", line, err)
	}
	var d details
	if !bytes.Equal(l.Hash, digest(l)) || json.Unmarshal([]byte(l.Details), &d) != nil || l.PersonID == nil {
		return "", 0, nil, nil
	}
	return l.Action, *l.PersonID, d.Details, nil
}
