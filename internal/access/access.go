// Package access tells who acts in a transaction and what they may: it loads the facts on which package right answers.
package access

import (
	"context"

	"habilis/db"
	"habilis/internal/fault"
	"habilis/internal/right"
)

// Actor is who acts, and in which session.
type Actor struct {
	User    int64
	Session string
	Rights  *right.Rights
}

type actorKey struct{}

type identity struct {
	user    int64
	session string
}

// WithActor puts who acts into a context.
func WithActor(ctx context.Context, user int64, session string) context.Context {
	return context.WithValue(ctx, actorKey{}, identity{user, session})
}

type confirmedKey struct{}

// WithConfirmed tells that the one who acts gave their passphrase again a short while ago.
func WithConfirmed(ctx context.Context) context.Context {
	return context.WithValue(ctx, confirmedKey{}, true)
}

// RequireConfirmed fails with Refused (passphrase.again) where the one who acts did not give their passphrase again: a session left open does not do
// what cannot be taken back.
func RequireConfirmed(ctx context.Context) error {
	if given, _ := ctx.Value(confirmedKey{}).(bool); !given {
		return fault.New(fault.Refused, "passphrase.again")
	}
	return nil
}

// Who returns the one who acts, with all their facts, read once where nothing is written. It fails with Unauthenticated without a session, and where the user is disabled.
func Who(ctx context.Context, tx *db.Tx) (*Actor, error) {
	id, ok := ctx.Value(actorKey{}).(identity)
	if !ok || id.user == 0 {
		return nil, fault.New(fault.Unauthenticated, "session.none")
	}
	if known, ok := tx.Value(id).(*Actor); ok {
		return known, nil
	}
	r, err := Load(ctx, tx, id.user)
	if err != nil {
		return nil, err
	}
	if !r.Active(tx.At) {
		return nil, fault.New(fault.Unauthenticated, "session.disabled")
	}
	actor := &Actor{User: id.user, Session: id.session, Rights: r}
	if !tx.Writable { // nothing changes under a reader
		tx.SetValue(id, actor)
	}
	return actor, nil
}

// Require returns the one who acts if they hold the permission on the scope now, and Forbidden otherwise.
func Require(ctx context.Context, tx *db.Tx, p right.Permission, scope right.Scope) (*Actor, error) {
	a, err := Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	ok, err := a.Can(ctx, tx, right.Question{Permission: p, Scope: scope, At: tx.At})
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Forbidden(p)
	}
	return a, nil
}

// RequireAnywhere is Require for what some scope suffices for. Lists ask their view so: no view right anywhere is Forbidden, never an
// empty list (rights.md, A03).
func RequireAnywhere(ctx context.Context, tx *db.Tx, p right.Permission) (*Actor, error) {
	a, err := Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	ok, err := a.Can(ctx, tx, right.Question{Permission: p, Anywhere: true, Owner: a.User, At: tx.At})
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Forbidden(p)
	}
	return a, nil
}

// Forbidden is the fault of a missing permission.
func Forbidden(p right.Permission) error {
	return fault.New(fault.Forbidden, "right.missing", "permission", p.String())
}

// Can answers a question after reading the places it is about.
func (a *Actor) Can(ctx context.Context, tx *db.Tx, q right.Question) (bool, error) {
	return Can(ctx, tx, a.Rights, q)
}

// Can answers a question after reading the places it is about.
func Can(ctx context.Context, tx *db.Tx, r *right.Rights, q right.Question) (bool, error) {
	if q.Placeless() {
		return r.Allowed(q), nil
	}
	var err error
	if q.Anywhere {
		err = ReadOwnPlaces(ctx, tx, r)
	} else {
		err = reachOne(ctx, tx, r, q.Scope)
	}
	return err == nil && r.Allowed(q), err
}

// Need is a permission that a change asks for on a scope. Ending asks it for ending rows only. Inactive lets a firm administrator go on
// where the place is inactive (rights.md, A35).
type Need struct {
	Permission right.Permission
	Scope      right.Scope
	Ending     bool
	Anywhere   bool
	Inactive   bool
}
