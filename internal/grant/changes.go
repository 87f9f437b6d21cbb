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
		change.Of(change.Form|change.Request, func(_ context.Context, c Attach) (Attach, error) { c.numbered = true; return c, nil }),
		change.Of(change.Form|change.Request, func(_ context.Context, c Give) (Give, error) { c.numbered = true; return c, nil }),
		change.Of[Detach](change.Form, nil), change.Of[End](change.Form, nil), change.Of[Extend](change.Form, nil),
		change.Of[ExtendMembership](change.Form, nil),
	}
}

// inSight refuses to work on somebody by a number that a page sent, where the one who acts may not see them. What a request asked for was named by
// whoever asked.
func inSight(ctx context.Context, tx *db.Tx, numbered bool, user int64) error {
	if !numbered || user == 0 {
		return nil
	}
	_, _, err := access.Person(ctx, tx, user)
	if err != nil {
		return err
	}
	if _, err = tx.UserRow(ctx, user); errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "user.not_found")
	}
	return err
}
