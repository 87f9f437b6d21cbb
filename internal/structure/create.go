package structure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/place"
	"habilis/internal/register"
	"habilis/internal/right"
	"habilis/internal/uid"
)

// Input is what a form gives of a new structure. Of a SIRET, name and address are taken from the register where it knows them. Later
// leaves « Activer tout de suite » unticked.
type Input struct {
	IdentifierType string `json:"identifierType"`
	Identifier     string `json:"identifier"`
	Sphere         string `json:"sphere"`
	Later          bool   `json:"later"`
	Fields
}

var spheres = map[string]bool{"private": true, "state": true, "local": true}

// types are the seven types of identifier of a structure; a platform's is apart.
var types = []string{
	identifier.SIRET, identifier.EU, identifier.NonEU, identifier.RIDET, identifier.TAHITI, identifier.Pending, identifier.Individual,
}

// validate normalizes the input and tells all its problems at once. nameKnown tells that the register gave the name.
func (in *Input) validate(nameKnown bool) error {
	var l fault.List
	in.Sphere = first(in.Sphere, "private")
	in.checkIdentifier(&l)
	if l.Err() == nil {
		in.Country = first(identifier.CountryOf(in.IdentifierType, in.Identifier), in.Country)
	}
	in.check(&l, in.IdentifierType)
	if in.Name == "" && !nameKnown && in.IdentifierType != identifier.Individual {
		l.Add("name", "structure.name.empty")
	}
	if in.IdentifierType == identifier.Platform {
		in.Sphere = "platform"
	} else if !spheres[in.Sphere] {
		l.Add("sphere", "structure.sphere.unknown")
	}
	if !place.Public(in.Sphere) {
		in.Parameters = Parameters{MOA: "none"}
	}
	return l.Err()
}

func (in *Input) checkIdentifier(l *fault.List) {
	switch {
	case in.IdentifierType == "":
		l.Add("identifierType", "structure.type.empty")
		if strings.TrimSpace(in.Identifier) == "" {
			l.Add("identifier", "identifier.empty")
		}
	case in.IdentifierType == identifier.Individual:
		in.Identifier = "" // the program gives the number
	case in.IdentifierType != identifier.Platform && !slices.Contains(types, in.IdentifierType):
		l.Add("identifierType", "structure.type.unknown")
	default:
		canonical, err := identifier.Parse(in.IdentifierType, in.Identifier)
		if f, bad := fault.As(err); bad {
			l.Add("identifier", f.Problems[0].Key)
			return
		}
		in.Identifier = canonical
	}
}

// Create makes a structure; its creator is attached to it and becomes its principal manager, in the same change. Creation makes one.
type Create struct {
	Input
	Found insee.Found `json:"-"` // what the register said, looked up in Go
}

// Creation checks an input, asks the register about a SIRET, and gives the change that creates the structure. It fails with Invalid, all
// problems at once; a SIRET closed at INSEE or unknown to Sirene is refused.
func (s *Service) Creation(ctx context.Context, in Input) (Create, error) {
	if err := s.mayCreate(ctx); err != nil { // a register is asked for nobody who may not create
		return Create{}, err
	}
	return s.CreationWith(ctx, in, s.register.Allowed(ctx))
}

func (s *Service) mayCreate(ctx context.Context) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		_, err := access.RequireAnywhere(ctx, tx, right.StructureCreate)
		return err
	})
}

// CreationWith is Creation with a register that the firm is only about to allow.
func (s *Service) CreationWith(ctx context.Context, in Input, registry insee.Registry) (Create, error) {
	found := insee.Found{}
	if in.IdentifierType == identifier.SIRET {
		canonical, err := identifier.Parse(in.IdentifierType, in.Identifier)
		if err != nil {
			return Create{}, in.validate(false)
		}
		found = s.register.Ask(ctx, canonical, registry)
		if err := register.Refusal(found); err != nil {
			return Create{}, err
		}
	}
	if in.IdentifierType == identifier.Platform && in.Name == "" {
		if err := s.db.Read(ctx, func(tx *db.Tx) error {
			row, err := place.Registration(ctx, tx, strings.ToUpper(strings.TrimSpace(in.Identifier)))
			in.Name = row.Name
			return err
		}); err != nil {
			return Create{}, err
		}
	}
	if err := in.validate(found.Name != ""); err != nil {
		return Create{}, err
	}
	return Create{in, found}, nil
}

