package structure

import (
	"context"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/place"
	"habilis/internal/register"
	"habilis/internal/right"
	"habilis/internal/uid"
)

// Copied is a new record made from an old one: another identifier of the same type, and what may be changed on the way.
type Copied struct {
	From       int64
	Identifier string
	Label      string
	Email      string
	Phone      string
}

// Candidate checks the identifier of a copy and asks the register about a SIRET. It asks what the duplication does, before the register is, and fails with
// Invalid beside the field: a SIRET closed or unknown is refused as at a creation.
func (s *Service) Candidate(ctx context.Context, from int64, text string) (canonical string, found insee.Found, err error) {
	row := sqlc.Structure{}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.RequireAnywhere(ctx, tx, right.StructureCreate); err != nil {
			return err
		}
		for _, p := range []right.Permission{right.StructureActivate, right.StructureEdit} {
			if _, err := access.Require(ctx, tx, p, right.Structure(from)); err != nil {
				return err
			}
		}
		row, _, err = place.Find(ctx, tx, from)
		return err
	})
	if err != nil {
		return "", found, err
	}
	if row.IdentifierType == identifier.Individual {
		return "", found, nil // the program gives the number
	}
	if canonical, err = identifier.Parse(row.IdentifierType, text); err != nil {
		return "", found, err
	}
	if canonical == row.Identifier {
		return "", found, fault.Field("identifier", "structure.duplicate.same")
	}
	if row.IdentifierType == identifier.SIRET {
		found = s.register.Ask(ctx, canonical, s.register.Allowed(ctx))
	}
	return canonical, found, register.Refusal(found)
}

// Copy writes the record of a duplication. Name and address of a SIRET come from the register; billing mandate, technical account, connections
// and PACAGE number stay behind.
func Copy(ctx context.Context, tx *db.Tx, c Copied, found insee.Found) (int64, error) {
	row, active, err := place.Find(ctx, tx, c.From)
	switch {
	case err != nil:
		return 0, err
	case row.Sphere == "platform":
		return 0, fault.New(fault.Refused, "platform.no_duplicate")
	case !active:
		return 0, fault.New(fault.Refused, "structure.duplicate.inactive")
	}
	labels, err := place.LabelsOf(ctx, tx, c.From)
	if err != nil {
		return 0, err
	}
	in := Input{IdentifierType: row.IdentifierType, Identifier: c.Identifier, Sphere: row.Sphere, Fields: fieldsOf(row, labels)}
	in.Label, in.Email, in.Phone = c.Label, c.Email, c.Phone
	in.MandateHolder, in.MandateFrom, in.MandateUntil, in.TechnicalAccount, in.Connections, in.PACAGE = "", "", "", "", "", ""
	if row.IdentifierType == identifier.EU || row.IdentifierType == identifier.SIRET && row.Vat == identifier.VATOf(row.Identifier[:9]) {
		in.VAT = "" // it was made of the old identifier
	}
	in.fold(found)
	if err := in.validate(found.Name != ""); err != nil {
		return 0, err
	}
	if in.IdentifierType == identifier.Individual {
		if in.Identifier, err = nextIndividual(ctx, tx); err != nil {
			return 0, err
		}
	}
	p := in.row(tx.At, found)
	p.Uid, p.PredecessorID, p.NameKey = uid.New(), &row.ID, fold.Key(p.Name)
	id, err := insert(ctx, tx, p, labels)
	if err != nil && strings.Contains(err.Error(), "structures.predecessor_id") {
		return 0, fault.New(fault.Refused, "structure.duplicate.twice")
	}
	return id, err
}

// fold leaves to the register what it says, and brings what comes from the old record into the form's limits: it may have been written before they held.
func (in *Input) fold(found insee.Found) {
	if found.Verdict == insee.Active {
		in.Name, in.Country = first(found.Name, in.Name), first(found.Country, in.Country)
		in.Address1, in.Address2, in.Address3, in.Postcode, in.Town = "", "", "", "", ""
	}
	old := register.Savable(insee.Found{
		Name: in.Name, Address1: in.Address1, Address2: in.Address2, Address3: in.Address3, Postcode: in.Postcode, Town: in.Town,
	})
	in.Name, in.Address1, in.Address2, in.Address3, in.Postcode, in.Town = old.Name, old.Address1, old.Address2, old.Address3, old.Postcode, old.Town
}
