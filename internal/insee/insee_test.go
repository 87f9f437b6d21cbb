package insee_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/insee"
)

const (
	metz     = "26570134200148" // in real-26570134200148.json
	boulazac = "48744469700428" // in search-48744469700428.json
	ganymede = "88087814500015" // in search-88087814500015.json, closed
	rennes   = "30002576400048" // the seat in search-300025764.json, not public
	key      = "canary-key-5d1f"
)

// object is a JSON object under change.
type object = map[string]any

func file(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(path)))
	require.NoError(t, err)
	return b
}

// shaped reads an answer and changes it: the answers made by hand.
func shaped(t *testing.T, path string, change func(o object)) []byte {
	t.Helper()
	var o object
	require.NoError(t, json.Unmarshal(file(t, path), &o))
	change(o)
	b, err := json.Marshal(o)
	require.NoError(t, err)
	return b
}

func within(o object, field string) object { return o[field].(object) }

func first(o object, list string) object { return o[list].([]any)[0].(object) }

func sireneReal(t *testing.T, change func(etablissement object)) []byte {
	return shaped(t, "sirene-3.11/real-"+metz+".json", func(o object) { change(within(o, "etablissement")) })
}

func annuaireReal(t *testing.T, change func(company, place object)) []byte {
	return shaped(t, "recherche-entreprises/search-"+boulazac+".json", func(o object) {
		company := first(o, "results")
		change(company, first(company, "matching_etablissements"))
	})
}

// mask writes the services' text over every value that is text, but for what stays public.
func mask(o object, text string, public ...string) {
	for k, v := range o {
		if _, isText := v.(string); isText && !slices.Contains(public, k) {
			o[k] = text
		}
	}
}

// serve starts a register that gives every request to the handler.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func answering(status int, contentType string, body []byte, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write(body) // the client may go away
	}
}

func answeringJSON(body []byte) http.HandlerFunc { return answering(200, "application/json", body) }

// both returns the two clients of a service at base.
func both(base string) map[string]insee.Registry { return bothBy(insee.Client(), base) }

func bothBy(client *http.Client, base string) map[string]insee.Registry {
	return map[string]insee.Registry{
		insee.SourceAnnuaire: insee.NewAnnuaire(client, base),
		insee.SourceSirene:   insee.NewSirene(client, base, key),
	}
}

func look(t *testing.T, r insee.Registry, siret string) insee.Found {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return r.Look(ctx, siret)
}

// assertClean holds what is true of every answer: about the number asked, from the service asked, nothing masked, no key.
func assertClean(t *testing.T, f insee.Found, siret, source string) {
	t.Helper()
	assert.Equal(t, siret, f.SIRET)
	assert.Equal(t, source, f.Source)
	v := reflect.ValueOf(f)
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.String {
			assertCleanText(t, v.Type().Field(i).Name, v.Field(i).String())
		}
	}
	if f.Verdict != insee.Closed {
		assert.Empty(t, f.ClosedOn)
	}
}

func assertCleanText(t *testing.T, field, text string) {
	t.Helper()
	for _, never := range []string{"[", "ND]", "DIFFUSIBLE", key, "CANARI"} {
		assert.NotContains(t, text, never, field)
	}
	assert.Equal(t, strings.Join(strings.Fields(text), " "), text, "%s: spaces left by what is missing", field)
}

func assertUnverifiable(t *testing.T, f insee.Found, siret, source string) {
	t.Helper()
	assertClean(t, f, siret, source)
	assert.Equal(t, insee.Unverifiable, f.Verdict)
	assert.Regexp(t, `^insee\.[a-z_.]+$`, f.Reason)
	assert.Empty(t, f.Name+f.Address1+f.Address2+f.Postcode+f.Town+f.Activity+f.LegalCategory)
}

