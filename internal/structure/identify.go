package structure

import (
	"cmp"
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/place"
	"habilis/internal/register"
	"habilis/internal/right"
)

// Identify is « Le SIRET est arrivé »: a SIRET replaces a provisional identifier, checked as at a creation; name and address come from the register.
// The former identifier is kept.
type Identify struct {
	ID    int64       `json:"id"`
	SIRET string      `json:"siret"`
	Found insee.Found `json:"-"` // what the register said
}

// Identifying asks the register about the SIRET, for one who may use it. It fails with Invalid beside the field.
func (s *Service) Identifying(ctx context.Context, in Identify) (Identify, error) {
	canonical, err := identifier.Parse(identifier.SIRET, in.SIRET)
	if err != nil {
		return in, err
	}
	in.SIRET = canonical
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		_, err := access.Require(ctx, tx, right.StructureEdit, right.Structure(in.ID))
		return err
	})
	if err != nil {
		return in, err
	}
	in.Found = s.register.Ask(ctx, canonical, s.register.Allowed(ctx))
	return in, register.Refusal(in.Found)
}

// Kind names the change.
func (c Identify) Kind() string { return "structure.identify" }

// Need is structure.edit on the structure.
func (c Identify) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.StructureEdit, Scope: right.Structure(c.ID)}}, nil
}

// Check fails with Refused where the identifier is not provisional.
func (c Identify) Check(ctx context.Context, w *change.Work) error {
	row, _, err := place.Find(ctx, w.Tx, c.ID)
	if err == nil && row.IdentifierType != identifier.Pending {
		err = fault.New(fault.Refused, "structure.not_pending")
	}
	return err
}

// Apply writes the identifier and what the register said. It fails with Invalid where the SIRET is taken.
func (c Identify) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	row, _, err := place.Find(ctx, w.Tx, c.ID)
	if err != nil {
		return none, err
	}
	err = w.IdentifyStructure(ctx, sqlc.IdentifyStructureParams{
		ID: c.ID, IdentifierType: identifier.SIRET, Identifier: c.SIRET, Vat: cmp.Or(row.Vat, identifier.VATOf(c.SIRET[:9])),
	})
	if _, taken := db.Taken(err); taken {
		return none, fault.Field("identifier", "structure.exists")
	}
	if err != nil {
		return none, fmt.Errorf("structure: %w", err)
	}
	if err := w.AddFormerIdentifier(ctx, sqlc.AddFormerIdentifierParams{
		StructureID: c.ID, IdentifierType: row.IdentifierType, Identifier: row.Identifier, UntilAt: w.At,
	}); err != nil {
		return none, fmt.Errorf("former identifier: %w", err)
	}
	p := refreshed(row, c.Found, w.At, register.Everything)
	if c.Found.Verdict == insee.Active {
		p.Address3 = c.Found.Address3 // nothing of the former address stays
	}
	p.NameKey, p.TownKey = fold.Key(p.Name), fold.Key(p.Town)
	if err := w.RefreshStructure(ctx, p); err != nil {
		return none, fmt.Errorf("structure: %w", err)
	}
	if err := reindex(ctx, w.Tx, c.ID); err != nil {
		return none, err
	}
	return none, w.Record(ctx, journal.Entry{
		Action: "structure.identified", Kind: "structure", Object: c.ID, Structure: c.ID, Details: map[string]string{"verdict": string(c.Found.Verdict)},
		Values: map[string]string{"from": row.Identifier, "to": c.SIRET},
	})
}
