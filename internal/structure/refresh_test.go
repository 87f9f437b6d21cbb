package structure_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/insee"
	"habilis/internal/list"
	"habilis/internal/register"
	"habilis/internal/structure"
)

// registered makes a structure with a SIRET as the register describes it, and lets the register describe it otherwise from now on.
func (w *world) registered(n int, was, is insee.Found) int64 {
	w.t.Helper()
	w.registry.says(siret(n), was)
	id := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(n), Fields: structure.Fields{Name: "Tapé", Label: "L"}})
	w.pass(time.Hour)
	w.registry.says(siret(n), is)
	return id
}

// moved is another answer of the register about the same firm.
func moved() insee.Found {
	f := active("Nouveau nom")
	f.Address1, f.Address2, f.Postcode, f.Town, f.Activity, f.ActivityList, f.LegalCategory = "8 avenue Foch", "", "13001", "Marseille", "62.01Z", "NAF2025", "5499"
	return f
}

func (w *world) compare(id int64) structure.Comparison {
	w.t.Helper()
	c, err := w.structures.Compare(w.admin, id)
	require.NoError(w.t, err)
	return c
}

func TestCompare(t *testing.T) {
	w := newWorld(t)
	id := w.registered(1, active("Ancien nom"), moved())
	before := w.state()

	c := w.compare(id)

	assert.Equal(t, insee.Active, c.Found.Verdict)
	assert.ElementsMatch(t, []register.Difference{
		{Field: "name", Old: "Ancien nom", New: "Nouveau nom"}, {Field: "address1", Old: "12 rue des Lilas", New: "8 avenue Foch"},
		{Field: "address2", Old: "Bâtiment B", New: ""}, {Field: "postcode", Old: "69003", New: "13001"}, {Field: "town", Old: "Lyon", New: "Marseille"},
		{Field: "activity", Old: "56.10A", New: "62.01Z"}, {Field: "legalCategory", Old: "5710", New: "5499"},
	}, c.Differences)
	assert.Equal(t, before, w.state(), "comparing writes nothing")
	assert.Empty(t, w.compare(w.registered(2, active("Même"), active("Même"))).Differences)
}

func TestRefreshTakesTheChosenFields(t *testing.T) {
	all := []string{"name", "address1", "address2", "postcode", "town", "activity", "legalCategory"}
	for _, take := range [][]string{nil, {"name"}, {"town", "postcode"}, {"activity"}, all} {
		w := newWorld(t)
		id := w.registered(1, active("Ancien nom"), moved())
		c := w.compare(id)
		was := w.get(id)

		_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Take: take, Verdict: c.Found.Verdict, Shown: c.Differences})

		require.NoError(t, err)
		is := w.get(id)
		values := func(s structure.Structure) map[string]string {
			return map[string]string{
				"name": s.Name, "address1": s.Address1, "address2": s.Address2, "postcode": s.Postcode, "town": s.Town, "activity": s.Activity, "legalCategory": s.LegalCategory,
			}
		}
		want := values(was)
		for _, d := range c.Differences {
			for _, field := range take {
				if d.Field == field {
					want[field] = d.New
				}
			}
		}
		assert.Equal(t, want, values(is), "%v", take)
		if want["activity"] == "62.01Z" {
			assert.Equal(t, "NAF2025", is.ActivityList, "the code goes with its nomenclature")
		} else {
			assert.Equal(t, "NAFRev2", is.ActivityList)
		}
		assert.Equal(t, "active", is.Verified.Verdict)
		assert.Greater(t, is.Verified.At, was.Verified.At)
		assert.Equal(t, "L", is.Label)
		list, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: list.Query{Search: want["town"]}})
		require.NoError(t, err)
		assert.Len(t, list.Rows, 1, "found by its town")
	}
}

// TestRefreshRefusesAnotherAnswer: the register says something else than what was shown.
func TestRefreshRefusesAnotherAnswer(t *testing.T) {
	w := newWorld(t)
	id := w.registered(1, active("Ancien nom"), moved())
	c := w.compare(id)
	other := moved()
	other.Name = "Encore un autre"
	w.registry.says(siret(1), other)
	w.pass(6 * time.Minute) // the answer of the comparison is remembered for some minutes

	err := w.unchanged(func() error {
		_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Take: []string{"name"}, Verdict: c.Found.Verdict, Shown: c.Differences})
		return err
	})

	assert.Equal(t, map[string]string{"": "insee.changed"}, problems(t, err, fault.Conflict))
	c = w.compare(id)
	_, err = w.refreshes(w.admin, structure.Refresh{ID: id, Take: []string{"name"}, Verdict: c.Found.Verdict, Shown: c.Differences})
	require.NoError(t, err, "compared again, it goes through")
	assert.Equal(t, "Encore un autre", w.get(id).Name)
}

