package people

import (
	"context"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/guard"
	"habilis/internal/journal"
	"habilis/internal/right"
)

// LinkAccounts is « Lier deux comptes »: two accounts are of one person, whom own requests, own grants and second approvals then count once (rights.md,
// A10). Linked false takes a link back: User is then a person of their own.
type LinkAccounts struct {
	User    int64 `json:"user"`
	Account int64 `json:"account"` // the other one, 0 for none chosen yet
	Linked  bool  `json:"linked"`
}

// Kind names the change.
func (c LinkAccounts) Kind() string { return "user.link" }

// Need is firm.admin: who one is bears on what one may decide.
func (c LinkAccounts) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.FirmAdmin, Scope: right.Firm}}, nil
}

// Check tells of an account that is none, is the same one, or is linked, or not linked, already.
func (c LinkAccounts) Check(ctx context.Context, w *change.Work) error {
	if _, _, err := Visible(ctx, w.Tx, c.User); err != nil {
		return err
	}
	if c.Account == 0 {
		return fault.Field("account", "user.link.empty")
	}
	if _, _, err := Visible(ctx, w.Tx, c.Account); fault.Is(err, fault.NotFound) {
		return fault.Field("account", "user.link.unknown")
	} else if err != nil {
		return err
	}
	if c.Account == c.User {
		return fault.Field("account", "user.link.itself")
	}
	if err := c.own(ctx, w); err != nil {
		return err
	}
	same, err := guard.SamePerson(ctx, w.Tx, c.User, c.Account)
	if err == nil && same == c.Linked {
		err = fault.Field("account", map[bool]string{true: "user.link.already", false: "user.link.not"}[c.Linked])
	}
	return err
}

// own refuses to say which accounts are one's own, unless one administers the firm: whoever could separate them would give themselves rights, and
// approve their own requests, from the other one (rights.md, A20, A22 and A41).
func (c LinkAccounts) own(ctx context.Context, w *change.Work) error {
	if w.Actor.Rights.Administrator(w.At) {
		return nil
	}
	for _, id := range []int64{c.User, c.Account} {
		mine, err := guard.SamePerson(ctx, w.Tx, w.Actor.User, id)
		if err != nil {
			return err
		}
		if mine {
			return fault.New(fault.Refused, "user.link.own")
		}
	}
	return nil
}

// Apply links the two persons, or takes the account out of its own.
func (c LinkAccounts) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	if c.Linked {
		err = c.join(ctx, w.Tx)
	} else {
		err = c.leave(ctx, w.Tx)
	}
	if err != nil {
		return none, err
	}
	other, err := w.UserRow(ctx, c.Account)
	if err != nil {
		return none, fmt.Errorf("user: %w", err)
	}
	return none, w.Record(ctx, journal.Entry{
		Action: map[bool]string{true: "user.linked", false: "user.unlinked"}[c.Linked], Kind: "user", Object: c.User, Person: c.User,
		Values: map[string]string{"account": other.Email},
	})
}

// join makes the account of one person that names no other name the other account.
func (c LinkAccounts) join(ctx context.Context, tx *db.Tx) error {
	ids, err := guard.AccountsOf(ctx, tx, c.User)
	if err != nil {
		return err
	}
	for _, id := range ids {
		u, err := tx.UserRow(ctx, id)
		if err != nil {
			return fmt.Errorf("user: %w", err)
		}
		if u.SameAs == nil {
			return sameAs(ctx, tx, id, c.Account)
		}
	}
	return sameAs(ctx, tx, c.User, c.Account) // a ring, which this program never makes
}

// leave makes the accounts that name this one name each other's first instead, or what this one named.
func (c LinkAccounts) leave(ctx context.Context, tx *db.Tx) error {
	u, err := tx.UserRow(ctx, c.User)
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	links, err := tx.PeopleLinks(ctx)
	if err != nil {
		return fmt.Errorf("same persons: %w", err)
	}
	first := db.OrZero(u.SameAs)
	for _, l := range links {
		if db.OrZero(l.SameAs) != c.User {
			continue
		}
		if err := sameAs(ctx, tx, l.ID, first); err != nil {
			return err
		}
		if first == 0 {
			first = l.ID
		}
	}
	return sameAs(ctx, tx, c.User, 0)
}

func sameAs(ctx context.Context, tx *db.Tx, user, other int64) error {
	if err := tx.SetSameAs(ctx, sqlc.SetSameAsParams{ID: user, SameAs: db.OrNull(other)}); err != nil {
		return fmt.Errorf("user: %w", err)
	}
	return nil
}

// Account is another account of a person.
type Account struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// accounts lists the other accounts of a person that the actor may see.
func accounts(ctx context.Context, tx *db.Tx, user int64) ([]Account, error) {
	list := []Account{}
	ids, err := guard.AccountsOf(ctx, tx, user)
	if err != nil || len(ids) == 1 {
		return list, err
	}
	seen, err := access.SeenAmong(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if id == user || !seen[id] {
			continue
		}
		u, err := tx.UserRow(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("user: %w", err)
		}
		list = append(list, Account{u.ID, strings.TrimSpace(u.FirstName + " " + u.LastName), u.Email})
	}
	return list, nil
}
