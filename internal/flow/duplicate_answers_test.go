package flow_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/flow"
	"habilis/internal/insee"
	"habilis/internal/insee/inseetest"
	"habilis/internal/structure"
)

// asks asks the real clients about the answers of a loopback server, and the world's register about
// others.
type asks struct {
	registry
	clients map[string]insee.Registry
}

func (k asks) Look(ctx context.Context, siret string) insee.Found {
	if r := k.clients[siret]; r != nil {
		return r.Look(ctx, siret)
	}
	return k.registry.Look(ctx, siret)
}

func (w *world) answering(list ...inseetest.Answer) {
	w.t.Helper()
	k := asks{w.registry, map[string]insee.Registry{}}
	base := inseetest.Serve(w.t, list...)
	for _, a := range list {
		k.clients[a.SIRET] = insee.NewAnnuaire(insee.Client(), base)
		if a.Service == insee.SourceSirene {
			k.clients[a.SIRET] = insee.NewSirene(insee.Client(), base, "key")
		}
	}
	w.structures = structure.NewService(w.d, w.clock.Now, func(context.Context) insee.Registry { return k })
}

func (w *world) copyTo(from int64, number string) (int64, error) {
	w.t.Helper()
	c := &flow.Duplicate{From: from, Identifier: number}
	var err error
	if c.Identifier, c.Found, err = w.structures.Candidate(w.admin, c.From, c.Identifier); err != nil {
		return 0, err
	}
	made, err := w.changes.Carry(w.admin, "", c)
	if err != nil {
		return 0, err
	}
	return made[0].Created, nil
}

// saved saves a record back unchanged.
func (w *world) saved(id int64) error {
	w.t.Helper()
	s := w.get(id)
	err := w.changes.Run(w.admin, structure.Edit{ID: id, Version: s.Version, Mine: s.Fields,
		Base: s.Fields})
	if err == nil {
		assert.Equal(w.t, s.Fields, w.get(id).Fields)
	}
	return err
}

// TestDuplicateToEveryAnswer: a structure moves to what each answer describes; its record is that of a
// creation, and can be saved. From there it moves on.
func TestDuplicateToEveryAnswer(t *testing.T) {
	w := newWorld(t)
	all := inseetest.All(t)
	w.answering(all...)
	for i, a := range all {
		if !a.Creatable() {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			w.t = t
			w.registry[siret(2*i+1, oldEstablishment)] = active("Ancien nom", "Lyon")
			w.registry[siret(2*i+2, oldEstablishment)] = active("Encore après", "Brest")
			old := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(2*i+1,
				oldEstablishment)})

			id, err := w.copyTo(old, a.SIRET)

			require.NoError(t, err)
			if s := w.get(id); a.Describes() && !a.Record.Guess {
				a.Check(t, inseetest.Seen{
					Verdict: s.Verified.Verdict, Reason: s.Verified.Reason, ClosedOn: s.Verified.ClosedOn,
					Partial: s.Verified.Partial, Name: s.Name,
					Lines: s.Address, Postcode: s.Postcode, Town: s.Town, Country: s.Country,
					Activity: s.Activity, ActivityList: s.ActivityList,
					LegalCategory: s.LegalCategory,
				}, "Ancien nom")
			}
			require.NoError(t, w.saved(id), "saved back unchanged")
			next, err := w.copyTo(id, siret(2*i+2, oldEstablishment))
			require.NoError(t, err, "duplicated again")
			assert.Equal(t, "Brest", w.get(next).Town)
			assert.NoError(t, w.saved(next))
		})
	}
}

// TestDuplicateOfWhatIsTooLong: a record that stands in a file already, longer than the form allows, can
// be duplicated, whatever the register says of the new SIRET; the copy can be saved.
func TestDuplicateOfWhatIsTooLong(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("AVENUE DES ERABLES ", 12))
	for column, value := range map[string]string{"name": long, "address1": long,
		"address2": strings.Repeat("Z", 97), "town": "LY\u00adON"} {
		for what, found := range map[string]insee.Found{
			"known": active("Après", "Brest"), "absent": {Verdict: insee.Unknown,
				Source: insee.SourceAnnuaire},
			"out of reach": {Verdict: insee.Unverifiable, Reason: "insee.network"},
			"masked":       {Verdict: insee.Active, Source: insee.SourceSirene, Partial: true},
		} {
			t.Run(column+"/"+what, func(t *testing.T) {
				w := newWorld(t)
				w.registry[siret(1, oldEstablishment)], w.registry[siret(1,
					newEstablishment)] = active("Avant", "Lyon"), found
				id := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1,
					oldEstablishment)})
				w.exec("UPDATE structures SET "+column+" = ? WHERE id = ?", value, id)

				made, err := w.copyTo(id, siret(1, newEstablishment))

				require.NoError(t, err)
				assert.NoError(t, w.saved(made))
			})
		}
	}
}
