package flow_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/flow"
	"habilis/internal/list"
	"habilis/internal/people"
)

// named adds a user of a name.
func (w *world) named(n int, first, last string) int64 {
	w.t.Helper()
	c := &flow.AddPerson{Identity: people.Identity{Email: fmt.Sprintf("n%d@exemple.example", n), FirstName: first, LastName: last, Kind: "internal"}}
	return w.make(c)
}

func (w *world) foundUsers(q list.Query) []int64 {
	w.t.Helper()
	got, err := people.NewService(w.d).List(w.admin, people.Query{Query: q, Filter: "all"})
	require.NoError(w.t, err, "%q", q.Search)
	list := userIDs(got)
	slices.Sort(list)
	return list
}

// TestListUsersAcrossApostrophes: « oneil » finds O’Neil, and « o’neil » whatever the apostrophe; the part after it still finds.
func TestListUsersAcrossApostrophes(t *testing.T) {
	w := newWorld(t)
	all := []string{"’", "'", "\u02bc", "‘", "`", "´", "\u2032", "\uff07"}
	var last, first []int64
	for i, a := range all {
		last = append(last, w.named(2*i, "Jo", "O"+a+"Neil"))
		first = append(first, w.named(2*i+1, "N"+a+"Diaye", "Sy"))
	}
	w.named(900, "Neil", "Diay")
	searches := map[string][]int64{"oneil": last, "ONEIL": last, "jo oneil": last, "ndiaye": first, "sy ndiaye": first, "onei": last}
	for _, a := range all {
		searches["o"+a+"neil"], searches["N"+a+"Diaye"] = last, first
	}
	for search, want := range searches {
		t.Run(search, func(t *testing.T) { assert.Equal(t, want, w.foundUsers(list.Query{Search: search}), "%q", search) })
	}
	assert.Subset(t, w.foundUsers(list.Query{Search: "neil"}), last)
	assert.Subset(t, w.foundUsers(list.Query{Search: "diaye"}), first)
}

// TestListUsersByEveryLetter: whatever stands in a letter, it is found without it and with it, and stands in its order.
func TestListUsersByEveryLetter(t *testing.T) {
	w := newWorld(t)
	names := []string{"Ærø", "Aerts", "Aerz", "Dupa", "Đurić", "Duro", "Hama", "Ħamrun", "Hamz", "Isa", "Işık", "Isz", "Loc", "Łódź", "Log", "Ora", "Østergård", "Otto", "Tha", "Þór", "Thz"}
	ids := map[string]int64{}
	for i := range names {
		j := (i*5 + 2) % len(names)
		ids[names[j]] = w.named(i, "Jo", names[j])
	}
	require.Len(t, ids, len(names))
	for search, name := range map[string]string{
		"aero": "Ærø", "ærø": "Ærø", "duric": "Đurić", "ĐURIĆ": "Đurić", "hamrun": "Ħamrun", "isik": "Işık",
		"IŞIK": "Işık", "lodz": "Łódź", "łódź": "Łódź",
		"ostergard": "Østergård", "østergård": "Østergård", "thor": "Þór", "þór": "Þór",
	} {
		assert.Contains(t, w.foundUsers(list.Query{Search: search}), ids[name], "%s by %q", name, search)
	}
	got, err := people.NewService(w.d).List(w.admin, people.Query{Query: list.Query{Order: "name"}, Filter: "internal"})
	require.NoError(t, err)
	var order []string
	for _, r := range got.Rows {
		if r.LastName != "Patron" {
			order = append(order, r.LastName)
		}
	}
	assert.Equal(t, names, order)
}

// TestListUsersByNothing: a search that holds no letter or digit finds nobody, never everybody; spaces alone are no search.
func TestListUsersByNothing(t *testing.T) {
	w := newWorld(t)
	for i := range 3 {
		w.named(i, "Jo", "Durand")
	}
	for _, search := range []string{"’", "!?", "—", "…", "@", "★", "()", "\u200b", "\u2800", "\u3164", "\ufe0f", "\u0301", "& -", "'", "%", "*", "\"", "´", "@@", "<>"} {
		for _, order := range []string{"", "name", "email", "created"} {
			for _, desc := range []bool{false, true} {
				assert.Empty(t, w.foundUsers(list.Query{Search: search, Order: order, Desc: desc}), "%q by %q", search, order)
			}
		}
	}
	assert.Len(t, w.foundUsers(list.Query{Search: " "}), 4)
}
