package structure_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/structure"
)

// TestRelabelIsASaving: a form that was read before labels were added is told of them, and does not write over them.
func TestRelabelIsASaving(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")
	require.NoError(t, w.edit(id, func(f *structure.Fields) { f.Labels = []string{"Artisans"} }))
	form := w.sit(w.admin, id)
	require.NoError(t, w.changes.Run(w.admin, structure.Relabel{Structures: []int64{id}, Add: []string{"Lyon"}}))

	err := w.unchanged(func() error { return form.save(w, form.was.Version, func(f *structure.Fields) { f.Town = "Lyon" }) })

	assert.Equal(t, map[string]string{"labels": "record.changed"}, problems(t, err, fault.Conflict))
	f, _ := fault.As(err)
	assert.Equal(t, "Artisans, Lyon", f.Problems[0].Params["theirs"])
	assert.Greater(t, w.get(id).Version, form.was.Version)
	assert.Equal(t, []string{"Artisans", "Lyon"}, w.get(id).Labels)
}

// TestRelabelRefusesTooMany: a structure bears no more labels than the form lets it, and where one would, none is labelled.
func TestRelabelRefusesTooMany(t *testing.T) {
	w := newWorld(t)
	few, full := w.pending("UN", ""), w.pending("DEUX", "")
	names := []string{}
	for i := range 20 {
		names = append(names, fmt.Sprint("Groupe ", 10+i))
	}
	label := func(add, remove string) error {
		return w.changes.Run(w.admin, structure.Relabel{Structures: []int64{few, full}, Add: []string{add}, Remove: []string{remove}})
	}
	require.NoError(t, w.edit(full, func(f *structure.Fields) { f.Labels = names }))

	err := w.unchanged(func() error { return label("Lyon", "") })

	assert.Equal(t, map[string]string{"labels": "structure.labels.many"}, problems(t, err, fault.Invalid))
	require.NoError(t, label(names[0], ""), "borne already")
	require.NoError(t, label("Lyon", names[1]), "one for another")
	assert.Len(t, w.get(full).Labels, 20)
}

// TestRelabelIsToldWhole: the journal tells the labels of before and after.
func TestRelabelIsToldWhole(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "")
	require.NoError(t, w.edit(id, func(f *structure.Fields) { f.Labels = []string{"Artisans", "Lyon"} }))

	require.NoError(t, w.changes.Run(w.admin, structure.Relabel{Structures: []int64{id}, Add: []string{"Paie"}, Remove: []string{"artisans"}}))

	var action, field, value string
	require.NoError(t, w.raw.QueryRow(`SELECT j.action, v.field, v.value FROM journal j JOIN journal_values v ON v.seq = j.seq
		ORDER BY j.seq DESC LIMIT 1`).Scan(&action, &field, &value))
	assert.Equal(t, "structure.labelled", action)
	assert.Equal(t, "labels", field)
	assert.Equal(t, "Artisans, Lyon → Lyon, Paie", value)
}

// TestRelabelOfNothing: labels that are borne already, or taken away from who does not bear them, are no act.
func TestRelabelOfNothing(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "")
	require.NoError(t, w.edit(id, func(f *structure.Fields) { f.Labels = []string{"Artisans"} }))

	err := w.unchanged(func() error {
		require.NoError(t, w.changes.Run(w.admin, structure.Relabel{Structures: []int64{id}, Add: []string{"artisans"}, Remove: []string{"Lyon"}}))
		return fault.New(fault.Refused, "x")
	})

	assert.True(t, fault.Is(err, fault.Refused))
}
