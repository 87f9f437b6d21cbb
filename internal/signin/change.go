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
	"habilis/internal/ledger"
	"habilis/internal/right"
)

// SetSignIn changes whether a user may enter this program: invited (an activation code comes of it), locked, or none.
type SetSignIn struct {
	User     int64  `json:"user"`
	SignIn   string `json:"signIn"`
	Code     string `json:"-"` // of an invitation, with its hash (NewCode)
	CodeHash string `json:"-"`
	sessions *Sessions
}

// ChangeSignIn returns the change that sets a user's sign-in and ends their sessions. codeHash is that of an invitation's code.
func (s *Service) ChangeSignIn(user int64, value, codeHash string) SetSignIn {
	return SetSignIn{User: user, SignIn: value, CodeHash: codeHash, sessions: s.sessions}
}

// Kinds lists the changes of sign-ins.
func (s *Service) Kinds() []change.Kind {
	return []change.Kind{change.Of(change.Form, func(_ context.Context, c SetSignIn) (SetSignIn, error) {
		if c.sessions = s.sessions; c.SignIn == "invited" {
			c.Code, c.CodeHash = NewCode()
		}
		return c, nil
	})}
}

// Kind names the change.
func (c SetSignIn) Kind() string { return "user.sign_in" }

// Need is firm.admin (rights.md, A27).
func (c SetSignIn) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.FirmAdmin, Scope: right.Firm}}, nil
}

// Check tells of somebody unknown or disabled, who enters already, and of a value that is none.
func (c SetSignIn) Check(ctx context.Context, w *change.Work) error {
	user, err := w.UserRow(ctx, c.User)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "user.not_found")
	}
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	switch {
	case c.SignIn == "locked" || c.SignIn == "none":
		return nil
	case c.SignIn != "invited" || len(hashOf(c.CodeHash)) != sha256.Size:
		return fault.New(fault.Protocol, "change.malformed", "kind", c.Kind())
	case user.SignIn == "open":
		return fault.New(fault.Refused, "signin.already_open")
	}
	active, err := w.ActiveUser(ctx, sqlc.ActiveUserParams{UserID: c.User, At: w.At})
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	if !active {
		return fault.Field("user", "user.disabled")
	}
	return nil
}

// Apply writes the value, the activation code's hash, and the journal line; the user's sessions end after the commit.
func (c SetSignIn) Apply(ctx context.Context, w *change.Work) (made change.Outcome, err error) {
	line, err := w.Journal(ctx)
	if err != nil {
		return made, err
	}
	said := map[string]string{"signIn": c.SignIn}
	if c.SignIn == "invited" {
		err = w.SaveActivation(ctx, sqlc.SaveActivationParams{
			UserID: c.User, CodeHash: hashOf(c.CodeHash), ShownTo: shownTo(w.Actor), Line: line.Seq(), ExpiresAt: w.At + activationLife.Milliseconds(),
		})
		made.Code, said["code"] = c.Code, digest(c.CodeHash)
	} else {
		err = w.SpendActivation(ctx, c.User)
	}
	if err != nil {
		return made, fmt.Errorf("activation: %w", err)
	}
	if err := ledger.SetSignIn(ctx, w.Tx, c.User, c.SignIn); err != nil {
		return made, err
	}
	if c.sessions != nil {
		w.AfterCommit(func() { c.sessions.EndAll(c.User) })
	}
	return made, line.Fill(w.Actor, journal.Entry{Action: "user.sign_in", Kind: "user", Object: c.User, Person: c.User, Details: said})
}

// digest is what a line says of a code: enough to know a row that something else wrote, of no use to whoever looks for the code.
func digest(codeHash string) string {
	sum := sha256.Sum256([]byte("code of an activation " + strings.ToLower(codeHash)))
	return hex.EncodeToString(sum[:8])
}

// hashOf reads the hash of a code, nil where it is none.
func hashOf(codeHash string) []byte {
	hash, err := hex.DecodeString(codeHash)
	if err != nil {
		return nil
	}
	return hash
}

// shownTo names whoever is shown a code: nobody where the program itself invites.
func shownTo(actor *access.Actor) *int64 {
	if actor == nil {
		return nil
	}
	return &actor.User
}