// Kind names the change.
func (c Create) Kind() string { return "structure.create" }

// Need is structure.create, on some scope.
func (c Create) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.StructureCreate, Anywhere: true}}, nil
}

// Check tells of a responsible person who is none here, and of a platform that is not registered; Creation has checked the rest.
func (c Create) Check(ctx context.Context, w *change.Work) error {
	if err := checkResponsible(ctx, w.Tx, c.Fields); err != nil || c.IdentifierType != identifier.Platform {
		return err
	}
	return place.CheckRegistered(ctx, w.Tx, c.Identifier)
}

// Apply writes the structure, its state, its creator's membership and their period as principal manager.
func (c Create) Apply(ctx context.Context, w *change.Work) (made change.Outcome, err error) {
	tx, actor := w.Tx, w.Actor
	line, err := w.Journal(ctx)
	if err != nil {
		return made, err
	}
	id, err := Insert(ctx, tx, c.Input, c.Found)
	if err != nil {
		return made, err
	}
	made.Created = id
	now, by := period.Span{From: tx.At, Until: period.Open}, ledger.By{Line: line.Seq()}
	if _, err := ledger.OpenStructureState(ctx, tx, id, !c.Later, now, by); err != nil {
		return made, err
	}
	if _, err := ledger.OpenMembership(ctx, tx, actor.User, right.Structure(id), now, by); err != nil {
		return made, err
	}
	if _, err := ledger.OpenPrincipal(ctx, tx, actor.User, id, "created", now, by); err != nil {
		return made, err
	}
	return made, line.Fill(actor, journal.Entry{
		Action: "structure.created", Kind: "structure", Object: id, Structure: id, Person: actor.User,
		Details: map[string]string{"verdict": string(c.Found.Verdict), "type": c.IdentifierType},
		Values:  map[string]string{"identifier": c.Identifier, "name": first(c.Found.Name, c.Name)},
	})
}

// row is what the table keeps of an input and the register's answer.
func (in Input) row(at int64, found insee.Found) sqlc.AddStructureParams {
	f := in.Fields
	if in.IdentifierType == identifier.SIRET {
		f.Name = first(found.Name, f.Name)
		if found.Verdict == insee.Active || found.Verdict == insee.Closed {
			f.Address1, f.Address2, f.Address3, f.Postcode, f.Town = found.Address1, found.Address2, found.Address3, found.Postcode, found.Town
			f.Country = found.Country
		}
		f.VAT = first(f.VAT, identifier.VATOf(in.Identifier[:9]))
	}
	if in.IdentifierType == identifier.EU {
		f.VAT = in.Identifier
	}
	registration := ""
	if in.Sphere == "platform" {
		registration = "registered"
	}
	verdict := string(found.Verdict)
	if verdict == "" {
		verdict = "none"
	}
	return sqlc.AddStructureParams{
		Uid: uid.New(), Sphere: in.Sphere, IdentifierType: in.IdentifierType, Identifier: in.Identifier, Name: f.Name, NameKey: fold.Key(f.Name),
		Label: f.Label, LabelKey: fold.Key(f.Label), Email: f.Email, Phone: f.Phone, Address1: f.Address1, Address2: f.Address2, Address3: f.Address3,
		Postcode: f.Postcode, Town: f.Town, TownKey: fold.Key(f.Town), Country: f.Country, Vat: f.VAT, Rcs: f.RCS, Activity: found.Activity,
		ActivityList: found.ActivityList, Activity2025: found.Activity2025, Sign: found.Sign, LegalCategory: found.LegalCategory, Verdict: verdict, VerdictReason: found.Reason, VerdictSource: found.Source,
		VerifiedAt: at, ClosedOn: found.ClosedOn, PartialDiffusion: found.Partial, FirstName: f.FirstName, LastName: f.LastName, Pacage: f.PACAGE,
		MandateHolder: f.MandateHolder, MandateFrom: f.MandateFrom, MandateUntil: f.MandateUntil, TechnicalAccount: f.TechnicalAccount,
		Connections: f.Connections, Responsible: first(f.Responsible, "principal"), ResponsibleID: db.OrNull(f.ResponsibleID), Edi: f.EDI,
		CodeRequired: f.CodeRequired, CommitmentRequired: f.CommitmentRequired, CommitmentOrCode: f.CommitmentOrCode,
		PaymentHidden: f.PaymentHidden, Moa: first(f.MOA, "none"), Registration: registration, CreatedAt: at,
	}
}

