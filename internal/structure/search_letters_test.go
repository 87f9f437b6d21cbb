package structure_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/directory"
	"habilis/internal/list"
	"habilis/internal/structure"
)

// named makes a structure of a name, label and town.
func (w *world) named(n int, name, label, town string) int64 {
	w.t.Helper()
	return w.create(structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("NOM-", n), Fields: structure.Fields{Name: name, Label: label, Town: town}})
}

// found returns the ids that a search lists, and checks that count and export say the same.
func (w *world) found(ctx context.Context, search string) []int64 {
	w.t.Helper()
	q := directory.Wanted{Query: list.Query{Search: search}}
	got, err := directory.NewService(w.d).List(ctx, q)
	require.NoError(w.t, err, "%q", search)
	ids := []int64{}
	for _, r := range got.Rows {
		ids = append(ids, r.ID)
	}
	total, err := directory.NewService(w.d).Count(ctx, q)
	require.NoError(w.t, err, "%q", search)
	assert.EqualValues(w.t, len(ids), total.N, "the count of %q", search)
	var out bytes.Buffer
	require.NoError(w.t, directory.NewService(w.d).Write(ctx, directory.Export{
		Wanted: q, Format: "csv", Title: "T", Columns: []list.Column{{Key: "name", Title: "Nom"}, {Key: "town", Title: "Ville"}},
	}, &out))
	c := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff")))
	c.Comma = ';'
	rows, err := c.ReadAll()
	require.NoError(w.t, err)
	assert.Len(w.t, rows, len(ids)+1, "the export of %q", search)
	slices.Sort(ids)
	return ids
}

// apostrophes are how people write the one of O’Neil.
var apostrophes = []string{"’", "'", "\u02bc", "‘", "`", "´", "\u2032", "\uff07", "\u02b9", "ʻ"}

// TestListFindsAcrossApostrophes: « oneil » finds O’Neil, and « o’neil » whatever the apostrophe; the part after it still finds.
func TestListFindsAcrossApostrophes(t *testing.T) {
	w := newWorld(t)
	var neils, loreals, iles []int64
	for i, a := range apostrophes {
		neils = append(neils, w.named(3*i, "Garage O"+a+"Neil", "", ""))
		loreals = append(loreals, w.named(3*i+1, "Institut", "L"+a+"Oréal", ""))
		iles = append(iles, w.named(3*i+2, "Mairie", "", "L"+a+"Île-d"+a+"Yeu"))
	}
	w.named(900, "Neilson", "Réal", "Île")
	w.named(901, "Autre", "Chose", "Ailleurs")
	searches := map[string][]int64{"oneil": neils, "ONEIL": neils, "garage oneil": neils, "loreal": loreals, "lîle": iles, "lile dyeu": iles, "dyeu": iles}
	for _, a := range apostrophes {
		searches["o"+a+"neil"], searches["L"+a+"Oréal"], searches["d"+a+"yeu"] = neils, loreals, iles
	}
	for search, want := range searches {
		t.Run(search, func(t *testing.T) { assert.Equal(t, want, w.found(w.admin, search), "%q", search) })
	}
	assert.Subset(t, w.found(w.admin, "neil"), neils, "the part after it")
	assert.Subset(t, w.found(w.admin, "oréal"), loreals)
	assert.Subset(t, w.found(w.admin, "yeu"), iles)
}

// TestListFindsEveryLetter: whatever stands in a letter, it is found without it, with it, and in its order.
func TestListFindsEveryLetter(t *testing.T) {
	w := newWorld(t)
	for i, x := range []struct {
		name     string
		searches []string
	}{
		{"Łódzka Spółka", []string{"lodzka", "łódzka", "ŁÓDZKA", "spolka"}},
		{"Ørsted", []string{"orsted", "ørsted", "ØRSTED"}},
		{"Đurić", []string{"duric", "đurić", "DURIĆ"}}, {"Ħamrun", []string{"hamrun", "ħamrun"}},
		{"Ŧallet", []string{"tallet", "ŧallet"}},
		{"Kıraç", []string{"kirac", "kıraç", "KIRAÇ"}},
		{"Færøyene", []string{"faeroyene", "færøyene", "FÆRØYENE"}},
		{"Œnologie", []string{"oenologie", "œnologie"}},
		{"Weißbier", []string{"weissbier", "weißbier", "WEIẞBIER"}}, {"Ŋaro", []string{"naro", "ŋaro"}},
		{"Þingvellir", []string{"thingvellir", "þingvellir"}},
		{"Guðrun", []string{"gudrun", "guðrun"}}, {"Ŀlull", []string{"lull"}},
		{"Ɓamako", []string{"bamako", "ɓamako"}}, {"Ƙano", []string{"kano", "ƙano"}},
		{"Ɖogbo", []string{"dogbo", "ɖogbo"}}, {"Ngọc Đường", []string{"ngoc duong", "ngọc đường"}},
	} {
		for where := range 3 {
			texts := [3]string{}
			texts[where] = x.name
			id := w.named(10*i+where, "Maison "+texts[0], texts[1], texts[2])
			for _, search := range x.searches {
				assert.Contains(t, w.found(w.admin, search), id, "%s by %q, place %d", x.name, search, where)
			}
		}
	}
}

