package change

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"habilis/db"
)

// Preview is what changes would do: the rights that somebody gains or loses, how many, and how many people it touches. Lines holds a part of them
// where they are many; the counts and Fingerprint, which stands for the whole effect, hold all. A save that carries the fingerprint goes through only
// if the effect is still the same.
type Preview struct {
	Lines       []Line
	Gained      int
	Lost        int
	People      int
	Fingerprint string
}

// Part is which lines a preview lists: so many, from that one on, in the order of people's numbers.
type Part struct{ From, Size int }

// everything lists so many lines as no preview on a page comes to.
var everything = Part{0, 1 << 31}

// preview runs everything within a savepoint, reads the effect, and leaves the transaction as it was.
func preview(ctx context.Context, tx *db.Tx, list []Change, part Part) (Preview, error) {
	var p Preview
	err := tx.Savepoint(ctx, func() error {
		if _, err := perform(ctx, tx, list, true); err != nil {
			return err
		}
		var err error
		p, err = effect(ctx, tx, part)
		return err
	})
	return p, err
}

// effect compares the effective rights of the people touched by what the transaction wrote with those of before.
func effect(ctx context.Context, tx *db.Tx, part Part) (Preview, error) {
	s := summary{part: part, sum: sha256.New()}
	touched, err := TouchedBy(ctx, tx)
	if err != nil {
		return Preview{}, err
	}
	err = tx.Committed(ctx, func(before *db.Tx) error { return Difference(ctx, before, tx, touched, s.add) })
	if err != nil {
		return Preview{}, err
	}
	s.Fingerprint = hex.EncodeToString(s.sum.Sum(nil))
	return s.Preview, nil
}

// summary gathers a preview, some people at a time.
type summary struct {
	Preview
	part Part
	seen int
	sum  hash.Hash
}

func (s *summary) add(lines []Line, before *Effects) {
	people := map[int64]bool{}
	for _, l := range lines {
		people[l.User] = true
		if l.After > l.Before {
			s.Gained++
		} else {
			s.Lost++
		}
		user, scope := before.Settled(l)
		fmt.Fprintln(s.sum, user, l.Permission, scope, l.Before, l.After, l.At)
		if s.seen >= s.part.From && len(s.Lines) < s.part.Size {
			s.Lines = append(s.Lines, l)
		}
		s.seen++
	}
	s.People += len(people)
}
