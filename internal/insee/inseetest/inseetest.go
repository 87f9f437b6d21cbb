// Package inseetest holds answers of the two registers, each with the record that a structure is to have
// of it, and a loopback server that gives them.
//
// The answers are written from the documentation of INSEE's Sirene API 3.11 (the variables of an
// establishment and of its address) and of the API Recherche d'entreprises: adresse is made of
// complement_adresse, numero_voie, indice_repetition, type_voie, libelle_voie and distribution_speciale,
// then cedex with libelle_cedex or else code_postal with libelle_commune, then libelle_commune_etranger
// with libelle_pays_etranger, all in capitals; matching_etablissements hide these variables, siege shows
// them.
package inseetest

import (
	"embed"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed answers/*.json
var files embed.FS

// The limits of the form that the register's texts are folded into (facts/structures.md).
const (
	MaxName     = 200
	MaxLine     = 80
	MaxTown     = 80
	MaxPostcode = 10
)

// Answer is what a register answers about a SIRET, and the record that follows from it.
type Answer struct {
	Name    string            `json:"-"` // of its file
	About   string            `json:"about"`
	Service string            `json:"service"` // sirene or annuaire
	SIRET   string            `json:"siret"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
	Text    string            `json:"text"` // where the body is not JSON
	Record  Record            `json:"record"`
}

// Record is what is to be known of the structure.
type Record struct {
	Verdict       string   `json:"verdict"`
	Reason        string   `json:"reason"`     // a message key; empty where the sentence is not settled
	NotReasons    []string `json:"notReasons"` // whose sentence would be untrue
	RetryAfter    int      `json:"retryAfter"`
	ClosedOn      string   `json:"closedOn"`
	Name          string   `json:"name"`
	Places        []Place  `json:"places"` // any one of them; none where the address is not public
	Activity      string   `json:"activity"`
	ActivityList  string   `json:"activityList"`
	LegalCategory string   `json:"legalCategory"`
	Partial       bool     `json:"partial"`
	Sign          string   `json:"sign"`         // the enseigne, or the usual name, of the establishment
	Activity2025  string   `json:"activity2025"` // beside Activity
	Abroad        bool     `json:"abroad"`
	Long          bool     `json:"long"`   // longer than a line, a town or a name may be
	Cut           bool     `json:"cut"`    // so long that something of the address is cut
	Unseen        bool     `json:"unseen"` // with characters that nobody sees
	Guess         bool     `json:"guess"`  // settled by nothing but these tests
}

// Place is an address. The order of its lines, and which words share a line, are the program's.
type Place struct {
	Lines    string `json:"lines"` // their words
	All      string `json:"all"`   // of all three, where they are not parted
	Postcode string `json:"postcode"`
	Town     string `json:"town"`
	Country  string `json:"country"` // empty: not settled
}

// Seen is a record as it stands.
type Seen struct {
	Verdict, Reason, ClosedOn, Name       string
	Lines                                 []string
	Postcode, Town, Country               string
	Activity, ActivityList, LegalCategory string
	Partial                               bool
}

// All returns every answer, by name.
func All(t testing.TB) []Answer {
	t.Helper()
	entries, err := files.ReadDir("answers")
	require.NoError(t, err)
	list := []Answer{}
	for _, e := range entries {
		b, err := files.ReadFile("answers/" + e.Name())
		require.NoError(t, err)
		var a Answer
		require.NoError(t, json.Unmarshal(b, &a), e.Name())
		a.Name = strings.TrimSuffix(path.Base(e.Name()), ".json")
		list = append(list, a)
	}
	return list
}

// Get returns one answer.
func Get(t testing.TB, name string) Answer {
	t.Helper()
	all := All(t)
	i := slices.IndexFunc(all, func(a Answer) bool { return a.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

// Describes tells that the register describes the structure: its verdict is active or closed.
func (a Answer) Describes() bool { return a.Record.Verdict == "active" || a.Record.Verdict == "closed" }

// Creatable tells that a structure may be created of the answer.
func (a Answer) Creatable() bool {
	return a.Record.Verdict != "closed" && (a.Record.Verdict != "unknown" || a.Service != "sirene")
}

// ServeHTTP gives the answer.
func (a Answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for name, value := range a.Headers {
		if seconds, err := strconv.Atoi(value); name == "Retry-After" && err == nil &&
			strings.ContainsAny(value, "+-") {
			value = time.Now().Add(time.Duration(seconds) * time.Second).UTC().Format(http.TimeFormat)
		}
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.Status)
	body := []byte(a.Text)
	if len(a.Body) > 0 {
		body = a.Body
	}
	_, _ = w.Write(body) // the client may go away
}

// Serve starts a register that knows these answers by their SIRET; its client gives the address of the
// service.
func Serve(t testing.TB, list ...Answer) string {
	t.Helper()
	known := map[string]Answer{}
	for _, a := range list {
		known[a.SIRET] = a
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		siret := path.Base(r.URL.Path)
		if q := r.URL.Query().Get("q"); q != "" {
			siret = q
		}
		if a, ok := known[siret]; ok {
			a.ServeHTTP(w, r)
			return
		}
		http.Error(w, "no answer for "+siret, http.StatusTeapot)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// Check holds a record against the expected one. typed is the name that the person typed: it stands where
// the register gives none.
func (a Answer) Check(t testing.TB, s Seen, typed string) {
	t.Helper()
	want := a.Record
	assert.Equal(t, want.Verdict, s.Verdict, "verdict")
	assert.Equal(t, want.Partial, s.Partial, "partial")
	assert.Equal(t, want.ClosedOn, s.ClosedOn, "closed on")
	assert.Equal(t, want.Activity, s.Activity, "activity")
	assert.Equal(t, want.ActivityList, s.ActivityList, "its nomenclature")
	assert.Equal(t, want.LegalCategory, s.LegalCategory, "legal category")
	name := want.Name
	if name == "" {
		name = typed
	}
	assertText(t, "name", name, s.Name, MaxName)
	for _, text := range append([]string{s.Name, s.Postcode, s.Town}, s.Lines...) {
		assertClean(t, text)
	}
	a.checkPlace(t, s)
}

func (a Answer) checkPlace(t testing.TB, s Seen) {
	t.Helper()
	assert.LessOrEqual(t, len(s.Lines), 3, "three address lines")
	for _, line := range s.Lines {
		assert.LessOrEqual(t, runes(line), MaxLine, "a line: %q", line)
	}
	assert.LessOrEqual(t, runes(s.Postcode), MaxPostcode, "postcode %q", s.Postcode)
	if len(a.Record.Places) == 0 {
		assert.Empty(t, strings.Join(s.Lines, "")+s.Postcode+s.Town, "an address that is not public")
		return
	}
	failures := []string{}
	for _, p := range a.Record.Places {
		missed := p.missed(a.Record, s)
		if len(missed) == 0 {
			return
		}
		failures = append(failures, strings.Join(missed, "; "))
	}
	assert.Fail(t, "another place", "%s\n%q, postcode %q, town %q, country %q\n%s", a.About, s.Lines,
		s.Postcode, s.Town, s.Country,
		strings.Join(failures, "\nor "))
}

// missed tells in what a record differs from a place.
func (p Place) missed(want Record, s Seen) (list []string) {
	lines := strings.Join(s.Lines, " ")
	town := strings.TrimSpace(s.Postcode + " " + s.Town)
	switch {
	case p.All != "":
		if bag(p.All) != bag(lines+" "+town) {
			list = append(list, "words "+bag(p.All)+", not "+bag(lines+" "+town))
		}
	case want.Cut:
		if !cutOf(lines, p.Lines) {
			list = append(list, "the address is cut without a mark, or holds what the register does not say")
		}
	case want.Long && letters(p.Lines) != letters(lines), !want.Long && bag(p.Lines) != bag(lines):
		list = append(list, "lines "+p.Lines)
	}
	if p.All == "" {
		wanted, limit := strings.TrimSpace(p.Postcode+" "+p.Town), MaxTown
		if p.Postcode != "" {
			limit += runes(p.Postcode) + 1
		}
		if !fits(wanted, town, limit) || !want.Abroad && s.Postcode != p.Postcode ||
			runes(s.Town) > MaxTown || s.Town == "" {
			list = append(list, "town "+wanted)
		}
	}
	if p.Country != "" && s.Country != p.Country {
		list = append(list, "country "+p.Country)
	}
	return list
}

func assertText(t testing.TB, field, want, got string, limit int) {
	t.Helper()
	assert.True(t, fits(want, got, limit), "%s: %q\nis not %q within %d characters", field, got, want, limit)
}

// fits tells that a text is as wanted, or where it is too long that it is cut with a mark.
func fits(want, got string, limit int) bool {
	if runes(want) <= limit {
		return got == want
	}
	begun := unmarked(got)
	return runes(got) <= limit && begun != got && runes(begun) > limit/2 && strings.HasPrefix(want, begun)
}

// cutOf tells that lines are marked as cut, and hold nothing but what the register says.
func cutOf(lines, want string) bool {
	marked := false
	left := map[string]int{}
	for _, word := range tokens(want) {
		left[word]++
	}
	for _, word := range strings.Fields(lines) {
		begun := unmarked(word)
		marked = marked || begun != word
		if left[begun] > 0 {
			left[begun]--
		} else if begun == word {
			return false
		}
	}
	return marked && runes(lines) > 2*MaxLine
}

// unmarked takes a mark of what is cut off the end.
func unmarked(text string) string {
	for _, mark := range []string{"[…]", "[...]", "(…)", "…", "..."} {
		if begun, ok := strings.CutSuffix(text, mark); ok {
			return strings.TrimSpace(begun)
		}
	}
	return text
}

func assertClean(t testing.TB, text string) {
	t.Helper()
	assert.Equal(t, strings.Join(strings.Fields(text), " "), text, "spaces left by what is missing: %q", text)
	unseen := strings.ContainsFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Cc, unicode.Cf,
			unicode.Zl, unicode.Zp)
	})
	assert.False(t, unseen, "characters that nobody sees: %q", text)
	for _, never := range []string{"[ND]", "NON-DIFFUSIBLE", "CANARI"} {
		assert.NotContains(t, text, never)
	}
}

func runes(text string) int { return len([]rune(text)) }

func tokens(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) &&
			!unicode.IsDigit(r) && r != '\'' && r != '’'
	})
}

// bag returns the words of a text in the order of letters. What joins two numbers of a street is the
// program's.
func bag(text string) string {
	list := slices.DeleteFunc(tokens(text), func(word string) bool { return word == "à" })
	slices.Sort(list)
	return strings.Join(list, " ")
}

// letters returns the letters and digits of a text in their order, for words that a line may part.
func letters(text string) string {
	list := []rune{}
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			list = append(list, r)
		}
	}
	slices.Sort(list)
	return string(list)
}