// TestRefreshRefusesAnotherAnswerAtOnce: somebody else's comparison meanwhile brought the other answer.
func TestRefreshRefusesAnotherAnswerAtOnce(t *testing.T) {
	w := newWorld(t)
	id := w.registered(1, active("Ancien nom"), moved())
	c := w.compare(id)
	w.registry.says(siret(1), active("Encore un autre"))
	w.compare(id)

	err := w.unchanged(func() error {
		_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Take: []string{"name"}, Verdict: c.Found.Verdict, Shown: c.Differences})
		return err
	})

	assert.Equal(t, map[string]string{"": "insee.changed"}, problems(t, err, fault.Conflict))
}

// TestRefreshRefusesAClosingMeanwhile: what closes between the comparison and the saving was not shown, even where no field differs.
func TestRefreshRefusesAClosingMeanwhile(t *testing.T) {
	w := newWorld(t)
	id := w.registered(1, active("Nom"), active("Nom"))
	c := w.compare(id)
	require.Empty(t, c.Differences)
	closed := active("Nom")
	closed.Verdict, closed.ClosedOn = insee.Closed, "2026-06-01"
	w.registry.says(siret(1), closed)
	w.pass(6 * time.Minute)

	err := w.unchanged(func() error {
		_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Verdict: c.Found.Verdict, Shown: c.Differences})
		return err
	})

	assert.Equal(t, map[string]string{"": "insee.changed"}, problems(t, err, fault.Conflict))
}

// TestRefreshRefusesAnotherRecord: the record is not what it was when compared.
func TestRefreshRefusesAnotherRecord(t *testing.T) {
	w := newWorld(t)
	id := w.registered(1, absent(), active("Du registre"))
	c := w.compare(id)
	require.NoError(t, w.edit(id, func(f *structure.Fields) { f.Name = "Retapé" }))

	err := w.unchanged(func() error {
		_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Take: []string{"name"}, Verdict: c.Found.Verdict, Shown: c.Differences})
		return err
	})

	assert.True(t, fault.Is(err, fault.Conflict), "%v", err)
}

// TestRefreshFlagsWhatClosed: the decision to deactivate is the manager's.
func TestRefreshFlagsWhatClosed(t *testing.T) {
	w := newWorld(t)
	closed := active("Nom")
	closed.Verdict, closed.ClosedOn, closed.Reason = insee.Closed, "2026-05-31", ""
	id := w.registered(1, active("Nom"), closed)
	c := w.compare(id)
	assert.Equal(t, insee.Closed, c.Found.Verdict)

	_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Verdict: c.Found.Verdict, Shown: c.Differences})

	require.NoError(t, err)
	s := w.get(id)
	assert.True(t, s.Active, "the structure stays active")
	assert.Equal(t, "closed", s.Verified.Verdict)
	assert.Equal(t, "2026-05-31", s.Verified.ClosedOn)
	total, err := directory.NewService(w.d).Count(w.admin, directory.Wanted{Check: "closed"})
	n := total.N
	require.NoError(t, err)
	assert.EqualValues(t, 1, n)
}

// TestRefreshWithPartialDiffusion: masked values are no data; what stands on the record stays.
func TestRefreshWithPartialDiffusion(t *testing.T) {
	all := []string{"name", "address1", "address2", "postcode", "town", "activity", "legalCategory"}
	w := newWorld(t)
	f := partial()
	f.Activity, f.LegalCategory = "62.01Z", ""
	id := w.registered(1, active("Public avant"), f)
	was := w.get(id)
	c := w.compare(id)
	assert.Equal(t, []register.Difference{{Field: "activity", Old: "56.10A", New: "62.01Z"}}, c.Differences)

	_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Take: all, Verdict: c.Found.Verdict, Shown: c.Differences})

	require.NoError(t, err)
	s := w.get(id)
	assert.True(t, s.Verified.Partial)
	assert.Equal(t, was.Name, s.Name)
	assert.Equal(t, was.Fields.Address1, s.Fields.Address1)
	assert.Equal(t, was.Town, s.Town)
	assert.Equal(t, was.Postcode, s.Postcode)
	assert.Equal(t, "62.01Z", s.Activity)
	assert.Equal(t, "5710", s.LegalCategory, "an empty one is not written")
}

