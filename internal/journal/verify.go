package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
)

// Verdict is the outcome of a verification. Bad is the first line that does not hold (0: all do), and Why says how:
// gap, order, chain, line or value.
type Verdict struct {
	Lines int64
	Bad   int64
	Why   string
	Head  []byte
}

const pageSize = 2000

// Verify walks the whole chain. It sees edits, deletions, insertions and reordering made with a database editor; it does not stop one
// who rewrites everything after the last anchor that left the file.
func Verify(ctx context.Context, tx *db.Tx) (Verdict, error) {
	v := Verdict{Head: make([]byte, sha256.Size)}
	last := int64(0)
	for {
		lines, err := tx.JournalAfter(ctx, sqlc.JournalAfterParams{Seq: v.Lines, Size: pageSize})
		if err != nil {
			return v, fmt.Errorf("journal: %w", err)
		}
		if len(lines) == 0 {
			return stray(ctx, tx, v)
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
			if v.Why = broken(l, v, last, bySeq[l.Seq]); v.Why != "" {
				v.Bad = l.Seq
				return v, nil
			}
			v.Lines, v.Head, last = l.Seq, l.Hash, l.At
		}
	}
}

// broken tells why a line does not hold, empty where it does.
func broken(l sqlc.Journal, v Verdict, last int64, values []sqlc.JournalValue) string {
	switch {
	case l.Seq != v.Lines+1:
		return "gap"
	case l.At < last:
		return "order"
	case !bytes.Equal(l.Prev, v.Head):
		return "chain"
	case !bytes.Equal(l.Hash, digest(l)):
		return "line"
	case !whole(l, values):
		return "value"
	}
	return ""
}

// stray finds what no line of the chain accounts for: lines before the first, values of no line.
func stray(ctx context.Context, tx *db.Tx, v Verdict) (Verdict, error) {
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
	return v, nil
}

// whole tells whether the values that stand apart are those the line was written with, or were blanked.
func whole(l sqlc.Journal, values []sqlc.JournalValue) bool {
	var d struct {
		Values map[string]string `json:"values"`
	}
	if err := json.Unmarshal([]byte(l.Details), &d); err != nil || len(d.Values) != len(values) {
		return false
	}
	for _, x := range values {
		blanked := x.Value == "" && len(x.Salt) == 0
		if !blanked && (len(x.Salt) != saltSize || d.Values[x.Field] != fingerprint(x.Salt, x.Value)) {
			return false
		}
	}
	return true
}