func TestLookInSirene(t *testing.T) {
	s := insee.NewSirene(insee.Client(), serve(t, answeringJSON(file(t, "sirene-3.11/real-"+metz+".json"))), key)

	f := look(t, s, metz)

	assertClean(t, f, metz, insee.SourceSirene)
	assert.Equal(t, insee.Active, f.Verdict)
	assert.Equal(t, "CENTRE COMMUNAL D'ACTION SOCIALE", f.Name)
	assert.Contains(t, f.Address1+"|"+f.Address2, "22 RUE DU WAD BILLY")
	assert.Equal(t, "57000", f.Postcode)
	assert.Equal(t, "METZ", f.Town)
	assert.Equal(t, "88.99B", f.Activity)
	assert.Equal(t, "NAFRev2", f.ActivityList)
	assert.Equal(t, "7361", f.LegalCategory)
	assert.False(t, f.Partial)
}

func TestLookInSireneReadsTheCurrentPeriod(t *testing.T) {
	current := object{"dateFin": nil, "dateDebut": "2024-03-31", "etatAdministratifEtablissement": "F"}
	past := object{"dateFin": "2024-03-30", "dateDebut": "2008-01-01", "etatAdministratifEtablissement": "A"}
	for name, periods := range map[string][]any{"first": {current, past}, "last": {past, current}} {
		t.Run("closed/"+name, func(t *testing.T) {
			body := sireneReal(t, func(e object) { e["periodesEtablissement"] = periods })

			f := look(t, insee.NewSirene(insee.Client(), serve(t, answeringJSON(body)), key), metz)

			assertClean(t, f, metz, insee.SourceSirene)
			assert.Equal(t, insee.Closed, f.Verdict, "whatever the state of the legal unit")
			assert.Equal(t, "2024-03-31", f.ClosedOn)
			assert.Equal(t, "CENTRE COMMUNAL D'ACTION SOCIALE", f.Name)
		})
	}
	t.Run("closed once, open again", func(t *testing.T) {
		body := sireneReal(t, func(e object) {
			e["periodesEtablissement"] = []any{
				object{"dateFin": "2020-12-31", "dateDebut": "2015-01-01", "etatAdministratifEtablissement": "F"},
				object{"dateFin": nil, "dateDebut": "2021-01-01", "etatAdministratifEtablissement": "A"},
			}
		})

		f := look(t, insee.NewSirene(insee.Client(), serve(t, answeringJSON(body)), key), metz)

		assertClean(t, f, metz, insee.SourceSirene)
		assert.Equal(t, insee.Active, f.Verdict)
	})
}

func TestLookInSireneNamesANaturalPerson(t *testing.T) {
	const siret = "80761229600051"
	body := shaped(t, "sirene-3.11/shape-"+siret+".json", func(o object) {
		within(o, "etablissement")["periodesEtablissement"] = []any{
			object{"dateFin": nil, "dateDebut": "2018-03-19", "etatAdministratifEtablissement": "A"},
		}
	})

	f := look(t, insee.NewSirene(insee.Client(), serve(t, answeringJSON(body)), key), siret)

	assertClean(t, f, siret, insee.SourceSirene)
	assert.Equal(t, insee.Active, f.Verdict)
	assert.Equal(t, "ANGELA DUBOIS", f.Name)
	assert.Equal(t, "1000", f.LegalCategory)
}

func TestLookInSireneKeepsNothingMasked(t *testing.T) {
	body := sireneReal(t, func(e object) {
		e["statutDiffusionEtablissement"] = "P"
		unit := within(e, "uniteLegale")
		unit["nomUniteLegale"], unit["prenomUsuelUniteLegale"], unit["prenom1UniteLegale"] = "", "", ""
		mask(unit, "[ND]", "etatAdministratifUniteLegale", "categorieJuridiqueUniteLegale")
		mask(within(e, "adresseEtablissement"), "[ND]", "libelleCommuneEtablissement")
	})

	f := look(t, insee.NewSirene(insee.Client(), serve(t, answeringJSON(body)), key), metz)

	assertClean(t, f, metz, insee.SourceSirene)
	assert.Equal(t, insee.Active, f.Verdict)
	assert.True(t, f.Partial)
	assert.Empty(t, f.Name)
	assert.Empty(t, f.Address1+f.Address2)
	assert.Contains(t, []string{"", "METZ"}, f.Town, "public, or left out")
}