// TestListOrdersEveryLetter: names, labels and towns stand in the order of their letters.
func TestListOrdersEveryLetter(t *testing.T) {
	w := newWorld(t)
	want := []string{"Aerobic", "Ærø", "Aerzen", "Danemark", "Đakovo", "Dalida", "Hamac", "Ħamrun", "Hamster", "Lodève", "Łódź", "Loge", "Orsay", "Ørsted", "Ortie", "Weimar", "Weißbier", "Weistroffer"}
	slices.SortFunc(want, func(a, b string) int { return strings.Compare(plainOf(a), plainOf(b)) })
	for i, name := range want {
		j := (i*7 + 3) % len(want)
		_ = name
		w.named(i, want[j], want[j], want[j])
	}
	for order, text := range map[string]func(r directory.Row) string{
		"name":  func(r directory.Row) string { return r.Name },
		"label": func(r directory.Row) string { return r.Label },
		"town":  func(r directory.Row) string { return r.Town },
	} {
		got, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: list.Query{Order: order}})
		require.NoError(t, err)
		var list []string
		for _, r := range got.Rows {
			list = append(list, text(r))
		}
		assert.Equal(t, want, list, order)
	}
}

// plainOf writes the letters of TestListOrdersEveryLetter as they are ordered.
func plainOf(s string) string {
	return strings.ToLower(strings.NewReplacer("Æ", "AE", "ø", "o", "Đ", "D", "Ħ", "H", "Ł", "L", "ó", "o", "ź", "z", "Ø", "O", "è", "e", "ß", "ss").Replace(s))
}

// TestListFindsNothingByNothing: a search that holds no letter or digit finds nothing, never everything; spaces alone are no search.
func TestListFindsNothingByNothing(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		w.named(i, "Maison", "L", "Lyon")
	}
	for _, search := range []string{"’", "!?", "—", "…", "@", "★", "()", "\u200b", "\u2800", "\u3164", "\ufe0f", "\u0301", "\u00ad", "& -", "'", "%", "*", "_", "\"", "´", "+"} {
		assert.Empty(t, w.found(w.admin, search), "%q", search)
		for _, order := range []string{"name", "identifier", "town", "label", "created"} {
			for _, desc := range []bool{false, true} {
				got, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: list.Query{Search: search, Order: order, Desc: desc}, State: "active"})
				require.NoError(t, err)
				assert.Empty(t, got.Rows, "%q by %s", search, order)
			}
		}
	}
	assert.Len(t, w.found(w.admin, "  "), 3)
	assert.Len(t, w.found(w.admin, ""), 3)
}

// TestListFindsByFormerIdentifier: a provisional identifier finds its structure after the SIRET came, whole or in part, and after other changes.
func TestListFindsByFormerIdentifier(t *testing.T) {
	w := newWorld(t)
	for i, former := range []string{"PROV-2026-A1", "ATTENTE7", "2026-0042", "77001234", "ATT-12"} {
		id := w.pending(former, "private")
		other := w.pending(fmt.Sprint("AUTRE-", i), "private")
		number := siret(700 + i)
		w.registry.says(number, active("Boulangerie"))
		_, err := w.identifies(w.admin, structure.Identify{ID: id, SIRET: number})
		require.NoError(t, err)

		searches := []string{former, strings.ToLower(former), former[:4], " " + former + " "}
		for _, search := range searches {
			t.Run(former+"/"+search, func(t *testing.T) {
				got := w.found(w.admin, search)
				assert.Contains(t, got, id, "%q", search)
				assert.NotContains(t, got, other)
			})
		}
		s := w.get(id)
		edited := s.Fields
		edited.Label = "Nouveau"
		require.NoError(t, w.changes.Run(w.admin, structure.Edit{ID: id, Version: s.Version, Mine: edited, Base: s.Fields}))
		assert.Contains(t, w.found(w.admin, former), id, "after an edit")
		assert.Contains(t, w.found(w.admin, number), id, "by its own")
	}
}

// TestListHidesFormerIdentifiers: of a structure seen through a department only, nothing is found by what it was called before.
func TestListHidesFormerIdentifiers(t *testing.T) {
	w := newWorld(t)
	id := w.pending("PROV-2026-A1", "local")
	d := w.department(id, "RH")
	_, guest := w.person("external", "visiteur", id, d, consult)
	w.registry.says(siret(700), active("Mairie"))
	_, err := w.identifies(w.admin, structure.Identify{ID: id, SIRET: siret(700)})
	require.NoError(t, err)

	require.Equal(t, []int64{id}, w.found(guest, siret(700)), "seen by its own")
	assert.Empty(t, w.found(guest, "PROV-2026-A1"))
	assert.Empty(t, w.found(guest, "PROV"))
}

// TestListFindsByWholeIdentifier: a provisional identifier typed whole finds its structure, however short its parts.
func TestListFindsByWholeIdentifier(t *testing.T) {
	w := newWorld(t)
	for _, number := range []string{"PROV-2026-A1", "X-Y-Z", "AB-12", "A", "7", "12-3", "Q1", "-1-"} {
		id := w.pending(number, "private")
		for _, search := range []string{number, strings.ToLower(number)} {
			assert.Contains(t, w.found(w.admin, search), id, "%q", search)
		}
	}
}