// Insert writes a structure's row, its labels and its search words. It fails with Invalid where the identifier is taken.
func Insert(ctx context.Context, tx *db.Tx, in Input, found insee.Found) (int64, error) {
	if in.IdentifierType == identifier.Individual {
		number, err := nextIndividual(ctx, tx)
		if err != nil {
			return 0, err
		}
		in.Identifier = number
	}
	return insert(ctx, tx, in.row(tx.At, found), in.Labels)
}

func insert(ctx context.Context, tx *db.Tx, p sqlc.AddStructureParams, labels []string) (int64, error) {
	id, err := tx.AddStructure(ctx, p)
	if column, taken := db.Taken(err); taken && column == "structures.identifier" {
		return 0, fault.Field("identifier", "structure.exists")
	}
	if err != nil {
		return 0, fmt.Errorf("structure: %w", err)
	}
	if err := place.SetLabels(ctx, tx, id, nil, labels); err != nil {
		return 0, err
	}
	return id, reindex(ctx, tx, id)
}

// nextIndividual returns the number of the next particulier: P000001 and on.
func nextIndividual(ctx context.Context, tx *db.Tx) (string, error) {
	last, err := tx.LastIndividual(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("last particulier: %w", err)
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(last, "P")) // none yet: 0
	return fmt.Sprintf("P%06d", n+1), nil
}

// reindex makes a structure findable by the words of its name, sign, label and town, by any part of these and of its identifier, and by the identifiers
// that it had before.
func reindex(ctx context.Context, tx *db.Tx, id int64) error {
	if err := unindex(ctx, tx, id); err != nil {
		return err
	}
	row, err := tx.StructureRow(ctx, id)
	if err != nil {
		return fmt.Errorf("structure %d: %w", id, err)
	}
	former, err := tx.FormerIdentifiersOf(ctx, id)
	if err != nil {
		return fmt.Errorf("former identifiers: %w", err)
	}
	identifiers := []string{row.Identifier}
	for _, f := range former {
		identifiers = append(identifiers, f.Identifier)
	}
	text := SearchTextOf(row.Name, row.Sign, row.Label, row.Town, identifiers...)
	if err := tx.FindableStructure(ctx, sqlc.FindableStructureParams{ID: id, FoundBy: text.All, FoundAs: text.Identity}); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if err := tx.Index(ctx, "structure_search", "words", id, text.Words); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if err := tx.Index(ctx, "structure_parts", "parts", id, text.All); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return nil
}

// SearchText is what searches find a structure by: any part of All; of Identity for one who sees no more of it; the beginnings of Words.
type SearchText struct{ All, Identity, Words string }

// SearchTextOf returns the search text of a record. Identifiers are its own, then those that it had before.
func SearchTextOf(name, sign, label, town string, identifiers ...string) SearchText {
	for i, n := range identifiers {
		identifiers[i] = strings.ToLower(n)
	}
	identity := fold.Index(name) + " " + identifiers[0]
	all := append([]string{identity, fold.Index(sign), fold.Index(label), fold.Index(town)}, identifiers[1:]...)
	return SearchText{strings.Join(all, " "), identity, fold.Index(name + " " + sign + " " + label + " " + town)}
}

func unindex(ctx context.Context, tx *db.Tx, id int64) error {
	for _, table := range []string{"structure_search", "structure_parts"} {
		if err := tx.Unindex(ctx, table, id); err != nil {
			return fmt.Errorf("search: %w", err)
		}
	}
	return nil
}

func byIdentifier(kind, canonical string) sqlc.StructureByIdentifierParams {
	return sqlc.StructureByIdentifierParams{IdentifierType: kind, Identifier: canonical}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
