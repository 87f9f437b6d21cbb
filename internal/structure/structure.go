// Package structure keeps the legal entities and their departments.
package structure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/place"
	"habilis/internal/register"
	"habilis/internal/right"
)

// Service keeps structures.
type Service struct {
	db       *db.DB
	register *register.Service
}

// NewService makes a service. registry returns the register that the firm allows, nil for none.
func NewService(d *db.DB, now func() time.Time, registry func(ctx context.Context) insee.Registry) *Service {
	settle := func(ctx context.Context, id int64, found insee.Found) error {
		return change.NewService(d).Run(ctx, verified{id, found})
	}
	return &Service{db: d, register: register.NewService(d, now, registry, settle)}
}

// Register asks the register about structures.
func (s *Service) Register() *register.Service { return s.register }

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
	ID             int64  `json:"id"`
	IdentifierType string `json:"identifierType"`
	Identifier     string `json:"identifier"` // in groups
	Raw            string `json:"raw"`        // canonical
	Sphere         string `json:"sphere"`
	Active         bool   `json:"active"`
	IdentityOnly   bool   `json:"identityOnly"`
	Fields
	Fixed           []string   `json:"fixed"`    // the fields that nobody types
	Supplier        string     `json:"supplier"` // what a supplier must give: nothing, code, commitment, both or either
	Redundant       bool       `json:"redundant"`
	Address         []string   `json:"address"`
	PhoneShown      string     `json:"phoneShown"`
	VATShown        string     `json:"vatShown"`
	ResponsibleName string     `json:"responsibleName"` // empty: the principal manager, or the firm
	VATComputed     bool       `json:"vatComputed"`     // made of the SIREN, not told by INSEE
	Sign            string     `json:"sign"`            // the enseigne, as the register writes it
	Activity        string     `json:"activity"`
	Activity2025    string     `json:"activity2025"`
	ActivityList    string     `json:"activityList"`
	LegalCategory   string     `json:"legalCategory"`
	Verified        Verified   `json:"verified"`
	Registration    string     `json:"registration"` // of a platform: pending, registered or withdrawn
	Predecessor     place.Link `json:"predecessor"`  // what it was duplicated from
	Successor       place.Link `json:"successor"`
	Former          []string   `json:"former"` // identifiers it had before
	Managed         bool       `json:"managed"`
	Cancellable     bool       `json:"cancellable"` // only its creator refers to it
	CreatedAt       int64      `json:"createdAt"`
	Version         int64      `json:"version"`
}

func shown(row sqlc.Structure, active bool, labels []string) Structure {
	s := identity(row, active)
	s.IdentityOnly, s.Fields = false, fieldsOf(row, labels)
	s.Fixed = fixed(row.IdentifierType, row.Verdict, row.PartialDiffusion)
	s.Supplier, s.Redundant = s.Parameters.Supplier(), s.Parameters.Redundant()
	for _, line := range []string{row.Address1, row.Address2, row.Address3} {
		if line != "" {
			s.Address = append(s.Address, line)
		}
	}
	s.PhoneShown, s.VATShown = identifier.FormatPhone(row.Phone), identifier.Format(identifier.VATFR, row.Vat)
	s.Activity, s.ActivityList, s.LegalCategory = row.Activity, row.ActivityList, row.LegalCategory
	s.Verified = Verified{row.Verdict, row.VerdictReason, row.VerdictSource, row.VerifiedAt, row.ClosedOn, row.PartialDiffusion}
	s.Sign, s.Activity2025 = row.Sign, row.Activity2025
	s.VATComputed = row.IdentifierType == identifier.SIRET && row.Vat == identifier.VATOf(row.Identifier[:9])
	s.Registration, s.Managed = row.Registration, row.Managed
	s.CreatedAt, s.Version = row.CreatedAt, row.Version
	return s
}

// identity is all that someone attached to a department only sees of the structure: its identifier, name and state.
func identity(row sqlc.Structure, active bool) Structure {
	return Structure{
		ID: row.ID, IdentifierType: row.IdentifierType, Identifier: identifier.Format(row.IdentifierType, row.Identifier), Raw: row.Identifier,
		Sphere: row.Sphere, Active: active, IdentityOnly: true, Fields: Fields{Name: row.Name, Labels: []string{}}, Address: []string{}, Fixed: []string{},
		Former: []string{},
	}
}

// Get returns one structure. It fails with NotFound where there is none that the actor may see.
func (s *Service) Get(ctx context.Context, id int64) (Structure, error) {
	var out Structure
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, right.StructureView)
		if err != nil {
			return err
		}
		whole, part := place.Seen(actor.Rights.See(right.StructureView, tx.At), id)
		if !whole && !part {
			return place.NotFound()
		}
		row, active, err := place.Find(ctx, tx, id)
		if err != nil {
			return err
		}
		if out = identity(row, active); whole {
			out, err = s.whole(ctx, tx, actor, row, active)
		}
		return err
	})
	return out, err
}

// whole adds what stands beside the row: labels, the responsible, structures before and after, former identifiers.
func (s *Service) whole(ctx context.Context, tx *db.Tx, actor *access.Actor, row sqlc.Structure, active bool) (Structure, error) {
	labels, err := place.LabelsOf(ctx, tx, row.ID)
	if err != nil {
		return Structure{}, err
	}
	out := shown(row, active, labels)
	if row.ResponsibleID != nil {
		if seen, err := access.SeenAmong(ctx, tx, []int64{*row.ResponsibleID}); err != nil || seen[*row.ResponsibleID] {
			u, err := tx.UserRow(ctx, *row.ResponsibleID)
			if err != nil {
				return out, fmt.Errorf("responsible: %w", err)
			}
			out.ResponsibleName = u.FirstName + " " + u.LastName
		}
	}
	if out.Predecessor, err = place.Linked(ctx, tx, actor, row.PredecessorID); err != nil {
		return out, err
	}
	successor, err := tx.SuccessorOf(ctx, &row.ID)
	if err == nil {
		out.Successor, err = place.Linked(ctx, tx, actor, &successor)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return out, fmt.Errorf("successor: %w", err)
	}
	former, err := tx.FormerIdentifiersOf(ctx, row.ID)
	if err != nil {
		return out, fmt.Errorf("former identifiers: %w", err)
	}
	for _, f := range former {
		out.Former = append(out.Former, identifier.Format(f.IdentifierType, f.Identifier))
	}
	out.Cancellable, err = cancellable(ctx, tx, row.ID)
	return out, err
}
