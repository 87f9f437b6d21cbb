package structure

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/field"
	"habilis/internal/fold"
	"habilis/internal/journal"
	"habilis/internal/place"
	"habilis/internal/right"
)

// Labels lists the labels in use, to choose among. It asks structure.view somewhere.
func (s *Service) Labels(ctx context.Context) ([]string, error) {
	list := []string{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, right.StructureView)
		if err != nil {
			return err
		}
		sight := actor.Rights.See(right.StructureView, tx.At)
		if !sight.Everywhere {
			seen, err := tx.LabelsIn(ctx, db.List(sight.Structures))
			list = append(list, seen...)
			return err
		}
		rows, err := tx.AllLabels(ctx)
		for _, r := range rows {
			list = append(list, r.Name)
		}
		return err
	})
	return list, err
}

// Relabel adds labels to structures, or takes them away, all or none.
type Relabel struct {
	Structures []int64  `json:"structures"`
	Add        []string `json:"add"`
	Remove     []string `json:"remove"`
}

// Kind names the change.
func (c Relabel) Kind() string { return "structure.label" }

// Need is structure.edit on each structure.
func (c Relabel) Need(context.Context, *db.Tx) ([]access.Need, error) {
	needs := []access.Need{}
	for _, id := range c.Structures {
		needs = append(needs, access.Need{Permission: right.StructureEdit, Scope: right.Structure(id)})
	}
	return needs, nil
}

// Check tells of labels that cannot be.
func (c Relabel) Check(context.Context, *change.Work) error {
	var l fault.List
	c.added(&l)
	if err := l.Err(); err != nil {
		return err
	}
	for _, name := range c.Remove {
		if len(c.Remove) > 100 || len(name) > 200 {
			return fault.New(fault.Protocol, "message.too_large")
		}
	}
	return nil
}

// added returns the labels to add, normalized.
func (c Relabel) added(l *fault.List) []string {
	f := Fields{Labels: c.Add}
	f.checkLabels(l)
	return f.Labels
}

// Apply writes the labels of each structure. It fails with Invalid where one would have too many.
func (c Relabel) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	tx, add := w.Tx, c.added(&fault.List{})
	for _, id := range c.Structures {
		had, err := place.LabelsOf(ctx, tx, id)
		if err != nil {
			return none, err
		}
		added := slices.DeleteFunc(slices.Clone(add), func(name string) bool {
			return slices.ContainsFunc(had, func(h string) bool { return fold.Key(h) == fold.Key(name) })
		})
		wanted := slices.DeleteFunc(append(slices.Clone(had), added...), func(name string) bool {
			return slices.ContainsFunc(c.Remove, func(r string) bool { return fold.Key(r) == fold.Key(name) })
		})
		if slices.Equal(had, wanted) {
			continue
		}
		if len(wanted) > mostLabels {
			return none, fault.Field("labels", "structure.labels.many", "max", fmt.Sprint(mostLabels))
		}
		if err := place.SetLabels(ctx, tx, id, had, wanted); err != nil {
			return none, err
		}
		if err := tx.TouchStructure(ctx, id); err != nil {
			return none, fmt.Errorf("structure: %w", err)
		}
		fields, values := field.Changed(map[string]string{"labels": strings.Join(had, ", ")}, map[string]string{"labels": strings.Join(wanted, ", ")})
		if err := journal.Record(ctx, tx, w.Actor, journal.Entry{
			Action: "structure.labelled", Kind: "structure", Object: id, Structure: id, Details: map[string]string{"fields": strings.Join(fields, " ")}, Values: values,
		}); err != nil {
			return none, err
		}
	}
	return none, nil
}