func TestLookInSireneKeepsNothingPartlyMasked(t *testing.T) {
	body := sireneReal(t, func(e object) {
		e["statutDiffusionEtablissement"] = "P"
		a := within(e, "adresseEtablissement")
		a["libelleVoieEtablissement"] = "[ND]"
	})

	f := look(t, insee.NewSirene(insee.Client(), serve(t, answeringJSON(body)), key), metz)

	assertClean(t, f, metz, insee.SourceSirene)
	assert.True(t, f.Partial)
}

// Whatever the field that the services mask one day, their text is no data.
func TestLookKeepsNoMaskInAnyField(t *testing.T) {
	t.Run(insee.SourceSirene, func(t *testing.T) {
		body := sireneReal(t, func(e object) {
			mask(within(e, "uniteLegale"), "[ND]")
			mask(within(e, "adresseEtablissement"), "[ND]")
			mask(first(e, "periodesEtablissement"), "[ND]", "etatAdministratifEtablissement")
		})

		f := look(t, insee.NewSirene(insee.Client(), serve(t, answeringJSON(body)), key), metz)

		assertClean(t, f, metz, insee.SourceSirene)
	})
	t.Run(insee.SourceAnnuaire, func(t *testing.T) {
		for _, state := range []string{"A", "F"} {
			body := annuaireReal(t, func(company, place object) {
				mask(company, "[NON-DIFFUSIBLE]")
				mask(place, "[NON-DIFFUSIBLE]", "siret", "etat_administratif")
				place["etat_administratif"], place["date_fermeture"] = state, "[NON-DIFFUSIBLE]"
			})

			f := look(t, insee.NewAnnuaire(insee.Client(), serve(t, answeringJSON(body))), boulazac)

			assertClean(t, f, boulazac, insee.SourceAnnuaire)
		}
	})
}

func TestLookInSireneUnknown(t *testing.T) {
	body := []byte(`{"header":{"statut":404,"message":"Aucun élément trouvé pour le siret 12345678900003"}}`)

	f := look(t, insee.NewSirene(insee.Client(), serve(t, answering(404, "application/json", body)), key), "12345678900003")

	assertClean(t, f, "12345678900003", insee.SourceSirene)
	assert.Equal(t, insee.Unknown, f.Verdict)
	assert.Empty(t, f.Name)
}

func TestLookInSireneRefusesOtherShapes(t *testing.T) {
	shapes, err := filepath.Glob("testdata/sirene-3.11/shape-*.json")
	require.NoError(t, err)
	require.NotEmpty(t, shapes)
	bodies := map[string][]byte{
		"no period":             sireneReal(t, func(e object) { delete(e, "periodesEtablissement") }),
		"no current period":     sireneReal(t, func(e object) { first(e, "periodesEtablissement")["dateFin"] = "2020-01-01" }),
		"a state never heard":   sireneReal(t, func(e object) { first(e, "periodesEtablissement")["etatAdministratifEtablissement"] = "Z" }),
		"another siret":         sireneReal(t, func(e object) { e["siret"] = boulazac }),
		"no siret":              sireneReal(t, func(e object) { delete(e, "siret") }),
		"establishment as text": shaped(t, "sirene-3.11/real-"+metz+".json", func(o object) { o["etablissement"] = "x" }),
		"empty array":           []byte(`{"header":{"statut":200},"etablissements":[]}`),
		"array of another":      []byte(`{"header":{"statut":200},"etablissements":[{"siret":"` + boulazac + `"}]}`),
	}
	for _, path := range shapes {
		bodies[filepath.Base(path)] = file(t, strings.TrimPrefix(filepath.ToSlash(path), "testdata/"))
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			f := look(t, insee.NewSirene(insee.Client(), serve(t, answeringJSON(body)), key), metz)

			assertUnverifiable(t, f, metz, insee.SourceSirene)
		})
	}
}

