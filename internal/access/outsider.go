package access

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/internal/right"
)

// Outsider reports whether the actor is an external user without user.view at the firm: of the firm's own people they learn what concerns their
// structures alone, neither what these hold at the firm nor when they were last here.
func Outsider(ctx context.Context, tx *db.Tx, actor *Actor) (bool, error) {
	if actor.Rights.Allowed(right.Question{Permission: right.UserView, At: tx.At}) {
		return false, nil
	}
	u, err := tx.UserRow(ctx, actor.User)
	if err != nil {
		return false, fmt.Errorf("user: %w", err)
	}
	return u.Kind == "external", nil
}

// ToldAtFirm returns who of the users may be shown, to the actor, with what they hold at the firm: an outsider sees their own alone.
func ToldAtFirm(ctx context.Context, tx *db.Tx) (func(user int64) bool, error) {
	actor, err := Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	outsider, err := Outsider(ctx, tx, actor)
	return func(user int64) bool { return !outsider || user == actor.User }, err
}
