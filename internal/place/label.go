package place

import (
	"context"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/fold"
)

// LabelsOf lists the labels of a structure.
func LabelsOf(ctx context.Context, tx *db.Tx, id int64) ([]string, error) {
	rows, err := tx.LabelsOf(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	list := make([]string, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.Name)
	}
	return list, nil
}

// SetLabels makes the labels of a structure those wanted; one that nothing bears any more is forgotten.
func SetLabels(ctx context.Context, tx *db.Tx, id int64, had, wanted []string) error {
	removed := false
	for _, name := range had {
		if slices.Contains(wanted, name) {
			continue
		}
		label, err := tx.Label(ctx, sqlc.LabelParams{Name: name, NameKey: fold.Key(name)})
		if err != nil {
			return fmt.Errorf("label: %w", err)
		}
		if err := tx.RemoveStructureLabel(ctx, sqlc.RemoveStructureLabelParams{LabelID: label, StructureID: id}); err != nil {
			return fmt.Errorf("label: %w", err)
		}
		removed = true
	}
	for _, name := range wanted {
		label, err := tx.Label(ctx, sqlc.LabelParams{Name: name, NameKey: fold.Key(name)})
		if err != nil {
			return fmt.Errorf("label: %w", err)
		}
		if err := tx.AddStructureLabel(ctx, sqlc.AddStructureLabelParams{LabelID: label, StructureID: id}); err != nil {
			return fmt.Errorf("label: %w", err)
		}
	}
	if !removed {
		return nil
	}
	if err := tx.RemoveUnusedLabels(ctx); err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	return nil
}
