// Package structure keeps the legal entities and their departments.
package structure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/identifier"
	"habilis/internal/insee"
)

// Service keeps structures and departments. registry gives the register that the firm allows, nil where it allows none.
type Service struct {
	db       *db.DB
	registry func(ctx context.Context) insee.Registry
	recent   *recent
}

// NewService makes a service.
func NewService(d *db.DB, now func() time.Time, registry func(ctx context.Context) insee.Registry) *Service {
	return &Service{db: d, registry: registry, recent: newRecent(now)}
}

// Verified says what is known of a SIRET at the register: a verdict, its reason, where from, when, and the day of closing.
type Verified struct {
	Verdict  string `json:"verdict"`
	Reason   string `json:"reason"`
	Source   string `json:"source"`
	At       int64  `json:"at"`
	ClosedOn string `json:"closedOn"`
	Partial  bool   `json:"partial"`
}

// Structure is a record as the pages show it. Where only a department is visible, IdentityOnly is set and the rest is empty.
type Structure struct {
	ID             int64    `json:"id"`
	IdentifierType string   `json:"identifierType"`
	Identifier     string   `json:"identifier"` // in groups
	Raw            string   `json:"raw"`        // canonical
	Sphere         string   `json:"sphere"`
	Name           string   `json:"name"`
	Label          string   `json:"label"`
	Active         bool     `json:"active"`
	IdentityOnly   bool     `json:"identityOnly"`
	Email          string   `json:"email"`
	Phone          string   `json:"phone"`
	Address        []string `json:"address"`
	Postcode       string   `json:"postcode"`
	Town           string   `json:"town"`
	Country        string   `json:"country"`
	VAT            string   `json:"vat"`
	Activity       string   `json:"activity"`
	ActivityList   string   `json:"activityList"`
	LegalCategory  string   `json:"legalCategory"`
	Verified       Verified `json:"verified"`
	CreatedAt      int64    `json:"createdAt"`
	Version        int64    `json:"version"`
}

func shown(row sqlc.Structure, active bool) Structure {
	s := identity(row, active)
	s.IdentityOnly = false
	s.Label, s.Email, s.Phone = row.Label, row.Email, row.Phone
	for _, line := range []string{row.Address1, row.Address2, row.Address3} {
		if line != "" {
			s.Address = append(s.Address, line)
		}
	}
	s.Postcode, s.Town, s.Country = row.Postcode, row.Town, row.Country
	s.VAT = identifier.Format(identifier.VATFR, row.Vat)
	s.Activity, s.ActivityList, s.LegalCategory = row.Activity, row.ActivityList, row.LegalCategory
	s.Verified = Verified{row.Verdict, row.VerdictReason, row.VerdictSource, row.VerifiedAt, row.ClosedOn, row.PartialDiffusion == 1}
	s.CreatedAt, s.Version = row.CreatedAt, row.Version
	return s
}

// identity is all that someone attached to a department only sees of the structure: its identifier, name and state.
func identity(row sqlc.Structure, active bool) Structure {
	return Structure{
		ID: row.ID, IdentifierType: row.IdentifierType, Identifier: identifier.Format(row.IdentifierType, row.Identifier), Raw: row.Identifier,
		Sphere: row.Sphere, Name: row.Name, Active: active, IdentityOnly: true, Address: []string{},
	}
}

// Get gives one structure. It fails with NotFound where there is none that the actor may see.
func (s *Service) Get(ctx context.Context, id int64) (Structure, error) {
	var out Structure
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, access.StructureView)
		if err != nil {
			return err
		}
		whole, part := Seen(actor.Rights.See(access.StructureView, tx.At), id)
		if !whole && !part {
			return notFound()
		}
		row, active, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		out = identity(row, active)
		if whole {
			out = shown(row, active)
		}
		return nil
	})
	return out, err
}

// Seen tells whether a sight shows a structure whole, or a department of it.
func Seen(sight access.Sight, id int64) (whole, part bool) {
	if sight.Holds(access.Structure(id)) {
		return true, false
	}
	for _, p := range sight.Partial {
		if p == id {
			return false, true
		}
	}
	return false, false
}

func notFound() error { return fault.New(fault.NotFound, "structure.not_found") }

func find(ctx context.Context, tx *db.Tx, id int64) (sqlc.Structure, bool, error) {
	row, err := tx.StructureRow(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, notFound()
	}
	if err != nil {
		return row, false, fmt.Errorf("structure %d: %w", id, err)
	}
	active, err := isActive(ctx, tx, id)
	return row, active, err
}

func isActive(ctx context.Context, tx *db.Tx, id int64) (bool, error) {
	states, err := tx.StatesOfStructure(ctx, id)
	if err != nil {
		return false, fmt.Errorf("structure states: %w", err)
	}
	for _, st := range states {
		if st.FromAt <= tx.At && tx.At < st.UntilAt {
			return st.State == "active", nil
		}
	}
	return false, nil
}

func text(l *fault.List, field, value string, most int) {
	if len([]rune(value)) > most {
		l.Add(field, "field.too_long", "max", fmt.Sprint(most))
	}
	if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
		l.Add(field, "field.control")
	}
}

// Email checks one address without a display name, of at most 254 characters.
func email(l *fault.List, field, value string) {
	if value == "" {
		return
	}
	if len(value) > 254 {
		l.Add(field, "email.malformed")
		return
	}
	if a, err := mail.ParseAddress(value); err != nil || a.Name != "" || a.Address != value {
		l.Add(field, "email.malformed")
	}
}

func trim(values ...*string) {
	for _, v := range values {
		*v = strings.TrimSpace(strings.Join(strings.Fields(*v), " "))
	}
}
