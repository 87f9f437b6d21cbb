package structure_test

import (
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/insee"
	"habilis/internal/insee/inseetest"
	"habilis/internal/list"
	"habilis/internal/structure"
)

const typedName = "Tapé ici"

// asking lets the world ask the real clients about the answers that a loopback server gives; one client
// for each, so that none waits.
type asking struct {
	*world
	off     bool
	clients map[string]insee.Registry
}

func (k *asking) Look(ctx context.Context, siret string) insee.Found {
	if r := k.clients[siret]; r != nil && !k.off {
		return r.Look(ctx, siret)
	}
	return k.registry.Look(ctx, siret)
}

func newAsking(t *testing.T, answers ...inseetest.Answer) *asking {
	t.Helper()
	k := &asking{world: newWorld(t), clients: map[string]insee.Registry{}}
	base := inseetest.Serve(t, answers...)
	for _, a := range answers {
		k.clients[a.SIRET] = insee.NewAnnuaire(insee.Client(), base)
		if a.Service == insee.SourceSirene {
			k.clients[a.SIRET] = insee.NewSirene(insee.Client(), base, "key")
		}
	}
	k.structures = structure.NewService(k.d, k.clock.Now, func(context.Context) insee.Registry { return k })
	return k
}

// seen is a record as the answers describe it.
func seen(s structure.Structure) inseetest.Seen {
	return inseetest.Seen{
		Verdict: s.Verified.Verdict, Reason: s.Verified.Reason, ClosedOn: s.Verified.ClosedOn,
		Partial: s.Verified.Partial, Name: s.Name, Lines: s.Address,
		Postcode: s.Postcode, Town: s.Town, Country: s.Country, Activity: s.Activity,
		ActivityList: s.ActivityList, LegalCategory: s.LegalCategory,
	}
}

// assertSavable holds that a record can be saved back unchanged, then with another label, and that it says
// so again to the register.
func (k *asking) assertSavable(t *testing.T, id int64) {
	t.Helper()
	before := k.get(id)
	assert.NoError(t, k.edit(id, func(*structure.Fields) {}), "saved back unchanged")
	assert.Equal(t, before.Fields, k.get(id).Fields)
	assert.NoError(t, k.edit(id, func(f *structure.Fields) { f.Label = "Autre libellé" }))
	assert.Equal(t, "Autre libellé", k.get(id).Label)
	assert.Equal(t, before.Name, k.get(id).Name)
	assert.Equal(t, before.Address, k.get(id).Address)
	if before.IdentifierType == "siret" {
		c, err := k.structures.Compare(k.admin, id)
		require.NoError(t, err)
		assert.Empty(t, c.Differences, "what was taken from the register is no difference to it")
	}
}

// assertRecord holds a record against what the answer says, where it describes the structure.
func (k *asking) assertRecord(t *testing.T, a inseetest.Answer, id int64, typed string) {
	t.Helper()
	if a.Describes() && !a.Record.Guess {
		a.Check(t, seen(k.get(id)), typed)
	}
}

func siretInput(siret string) structure.Input {
	return structure.Input{IdentifierType: "siret", Identifier: siret,
		Fields: structure.Fields{Name: typedName}}
}

// each runs a path for every answer of a choice, in one world.
func each(t *testing.T, choose func(a inseetest.Answer) bool, path func(t *testing.T, k *asking,
	a inseetest.Answer)) {
	t.Helper()
	all := inseetest.All(t)
	k := newAsking(t, all...)
	for _, a := range all {
		if choose(a) {
			t.Run(a.Name, func(t *testing.T) {
				k.t, k.off = t, false
				path(t, k, a)
			})
		}
	}
}

