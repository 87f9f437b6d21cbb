package bridge

import (
	"context"

	"habilis/internal/change"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/page"
	"habilis/internal/people"
	"habilis/internal/profile"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// Services is what the handlers stand on. The window binds its handlers before the file is open: calls wait for Ready or Fail.
type Services struct {
	ready  chan struct{}
	broken error

	Changes    *change.Service
	Firm       *firm.Service
	Flow       *flow.Service
	Grants     *grant.Service
	Journal    *journal.Service
	People     *people.Service
	Profiles   *profile.Service
	Requests   *request.Service
	SignIn     *signin.Service
	Structures *structure.Service
	// Explore fills an empty file with the example, owned by the person of the set-up.
	Explore func(ctx context.Context, in flow.SetUp) (string, error)
}

// NewServices makes services that are still to be filled.
func NewServices() *Services { return &Services{ready: make(chan struct{})} }

// Ready lets the calls through.
func (s *Services) Ready() { close(s.ready) }

// Broken gives why the file could not be opened, nil where it is.
func (s *Services) Broken() error { return s.broken }

// Fail answers every call with why the file could not be opened.
func (s *Services) Fail(err error) {
	s.broken = err
	close(s.ready)
}

// Handlers gives the handlers of one seat, ready to be bound.
func Handlers(s *Services, seat *Seat) []any {
	return []any{
		&Session{s, seat}, &Firm{s, seat}, &Structures{s, seat}, &People{s, seat}, &Grants{s, seat}, &Rights{s, seat},
		&Profiles{s, seat}, &Requests{s, seat}, &Journal{s, seat}, &Changes{s, seat},
	}
}

// Open names the methods that need no session: what the first page and the sign-in page call.
func Open() []string {
	return []string{
		"Session.State", "Session.SetUp", "Session.LookFirst", "Session.Strength", "Session.Enter", "Session.Activate", "Session.Unlock", "Session.Leave",
	}
}

// Firm answers for the settings.
type Firm struct {
	s    *Services
	seat *Seat
}

// Settings gives the settings.
func (h *Firm) Settings() (firm.Settings, error) { return call(h.seat, h.s.Firm.Settings) }

// Edit changes the settings.
func (h *Firm) Edit(in firm.Edit) (Done, error) {
	return call(h.seat, func(ctx context.Context) (Done, error) { return done(h.s.Firm.Edit(ctx, in)) })
}

// Home gives the home page.
func (h *Firm) Home() (flow.Home, error) { return call(h.seat, h.s.Flow.Home) }

// Me tells who is signed in.
func (h *Firm) Me() (flow.Me, error) { return glance(h.seat, h.s.Flow.Me) }

// FinishFollowUp marks a step in another portal as done.
func (h *Firm) FinishFollowUp(id int64) (Done, error) {
	return call(h.seat, func(ctx context.Context) (Done, error) { return done(h.s.Flow.FinishFollowUp(ctx, id)) })
}

// Structures answers for structures and departments.
type Structures struct {
	s    *Services
	seat *Seat
}

// List gives a page of structures.
func (h *Structures) List(q page.Query) (structure.Page, error) {
	return call(h.seat, func(ctx context.Context) (structure.Page, error) { return h.s.Structures.List(ctx, q) })
}

// Get gives one structure.
func (h *Structures) Get(id int64) (structure.Structure, error) {
	return call(h.seat, func(ctx context.Context) (structure.Structure, error) { return h.s.Structures.Get(ctx, id) })
}

// Look checks an identifier as it is typed.
func (h *Structures) Look(in structure.Typed) (structure.Look, error) {
	return call(h.seat, func(ctx context.Context) (structure.Look, error) { return h.s.Structures.Look(ctx, in) })
}

// Departments lists the departments of a structure.
func (h *Structures) Departments(id int64) ([]structure.Department, error) {
	return call(h.seat, func(ctx context.Context) ([]structure.Department, error) { return h.s.Structures.Departments(ctx, id) })
}

// Refresh takes a structure's name and address from the register again.
func (h *Structures) Refresh(id int64) (insee.Found, error) {
	return call(h.seat, func(ctx context.Context) (insee.Found, error) { return h.s.Structures.Refresh(ctx, id) })
}

// Rename gives a department another label.
func (h *Structures) Rename(in structure.Rename) (Done, error) {
	return call(h.seat, func(ctx context.Context) (Done, error) { return done(h.s.Structures.Rename(ctx, in)) })
}

// People answers for users.
type People struct {
	s    *Services
	seat *Seat
}

// List gives a page of users.
func (h *People) List(q page.Query) (people.Page, error) {
	return call(h.seat, func(ctx context.Context) (people.Page, error) { return h.s.People.List(ctx, q) })
}

// Get gives one user.
func (h *People) Get(id int64) (people.User, error) {
	return call(h.seat, func(ctx context.Context) (people.User, error) { return h.s.People.Get(ctx, id) })
}

// Grants answers for memberships and grants.
type Grants struct {
	s    *Services
	seat *Seat
}

// Of gives what a user holds and held.
func (h *Grants) Of(user int64) (grant.Record, error) {
	return call(h.seat, func(ctx context.Context) (grant.Record, error) { return h.s.Grants.Of(ctx, user) })
}

// In gives the people attached to a structure now.
func (h *Grants) In(structure int64) ([]grant.Member, error) {
	return call(h.seat, func(ctx context.Context) ([]grant.Member, error) { return h.s.Grants.In(ctx, structure) })
}

// Rights answers for the matrices and their proofs.
type Rights struct {
	s    *Services
	seat *Seat
}

// OfStructure gives people × permissions.
func (h *Rights) OfStructure(v flow.View) (flow.Matrix, error) {
	return call(h.seat, func(ctx context.Context) (flow.Matrix, error) { return h.s.Flow.StructureMatrix(ctx, v) })
}

// OfPerson gives structures × permissions.
func (h *Rights) OfPerson(v flow.View) (flow.Matrix, error) {
	return call(h.seat, func(ctx context.Context) (flow.Matrix, error) { return h.s.Flow.PersonMatrix(ctx, v) })
}

// Prove answers one question with its reasons.
func (h *Rights) Prove(in flow.Asked) (flow.Proof, error) {
	return call(h.seat, func(ctx context.Context) (flow.Proof, error) { return h.s.Flow.Prove(ctx, in) })
}

// Who answers « Qui peut… ? ».
func (h *Rights) Who(in flow.Asked) ([]flow.Holder, error) {
	return call(h.seat, func(ctx context.Context) ([]flow.Holder, error) { return h.s.Flow.Who(ctx, in) })
}

// Profiles answers for the families.
type Profiles struct {
	s    *Services
	seat *Seat
}

// List gives every profile.
func (h *Profiles) List() ([]profile.Profile, error) { return call(h.seat, h.s.Profiles.List) }

// Requests answers for requests.
type Requests struct {
	s    *Services
	seat *Seat
}

// List gives the requests of a tab: pending, decided or mine.
func (h *Requests) List(tab string) ([]request.Request, error) {
	return call(h.seat, func(ctx context.Context) ([]request.Request, error) { return h.s.Requests.List(ctx, tab) })
}

// Get gives one request.
func (h *Requests) Get(id int64) (request.Request, error) {
	return call(h.seat, func(ctx context.Context) (request.Request, error) { return h.s.Requests.Get(ctx, id) })
}

// Count tells how many wait for the one who asks.
func (h *Requests) Count() (int, error) { return glance(h.seat, h.s.Requests.Count) }

// Ask writes a request down.
func (h *Requests) Ask(in request.Input) (int64, error) {
	return call(h.seat, func(ctx context.Context) (int64, error) { return h.s.Requests.Ask(ctx, in) })
}

// Journal answers for the journal.
type Journal struct {
	s    *Services
	seat *Seat
}

// List gives a page of lines.
func (h *Journal) List(q journal.Query) (journal.Page, error) {
	return call(h.seat, func(ctx context.Context) (journal.Page, error) { return h.s.Journal.List(ctx, q) })
}

// Verified is the outcome of a verification.
type Verified struct {
	Lines int64  `json:"lines"`
	Bad   int64  `json:"bad"`
	Why   string `json:"why"`
}

// Verify walks the whole chain.
func (h *Journal) Verify() (Verified, error) {
	return call(h.seat, func(ctx context.Context) (Verified, error) {
		v, err := h.s.Journal.Check(ctx)
		return Verified{v.Lines, v.Bad, v.Why}, err
	})
}
