package structure_test

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/directory"
	"habilis/internal/insee"
	"habilis/internal/ledger"
	"habilis/internal/list"
	"habilis/internal/structure"
)

// newMetropolis is a city of thousands of structures. Their manager is not the one who asks: what they see costs what they are attached to.
func newMetropolis(t *testing.T, seed int64, size int) *city {
	t.Helper()
	c := &city{world: newWorld(t)}
	manager, _ := c.person("internal", "gerant", 0, 0)
	r := rand.New(rand.NewSource(seed))
	pick := func(list []word) word { return list[r.Intn(len(list))] }
	require.NoError(t, c.d.Write(context.Background(), func(tx *db.Tx) error {
		for i := range size {
			l := c.draw(r, i, pick)
			l.cancelled = false
			found := insee.Found{}
			if l.verdict != "none" {
				found = insee.Found{Verdict: insee.Verdict(l.verdict), Source: insee.SourceAnnuaire, Name: l.name.shown, Town: l.town.shown}
			}
			var err error
			if l.id, err = structure.Insert(context.Background(), tx, structure.Input{IdentifierType: l.kind, Identifier: l.number, Sphere: l.sphere, Fields: structure.Fields{
				Name: l.name.shown, Label: l.label.shown, Town: l.town.shown, Labels: l.tags, Country: "FR",
			}}, found); err != nil {
				return err
			}
			if _, err := ledger.OpenStructureState(context.Background(), tx, l.id, l.active, forever(tx), ledger.By{Line: 1}); err != nil {
				return err
			}
			if l.managed {
				if _, err := ledger.OpenPrincipal(context.Background(), tx, manager, l.id, "setup", forever(tx), ledger.By{Line: 1}); err != nil {
					return err
				}
			}
			c.lines = append(c.lines, l)
		}
		return nil
	}))
	return c
}

// TestListOfMany is TestListHoldsWhatMatches where filters let so many rows through that a page is looked for along the index of its order, and
// where a search finds more than are counted.
func TestListOfMany(t *testing.T) {
	if testing.Short() {
		t.Skip("it fills a file with thousands of structures")
	}
	const countable = 1000 // how far a search is counted
	c := newMetropolis(t, 61, 4000)
	r := rand.New(rand.NewSource(62))
	many, more := 0, 0
	for range 150 {
		q, words := c.ask(r)
		if r.Intn(2) == 0 { // one filter or two that let many through
			order, desc := q.Order, q.Desc
			q, words = directory.Wanted{Query: list.Query{Order: order, Desc: desc}, State: "active"}, nil
			if r.Intn(2) == 0 {
				q.State, q.Sphere = "", "private"
			}
			if r.Intn(3) == 0 {
				q.Type = "siret"
			}
		}
		what := fmt.Sprintf("%+v, words %q", q, words)
		want := []int64{}
		for _, l := range c.lines {
			if l.matches(q, words) {
				want = append(want, l.id)
			}
		}

		rows := c.through(c.admin, q)

		got := idsOf(rows)
		slices.Sort(got)
		require.Equal(t, want, got, what)
		if q.Search == "" {
			c.ordered(q, rows)
		}
		total, err := directory.NewService(c.d).Count(c.admin, q)
		require.NoError(t, err, what)
		if q.Search != "" && len(want) > countable {
			require.Equal(t, list.Total{N: countable, More: true}, total, what)
			more++
		} else {
			require.Equal(t, list.Total{N: int64(len(want))}, total, what)
		}
		if len(want) > 1000 {
			many++
		}
	}
	assert.Greater(t, many, 20)
	t.Logf("%d lists of more than a thousand, %d counts cut short", many, more)
}

// TestExportOfADigitSearchIsTheList: as TestExportOfASearchIsTheList: what begins with the digits typed comes first, in the export too.
func TestExportOfADigitSearchIsTheList(t *testing.T) {
	w := newWorld(t)
	for _, number := range []string{"999123001", "123456001", "888123002", "123999001", "101123001"} {
		w.create(structure.Input{IdentifierType: "ridet", Identifier: number, Fields: structure.Fields{Name: "Maison"}})
	}
	for _, q := range []directory.Wanted{{Query: list.Query{Search: "123"}}, {Query: list.Query{Search: "12"}}, {Query: list.Query{Search: "123", Order: "name"}}} {
		var want, got []string
		for _, row := range w.through(w.admin, q) {
			want = append(want, strings.ReplaceAll(row.Identifier, "\u00a0", ""))
		}
		for _, cells := range w.written(w.admin, export(q, "csv")) {
			got = append(got, cells[0])
		}
		assert.Equal(t, want, got, "%+v", q.Query)
	}
}
