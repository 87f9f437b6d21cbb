package structure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/page"
	"habilis/internal/right"
)

// Look is what a form learns as an identifier is typed. ID and Name are there only for one who may see the existing structure.
type Look struct {
	Canonical string      `json:"canonical"`
	Formatted string      `json:"formatted"`
	Exists    bool        `json:"exists"`
	ID        int64       `json:"id"`
	Name      string      `json:"name"`
	Found     insee.Found `json:"found"`
	Platform  string      `json:"platform"` // what the official list says of a matricule: registered, pending, withdrawn, or nothing
	Known     string      `json:"known"`    // its name there
}

// Typed is an identifier as typed. Ask asks the register too, where the firm allows it.
type Typed struct {
	IdentifierType string `json:"identifierType"`
	Identifier     string `json:"identifier"`
	Ask            bool   `json:"ask"`
}

// Foreign is a structure outside the Union before it has an identifier.
type Foreign struct {
	Country string `json:"country"`
	Name    string `json:"name"`
}

// Suggest gives the identifier of a structure outside the Union from its country and the beginning of its name, empty where there is none to give.
func (s *Service) Suggest(ctx context.Context, in Foreign) (string, error) {
	_, err := s.actor(ctx)
	return identifier.SuggestNonEU(strings.ToUpper(page.Limit(in.Country)), page.Limit(in.Name)), err
}

// Look checks an identifier, tells whether a structure has it already, and asks the register about a new SIRET. It answers whoever may create, or see the
// structure that has it, and is Forbidden to others: what exists here is not told by number. It fails with Invalid beside the field.
func (s *Service) Look(ctx context.Context, in Typed) (Look, error) {
	canonical, err := identifier.Parse(in.IdentifierType, in.Identifier)
	if err != nil {
		return Look{}, err
	}
	out := Look{Canonical: canonical, Formatted: identifier.Format(in.IdentifierType, canonical)}
	err = s.db.Read(ctx, func(tx *db.Tx) error { return existing(ctx, tx, in.IdentifierType, &out) })
	if err != nil || out.Exists || !in.Ask || in.IdentifierType != identifier.SIRET {
		return out, err
	}
	out.Found = s.verify(ctx, canonical, s.registry(ctx))
	return out, nil
}

func existing(ctx context.Context, tx *db.Tx, kind string, out *Look) error {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return err
	}
	if kind == identifier.Platform {
		p, err := registration(ctx, tx, out.Canonical)
		if err != nil {
			return err
		}
		out.Platform, out.Known = p.State, p.Name
	}
	row, err := tx.StructureByIdentifier(ctx, byIdentifier(kind, out.Canonical))
	if errors.Is(err, sql.ErrNoRows) {
		return mayCreate(ctx, tx, actor)
	}
	if err != nil {
		return fmt.Errorf("structure by identifier: %w", err)
	}
	out.Exists = true
	if whole, part := Seen(actor.Rights.See(right.StructureView, tx.At), row.ID); whole || part {
		out.ID, out.Name = row.ID, row.Name
		return nil
	}
	return mayCreate(ctx, tx, actor)
}

// verify asks the register about a SIRET, or remembers what it said moments ago.
func (s *Service) verify(ctx context.Context, siret string, registry insee.Registry) insee.Found {
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

func mayCreate(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	ok, err := actor.Can(ctx, tx, right.Question{Permission: right.StructureCreate, Anywhere: true, Owner: actor.User, At: tx.At})
	if err == nil && !ok {
		err = access.Forbidden(right.StructureCreate)
	}
	return err
}

// ask asks a register, and folds what it says into what a record can hold.
func ask(ctx context.Context, registry insee.Registry, siret string) insee.Found {
	return savable(registry.Look(ctx, siret))
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

// refusal gives the fault of a SIRET that may not be created: closed, or unknown to Sirene. Absence from the annuaire proves nothing.
func refusal(f insee.Found) error {
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