// TestCreateFromEveryAnswer: each answer of the registers gives its record, and the record can be saved.
func TestCreateFromEveryAnswer(t *testing.T) {
	each(t, inseetest.Answer.Creatable, func(t *testing.T, k *asking, a inseetest.Answer) {
		id, err := k.tryCreate(k.admin, siretInput(a.SIRET))

		require.NoError(t, err)
		assert.Equal(t, a.Record.Verdict, k.get(id).Verified.Verdict)
		k.assertRecord(t, a, id, typedName)
		k.assertSavable(t, id)
	})
}

// TestCreateRefusesFromEveryAnswer: what the register holds for closed or unknown is refused in a sentence
// without a hole.
func TestCreateRefusesFromEveryAnswer(t *testing.T) {
	not := func(a inseetest.Answer) bool { return !a.Creatable() }
	each(t, not, func(t *testing.T, k *asking, a inseetest.Answer) {
		err := k.unchanged(func() error {
			_, err := k.tryCreate(k.admin, siretInput(a.SIRET))
			return err
		})

		assert.Contains(t, problems(t, err, fault.Invalid), "identifier")
		assertSentences(t, err)
	})
}

// TestRefreshToEveryAnswer: a structure that was to be verified takes all that the register says, field by
// field.
func TestRefreshToEveryAnswer(t *testing.T) {
	each(t, inseetest.Answer.Describes, func(t *testing.T, k *asking, a inseetest.Answer) {
		k.off = true
		id := k.create(siretInput(a.SIRET))
		k.off = false
		c, err := k.structures.Compare(k.admin, id)
		require.NoError(t, err)
		take := []string{}
		for _, d := range c.Differences {
			take = append(take, d.Field)
		}

		_, err = k.refreshes(k.admin, structure.Refresh{ID: id, Take: take,
			Verdict: c.Found.Verdict, Shown: c.Differences})

		require.NoError(t, err)
		k.assertRecord(t, a, id, typedName)
		k.assertSavable(t, id)
	})
}

// TestStartCheckOfEveryAnswer: the run writes what a creation would.
func TestStartCheckOfEveryAnswer(t *testing.T) {
	all := func(inseetest.Answer) bool { return true }
	each(t, all, func(t *testing.T, k *asking, a inseetest.Answer) {
		k.off = true
		id := k.create(siretInput(a.SIRET))
		k.off = false
		if a.Status == 429 || a.Status == 503 {
			return // a run waits for these
		}
		_, err := k.structures.Register().StartCheck(k.admin, []int64{id})
		require.NoError(t, err)

		c := k.done(k.admin)

		assert.Equal(t, 1, c.Done)
		assert.Equal(t, a.Record.Verdict, k.get(id).Verified.Verdict)
		assert.NotContains(t, a.Record.NotReasons, c.Reason)
		k.assertRecord(t, a, id, typedName)
		k.assertSavable(t, id)
	})
}

// TestArrivedWithEveryAnswer: « Le SIRET est arrivé » on a structure whose address was typed.
func TestArrivedWithEveryAnswer(t *testing.T) {
	each(t, inseetest.Answer.Creatable, func(t *testing.T, k *asking, a inseetest.Answer) {
		in := structure.Input{IdentifierType: "pending",
			Identifier: "CREA-" + a.SIRET[:9] + a.SIRET[11:13], Fields: structure.Fields{Name: typedName}}
		if len(a.Record.Places) > 0 {
			in.Address1, in.Address2, in.Postcode, in.Town, in.Country = "1 rue d’avant", "Bâtiment A",
				"13001", "Marseille", "BE"
		}
		id := k.create(in)

		_, err := k.identifies(k.admin, structure.Identify{ID: id, SIRET: a.SIRET})

		require.NoError(t, err)
		k.assertRecord(t, a, id, typedName)
		k.assertSavable(t, id)
	})
}