// The establishment asked for in an array: "answering … an array …: unverifiable with its reason" (issue 2, Bad input).
func TestLookInSireneRefusesAnArray(t *testing.T) {
	body := shaped(t, "sirene-3.11/real-"+metz+".json", func(o object) {
		o["etablissements"] = []any{o["etablissement"], o["etablissement"]}
		delete(o, "etablissement")
	})

	f := look(t, insee.NewSirene(insee.Client(), serve(t, answeringJSON(body)), key), metz)

	assertUnverifiable(t, f, metz, insee.SourceSirene)
}

func TestLookInAnnuaire(t *testing.T) {
	body := file(t, "recherche-entreprises/search-"+boulazac+".json")

	f := look(t, insee.NewAnnuaire(insee.Client(), serve(t, answeringJSON(body))), boulazac)

	assertClean(t, f, boulazac, insee.SourceAnnuaire)
	assert.Equal(t, insee.Active, f.Verdict)
	assert.Contains(t, f.Name, "ESSOR ENERGIES")
	assert.Contains(t, f.Address1+"|"+f.Address2, "22 RUE MAISON BLANCHE")
	assert.Equal(t, "24330", f.Postcode)
	assert.Equal(t, "BOULAZAC ISLE MANOIRE", f.Town)
	assert.Equal(t, "43.21A", f.Activity, "the establishment's, not the company's 35.11Z")
	assert.Equal(t, "NAFRev2", f.ActivityList)
	assert.Equal(t, "5499", f.LegalCategory)
	assert.False(t, f.Partial)
}

func TestLookInAnnuaireClosed(t *testing.T) {
	body := file(t, "recherche-entreprises/search-"+ganymede+".json")

	f := look(t, insee.NewAnnuaire(insee.Client(), serve(t, answeringJSON(body))), ganymede)

	assertClean(t, f, ganymede, insee.SourceAnnuaire)
	assert.Equal(t, insee.Closed, f.Verdict)
	assert.Equal(t, "2022-10-22", f.ClosedOn)
	assert.Equal(t, "GANYMEDE", f.Name)
}

func TestLookInAnnuaireClosedInAnOpenCompany(t *testing.T) {
	body := annuaireReal(t, func(_, place object) {
		place["etat_administratif"], place["date_fermeture"] = "F", "2025-02-28"
	})

	f := look(t, insee.NewAnnuaire(insee.Client(), serve(t, answeringJSON(body))), boulazac)

	assertClean(t, f, boulazac, insee.SourceAnnuaire)
	assert.Equal(t, insee.Closed, f.Verdict)
	assert.Equal(t, "2025-02-28", f.ClosedOn)
}

func TestLookInAnnuaireUnknown(t *testing.T) {
	for name, body := range map[string][]byte{
		"no result":         file(t, "recherche-entreprises/search-12345678900003.json"),
		"a shell":           file(t, "recherche-entreprises/search-123456789.json"),
		"another company":   file(t, "recherche-entreprises/search-130025265.json"),
		"another's address": file(t, "recherche-entreprises/search-"+boulazac+".json"),
	} {
		t.Run(name, func(t *testing.T) {
			f := look(t, insee.NewAnnuaire(insee.Client(), serve(t, answeringJSON(body))), "12345678900003")

			assertClean(t, f, "12345678900003", insee.SourceAnnuaire)
			assert.Equal(t, insee.Unknown, f.Verdict, "absence is no proof")
			assert.Empty(t, f.Name+f.Address1+f.Town, "nothing of another's")
		})
	}
}

