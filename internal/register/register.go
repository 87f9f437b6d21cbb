// Package register asks the register that the firm allows about structures: one at a time, or many while pages do something else.
package register

import (
	"context"
	"sync"
	"time"

	"habilis/db"
	"habilis/internal/fault"
	"habilis/internal/insee"
)

// Ask asks a register about a SIRET, or remembers what it said moments ago.
func (s *Service) Ask(ctx context.Context, siret string, registry insee.Registry) insee.Found {
	if registry == nil {
		return insee.Found{SIRET: siret, Verdict: insee.Unverifiable, Reason: "insee.not_allowed"}
	}
	if f, ok := s.recent.get(siret); ok {
		return f
	}
	f := ask(ctx, registry, siret)
	if f.Verdict != insee.Unverifiable {
		s.recent.put(siret, f)
	}
	return f
}

// ask asks a register, and folds what it says into what a record can hold.
func ask(ctx context.Context, registry insee.Registry, siret string) insee.Found {
	return Savable(registry.Look(ctx, siret))
}

// recent remembers answers for some minutes, so that the form's check and its saving ask once.
type recent struct {
	mu  sync.Mutex
	now func() time.Time
	all map[string]remembered
}

type remembered struct {
	at    time.Time
	found insee.Found
}

const memory = 5 * time.Minute

func newRecent(now func() time.Time) *recent { return &recent{now: now, all: map[string]remembered{}} }

func (r *recent) get(siret string) (insee.Found, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.all[siret]
	return f.found, ok && r.now().Sub(f.at) < memory
}

func (r *recent) forget(siret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.all, siret)
}

func (r *recent) put(siret string, f insee.Found) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, old := range r.all {
		if r.now().Sub(old.at) >= memory {
			delete(r.all, key)
		}
	}
	r.all[siret] = remembered{r.now(), f}
}

// Refusal returns the fault of a SIRET that may not be created: closed, or unknown to Sirene. Absence from the annuaire proves nothing.
func Refusal(f insee.Found) error {
	switch {
	case f.Verdict == insee.Closed && f.ClosedOn == "":
		return fault.Field("identifier", "siret.closed_no_day")
	case f.Verdict == insee.Closed:
		return fault.Field("identifier", "siret.closed", "day", f.ClosedOn)
	case f.Verdict == insee.Unknown && f.Source == insee.SourceSirene:
		return fault.Field("identifier", "siret.unknown")
	}
	return nil
}

// Service asks the register that the firm allows. What it said it remembers for some minutes; a run over many goes on while pages do something else.
type Service struct {
	db      *db.DB
	allowed func(ctx context.Context) insee.Registry
	settle  func(ctx context.Context, id int64, found insee.Found) error
	recent  *recent
	checks  checks
}

// NewService makes a service. allowed returns the register that the firm allows, nil for none; settle writes what it said of a structure.
func NewService(
	d *db.DB, now func() time.Time, allowed func(ctx context.Context) insee.Registry, settle func(ctx context.Context, id int64, found insee.Found) error,
) *Service {
	return &Service{db: d, allowed: allowed, settle: settle, recent: newRecent(now)}
}

// Allowed returns the register that the firm allows, nil for none.
func (s *Service) Allowed(ctx context.Context) insee.Registry { return s.allowed(ctx) }

// Forget makes the next question about a SIRET reach the register.
func (s *Service) Forget(siret string) { s.recent.forget(siret) }
