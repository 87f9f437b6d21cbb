package bridge

import (
	"context"
	"slices"

	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/insee"
	"habilis/internal/profile"
	"habilis/internal/signin"
	"habilis/internal/strength"
)

// Session answers for the set-up, the sign-in and the lock.
type Session struct {
	s    *Services
	seat *Seat
}

// State is what a page must know first.
type State struct {
	SetUp    bool         `json:"setUp"`
	SignedIn bool         `json:"signedIn"`
	Locked   bool         `json:"locked"`
	Families []string     `json:"families"`         // of profiles: those that a firm may choose
	Sample   *flow.Sample `json:"sample,omitempty"` // on this computer alone
}

// State reports whether the firm is set up, and whether somebody is signed in at this seat.
func (h *Session) State() (State, error) {
	return open(h.seat, func(ctx context.Context, sessions *signin.Sessions) (State, error) {
		there, sample, err := h.s.Flow.Start(ctx)
		user, locked := sessions.Peek(h.seat.current())
		if h.s.elsewhere() || sample.Passphrase == "" {
			return State{there, user != 0, locked, profile.Choosable(), nil}, err
		}
		return State{there, user != 0, locked, profile.Choosable(), &sample}, err
	})
}

// SetUp sets the firm up and signs its first administrator in.
func (h *Session) SetUp(in flow.SetUp) (Done, error) {
	return open(h.seat, func(ctx context.Context, _ *signin.Sessions) (Done, error) {
		if err := h.s.first(in.Token); err != nil {
			return Done{}, err
		}
		if in.Kind == "sample" {
			return h.enter(h.s.Explore(ctx, in))
		}
		return h.enter(h.s.Flow.SetUp(ctx, in))
	})
}

// Launched is what a new set-up asks for, where the pages are served.
type Launched struct {
	Token string `json:"token"`
}

// StartOver throws the example away, so that one's own firm can be set up.
func (h *Session) StartOver() (Launched, error) {
	return call(h.seat, func(ctx context.Context) (Launched, error) {
		if h.s.elsewhere() {
			return Launched{}, fault.New(fault.Refused, "setup.not_here")
		}
		token := ""
		if err := h.s.Flow.StartOver(ctx, func() { token = h.s.relaunch() }); err != nil {
			return Launched{}, err
		}
		h.s.Firm.Forget()
		return Launched{token}, nil
	})
}

func (h *Session) enter(session string, err error) (Done, error) {
	if err == nil {
		h.seat.sit(session)
	}
	return done(err)
}

// FirstLook is an identifier typed during the set-up, and the register that is about to be allowed.
type FirstLook struct {
	Type       string `json:"type"`
	Identifier string `json:"identifier"`
	Registry   string `json:"registry"`
	SireneKey  string `json:"sireneKey"`
	Token      string `json:"token"` // of the address that was printed
}

// LookFirst checks the identifier of the first structure, and asks the register about a SIRET. It works only while the file has no firm.
func (h *Session) LookFirst(in FirstLook) (insee.Found, error) {
	return open(h.seat, func(ctx context.Context, _ *signin.Sessions) (insee.Found, error) {
		if err := h.s.first(in.Token); err != nil {
			return insee.Found{}, err
		}
		return h.s.Flow.LookFirst(ctx, in.Type, in.Identifier, in.Registry, in.SireneKey)
	})
}

// Phrase is a passphrase being chosen.
type Phrase struct {
	Passphrase string   `json:"passphrase"`
	Personal   []string `json:"personal"`
	Propose    string   `json:"propose"` // fr or en: a phrase is proposed, and told of
}

// longestPhrase and mostPersonal bound what a strength is told of: strangers ask too.
const (
	longestPhrase = 2000
	mostPersonal  = 20
)

// Strength is how good a passphrase is.
type Strength struct {
	Share    int    `json:"share"`   // of what is asked, in hundredths
	Problem  string `json:"problem"` // why it is refused, a message key; empty where it is taken
	Proposed string `json:"proposed"`
}

// Strength returns how good a passphrase is as it is typed, or proposes one.
func (h *Session) Strength(in Phrase) (Strength, error) {
	return open(h.seat, func(_ context.Context, _ *signin.Sessions) (Strength, error) {
		out := Strength{}
		if len(in.Personal) > mostPersonal || slices.ContainsFunc(in.Personal, func(w string) bool { return len(w) > longestPhrase }) {
			return out, fault.New(fault.Protocol, "message.too_large")
		}
		if in.Propose != "" {
			out.Proposed = strength.Propose(in.Propose)
			in.Passphrase = out.Proposed
		}
		if len(in.Passphrase) <= longestPhrase {
			out.Share = strength.Share(in.Passphrase, in.Personal...)
		}
		if f, refused := fault.As(strength.Check(in.Passphrase, in.Personal...)); refused {
			out.Problem = f.Problems[0].Key
		}
		return out, nil
	})
}

// Enter signs somebody in.
func (h *Session) Enter(in signin.Credentials) (Done, error) {
	return open(h.seat, func(ctx context.Context, _ *signin.Sessions) (Done, error) { return h.enter(h.s.SignIn.Enter(ctx, in)) })
}

// Activate lets an invited person choose a passphrase.
func (h *Session) Activate(in signin.Invitation) (Done, error) {
	return open(h.seat, func(ctx context.Context, _ *signin.Sessions) (Done, error) {
		return h.enter(h.s.SignIn.Activate(ctx, in))
	})
}

// Unlock opens the seat's locked session again.
func (h *Session) Unlock(passphrase string) (Done, error) {
	return open(h.seat, func(ctx context.Context, _ *signin.Sessions) (Done, error) {
		return done(h.s.SignIn.Unlock(ctx, h.seat.current(), passphrase))
	})
}

// Confirm takes the passphrase again, before what an open session alone does not do.
func (h *Session) Confirm(passphrase string) (Done, error) {
	return call(h.seat, func(ctx context.Context) (Done, error) {
		return done(h.s.SignIn.Confirm(signin.At(ctx, h.seat.from), h.seat.current(), passphrase))
	})
}

// Leave ends the seat's session.
func (h *Session) Leave() (Done, error) {
	return open(h.seat, func(_ context.Context, sessions *signin.Sessions) (Done, error) {
		sessions.Close(h.seat.current())
		h.seat.sit("")
		return Done{}, nil
	})
}

// Here keeps the seat's session awake: somebody moves or types.
func (h *Session) Here() (Done, error) {
	return call(h.seat, func(context.Context) (Done, error) { return Done{}, nil })
}

// Lock locks the seat's session: what was typed stays on the page.
func (h *Session) Lock() (Done, error) {
	return call(h.seat, func(context.Context) (Done, error) {
		h.s.SignIn.Sessions().Lock(h.seat.current())
		return Done{}, nil
	})
}