// TestRefreshNeverEmptiesTheName: a register that gives no name says nothing of it.
func TestRefreshNeverEmptiesTheName(t *testing.T) {
	w := newWorld(t)
	f := moved()
	f.Name = ""
	id := w.registered(1, active("Nom"), f)
	c := w.compare(id)
	_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Take: []string{"name", "town"}, Verdict: c.Found.Verdict, Shown: c.Differences})
	require.NoError(t, err)
	assert.Equal(t, "Nom", w.get(id).Name)
	assert.Equal(t, "Marseille", w.get(id).Town)
}

func TestRefreshRefusesTheUnverifiable(t *testing.T) {
	w := newWorld(t)
	f := unverifiable()
	f.Reason = "insee.rate_limited"
	id := w.registered(1, active("Nom"), f)
	before := w.state()
	c := w.compare(id)
	assert.Equal(t, insee.Unverifiable, c.Found.Verdict, "the verdict tells it")
	assert.Empty(t, c.Differences)

	_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Take: []string{"name"}, Verdict: c.Found.Verdict, Shown: c.Differences})

	assert.Equal(t, map[string]string{"": "insee.rate_limited"}, problems(t, err, fault.Refused))
	assert.Equal(t, before, w.state())
	w.registry.off = true
	_, err = w.refreshes(w.admin, structure.Refresh{ID: id})
	assert.Equal(t, map[string]string{"": "insee.not_allowed"}, problems(t, err, fault.Refused))
	assert.Equal(t, before, w.state())
}

// TestRefreshOfTheUnknown: Sirene no longer knows it: said, and nothing of the record changes.
func TestRefreshOfTheUnknown(t *testing.T) {
	w := newWorld(t)
	id := w.registered(1, active("Nom"), insee.Found{Verdict: insee.Unknown, Source: insee.SourceSirene})
	c := w.compare(id)
	assert.Empty(t, c.Differences)
	_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Verdict: c.Found.Verdict, Shown: c.Differences})
	require.NoError(t, err)
	assert.Equal(t, "unknown", w.get(id).Verified.Verdict)
	assert.Equal(t, "Nom", w.get(id).Name)
	assert.Equal(t, "Lyon", w.get(id).Town)
}

func TestRefreshRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.registered(1, active("Nom"), moved())
	none := w.pending("UN", "")
	_, reader := w.person("internal", "lecteur", id, 0, consult)
	_, stranger := w.person("internal", "ailleurs", none, 0, manage)
	for what, ctx := range map[string]context.Context{"reader": reader, "stranger": stranger} {
		_, err := w.structures.Compare(ctx, id)
		assert.True(t, fault.Is(err, fault.Forbidden), "%s: %v", what, err)
		err = w.unchanged(func() error { _, err := w.refreshes(ctx, structure.Refresh{ID: id}); return err })
		assert.True(t, fault.Is(err, fault.Forbidden), "%s: %v", what, err)
	}
	_, err := w.structures.Compare(w.admin, none)
	assert.True(t, fault.Is(err, fault.Refused), "no SIRET: %v", err)
	_, err = w.refreshes(w.admin, structure.Refresh{ID: none})
	assert.True(t, fault.Is(err, fault.Refused), "no SIRET: %v", err)
}

// TestRefreshOfAnInactiveStructure: mettre à jour works on inactive ones too, as structure.activate does.
func TestRefreshOfAnInactiveStructure(t *testing.T) {
	w := newWorld(t)
	id := w.registered(1, active("Nom"), moved())
	w.run(&structure.SetState{Structure: id})
	c := w.compare(id)
	_, err := w.refreshes(w.admin, structure.Refresh{ID: id, Take: []string{"town"}, Verdict: c.Found.Verdict, Shown: c.Differences})
	require.NoError(t, err)
	assert.Equal(t, "Marseille", w.get(id).Town)
	assert.False(t, w.get(id).Active)
}