func TestLookInAnnuaireKeepsNothingMasked(t *testing.T) {
	const masked = "[NON-DIFFUSIBLE]"
	body := shaped(t, "recherche-entreprises/search-300025764.json", func(o object) {
		company := first(o, "results")
		place := object{"siret": rennes, "etat_administratif": "A", "statut_diffusion_etablissement": "P", "adresse": masked,
			"code_postal": masked, "libelle_commune": "RENNES", "commune": "35238", "activite_principale": "68.20A",
			"liste_enseignes": []any{masked}, "nom_commercial": masked, "date_fermeture": nil}
		company["matching_etablissements"] = []any{place}
	})

	f := look(t, insee.NewAnnuaire(insee.Client(), serve(t, answeringJSON(body))), rennes)

	assertClean(t, f, rennes, insee.SourceAnnuaire)
	assert.Equal(t, insee.Active, f.Verdict)
	assert.True(t, f.Partial)
	assert.Empty(t, f.Name+f.Address1+f.Address2+f.Postcode)
	assert.Contains(t, []string{"", "RENNES"}, f.Town, "public, or left out")
}

func TestLookNeverKeepsThePeople(t *testing.T) {
	body := annuaireReal(t, func(company, place object) {
		person := object{"nom": "CANARI", "prenoms": "CANARI", "annee_de_naissance": "1970", "qualite": "CANARI", "type_dirigeant": "personne physique"}
		company["dirigeants"] = []any{person}
		place["dirigeants"] = []any{person}
		company["nom_complet"] = nil // no falling back on somebody's name
	})

	f := look(t, insee.NewAnnuaire(insee.Client(), serve(t, answeringJSON(body))), boulazac)

	assertClean(t, f, boulazac, insee.SourceAnnuaire)
	wire, err := json.Marshal(f)
	require.NoError(t, err)
	assert.NotContains(t, string(wire), "CANARI")
}

func TestLookUnverifiable(t *testing.T) {
	answers := map[string][]byte{insee.SourceAnnuaire: file(t, "recherche-entreprises/search-"+boulazac+".json"),
		insee.SourceSirene: file(t, "sirene-3.11/real-"+metz+".json")}
	padded := []byte(`{"pad":"` + strings.Repeat("x", 10<<20) + `","results":[],"etablissement":null}`)
	cases := map[string]http.HandlerFunc{
		"400":               answering(400, "application/json", []byte(`{"header":{"statut":400,"message":"CANARI"}}`)),
		"401":               answering(401, "application/json", []byte(`{"header":{"statut":401,"message":"CANARI"}}`)),
		"401 not JSON":      answering(401, "text/html", []byte("<html>CANARI</html>")),
		"403":               answering(403, "text/plain", []byte("CANARI")),
		"406":               answering(406, "application/json", nil),
		"414":               answering(414, "text/html", nil),
		"429":               answering(429, "application/json", nil),
		"500":               answering(500, "text/html", []byte("<html>CANARI</html>")),
		"503":               answering(503, "application/json", []byte(`{"header":{"statut":503,"message":"CANARI"}}`)),
		"204":               answering(204, "application/json", nil),
		"HTML":              answering(200, "text/html", []byte("<!DOCTYPE html><title>CANARI</title>")),
		"HTML said JSON":    answering(200, "application/json", []byte("<!DOCTYPE html><title>CANARI</title>")),
		"empty":             answering(200, "application/json", nil),
		"array":             answering(200, "application/json", []byte(`[{"siret":"`+metz+`"}]`)),
		"null":              answering(200, "application/json", []byte("null")),
		"empty object":      answering(200, "application/json", []byte("{}")),
		"text":              answering(200, "application/json", []byte(`"CANARI"`)),
		"results as text":   answering(200, "application/json", []byte(`{"results":"CANARI","etablissement":7}`)),
		"broken UTF-8":      answering(200, "application/json", []byte("{\"results\":\"\xff\xfe")),
		"ten megabytes":     answering(200, "application/json", padded),
		"ten MB of nothing": answering(200, "application/json", make([]byte, 10<<20)),
		"deep nesting":      answering(200, "application/json", []byte(strings.Repeat(`{"results":[`, 20_000))),
	}
	for name, h := range cases {
		for source, registry := range both(serve(t, h)) {
			t.Run(name+"/"+source, func(t *testing.T) {
				assertUnverifiable(t, look(t, registry, metz), metz, source)
			})
		}
	}
	for source, body := range answers {
		t.Run("cut in the middle/"+source, func(t *testing.T) {
			base := serve(t, answering(200, "application/json", body[:len(body)/2], "Content-Length", strconv.Itoa(len(body))))

			assertUnverifiable(t, look(t, both(base)[source], metz), metz, source)
		})
	}
}

