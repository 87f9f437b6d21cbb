package structure

import (
	"context"
	"fmt"
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
	"habilis/internal/period"
	"habilis/internal/uid"
)

// Input is what a form gives of a new structure. Name and address are taken from the register where it knows them.
type Input struct {
	IdentifierType string `json:"identifierType"`
	Identifier     string `json:"identifier"`
	Sphere         string `json:"sphere"`
	Name           string `json:"name"`
	Label          string `json:"label"`
	Email          string `json:"email"`
	Phone          string `json:"phone"`
}

func (in *Input) normalize() {
	trim(&in.Name, &in.Label, &in.Email, &in.Phone)
	if in.Sphere == "" {
		in.Sphere = "private"
	}
}

func (in *Input) validate(nameKnown bool) error {
	var l fault.List
	if in.IdentifierType == "" {
		l.Add("identifierType", "structure.type.empty")
		if strings.TrimSpace(in.Identifier) == "" {
			l.Add("identifier", "identifier.empty")
		}
	} else if in.IdentifierType != identifier.SIRET {
		l.Add("identifierType", "structure.type.unknown")
	} else if canonical, err := identifier.Parse(in.IdentifierType, in.Identifier); err != nil {
		f, _ := fault.As(err)
		l.Add("identifier", f.Problems[0].Key)
	} else {
		in.Identifier = canonical
	}
	if in.Name == "" && !nameKnown {
		l.Add("name", "structure.name.empty")
	}
	if in.Sphere != "private" && in.Sphere != "state" && in.Sphere != "local" {
		l.Add("sphere", "structure.sphere.unknown")
	}
	text(&l, "name", in.Name, 200)
	text(&l, "label", in.Label, 100)
	text(&l, "phone", in.Phone, 20)
	email(&l, "email", in.Email)
	return l.Err()
}

// Create makes a structure; its creator is attached to it and becomes its principal manager, in the same change. Found is what the
// register said, looked up in Go.
type Create struct {
	Input
	Found   insee.Found `json:"found"`
	Created int64       `json:"-"` // its id, once applied
}

var _ change.Change = (*Create)(nil)

// Creation checks an input, asks the register, and gives the change that creates the structure. It fails with Invalid, all problems at
// once; a SIRET closed at INSEE or unknown to Sirene is refused.
func (s *Service) Creation(ctx context.Context, in Input) (*Create, error) {
	return s.CreationWith(ctx, in, s.registry(ctx))
}

// CreationWith is Creation with a register that the firm is only about to allow.
func (s *Service) CreationWith(ctx context.Context, in Input, registry insee.Registry) (*Create, error) {
	in.normalize()
	canonical, err := identifier.Parse(in.IdentifierType, in.Identifier)
	if err != nil {
		return nil, in.validate(false)
	}
	found := s.verify(ctx, canonical, registry)
	if err := refusal(found); err != nil {
		return nil, err
	}
	if err := in.validate(found.Name != ""); err != nil {
		return nil, err
	}
	return &Create{Input: in, Found: found}, nil
}

// Kind names the change.
func (c *Create) Kind() string { return "structure.create" }

// Need is structure.create, on some scope.
func (c *Create) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: access.StructureCreate, Anywhere: true}}, nil
}

// Apply writes the structure, its state, its creator's membership and his period as principal manager.
func (c *Create) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	line, err := journal.Next(ctx, tx)
	if err != nil {
		return err
	}
	id, err := Insert(ctx, tx, c.Input, c.Found)
	if err != nil {
		return err
	}
	c.Created = id
	now, by := period.Span{From: tx.At, Until: period.Open}, access.By{Line: line}
	if _, err := access.OpenStructureState(ctx, tx, id, true, now, by); err != nil {
		return err
	}
	if _, err := access.OpenMembership(ctx, tx, actor.User, access.Structure(id), now, by); err != nil {
		return err
	}
	if _, err := access.OpenPrincipal(ctx, tx, actor.User, id, "created", now, by); err != nil {
		return err
	}
	return journal.Record(ctx, tx, actor, journal.Entry{
		Action: "structure.created", Kind: "structure", Object: id, Structure: id, Person: actor.User,
		Details: map[string]string{"verdict": string(c.Found.Verdict), "type": c.IdentifierType},
		Values:  map[string]string{"identifier": c.Identifier, "name": first(c.Found.Name, c.Name)},
	})
}

// Insert writes a structure's row and its search words. It fails with Invalid where the identifier is taken.
func Insert(ctx context.Context, tx *db.Tx, in Input, found insee.Found) (int64, error) {
	name := first(found.Name, in.Name)
	vat := ""
	if in.IdentifierType == identifier.SIRET {
		vat = identifier.VATOf(in.Identifier[:9])
	}
	id, err := tx.AddStructure(ctx, sqlc.AddStructureParams{
		Uid: uid.New(), Sphere: in.Sphere, IdentifierType: in.IdentifierType, Identifier: in.Identifier, Name: name, NameKey: fold.Key(name),
		Label: in.Label, Email: in.Email, Phone: in.Phone, Address1: found.Address1, Address2: found.Address2, Postcode: found.Postcode,
		Town: found.Town, TownKey: fold.Key(found.Town), Country: "FR", Vat: vat, Activity: found.Activity, ActivityList: found.ActivityList,
		LegalCategory: found.LegalCategory, Verdict: string(found.Verdict), VerdictReason: found.Reason, VerdictSource: found.Source,
		VerifiedAt: tx.At, ClosedOn: found.ClosedOn, PartialDiffusion: flag(found.Partial), CreatedAt: tx.At,
	})
	if column, taken := db.Taken(err); taken && column == "structures.identifier" {
		return 0, fault.Field("identifier", "structure.exists")
	}
	if err != nil {
		return 0, fmt.Errorf("structure: %w", err)
	}
	return id, Index(ctx, tx, id, name, in.Label, found.Town)
}

// Index makes a structure findable by the first letters of each word of its name, label and town.
func Index(ctx context.Context, tx *db.Tx, id int64, texts ...string) error {
	return tx.Exec(ctx, "INSERT INTO structure_search (rowid, words) VALUES (?, ?)", id, fold.Key(strings.Join(texts, " ")))
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

func flag(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
