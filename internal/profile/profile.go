package profile

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
	"habilis/internal/journal"
	"habilis/internal/right"
)

// Service reads profiles.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }

// Cell is one permission of a profile: no, all, own, option or option-own.
type Cell struct {
	Permission string `json:"permission"`
	Module     string `json:"module"`
	Acts       string `json:"acts"` // habilis, coming or portal
	Value      string `json:"value"`
}

// Profile is a profile as the pages show it, with what it contains now.
type Profile struct {
	ID       int64    `json:"id"`
	Family   string   `json:"family"`
	InUse    bool     `json:"inUse"`
	Key      string   `json:"key"`
	Name     string   `json:"name"`
	Audience string   `json:"audience"`
	AtFirm   bool     `json:"atFirm"`  // it may be given at the firm
	Spheres  []string `json:"spheres"` // the structures in which it may be given
	Fixed    bool     `json:"fixed"`
	Boxes    []string `json:"boxes"`
	Cells    []Cell   `json:"cells"` // what it does not contain is left out
}

// List returns every profile, by family and in the order of its table, to anyone signed in: what a profile contains is no secret, who holds
// it is.
func (s *Service) List(ctx context.Context) ([]Profile, error) {
	list := []Profile{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Who(ctx, tx); err != nil {
			return err
		}
		all, err := access.LoadProfiles(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range all {
			list = append(list, shown(p, tx.At))
		}
		slices.SortFunc(list, func(a, b Profile) int { return int(a.ID - b.ID) })
		return nil
	})
	return list, err
}

// Use says which families the firm follows the rights of; Habilis always is. What is no longer used keeps its grants, and offers no more.
type Use struct {
	Families []string `json:"families"`
}

// Kinds lists the changes of profiles.
func Kinds() []change.Kind { return []change.Kind{change.Of[Use](change.Form, nil)} }

// Kind names the change.
func (c Use) Kind() string { return "firm.use_families" }

// Need is firm.admin.
func (c Use) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.FirmAdmin, Scope: right.Firm}}, nil
}

// Check tells of an unknown family.
func (c Use) Check(context.Context, *change.Work) error {
	for _, f := range c.Families {
		if !slices.Contains(Families(), f) {
			return fault.Field("families", "family.unknown")
		}
	}
	return nil
}

// Apply writes which are in use.
func (c Use) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	for _, f := range Families()[1:] {
		if err := w.UseFamily(ctx, sqlc.UseFamilyParams{Key: f, InUse: slices.Contains(c.Families, f)}); err != nil {
			return none, fmt.Errorf("family %s: %w", f, err)
		}
	}
	w.Mark(db.Profiles)
	return none, w.Record(ctx, journal.Entry{
		Action: "firm.families", Kind: "firm", Object: 1, Details: map[string]string{"families": strings.Join(c.Families, " ")},
	})
}

func shown(p *right.Profile, at int64) Profile {
	out := Profile{ID: p.ID, Family: p.Family, InUse: p.InUse, Key: p.Key, Name: p.Name, Audience: p.Audience, Fixed: p.Fixed, Boxes: []string{}, Cells: []Cell{}}
	out.AtFirm, out.Spheres = p.Fits(right.Firm, ""), []string{}
	for _, sphere := range []string{"private", "state", "local", "platform"} {
		if p.Fits(right.Structure(1), sphere) {
			out.Spheres = append(out.Spheres, sphere)
		}
	}
	c := p.Content(at)
	if c == nil {
		return out
	}
	for _, box := range c.Boxes() {
		out.Boxes = append(out.Boxes, box.String())
	}
	for _, q := range right.All() {
		if v := c.Value(q); v != "no" {
			out.Cells = append(out.Cells, Cell{q.String(), q.Module(), q.Acts(), v})
		}
	}
	return out
}