func TestLookSaysWhenToTryAgain(t *testing.T) {
	var visits atomic.Int64
	busy := answering(429, "application/json", []byte("{}"), "Retry-After", "7")
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		busy(w, r)
	})
	for source, registry := range both(base) {
		t.Run(source, func(t *testing.T) {
			visits.Store(0)

			f := look(t, registry, metz)

			assertUnverifiable(t, f, metz, source)
			assert.Equal(t, 7, f.RetryAfter)
			assert.EqualValues(t, 1, visits.Load(), "the page waits and asks again, not the service")
		})
	}
	for _, header := range []string{"", "soon", "-3", "99999999999999999999"} {
		t.Run("as "+header, func(t *testing.T) {
			base := serve(t, answering(429, "application/json", nil, "Retry-After", header))

			f := look(t, insee.NewAnnuaire(insee.Client(), base), metz)

			assertUnverifiable(t, f, metz, insee.SourceAnnuaire)
			assert.GreaterOrEqual(t, f.RetryAfter, 0)
		})
	}
}

func TestLookFollowsNoRedirect(t *testing.T) {
	var visits atomic.Int64
	elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		answeringJSON(file(t, "sirene-3.11/real-"+metz+".json"))(w, r)
	})
	for _, status := range []int{301, 302, 303, 307, 308} {
		base := serve(t, answering(status, "application/json", nil, "Location", elsewhere+"/siret/"+metz))
		for source, registry := range both(base) {
			t.Run(strconv.Itoa(status)+"/"+source, func(t *testing.T) {
				// "The register down, …, a duplicate: unverifiable with its reason" (issue 2, Bad input).
				assertUnverifiable(t, look(t, registry, metz), metz, source)
			})
		}
	}
	assert.Zero(t, visits.Load())
}

func TestLookFollowsNoRedirectOnItself(t *testing.T) {
	var visits atomic.Int64
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		if r.URL.Path == "/siret/"+metz || r.URL.Path == "/search" {
			http.Redirect(w, r, "/again", http.StatusMovedPermanently)
		}
	})
	for source, registry := range both(base) {
		visits.Store(0)
		assertUnverifiable(t, look(t, registry, metz), metz, source)
		assert.EqualValues(t, 1, visits.Load(), source)
	}
}

func TestLookUnderADeadline(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	trickle := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		_, _ = io.WriteString(w, `{"results":`)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	patient := insee.Client()
	patient.Timeout = 0 // so that the caller's deadline alone ends a call that is never answered
	for name, h := range map[string]http.HandlerFunc{"hanging": hang, "trickling": trickle} {
		for source, registry := range bothBy(patient, serve(t, h)) {
			t.Run(name+"/"+source, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 80*time.Millisecond)
				defer cancel()

				f := registry.Look(ctx, metz)

				assertUnverifiable(t, f, metz, source)
				assert.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
			})
		}
	}
	assert.Positive(t, insee.Client().Timeout, "without a deadline of the caller too")
	assert.LessOrEqual(t, insee.Client().Timeout, 30*time.Second)
}

func TestLookWithoutNetwork(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	for _, base := range []string{s.URL, "http://register.invalid", "not a url\x00"} {
		for source, registry := range both(base) {
			t.Run(base+"/"+source, func(t *testing.T) {
				assertUnverifiable(t, look(t, registry, metz), metz, source)
			})
		}
	}
	for source, registry := range both(serve(t, answeringJSON(nil))) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		assertUnverifiable(t, registry.Look(ctx, metz), metz, source)
	}
}

