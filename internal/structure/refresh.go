package structure

import (
	"context"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/journal"
)

// Refresh is « Mettre à jour depuis la base INSEE »: it asks the register about a structure's SIRET again and takes its name and address. What
// the register keeps confidential stays masked: nothing of it is written. A SIRET closed since is flagged; the decision is the manager's.
//
// It fails with Forbidden, or Refused where the structure has no SIRET; a register that does not answer is told, and nothing changes.
func (s *Service) Refresh(ctx context.Context, id int64) (insee.Found, error) {
	var siret string
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Require(ctx, tx, access.StructureActivate, access.Structure(id)); err != nil {
			return err
		}
		row, _, err := find(ctx, tx, id)
		if row.IdentifierType != identifier.SIRET && err == nil {
			return fault.New(fault.Refused, "structure.no_siret")
		}
		siret = row.Identifier
		return err
	})
	if err != nil {
		return insee.Found{}, err
	}
	s.recent.forget(siret)
	found := s.verify(ctx, siret, s.registry(ctx))
	if found.Verdict == insee.Unverifiable {
		return found, nil
	}
	return found, s.db.Write(ctx, func(tx *db.Tx) error { return refresh(ctx, tx, id, found) })
}

func refresh(ctx context.Context, tx *db.Tx, id int64, found insee.Found) error {
	actor, err := access.Require(ctx, tx, access.StructureActivate, access.Structure(id))
	if err != nil {
		return err
	}
	row, _, err := find(ctx, tx, id)
	if err != nil {
		return err
	}
	p := sqlc.RefreshStructureParams{
		ID: id, Name: row.Name, Address1: row.Address1, Address2: row.Address2, Postcode: row.Postcode, Town: row.Town, Activity: row.Activity,
		ActivityList: row.ActivityList, LegalCategory: row.LegalCategory, Verdict: string(found.Verdict), VerdictReason: found.Reason,
		VerdictSource: found.Source, VerifiedAt: tx.At, ClosedOn: found.ClosedOn, PartialDiffusion: flag(found.Partial),
	}
	if found.Verdict == insee.Active || found.Verdict == insee.Closed {
		p.Name = first(found.Name, row.Name)
		p.Address1, p.Address2, p.Postcode, p.Town = found.Address1, found.Address2, found.Postcode, found.Town
		p.Activity, p.ActivityList, p.LegalCategory = found.Activity, found.ActivityList, found.LegalCategory
	}
	p.NameKey, p.TownKey = fold.Key(p.Name), fold.Key(p.Town)
	if err := tx.RefreshStructure(ctx, p); err != nil {
		return fmt.Errorf("structure: %w", err)
	}
	if err := tx.Exec(ctx, "DELETE FROM structure_search WHERE rowid = ?", id); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if err := Index(ctx, tx, id, p.Name, row.Label, p.Town); err != nil {
		return err
	}
	return journal.Record(ctx, tx, actor, journal.Entry{
		Action: "structure.refreshed", Kind: "structure", Object: id, Structure: id,
		Details: map[string]string{"verdict": string(found.Verdict)}, Values: changes(row, p),
	})
}

// changes tells what a refresh changed, for the journal.
func changes(row sqlc.Structure, p sqlc.RefreshStructureParams) map[string]string {
	before := strings.Join(strings.Fields(row.Name+", "+row.Address1+" "+row.Postcode+" "+row.Town), " ")
	after := strings.Join(strings.Fields(p.Name+", "+p.Address1+" "+p.Postcode+" "+p.Town), " ")
	if before == after {
		return nil
	}
	return map[string]string{"from": before, "to": after}
}
