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
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/place"
	"habilis/internal/register"
	"habilis/internal/right"
)

// Comparison is « Mettre à jour depuis la base INSEE » before it is submitted: what the register says, and where that differs.
type Comparison struct {
	Found       insee.Found           `json:"found"`
	Differences []register.Difference `json:"differences"`
}

// Compare asks the register about a structure's SIRET again. What the register keeps confidential is no difference.
//
// It fails with Forbidden, or Refused where the structure has no SIRET; a register that does not answer is told by its verdict.
func (s *Service) Compare(ctx context.Context, id int64) (Comparison, error) {
	row, err := s.sirene(ctx, id)
	if err != nil {
		return Comparison{}, err
	}
	s.register.Forget(row.Identifier)
	found := s.register.Ask(ctx, row.Identifier, s.register.Allowed(ctx))
	return Comparison{found, register.Differing(row, found)}, nil
}

// sirene reads a structure that has a SIRET, for one who may update it.
func (s *Service) sirene(ctx context.Context, id int64) (sqlc.Structure, error) {
	var row sqlc.Structure
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		_, err := access.Require(ctx, tx, right.StructureActivate, right.Structure(id))
		if err != nil {
			return err
		}
		if row, _, err = place.Find(ctx, tx, id); err == nil && row.IdentifierType != identifier.SIRET {
			return fault.New(fault.Refused, "structure.no_siret")
		}
		return err
	})
	return row, err
}

// Refresh is what is taken of a comparison: the fields, and the verdict and the differences as they were shown.
type Refresh struct {
	ID      int64                 `json:"id"`
	Take    []string              `json:"take"`
	Verdict insee.Verdict         `json:"verdict"`
	Shown   []register.Difference `json:"shown"`
	Found   insee.Found           `json:"-"` // what the register says now
}

// Refreshing asks the register again, for one who may act on what it says. It fails with Refused where there is no SIRET or the register does not answer.
func (s *Service) Refreshing(ctx context.Context, in Refresh) (Refresh, error) {
	row, err := s.sirene(ctx, in.ID)
	if err != nil {
		return in, err
	}
	in.Found = s.register.Ask(ctx, row.Identifier, s.register.Allowed(ctx))
	if in.Found.Verdict == insee.Unverifiable {
		return in, fault.New(fault.Refused, first(in.Found.Reason, "insee.network"))
	}
	return in, nil
}

// Kind names the change.
func (c Refresh) Kind() string { return "structure.refresh" }

// Need is structure.activate on the structure.
func (c Refresh) Need(context.Context, *db.Tx) ([]access.Need, error) { return activating(c.ID), nil }

func activating(id int64) []access.Need {
	return []access.Need{{Permission: right.StructureActivate, Scope: right.Structure(id)}}
}

// Check fails with Conflict where the register, or the record, says something else than what was shown.
func (c Refresh) Check(ctx context.Context, w *change.Work) error {
	row, _, err := place.Find(ctx, w.Tx, c.ID)
	if err == nil && (c.Found.Verdict != c.Verdict || !slices.Equal(register.Differing(row, c.Found), c.Shown)) {
		err = fault.New(fault.Conflict, "insee.changed")
	}
	return err
}

// Apply takes the chosen fields from the register, and its verdict. A SIRET closed since is flagged; the decision is the manager's.
func (c Refresh) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	row, _, err := place.Find(ctx, w.Tx, c.ID)
	if err != nil {
		return none, err
	}
	return none, refresh(ctx, w.Tx, w.Actor, row, c.Found, c.Take)
}

// verified is what the register said of a SIRET as many are asked about; it stands on no form.
type verified struct {
	id    int64
	found insee.Found
}

// Kind names the change.
func (c verified) Kind() string { return "structure.verify" }

// Need is structure.activate on the structure.
func (c verified) Need(context.Context, *db.Tx) ([]access.Need, error) { return activating(c.id), nil }

// Check fails with Conflict where the record has another SIRET by now.
func (c verified) Check(ctx context.Context, w *change.Work) error {
	row, _, err := place.Find(ctx, w.Tx, c.id)
	if err == nil && row.Identifier != c.found.SIRET {
		err = fault.New(fault.Conflict, "insee.changed")
	}
	return err
}

// Apply writes the verdict: where the record was to be verified still, its name and address too.
func (c verified) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	row, _, err := place.Find(ctx, w.Tx, c.id)
	if err != nil {
		return none, err
	}
	take := []string{}
	if row.Verdict != string(insee.Active) && row.Verdict != string(insee.Closed) {
		take = register.Everything
	}
	return none, refresh(ctx, w.Tx, w.Actor, row, c.found, take)
}

func refresh(ctx context.Context, tx *db.Tx, actor *access.Actor, row sqlc.Structure, found insee.Found, take []string) error {
	p := refreshed(row, found, tx.At, take)
	p.NameKey, p.TownKey = fold.Key(p.Name), fold.Key(p.Town)
	if err := tx.RefreshStructure(ctx, p); err != nil {
		return fmt.Errorf("structure: %w", err)
	}
	if err := reindex(ctx, tx, row.ID); err != nil {
		return err
	}
	return journal.Record(ctx, tx, actor, journal.Entry{
		Action: "structure.refreshed", Kind: "structure", Object: row.ID, Structure: row.ID,
		Details: map[string]string{"verdict": string(found.Verdict)}, Values: changes(row, p),
	})
}

// refreshed is the row with the verdict and the fields taken.
func refreshed(row sqlc.Structure, found insee.Found, at int64, take []string) sqlc.RefreshStructureParams {
	p := sqlc.RefreshStructureParams{
		ID: row.ID, Name: row.Name, Sign: row.Sign, Address1: row.Address1, Address2: row.Address2, Address3: row.Address3, Postcode: row.Postcode,
		Town: row.Town, Country: row.Country, Activity: row.Activity, ActivityList: row.ActivityList, Activity2025: row.Activity2025, LegalCategory: row.LegalCategory, Verdict: string(found.Verdict), VerdictReason: found.Reason,
		VerdictSource: found.Source, VerifiedAt: at, ClosedOn: found.ClosedOn, PartialDiffusion: found.Partial,
	}
	fields := map[string]*string{
		"name": &p.Name, "sign": &p.Sign, "address1": &p.Address1, "address2": &p.Address2, "address3": &p.Address3, "postcode": &p.Postcode,
		"town": &p.Town, "country": &p.Country, "activity": &p.Activity, "activity2025": &p.Activity2025, "legalCategory": &p.LegalCategory,
	}
	for _, d := range register.Differing(row, found) {
		if slices.Contains(take, d.Field) {
			*fields[d.Field] = d.New
			if d.Field == "activity" {
				p.ActivityList = found.ActivityList
			}
		}
	}
	return p
}

// changes returns what a refresh changed, for the journal.
func changes(row sqlc.Structure, p sqlc.RefreshStructureParams) map[string]string {
	line := func(name string, address ...string) string {
		return strings.Join(strings.Fields(name+", "+strings.Join(address, " ")), " ")
	}
	before := line(row.Name, row.Address1, row.Address2, row.Address3, row.Postcode, row.Town, row.Country)
	after := line(p.Name, p.Address1, p.Address2, p.Address3, p.Postcode, p.Town, p.Country)
	if before == after {
		return nil
	}
	return map[string]string{"from": before, "to": after}
}
