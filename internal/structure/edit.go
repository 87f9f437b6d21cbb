package structure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/field"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/journal"
	"habilis/internal/place"
	"habilis/internal/right"
)

// Edit is « Modifier une structure »: the fields as they should be, and as they were when the form read them.
type Edit struct {
	ID      int64  `json:"id"`
	Version int64  `json:"version"`
	Mine    Fields `json:"mine"`
	Base    Fields `json:"base"`
}

// Kind names the change.
func (c Edit) Kind() string { return "structure.edit" }

// Need is structure.edit on the structure.
func (c Edit) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.StructureEdit, Scope: right.Structure(c.ID)}}, nil
}

// Check tells every problem of the fields that are not fixed. Where somebody saved since Version, it fails with Conflict: a problem for each field that
// they changed, with their value as "theirs", and the version to save over as "version" of each.
func (c Edit) Check(ctx context.Context, w *change.Work) error {
	_, _, err := c.checked(ctx, w.Tx)
	return err
}

// checked normalizes the input, and returns the row and its fields as they are now.
func (c *Edit) checked(ctx context.Context, tx *db.Tx) (row sqlc.Structure, now Fields, err error) {
	if row, _, err = place.Find(ctx, tx, c.ID); err != nil {
		return row, now, err
	}
	labels, err := place.LabelsOf(ctx, tx, c.ID)
	if err != nil {
		return row, now, err
	}
	now = fieldsOf(row, labels)
	if err := c.settle(row, now); err != nil {
		return row, now, err
	}
	if err := checkResponsible(ctx, tx, c.Mine); err != nil && (now.Responsible != "user" || now.ResponsibleID != c.Mine.ResponsibleID) {
		return row, now, err
	}
	if row.Version == c.Version {
		return row, now, nil
	}
	if err := field.Apart(c.Base.written(), now.written(), row.Version); err != nil {
		return row, now, err
	}
	return row, now, nil
}

// Apply writes the fields.
func (c Edit) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	row, now, err := c.checked(ctx, w.Tx)
	if err != nil {
		return none, err
	}
	return none, save(ctx, w.Tx, w.Actor, row, now, c.Mine)
}

// settle puts the fixed fields back, and checks the others, save those that stay as they are: what was taken once is not judged again.
func (in *Edit) settle(row sqlc.Structure, now Fields) error {
	mine, was := in.Mine.texts(), now.texts()
	kept := fixed(row.IdentifierType, row.Verdict, row.PartialDiffusion)
	for name := range mine {
		if *mine[name] == *was[name] && !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	for _, name := range kept {
		*mine[name] = *was[name]
	}
	if !place.Public(row.Sphere) {
		in.Mine.Parameters = now.Parameters
	}
	var l fault.List
	in.Mine.check(&l, row.IdentifierType, kept...)
	for _, name := range kept {
		*mine[name] = *was[name]
	}
	if row.IdentifierType == identifier.EU && in.Mine.VAT != now.VAT && in.Mine.VAT != "" && in.Mine.VAT != row.Identifier && isVAT(in.Mine.VAT) {
		l.Add("vat", "vat.contradicts") // the identifier is the number
	}
	if in.Mine.Name == "" && row.IdentifierType != identifier.Individual {
		l.Add("name", "structure.name.empty")
	}
	return l.Err()
}

func save(ctx context.Context, tx *db.Tx, actor *access.Actor, row sqlc.Structure, now, f Fields) error {
	n, err := tx.EditStructure(ctx, sqlc.EditStructureParams{
		ID: row.ID, Version: row.Version, Name: f.Name, NameKey: fold.Key(f.Name), Label: f.Label, LabelKey: fold.Key(f.Label), Email: f.Email, Phone: f.Phone,
		Address1: f.Address1, Address2: f.Address2, Address3: f.Address3, Postcode: f.Postcode, Town: f.Town, TownKey: fold.Key(f.Town), Country: f.Country,
		Vat: f.VAT, Rcs: f.RCS, FirstName: f.FirstName, LastName: f.LastName, Pacage: f.PACAGE, MandateHolder: f.MandateHolder, MandateFrom: f.MandateFrom,
		MandateUntil: f.MandateUntil, TechnicalAccount: f.TechnicalAccount, Connections: f.Connections, Responsible: f.Responsible,
		ResponsibleID: db.OrNull(f.ResponsibleID), Edi: f.EDI, CodeRequired: f.CodeRequired, CommitmentRequired: f.CommitmentRequired,
		CommitmentOrCode: f.CommitmentOrCode, PaymentHidden: f.PaymentHidden, Moa: f.MOA,
	})
	if err != nil {
		return fmt.Errorf("structure: %w", err)
	}
	if n == 0 {
		return fault.New(fault.Conflict, "record.changed")
	}
	if err := place.SetLabels(ctx, tx, row.ID, now.Labels, f.Labels); err != nil {
		return err
	}
	if err := reindex(ctx, tx, row.ID); err != nil {
		return err
	}
	fields, values := field.Changed(now.written(), f.written())
	if len(fields) == 0 {
		return nil
	}
	return journal.Record(ctx, tx, actor, journal.Entry{
		Action: "structure.edited", Kind: "structure", Object: row.ID, Structure: row.ID, Details: map[string]string{"fields": strings.Join(fields, " ")},
		Values: values,
	})
}

func isVAT(text string) bool {
	_, err := identifier.ParseVAT(text)
	return err == nil
}
