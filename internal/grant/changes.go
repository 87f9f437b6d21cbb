package grant

import (
	"context"
	"database/sql"
	"errors"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
)

// Kinds lists the changes of memberships and grants.
func (s *Service) Kinds() []change.Kind {
	return []change.Kind{
		change.Of(change.Form|change.Request, func(ctx context.Context, c Attach) (Attach, error) { return c, s.inSight(ctx, c.User) }),
		change.Of(change.Form|change.Request, func(ctx context.Context, c Give) (Give, error) { return c, s.inSight(ctx, c.User) }),
		change.Of[Detach](change.Form, nil), change.Of[End](change.Form, nil), change.Of[Extend](change.Form, nil),
		change.Of[ExtendMembership](change.Form, nil),
	}
}

// inSight refuses to work on somebody by a number that the one who acts may not see.
func (s *Service) inSight(ctx context.Context, user int64) error {
	if user == 0 {
		return nil
	}
	return s.db.Read(ctx, func(tx *db.Tx) error {
		_, _, err := access.Person(ctx, tx, user)
		if err != nil {
			return err
		}
		if _, err = tx.UserRow(ctx, user); errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "user.not_found")
		}
		return err
	})
}
