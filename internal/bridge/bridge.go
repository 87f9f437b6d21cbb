package bridge

import (
	"context"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/followup"
	"habilis/internal/grant"
	"habilis/internal/journal"
	"habilis/internal/list"
	"habilis/internal/people"
	"habilis/internal/platform"
	"habilis/internal/profile"
	"habilis/internal/register"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// Services is what the handlers stand on. The window binds its handlers before the file is open: calls wait for Fill or Fail. The file may be closed under
// them, and another opened: a call that began before is waited for, one that begins meanwhile is told why it has to wait.
type Services struct {
	ready  chan struct{}
	opened sync.Once                 // closes ready
	gate   sync.RWMutex              // held by each call, and alone by Fill and Fail
	file   atomic.Pointer[condition] // nil before the first

	Changes     *change.Service
	Firm        *firm.Service
	Flow        *flow.Service
	Views       *view.Service
	Departments *department.Service
	Directory   *directory.Service
	Platforms   *platform.Service
	Grants      *grant.Service
	Journal     *journal.Service
	People      *people.Service
	Profiles    *profile.Service
	Requests    *request.Service
	SignIn      *signin.Service
	Structures  *structure.Service
	launch      launch
	topics      topics
	// Explore fills an empty file with the example, owned by the person of the set-up.
	Explore func(ctx context.Context, in flow.SetUp) (string, error)
}

// condition is that of the file: open, with the sessions on it, or broken. Its life ends when the file is to be closed.
type condition struct {
	sessions *signin.Sessions
	broken   error
	life     context.Context
	end      context.CancelFunc
}

// NewServices makes services that are still to be filled.
func NewServices() *Services { return &Services{ready: make(chan struct{})} }

// Fill sets the services by f, alone, and lets the calls through.
func (s *Services) Fill(f func()) {
	s.become(func() *condition {
		f()
		ctx, end := context.WithCancel(context.Background())
		return &condition{sessions: s.SignIn.Sessions(), life: ctx, end: end}
	})
}

// Fail waits for the calls under way, of which those that only read stop, and answers every later one with why the file is not open.
func (s *Services) Fail(err error) {
	if now := s.file.Load(); now != nil && now.end != nil {
		now.end()
	}
	s.become(func() *condition { return &condition{broken: err, life: context.Background()} })
}

func (s *Services) become(what func() *condition) {
	s.gate.Lock()
	s.file.Store(what())
	s.gate.Unlock()
	s.opened.Do(func() { close(s.ready) })
	s.Tell(ofSession)
}

// condition waits until the file is open, or could not be.
func (s *Services) condition() *condition {
	<-s.ready
	return s.file.Load()
}

// Kinds lists the changes of every domain.
func (s *Services) Kinds() []change.Kind {
	return slices.Concat(s.Firm.Kinds(), profile.Kinds(), people.Kinds(), s.Grants.Kinds(), s.Structures.Kinds(), department.Kinds(), platform.Kinds(), s.Flow.Kinds(), followup.Kinds(), s.Requests.Kinds(), s.SignIn.Kinds())
}

// Handlers returns the handlers of one seat, ready to be bound.
func Handlers(s *Services, seat *Seat) []any {
	return []any{
		&Session{s, seat}, &Firm{s, seat}, &Structures{s, seat}, &Platforms{s, seat}, &People{s, seat}, &Grants{s, seat}, &Rights{s, seat},
		&Profiles{s, seat}, &Requests{s, seat}, &Journal{s, seat}, &Changes{s, seat}, &Files{s, seat},
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

// Zone returns what another time zone would do to the days of periods.
func (h *Firm) Zone(in firm.ZoneAsked) (firm.ZoneEffect, error) {
	return read(h.seat, func(ctx context.Context) (firm.ZoneEffect, error) { return h.s.Firm.Zone(ctx, in) })
}

// Settings returns the settings.
func (h *Firm) Settings() (firm.Settings, error) { return read(h.seat, h.s.Firm.Settings) }

// TryKey reports whether the Sirene service takes a key, or the reason why not.
func (h *Firm) TryKey(key string) (string, error) {
	return call(h.seat, func(ctx context.Context) (string, error) { return h.s.Flow.TryKey(ctx, key) })
}

// Home returns the home page.
func (h *Firm) Home() (view.Home, error) { return read(h.seat, h.s.Views.Home) }

// Me returns who is signed in.
func (h *Firm) Me() (view.Me, error) {
	return read(h.seat, func(ctx context.Context) (view.Me, error) {
		return h.s.Views.Me(ctx, h.s.SignIn.Sessions().Notice(h.seat.current()))
	})
}

// Structures answers for structures and departments.
type Structures struct {
	s    *Services
	seat *Seat
}

// List returns a page of structures.
func (h *Structures) List(q directory.Wanted) (directory.Page, error) {
	return read(h.seat, func(ctx context.Context) (directory.Page, error) { return h.s.Directory.List(ctx, q) })
}

// Count returns how many structures a list holds in all.
func (h *Structures) Count(q directory.Wanted) (list.Total, error) {
	return read(h.seat, func(ctx context.Context) (list.Total, error) { return h.s.Directory.Count(ctx, q) })
}

// Export makes a file of a list.
func (h *Structures) Export(in directory.Export) (File, error) {
	return call(h.seat, func(ctx context.Context) (File, error) {
		if err := h.s.Directory.CheckExport(ctx, in); err != nil {
			return File{}, err
		}
		return h.seat.offer(fileName(in.Title, in.Format), func(w io.Writer) error { return h.s.Directory.Write(ctx, in, w) }), nil
	})
}

// Codes makes a file of the departments' codes, for suppliers.
func (h *Structures) Codes(in directory.Codes) (File, error) {
	return call(h.seat, func(ctx context.Context) (File, error) {
		if err := h.s.Directory.CheckCodes(ctx, in); err != nil {
			return File{}, err
		}
		return h.seat.offer("codes-services."+in.Format, func(w io.Writer) error { return h.s.Directory.WriteCodes(ctx, in, w) }), nil
	})
}

// Labels lists the labels in use.
func (h *Structures) Labels() ([]string, error) { return read(h.seat, h.s.Structures.Labels) }

// Suggest returns the identifier of a structure outside the Union.
func (h *Structures) Suggest(in structure.Foreign) (string, error) {
	return read(h.seat, func(ctx context.Context) (string, error) { return h.s.Structures.Suggest(ctx, in) })
}

// Requires returns what the parameters of a form come to, before they are saved.
func (h *Structures) Requires(p structure.Parameters) (structure.Requirement, error) {
	return read(h.seat, func(context.Context) (structure.Requirement, error) { return p.Requirement(), nil })
}

// Compare returns where the register and a record differ.
func (h *Structures) Compare(id int64) (structure.Comparison, error) {
	return call(h.seat, func(ctx context.Context) (structure.Comparison, error) { return h.s.Structures.Compare(ctx, id) })
}

// StartCheck begins to verify structures at the register: those named, or all that are to be verified.
func (h *Structures) StartCheck(ids []int64) (register.Check, error) {
	return call(h.seat, func(ctx context.Context) (register.Check, error) {
		return h.s.Structures.Register().StartCheck(register.While(ctx, h.seat.alive()), ids)
	})
}

// Checking returns how the verification stands.
func (h *Structures) Checking() (register.Check, error) {
	return read(h.seat, h.s.Structures.Register().Checking)
}

// StopCheck stops the verification.
func (h *Structures) StopCheck() (Done, error) {
	return call(h.seat, func(ctx context.Context) (Done, error) { return done(h.s.Structures.Register().StopCheck(ctx)) })
}

// Copies returns what a duplication would carry over and what not.
func (h *Structures) Copies(id int64) (flow.Copies, error) {
	return read(h.seat, func(ctx context.Context) (flow.Copies, error) { return h.s.Flow.Copies(ctx, id) })
}

// Transferable lists structures whose principal manager can be another.
func (h *Structures) Transferable(id int64) ([]flow.Managed, error) {
	return read(h.seat, func(ctx context.Context) ([]flow.Managed, error) { return h.s.Flow.Transferable(ctx, id) })
}

// Platforms answers for platforms and their contracts.
type Platforms struct {
	s    *Services
	seat *Seat
}

// Listed returns the official list of platforms, as last pasted.
func (h *Platforms) Listed() (platform.List, error) {
	return read(h.seat, h.s.Platforms.Registered)
}

// Contracts lists the contracts of a platform or a client.
func (h *Platforms) Contracts(id int64) ([]platform.Contract, error) {
	return read(h.seat, func(ctx context.Context) ([]platform.Contract, error) { return h.s.Platforms.Contracts(ctx, id) })
}

// Get returns one structure.
func (h *Structures) Get(id int64) (structure.Structure, error) {
	return read(h.seat, func(ctx context.Context) (structure.Structure, error) { return h.s.Structures.Get(ctx, id) })
}

// Look checks an identifier as it is typed.
func (h *Structures) Look(in structure.Typed) (structure.Look, error) {
	return call(h.seat, func(ctx context.Context) (structure.Look, error) { return h.s.Structures.Look(ctx, in) })
}

// Departments lists the departments of a structure.
func (h *Structures) Departments(id int64) ([]department.Department, error) {
	return read(h.seat, func(ctx context.Context) ([]department.Department, error) { return h.s.Departments.List(ctx, id) })
}

// People answers for users.
type People struct {
	s    *Services
	seat *Seat
}

// List returns a page of users.
func (h *People) List(q people.Query) (people.Page, error) {
	return read(h.seat, func(ctx context.Context) (people.Page, error) { return h.s.People.List(ctx, q) })
}

// Get returns one user.
func (h *People) Get(id int64) (people.User, error) {
	return read(h.seat, func(ctx context.Context) (people.User, error) { return h.s.People.Get(ctx, id) })
}

// Steps returns what is and was to be done in other portals about a user.
func (h *People) Steps(id int64) ([]view.FollowUp, error) {
	return read(h.seat, func(ctx context.Context) ([]view.FollowUp, error) { return h.s.Views.StepsOf(ctx, id) })
}

// Grants answers for memberships and grants.
type Grants struct {
	s    *Services
	seat *Seat
}

// Of returns what a user holds and held.
func (h *Grants) Of(user int64) (grant.Record, error) {
	return read(h.seat, func(ctx context.Context) (grant.Record, error) { return h.s.Grants.Of(ctx, user) })
}

// In returns the people attached to a structure now.
func (h *Grants) In(structure int64) ([]grant.Member, error) {
	return read(h.seat, func(ctx context.Context) ([]grant.Member, error) { return h.s.Grants.In(ctx, structure) })
}

// Ended returns a page of the grants that are over.
func (h *Grants) Ended(q view.EndedWanted) (view.EndedPage, error) {
	return read(h.seat, func(ctx context.Context) (view.EndedPage, error) {
		rows, next, err := h.s.Views.Ended().Page(ctx, q)
		return view.EndedPage{Rows: rows, Next: next}, err
	})
}

// CountEnded returns how many grants are over.
func (h *Grants) CountEnded(q view.EndedWanted) (list.Total, error) {
	return read(h.seat, func(ctx context.Context) (list.Total, error) { return h.s.Views.Ended().Count(ctx, q) })
}

// ExportEnded makes a file of the grants that are over.
func (h *Grants) ExportEnded(in view.EndedExport) (File, error) {
	return call(h.seat, func(ctx context.Context) (File, error) {
		return exported(ctx, h.seat, h.s.Views.Ended(), in.Wanted, in.Export)
	})
}

// Endings returns a page of the grants and memberships that end soon.
func (h *Grants) Endings(q list.Query) (view.EndingPage, error) {
	return read(h.seat, func(ctx context.Context) (view.EndingPage, error) { return h.s.Views.Endings(ctx, q) })
}

// Steps returns a page of what is still to be done in other portals.
func (h *Grants) Steps(q list.Query) (view.StepPage, error) {
	return read(h.seat, func(ctx context.Context) (view.StepPage, error) { return h.s.Views.Steps(ctx, q) })
}

// Rights answers for the matrices and their proofs.
type Rights struct {
	s    *Services
	seat *Seat
}

// OfStructure returns people × permissions.
func (h *Rights) OfStructure(v view.View) (view.Matrix, error) {
	return read(h.seat, func(ctx context.Context) (view.Matrix, error) { return h.s.Views.StructureMatrix(ctx, v) })
}

// OfPerson returns structures × permissions.
func (h *Rights) OfPerson(v view.View) (view.Matrix, error) {
	return read(h.seat, func(ctx context.Context) (view.Matrix, error) { return h.s.Views.PersonMatrix(ctx, v) })
}

// Prove answers one question with its reasons.
func (h *Rights) Prove(in view.Asked) (view.Proof, error) {
	return read(h.seat, func(ctx context.Context) (view.Proof, error) { return h.s.Views.Prove(ctx, in) })
}

// Who answers « Qui peut… ? ».
func (h *Rights) Who(in view.Asked) ([]view.Holder, error) {
	return read(h.seat, func(ctx context.Context) ([]view.Holder, error) { return h.s.Views.Who(ctx, in) })
}

// Profiles answers for the families.
type Profiles struct {
	s    *Services
	seat *Seat
}

// List returns every profile.
func (h *Profiles) List() ([]profile.Profile, error) { return read(h.seat, h.s.Profiles.List) }

// Requests answers for requests.
type Requests struct {
	s    *Services
	seat *Seat
}

// List returns a page of requests.
func (h *Requests) List(q request.Wanted) (request.Page, error) {
	return read(h.seat, func(ctx context.Context) (request.Page, error) { return h.s.Requests.List(ctx, q) })
}

// Get returns one request.
func (h *Requests) Get(id int64) (request.Request, error) {
	return read(h.seat, func(ctx context.Context) (request.Request, error) { return h.s.Requests.Get(ctx, id) })
}

// Count returns how many wait for the one who asks.
func (h *Requests) Count() (int, error) { return read(h.seat, h.s.Requests.Count) }

// Journal answers for the journal.
type Journal struct {
	s    *Services
	seat *Seat
}

// List returns a page of lines.
func (h *Journal) List(q journal.Query) (journal.Page, error) {
	return read(h.seat, func(ctx context.Context) (journal.Page, error) { return h.s.Journal.List(ctx, q) })
}

// Verified is the outcome of a verification.
type Verified struct {
	Lines int64  `json:"lines"`
	Bad   int64  `json:"bad"`
	Why   string `json:"why"`
}

// Verify walks the whole chain.
func (h *Journal) Verify() (Verified, error) {
	return read(h.seat, func(ctx context.Context) (Verified, error) {
		v, err := h.s.Journal.Check(ctx)
		return Verified{v.Lines, v.Bad, v.Why}, err
	})
}
