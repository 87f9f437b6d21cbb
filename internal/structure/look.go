package structure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/list"
	"habilis/internal/place"
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

// Suggest returns the identifier of a structure outside the Union from its country and the beginning of its name, empty where there is none to give.
func (s *Service) Suggest(ctx context.Context, in Foreign) (string, error) {
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		_, err := access.Who(ctx, tx)
		return err
	})
	return identifier.SuggestNonEU(strings.ToUpper(list.Limit(in.Country)), list.Limit(in.Name)), err
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
	out.Found = s.register.Ask(ctx, canonical, s.register.Allowed(ctx))
	return out, nil
}

func existing(ctx context.Context, tx *db.Tx, kind string, out *Look) error {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return err
	}
	if kind == identifier.Platform {
		p, err := place.Registration(ctx, tx, out.Canonical)
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
	if whole, part := place.Seen(actor.Rights.See(right.StructureView, tx.At), row.ID); whole || part {
		out.ID, out.Name = row.ID, row.Name
		return nil
	}
	return mayCreate(ctx, tx, actor)
}

func mayCreate(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	ok, err := actor.Can(ctx, tx, right.Question{Permission: right.StructureCreate, Anywhere: true, Owner: actor.User, At: tx.At})
	if err == nil && !ok {
		err = access.Forbidden(right.StructureCreate)
	}
	return err
}
