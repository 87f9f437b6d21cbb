package signin

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/journal"
)

// SetSignIn changes whether a user may enter this program: invited (with the hash of an activation code), locked, or none.
type SetSignIn struct {
	User     int64  `json:"user"`
	SignIn   string `json:"signIn"`
	CodeHash string `json:"codeHash"`
	sessions *Sessions
}

var _ change.Change = (*SetSignIn)(nil)

// ChangeSignIn gives the change that sets a user's sign-in and ends his sessions.
func (s *Service) ChangeSignIn(user int64, value, codeHash string) *SetSignIn {
	return &SetSignIn{User: user, SignIn: value, CodeHash: codeHash, sessions: s.sessions}
}

// Kind names the change.
func (c *SetSignIn) Kind() string { return "user.sign_in" }

// Need is firm.admin (rights.md, A27).
func (c *SetSignIn) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: access.FirmAdmin, Scope: access.Firm}}, nil
}

// Apply writes the value, the activation code's hash, and the journal line; the user's sessions end after the commit.
func (c *SetSignIn) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	user, err := tx.UserRow(ctx, c.User)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "user.not_found")
	}
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	switch c.SignIn {
	case "invited":
		if user.SignIn == "open" {
			return fault.New(fault.Refused, "signin.already_open")
		}
		active, err := tx.ActiveUser(ctx, sqlc.ActiveUserParams{UserID: c.User, At: tx.At})
		if err != nil {
			return fmt.Errorf("user: %w", err)
		}
		if !active {
			return fault.Field("user", "user.disabled")
		}
		hash, err := hex.DecodeString(c.CodeHash)
		if err != nil || len(hash) != 32 {
			return fault.New(fault.Protocol, "change.malformed", "kind", c.Kind())
		}
		err = tx.SaveActivation(ctx, sqlc.SaveActivationParams{
			UserID: c.User, CodeHash: hash, ShownTo: shownTo(actor), Line: line.Seq(), ExpiresAt: tx.At + activationLife.Milliseconds(),
		})
		if err != nil {
			return fmt.Errorf("activation: %w", err)
		}
	case "locked", "none":
		if err := tx.SpendActivation(ctx, c.User); err != nil {
			return fmt.Errorf("activation: %w", err)
		}
	default:
		return fault.New(fault.Protocol, "change.malformed", "kind", c.Kind())
	}
	if err := access.SetSignIn(ctx, tx, c.User, c.SignIn); err != nil {
		return err
	}
	if c.sessions != nil {
		tx.AfterCommit(func() { c.sessions.EndAll(c.User) })
	}
	said := map[string]string{"signIn": c.SignIn}
	if c.SignIn == "invited" {
		said["code"] = digest(c.CodeHash)
	}
	return line.Fill(actor, journal.Entry{Action: "user.sign_in", Kind: "user", Object: c.User, Person: c.User, Details: said})
}

// digest is what a line says of a code: enough to know a row that something else wrote, of no use to whoever looks for the code.
func digest(codeHash string) string {
	sum := sha256.Sum256([]byte("code of an activation " + strings.ToLower(codeHash)))
	return hex.EncodeToString(sum[:8])
}

// shownTo names whoever is shown a code: nobody where the program itself invites.
func shownTo(actor *access.Actor) *int64 {
	if actor == nil {
		return nil
	}
	return &actor.User
}