// TestFindWhatTheRegisterSays: a structure is found by each word of its town, abroad too.
func TestFindWhatTheRegisterSays(t *testing.T) {
	abroad := func(a inseetest.Answer) bool {
		return a.Record.Abroad && a.Creatable() && a.Record.Places[0].Town != ""
	}
	each(t, abroad, func(t *testing.T, k *asking, a inseetest.Answer) {
		id, err := k.tryCreate(k.admin, siretInput(a.SIRET))
		require.NoError(t, err)
		for _, word := range strings.Fields(a.Record.Places[0].Town)[:1] {
			list, err := directory.NewService(k.d).List(k.admin, directory.Wanted{Query: list.Query{Search: word}})

			require.NoError(t, err)
			assert.Contains(t, rowIDs(list.Rows), id, "found by %s", word)
		}
	})
}

func rowIDs(rows []directory.Row) (list []int64) {
	for _, r := range rows {
		list = append(list, r.ID)
	}
	return list
}

// TestEditDoesNotCheckFixedFieldsAgain: records that stand in files already, longer than the form allows,
// can be saved, duplicated and refreshed.
func TestEditDoesNotCheckFixedFieldsAgain(t *testing.T) {
	long := strings.Repeat("AVENUE DES ERABLES ", 8)
	for column, value := range map[string]string{
		"name": strings.TrimSpace(long + long), "address1": strings.TrimSpace(long),
		"address2": strings.Repeat("Z", 97), "town": strings.TrimSpace(long),
		"postcode": "EC2A 1AF LONDON",
	} {
		for what, text := range map[string]string{"long": value, "unseen": "LI\u00adLAS"} {
			t.Run(column+"/"+what, func(t *testing.T) {
				w := newWorld(t)
				w.registry.says(siret(1), active("Du registre"))
				id := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1)})
				w.exec("UPDATE structures SET "+column+" = ? WHERE id = ?", text, id)

				assert.NoError(t, w.edit(id, func(*structure.Fields) {}), "saved back unchanged")
				assert.NoError(t, w.edit(id, func(f *structure.Fields) { f.Label = "Autre" }))
				assert.Error(t, w.edit(id, func(f *structure.Fields) {
					f.Label = strings.Repeat("z",
						101)
				}), "what is typed is checked still")
			})
		}
	}
}

var hole = regexp.MustCompile(`{{\s*([a-zA-Z]+)[^}]*}}`)

// assertSentences holds that each problem of a fault has a sentence in both languages, and everything that
// the sentence names.
func assertSentences(t *testing.T, err error) {
	t.Helper()
	f, told := fault.As(err)
	require.True(t, told, "%v", err)
	for _, language := range []string{"fr", "en"} {
		b, err := os.ReadFile("../../frontend/src/locales/" + language + ".json")
		require.NoError(t, err)
		words := map[string]string{}
		require.NoError(t, json.Unmarshal(b, &words))
		for _, p := range f.Problems {
			require.NotEmpty(t, words[p.Key], "a sentence for %s", p.Key)
			for _, m := range hole.FindAllStringSubmatch(words[p.Key], -1) {
				assert.NotEmpty(t, p.Params[m[1]], "a hole in %q", words[p.Key])
			}
		}
	}
}

// TestClosedWithoutADayHasNoHole: wherever a closed SIRET is refused.
func TestClosedWithoutADayHasNoHole(t *testing.T) {
	for _, name := range []string{"sirene-closed-without-day", "annuaire-closed-without-day",
		"sirene-closed", "annuaire-closed"} {
		t.Run(name, func(t *testing.T) {
			a := inseetest.Get(t, name)
			k := newAsking(t, a)
			pending := k.pending("CREA-1", "")
			k.registry.says(siret(1), active("Ancienne"))
			old := k.create(siretInput(siret(1)))

			_, created := k.tryCreate(k.admin, siretInput(a.SIRET))
			_, arrived := k.identifies(k.admin, structure.Identify{ID: pending, SIRET: a.SIRET})
			_, _, copied := k.structures.Candidate(k.admin, old, a.SIRET)

			for _, err := range []error{created, arrived, copied} {
				assert.Contains(t, problems(t, err, fault.Invalid), "identifier")
				assertSentences(t, err)
			}
		})
	}
}
