// Package app wires the program: one file, the services on it, and the handlers that answer for them.
package app

import (
	"context"
	"sync"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/bridge"
	"habilis/internal/change"
	"habilis/internal/demo"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/people"
	"habilis/internal/platform"
	"habilis/internal/profile"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// Settings is what a program is opened with.
type Settings struct {
	Folder   string
	Mode     string // window or serve: told to a second program that wants the file
	Annuaire string // where the registers are asked
	Sirene   string
}

// Program is a file and the services on it. Its handlers may be bound before it is open; it may be closed under them, and opened again.
type Program struct {
	*bridge.Services
	set  Settings
	mu   sync.Mutex
	file *db.DB // nil while it is closed
}

// New makes a program whose file is still to be opened.
func New(set Settings) *Program { return &Program{Services: bridge.NewServices(), set: set} }

// Open makes a program and opens its file. Where that cannot be, the program is returned all the same: every call on it says why.
func Open(ctx context.Context, set Settings) (*Program, error) {
	p := New(set)
	return p, p.Open(ctx)
}

// Open opens the file. Where it cannot be opened, every call says why. A program that is open stays as it is.
func (p *Program) Open(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file != nil {
		return nil
	}
	d, err := db.Open(ctx, p.set.Folder, p.set.Mode, time.Now)
	if err != nil {
		p.Fail(err)
		return err
	}
	p.file = d
	registry := registers(p.set)
	Wire(p.Services, d, Parts{
		Now: time.Now, Cost: sync.OnceValue(signin.Calibrate), Floor: signin.Floor, Registry: registry, Explore: demo.Explore,
		Allowed: func(ctx context.Context) insee.Registry { return allowed(ctx, d, registry) },
	})
	return nil
}

// Close ends the sessions and the runs, waits for the calls under way, and closes the file. Later calls say that it is closed, until it is opened again.
func (p *Program) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == nil {
		return nil
	}
	p.Structures.Register().StopAll()
	p.Fail(fault.New(fault.Unusable, "file.closed"))
	err := p.file.Close()
	p.file = nil
	return err
}

// Exposed returns what is to be said of the folder of the file, nil where there is nothing or the file is closed.
func (p *Program) Exposed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == nil {
		return nil
	}
	if problem := p.file.Exposed(); problem != nil {
		return &fault.Error{Code: fault.Refused, Problems: []fault.Problem{*problem}}
	}
	return nil
}

// Parts is what services stand on beside the file: the product's own, or what a test puts in its place.
type Parts struct {
	Now      func() time.Time
	Idle     func() time.Duration // after how long a session locks; nil: as the firm says
	Cost     func() signin.Cost   // of a passphrase
	Floor    signin.Cost
	Registry func(kind, key string) insee.Registry    // a register by its name and key
	Allowed  func(ctx context.Context) insee.Registry // the one that the firm allows
	Explore  func(ctx context.Context, f *flow.Service, in flow.SetUp) (string, error)
}

// Wire fills services with those of a file, and lets the calls through.
func Wire(s *bridge.Services, d *db.DB, parts Parts) {
	d.Told(func(topics []string) { s.Tell(topics...) })
	s.Fill(func() {
		s.Firm = firm.NewService(d)
		if parts.Idle == nil {
			parts.Idle = s.Firm.Idle
		}
		sessions := signin.NewSessions(parts.Now, parts.Idle)
		sessions.Told(s.Moved)
		s.SignIn = signin.NewService(d, parts.Now, parts.Cost, parts.Floor, sessions)
		s.Changes = change.NewService(d)
		s.Structures = structure.NewService(d, parts.Now, parts.Allowed)
		s.Requests = request.NewService(d, s.Changes.Load, granted)
		s.Grants, s.Journal, s.People, s.Profiles = grant.NewService(d), journal.NewService(d), people.NewService(d), profile.NewService(d)
		s.Flow = flow.NewService(d, s.Changes, s.SignIn, s.Structures, parts.Registry)
		s.Directory, s.Views = directory.NewService(d), view.NewService(d, s.Changes)
		s.Departments, s.Platforms = department.NewService(d), platform.NewService(d)
		s.Explore = func(ctx context.Context, in flow.SetUp) (string, error) { return parts.Explore(ctx, s.Flow, in) }
		s.Changes.Know(s.Kinds()...)
	})
}

// granted makes the change that grants a wish.
func granted(w request.Wish) change.Change {
	if w.Subject == "profiles" {
		return grant.Give{User: w.User, Structure: w.Scope.Structure, Department: w.Scope.Department, Profiles: w.Profiles}
	}
	return grant.Attach{User: w.User, Structure: w.Scope.Structure, Department: w.Scope.Department, Profiles: w.Profiles}
}

// registers makes the clients once each, so that their rates hold across calls.
func registers(set Settings) func(kind, key string) insee.Registry {
	client := insee.Client()
	annuaire := insee.NewAnnuaire(client, set.Annuaire)
	var mu sync.Mutex
	sirene := map[string]*insee.Sirene{}
	return func(kind, key string) insee.Registry {
		switch {
		case kind == firm.Annuaire:
			return annuaire
		case kind == firm.Sirene && key != "":
			mu.Lock()
			defer mu.Unlock()
			if sirene[key] == nil {
				sirene[key] = insee.NewSirene(client, set.Sirene, key)
			}
			return sirene[key]
		}
		return nil
	}
}

// allowed returns the register that the firm allows, nil where it allows none.
func allowed(ctx context.Context, d *db.DB, registry func(kind, key string) insee.Registry) insee.Registry {
	var found insee.Registry
	_ = d.Read(ctx, func(tx *db.Tx) error { // without a firm, or a file that reads, no register is asked
		if _, err := access.Who(ctx, tx); err != nil {
			return err
		}
		row, _, err := firm.Row(ctx, tx)
		found = registry(row.Registry, row.SireneKey)
		return err
	})
	return found
}
