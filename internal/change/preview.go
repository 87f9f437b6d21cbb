package change

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"habilis/db"
	"habilis/internal/access"
)

// Preview is what changes would do: every right that somebody gains or loses, how many, and whom it touches. Fingerprint stands for it:
// a save that carries it goes through only if the effect is still the same.
type Preview struct {
	Lines       []access.Line
	Gained      int
	Lost        int
	People      int
	Fingerprint string
}

// preview runs everything within a savepoint, compares the effective rights of the people touched before and after, and
// leaves the transaction as it was.
func preview(ctx context.Context, tx *db.Tx, list []Change) (Preview, error) {
	var touched access.Touched
	var after *access.Effects
	err := tx.Savepoint(ctx, func() error {
		if err := perform(ctx, tx, list); err != nil {
			return err
		}
		var err error
		if touched, err = access.TouchedBy(ctx, tx); err != nil {
			return err
		}
		after, err = access.EffectsOf(ctx, tx, touched)
		return err
	})
	if err != nil {
		return Preview{}, err
	}
	before, err := access.EffectsOf(ctx, tx, touched)
	if err != nil {
		return Preview{}, err
	}
	return summarise(access.Compare(before, after), before), nil
}

func summarise(lines []access.Line, before *access.Effects) Preview {
	p := Preview{Lines: lines}
	people := map[int64]bool{}
	sum := sha256.New()
	for _, l := range lines {
		people[l.User] = true
		if l.After > l.Before {
			p.Gained++
		} else {
			p.Lost++
		}
		user, scope := before.Settled(l)
		fmt.Fprintln(sum, user, l.Permission, scope, l.Before, l.After, l.At)
	}
	p.People = len(people)
	p.Fingerprint = hex.EncodeToString(sum.Sum(nil))
	return p
}