func TestLookHasAReasonForEachFailure(t *testing.T) {
	reasons := map[string]string{}
	for name, h := range map[string]http.HandlerFunc{
		"key": answering(401, "application/json", nil), "quota": answering(429, "application/json", nil),
		"down": answering(503, "application/json", nil), "HTML": answering(200, "text/html", []byte("<html>")),
		"duplicate": answering(301, "application/json", nil, "Location", "/elsewhere"),
	} {
		reasons[name] = look(t, insee.NewSirene(insee.Client(), serve(t, h), key), metz).Reason
	}
	seen := map[string]string{}
	for name, reason := range reasons {
		assert.Empty(t, seen[reason], "%s and %s are one reason: %s", name, seen[reason], reason)
		seen[reason] = name
	}
}

// sent is what left the computer.
type sent struct {
	method, path, host string
	query              url.Values
	header             http.Header
	body               string
}

func record(t *testing.T, into *[]sent, body []byte) string {
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		*into = append(*into, sent{r.Method, r.URL.Path, r.Host, r.URL.Query(), r.Header.Clone(), string(b)})
		answeringJSON(body)(w, r)
	})
}

// assertPlain holds that a request carries nothing about the person or the computer.
func assertPlain(t *testing.T, s sent) {
	t.Helper()
	assert.Equal(t, http.MethodGet, s.method)
	assert.Empty(t, s.body)
	assert.Equal(t, insee.UserAgent, s.header.Get("User-Agent"))
	for name := range s.header {
		assert.Contains(t, []string{"User-Agent", "Accept", "Accept-Encoding", "X-Insee-Api-Key-Integration"}, name)
	}
}

func TestLookSendsTheNumberAlone(t *testing.T) {
	t.Run(insee.SourceAnnuaire, func(t *testing.T) {
		var got []sent
		a := insee.NewAnnuaire(insee.Client(), record(t, &got, file(t, "recherche-entreprises/search-"+boulazac+".json")))

		look(t, a, boulazac)
		look(t, a, metz)

		require.Len(t, got, 2)
		for i, siret := range []string{boulazac, metz} {
			assertPlain(t, got[i])
			assert.Equal(t, "/search", got[i].path)
			assert.Equal(t, []string{siret}, got[i].query["q"])
			assert.Empty(t, got[i].header.Values("X-INSEE-Api-Key-Integration"))
			for name, value := range got[i].query {
				assert.True(t, name == "q" || name == "page" || name == "per_page", "%s=%s", name, value)
			}
			got[i].query.Del("q")
		}
		assert.Equal(t, got[0].query, got[1].query, "the number alone differs")
	})
	t.Run(insee.SourceSirene, func(t *testing.T) {
		var got []sent
		s := insee.NewSirene(insee.Client(), record(t, &got, file(t, "sirene-3.11/real-"+metz+".json"))+"/api-sirene/3.11", key)

		look(t, s, metz)

		require.Len(t, got, 1)
		assertPlain(t, got[0])
		assert.Equal(t, "/api-sirene/3.11/siret/"+metz, got[0].path)
		assert.Empty(t, got[0].query)
		assert.Equal(t, []string{key}, got[0].header.Values("X-INSEE-Api-Key-Integration"))
	})
}

func TestTry(t *testing.T) {
	var got []sent
	base := record(t, &got, []byte(`{"etatService":"UP"}`))

	reason := insee.NewSirene(insee.Client(), base, key).Try(t.Context())

	assert.Empty(t, reason)
	require.Len(t, got, 1)
	assertPlain(t, got[0])
	assert.Equal(t, "/informations", got[0].path)
	assert.Equal(t, key, got[0].header.Get("X-INSEE-Api-Key-Integration"))
}

func TestTryRefuses(t *testing.T) {
	for _, status := range []int{301, 401, 403, 429, 500, 503} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			base := serve(t, answering(status, "text/html", []byte("<html>"), "Location", "/elsewhere"))

			reason := insee.NewSirene(insee.Client(), base, key).Try(t.Context())

			assert.Regexp(t, `^insee\.[a-z_.]+$`, reason)
			assert.NotContains(t, reason, key)
		})
	}
	t.Run("no network", func(t *testing.T) {
		assert.NotEmpty(t, insee.NewSirene(insee.Client(), "http://127.0.0.1:1", key).Try(t.Context()))
	})
}
