package people

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/journal"
)

// PIGP says whether somebody has an account of the State's portal for public management (Portail internet de la gestion publique), without which
// nobody manages a public structure outside the State (source 000, 2.9.3).
type PIGP struct {
	User int64 `json:"user"`
	Has  bool  `json:"has"`
}

// SetPIGP writes down whether somebody has that account. It asks firm.admin, or principal.transfer where the person is attached: whoever hands the role
// over asks them.
func (s *Service) SetPIGP(ctx context.Context, in PIGP) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		u, facts, err := Visible(ctx, tx, in.User)
		if err != nil {
			return err
		}
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		if ok, err := edits(ctx, tx, actor, facts); err != nil || !ok {
			if err == nil {
				err = access.Forbidden(access.PrincipalTransfer)
			}
			return err
		}
		has := int64(0)
		if in.Has {
			has = 1
		}
		if u.Pigp == has {
			return nil
		}
		if err := tx.SetPIGP(ctx, sqlc.SetPIGPParams{ID: u.ID, Pigp: has}); err != nil {
			return fmt.Errorf("user: %w", err)
		}
		return journal.Record(ctx, tx, actor, journal.Entry{
			Action: "user.pigp", Kind: "user", Object: u.ID, Person: u.ID, Details: map[string]string{"has": fmt.Sprint(in.Has)},
		})
	})
}

// edits reports whether the actor may write that down.
func edits(ctx context.Context, tx *db.Tx, actor *access.Actor, facts *access.Rights) (bool, error) {
	if ok, err := actor.Can(ctx, tx, access.Question{Permission: access.FirmAdmin, Scope: access.Firm, At: tx.At}); err != nil || ok {
		return ok, err
	}
	for _, scope := range facts.Attached(tx.At) {
		ok, err := actor.Can(ctx, tx, access.Question{Permission: access.PrincipalTransfer, Scope: scope, At: tx.At})
		if err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}
