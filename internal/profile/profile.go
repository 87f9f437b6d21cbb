package profile

import (
	"context"
	"slices"

	"habilis/db"
	"habilis/internal/access"
)

// Service reads profiles.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }

// Cell is one permission of a profile: no, all, own, option or option-own.
type Cell struct {
	Permission string `json:"permission"`
	Module     string `json:"module"`
	Acts       string `json:"acts"` // habilis or portal
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
	Fixed    bool     `json:"fixed"`
	Boxes    []string `json:"boxes"`
	Cells    []Cell   `json:"cells"` // what it does not contain is left out
}

// List gives every profile, by family and in the order of its table, to anyone signed in: what a profile contains is no secret, who holds
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

func shown(p *access.Profile, at int64) Profile {
	out := Profile{ID: p.ID, Family: p.Family, InUse: p.InUse, Key: p.Key, Name: p.Name, Audience: p.Audience, Fixed: p.Fixed, Boxes: []string{}, Cells: []Cell{}}
	c := p.Content(at)
	if c == nil {
		return out
	}
	for _, box := range c.Boxes() {
		out.Boxes = append(out.Boxes, box.String())
	}
	for _, q := range access.All() {
		if v := c.Value(q); v != "no" {
			acts := "portal"
			if q.Enforced() {
				acts = "habilis"
			}
			out.Cells = append(out.Cells, Cell{q.String(), q.Module(), acts, v})
		}
	}
	return out
}
