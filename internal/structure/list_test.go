package structure_test

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/ledger"
	"habilis/internal/list"
	"habilis/internal/right"
	"habilis/internal/structure"
)

// word is a word as it is written, and as it is found: without accents, case or punctuation.
type word struct{ shown, plain string }

var (
	nouns = []word{
		{"Crèche", "creche"}, {"Boulangerie", "boulangerie"}, {"Mairie", "mairie"}, {"Éts", "ets"}, {"Œuvres", "oeuvres"}, {"Garage", "garage"}, {"SARL", "sarl"},
		{"Hôtel-Dieu", "hotel dieu"}, {"L’Île", "l ile"}, {"Bo", "bo"}, {"Ça", "ca"}, {"Straße", "strasse"},
	}
	owners = []word{
		{"Müller", "muller"}, {"d'Artagnan", "d artagnan"}, {"Noël", "noel"}, {"Martin", "martin"}, {"Garcia", "garcia"}, {"Bordeaux", "bordeaux"}, {"Boul", "boul"}, {"ßen", "ssen"},
	}
	towns  = []word{{"Lyon", "lyon"}, {"Saint-Étienne", "saint etienne"}, {"Évian", "evian"}, {"Le Mans", "le mans"}, {"", ""}, {"Bois-Colombes", "bois colombes"}}
	groups = []string{"Artisans", "Écoles", "Paie"}
)

// line is what the test knows of a structure.
type line struct {
	id                            int64
	kind, number, sphere, verdict string
	name, label, town             word
	active, managed, cancelled    bool
	tags                          []string
}

// city is a firm with many structures of all sorts, written straight into the file.
type city struct {
	*world
	lines []line
}

func newCity(t *testing.T, seed int64, size int) *city {
	t.Helper()
	c := &city{world: newWorld(t)}
	r := rand.New(rand.NewSource(seed))
	pick := func(list []word) word { return list[r.Intn(len(list))] }
	c.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		for i := range size {
			l := c.draw(r, i, pick)
			if err := c.write(ctx, tx, by, &l); err != nil {
				return fmt.Errorf("%+v: %w", l, err)
			}
			c.lines = append(c.lines, l)
		}
		return nil
	})
	for _, l := range c.lines {
		if l.cancelled {
			c.exec("UPDATE structures SET cancelled_at = 1 WHERE id = ?", l.id)
			c.exec("DELETE FROM structure_parts WHERE rowid = ?", l.id)
			c.exec("DELETE FROM structure_search WHERE rowid = ?", l.id)
		}
	}
	return c
}

func (c *city) draw(r *rand.Rand, i int, pick func(list []word) word) line {
	a, b := pick(nouns), pick(owners)
	l := line{
		name: word{a.shown + " " + b.shown, a.plain + " " + b.plain}, town: pick(towns), sphere: []string{"private", "private", "state", "local"}[r.Intn(4)],
		active: r.Intn(4) > 0, managed: r.Intn(5) > 0, cancelled: r.Intn(12) == 0, verdict: "none",
	}
	l.active = l.active && l.managed // an active structure keeps its manager
	if r.Intn(3) == 0 {
		l.label = pick(owners)
	}
	for _, g := range groups {
		if r.Intn(4) == 0 {
			l.tags = append(l.tags, g)
		}
	}
	switch r.Intn(6) {
	case 0, 1, 2:
		l.kind, l.number, l.verdict = "siret", siret(i), []string{"active", "active", "closed", "unknown", "unverifiable"}[r.Intn(5)]
	case 3:
		l.kind, l.number = "ridet", fmt.Sprintf("%06d%03d", 200000+i, i%1000)
	case 4:
		l.kind, l.number = "tahiti", fmt.Sprintf("%c%05d%03d", 'A'+rune(i%26), i, i%1000)
	case 5:
		l.kind, l.number = "pending", fmt.Sprintf("CREA-%d", 2000+i)
	}
	return l
}

func (c *city) write(ctx context.Context, tx *db.Tx, by ledger.By, l *line) error {
	found := insee.Found{}
	if l.verdict != "none" {
		found = insee.Found{Verdict: insee.Verdict(l.verdict), Source: insee.SourceAnnuaire, Name: l.name.shown, Town: l.town.shown}
	}
	in := structure.Input{IdentifierType: l.kind, Identifier: l.number, Sphere: l.sphere, Fields: structure.Fields{
		Name: l.name.shown, Label: l.label.shown, Town: l.town.shown, Labels: l.tags, Country: "FR", Email: "x@exemple.example", Phone: "+33472001122",
	}}
	var err error
	if l.id, err = structure.Insert(ctx, tx, in, found); err != nil {
		return err
	}
	if _, err = ledger.OpenStructureState(ctx, tx, l.id, l.active, forever(tx), by); err != nil {
		return err
	}
	if l.managed {
		if _, err = ledger.OpenMembership(ctx, tx, 1, right.Structure(l.id), forever(tx), by); err != nil {
			return err
		}
		_, err = ledger.OpenPrincipal(ctx, tx, 1, l.id, "setup", forever(tx), by)
	}
	return err
}

// has reports whether a line holds a word, as the rules of facts/structures.md have it: any part of name, town, label or identifier; words of one or
// two letters alone by the beginning of a word of name, label or town.
func (l line) has(words []string, anyPart bool, whole bool) bool {
	text := l.name.plain
	if whole {
		text += " " + l.label.plain + " " + l.town.plain
	}
	for _, w := range words {
		if anyPart {
			if !strings.Contains(text, w) && !strings.Contains(strings.ToLower(l.number), w) {
				return false
			}
		} else if !slices.ContainsFunc(strings.Fields(text), func(x string) bool { return strings.HasPrefix(x, w) }) {
			return false
		}
	}
	return true
}

func digitsOnly(words []string) bool {
	return len(words) > 0 && !strings.ContainsFunc(strings.Join(words, ""), func(r rune) bool { return !unicode.IsDigit(r) })
}

// matches reports whether a line belongs to a list, by the test's own rules.
func (l line) matches(q directory.Wanted, words []string) bool {
	public := l.sphere == "state" || l.sphere == "local"
	switch {
	case l.cancelled:
		return false
	case q.Type != "" && l.kind != q.Type:
		return false
	case q.State != "" && l.active != (q.State == "active"):
		return false
	case q.Sphere == "public" && !public, q.Sphere != "" && q.Sphere != "public" && l.sphere != q.Sphere:
		return false
	case q.Check == "unverified" && l.verdict != "unknown" && l.verdict != "unverifiable":
		return false
	case q.Check == "closed" && l.verdict != "closed":
		return false
	case q.Lone && l.managed:
		return false
	case q.Tag != "" && !slices.ContainsFunc(l.tags, func(x string) bool { return strings.EqualFold(x, q.Tag) }):
		return false
	case len(q.Only) > 0 && !slices.Contains(q.Only, l.id):
		return false
	}
	if digitsOnly(words) {
		number := strings.Join(words, "")
		if len(number) < 3 {
			return strings.HasPrefix(l.number, number)
		}
		return strings.Contains(l.number, number)
	}
	long := slices.ContainsFunc(words, func(w string) bool { return len([]rune(w)) >= 3 })
	return l.has(words, long, true)
}

// through pages through a list.
func (w *world) through(ctx context.Context, q directory.Wanted) (all []directory.Row) {
	w.t.Helper()
	for range 1000 {
		p, err := directory.NewService(w.d).List(ctx, q)
		require.NoError(w.t, err)
		require.LessOrEqual(w.t, len(p.Rows), list.Size)
		all = append(all, p.Rows...)
		if p.Next == "" {
			return all
		}
		require.NotEmpty(w.t, p.Rows, "an empty page that has a next one")
		q.After = p.Next
	}
	require.Fail(w.t, "the list does not end")
	return nil
}

func idsOf(list []directory.Row) []int64 {
	ids := []int64{}
	for _, r := range list {
		ids = append(ids, r.ID)
	}
	return ids
}

// ask draws a list at random, with the words that it searches.
func (c *city) ask(r *rand.Rand) (q directory.Wanted, words []string) {
	some := func(chance int, list ...string) string {
		if r.Intn(chance) > 0 {
			return ""
		}
		return list[r.Intn(len(list))]
	}
	q.Order, q.Desc = []string{"", "name", "identifier", "town", "label", "created"}[r.Intn(6)], r.Intn(3) == 0
	q.Type, q.State, q.Sphere = some(4, "siret", "ridet", "tahiti", "pending", "eu"), some(4, "active", "inactive"), some(4, "private", "public", "state", "local", "platform")
	q.Check, q.Lone, q.Tag = some(5, "unverified", "closed"), r.Intn(8) == 0, some(6, "Artisans", "artisans", "Paie", "Rien")
	if r.Intn(8) == 0 {
		for range 1 + r.Intn(40) {
			q.Only = append(q.Only, c.lines[r.Intn(len(c.lines))].id)
		}
	}
	if r.Intn(2) == 0 {
		q.Search, words = c.search(r)
	}
	return q, words
}

// search makes a search of parts of words that some structure has, written in some way.
func (c *city) search(r *rand.Rand) (text string, words []string) {
	l := c.lines[r.Intn(len(c.lines))]
	if r.Intn(4) == 0 { // part of a number
		n := 1 + r.Intn(6)
		from := r.Intn(max(1, len(l.number)-n))
		part := strings.Trim(l.number[from:min(len(l.number), from+n)], "-")
		if part == "" {
			return "", nil
		}
		words = strings.Split(strings.ToLower(part), "-")
		if digitsOnly(words) && len(words) == 1 && len(part) > 3 && r.Intn(2) == 0 {
			return part[:2] + "\u00a0" + part[2:], words // in groups
		}
		return part, words
	}
	for _, w := range strings.Fields(l.name.plain + " " + l.town.plain + " " + l.label.plain) {
		if r.Intn(3) > 0 {
			continue
		}
		runes := []rune(w)
		from := 0
		if len(runes) > 3 && r.Intn(2) == 0 {
			from = r.Intn(len(runes) - 2)
		}
		words = append(words, string(runes[from:min(len(runes), from+1+r.Intn(len(runes)))]))
	}
	r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	text = strings.Join(words, []string{" ", "  ", "-", ", "}[r.Intn(4)])
	switch r.Intn(3) {
	case 0:
		text = strings.ToUpper(text)
	case 1:
		text = strings.NewReplacer("e", "é", "a", "à", "u", "ü", "c", "ç").Replace(text)
	}
	return text, words
}

// TestListHoldsWhatMatches: for lists at random, all pages together hold exactly the rows that match, each once, and Count counts them.
func TestListHoldsWhatMatches(t *testing.T) {
	c := newCity(t, 11, 400)
	r := rand.New(rand.NewSource(12))
	long := 0
	for range 700 {
		q, words := c.ask(r)
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
		total, err := directory.NewService(c.d).Count(c.admin, q)
		n := total.N
		require.NoError(t, err)
		require.EqualValues(t, len(want), n, what)
		if len(want) > 2*list.Size {
			long++
		}
		if q.Search == "" {
			c.ordered(q, rows)
		}
	}
	assert.Greater(t, long, 50, "of several pages")
}

// ordered checks the order of a list.
func (c *city) ordered(q directory.Wanted, list []directory.Row) {
	c.t.Helper()
	by := map[int64]line{}
	for _, l := range c.lines {
		by[l.id] = l
	}
	key := func(r directory.Row) string {
		l := by[r.ID]
		return map[string]string{"": l.name.plain, "name": l.name.plain, "identifier": l.number, "town": l.town.plain, "label": l.label.plain, "created": ""}[q.Order]
	}
	sorted := slices.IsSortedFunc(list, func(a, b directory.Row) int {
		n := strings.Compare(key(a), key(b))
		if n == 0 {
			n = int(a.ID - b.ID)
		}
		if q.Desc {
			return -n
		}
		return n
	})
	assert.True(c.t, sorted, "%+v", q)
}

// TestListShowsWhatIsThere checks the cells of a line.
func TestListShowsWhatIsThere(t *testing.T) {
	c := newCity(t, 21, 60)
	by := map[int64]line{}
	for _, l := range c.lines {
		by[l.id] = l
	}
	for _, r := range c.through(c.admin, directory.Wanted{}) {
		l := by[r.ID]
		assert.Equal(t, l.name.shown, r.Name)
		assert.Equal(t, l.label.shown, r.Label)
		assert.Equal(t, l.town.shown, r.Town)
		assert.Equal(t, l.sphere, r.Sphere)
		assert.Equal(t, l.verdict, r.Verdict)
		assert.Equal(t, l.active, r.Active)
		assert.Equal(t, l.managed, r.Managed)
		assert.ElementsMatch(t, l.tags, r.Labels)
		assert.Equal(t, l.number, strings.ReplaceAll(r.Identifier, "\u00a0", ""))
		if l.managed {
			assert.Equal(t, "Paul Patron", r.Manager)
		} else {
			assert.Empty(t, r.Manager)
		}
	}
}

// TestListFinds: what people type, one by one.
func TestListFinds(t *testing.T) {
	w := newWorld(t)
	number := siret(1)
	w.registry.says(number, active("Crèche de l’Île"))
	id := w.create(structure.Input{IdentifierType: "siret", Identifier: number, Fields: structure.Fields{Label: "Petite enfance"}})
	w.pending("AUTRE", "")
	for _, text := range []string{
		"crèche", "CRECHE", "crech", "rèch", "ile", "île", "l’île", "l'ile", "creche ile", "ile creche", "crèche de", "lyon", "LYO", "yon", "enfance", "nfanc",
		"petite lyon", "cr", "l", "pe", "ly", number, number[:9], number[3:8], number[9:], number[:3], number[:2],
		number[:3] + " " + number[3:6] + " " + number[6:9] + " " + number[9:], number[:3] + "\u00a0" + number[3:6], number[:3] + "\u202f" + number[3:6], number[:3] + "." + number[3:6],
		" " + number + " ", "\t" + number[:9], "Crèche " + number[:9],
	} {
		found, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: list.Query{Search: text}})
		require.NoError(t, err, text)
		assert.Contains(t, idsOf(found.Rows), id, "%q", text)
		total, err := directory.NewService(w.d).Count(w.admin, directory.Wanted{Query: list.Query{Search: text}})
		n := total.N
		require.NoError(t, err, text)
		assert.EqualValues(t, len(found.Rows), n, "%q", text)
	}
	for _, text := range []string{"creches", "marseille", "crèche marseille", "99999", "zz"} {
		list, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: list.Query{Search: text}})
		require.NoError(t, err, text)
		assert.NotContains(t, idsOf(list.Rows), id, "%q", text)
	}
}

// TestListFindsIdentifiers: every type, whole or in part, with and without spaces.
func TestListFindsIdentifiers(t *testing.T) {
	w := newWorld(t)
	w.registry.other = active("Du registre")
	for _, x := range []struct {
		kind, number string
		texts        []string
	}{
		{"eu", "DE136695976", []string{"DE136695976", "de 136 695 976", "DE 136695976", "136695976", "136 695 976", "6695", "de1366"}},
		{"non_eu", "USACMECORP", []string{"USACMECORP", "usacme", "acmec"}},
		{"ridet", "0123456001", []string{"0123456001", "0123456 001", "0123456\u00a0001", "123456", "3456 00"}},
		{"tahiti", "A12345001", []string{"A12345001", "A12345 001", "a12345\u00a0001", "12345001", "12345"}},
		{"pending", "CREA-2026", []string{"CREA-2026", "crea", "2026", "crea 2026"}},
	} {
		id := w.create(structure.Input{IdentifierType: x.kind, Identifier: x.number, Fields: structure.Fields{Name: "Maison"}})
		for _, text := range append(x.texts, w.get(id).Identifier) {
			list, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: list.Query{Search: text}})
			require.NoError(t, err, text)
			assert.Contains(t, idsOf(list.Rows), id, "%q", text)
		}
	}
	p := w.create(structure.Input{IdentifierType: "individual", Fields: structure.Fields{FirstName: "Ada", LastName: "Martin"}})
	for _, text := range []string{"P000001", "p000001", "000001", "martin", "ada"} {
		list, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Query: list.Query{Search: text}})
		require.NoError(t, err, text)
		assert.Contains(t, idsOf(list.Rows), p, "%q", text)
	}
}

// TestListFindsNumbersInNames: any part of a name finds, digits too.
func TestListFindsNumbersInNames(t *testing.T) {
	w := newWorld(t)
	id := w.create(structure.Input{IdentifierType: "pending", Identifier: "AUTRE", Fields: structure.Fields{Name: "Pharmacie 2000", Label: "Lot 417", Town: "Paris 12"}})
	for _, text := range []string{"pharmacie 2000", "lot 417", "2000", "417", "12"} {
		q := directory.Wanted{Query: list.Query{Search: text}}
		list, err := directory.NewService(w.d).List(w.admin, q)
		require.NoError(t, err)
		assert.Contains(t, idsOf(list.Rows), id, "%q", text)
		total, err := directory.NewService(w.d).Count(w.admin, q)
		n := total.N
		require.NoError(t, err)
		assert.EqualValues(t, len(list.Rows), n)
	}
}

// TestListFindsFirstWhatBeginsSo: names that begin with what is typed come first.
func TestListFindsFirstWhatBeginsSo(t *testing.T) {
	w := newWorld(t)
	for i, name := range []string{"La Boulangerie", "Boulangerie Z", "Le Boulanger", "Boulangerie A", "Boul"} {
		w.create(structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("N", i), Fields: structure.Fields{Name: name}})
	}
	names := []string{}
	for _, r := range w.through(w.admin, directory.Wanted{Query: list.Query{Search: "boul"}}) {
		names = append(names, r.Name)
	}
	assert.Equal(t, []string{"Boul", "Boulangerie A", "Boulangerie Z", "La Boulangerie", "Le Boulanger"}, names)
}

// TestListAfterAChange: search and filters follow each change of a record.
func TestListAfterAChange(t *testing.T) {
	w := newWorld(t)
	id := w.european("private")
	found := func(q directory.Wanted) bool {
		list, err := directory.NewService(w.d).List(w.admin, q)
		require.NoError(t, err)
		total, err := directory.NewService(w.d).Count(w.admin, q)
		n := total.N
		require.NoError(t, err)
		assert.EqualValues(t, len(list.Rows), n)
		return slices.Contains(idsOf(list.Rows), id)
	}
	by := func(text string) bool { return found(directory.Wanted{Query: list.Query{Search: text}}) }
	require.True(t, by("backerei"))

	require.NoError(t, w.edit(id, func(f *structure.Fields) {
		f.Name, f.Label, f.Town, f.Labels = "Fleuriste", "Roses", "Nice", []string{"Artisans"}
	}))

	assert.False(t, by("backerei"))
	assert.False(t, by("ba"))
	for _, text := range []string{"fleur", "fl", "roses", "ro", "nice", "ni"} {
		assert.True(t, by(text), text)
	}
	assert.True(t, found(directory.Wanted{Tag: "artisans"}))
	assert.False(t, found(directory.Wanted{State: "inactive"}))
	w.run(&structure.SetState{Structure: id})
	assert.True(t, found(directory.Wanted{State: "inactive"}))
	assert.False(t, found(directory.Wanted{State: "active"}))
	require.NoError(t, w.edit2(id))
}

// edit2 activates again and takes the labels away.
func (w *world) edit2(id int64) error {
	w.run(&structure.SetState{Structure: id, Active: true})
	return w.edit(id, func(f *structure.Fields) { f.Labels = nil })
}

func TestListRefuses(t *testing.T) {
	w := newWorld(t)
	w.pending("UN", "")
	_, nobody := w.person("internal", "personne", 0, 0)
	_, err := directory.NewService(w.d).List(nobody, directory.Wanted{})
	assert.True(t, fault.Is(err, fault.Forbidden), "no view right anywhere is Forbidden, never an empty list: %v", err)
	_, err = directory.NewService(w.d).Count(nobody, directory.Wanted{})
	assert.True(t, fault.Is(err, fault.Forbidden), "%v", err)
	for what, q := range map[string]directory.Wanted{
		"order": {Query: list.Query{Order: "email"}}, "state": {State: "parfois"}, "check": {Check: "parfois"}, "after": {Query: list.Query{After: "?"}},
		"after, not a key": {Query: list.Query{After: "eyJ0IjoxfQ"}}, "holding": {Holding: "rien.du_tout"},
	} {
		_, err := directory.NewService(w.d).List(w.admin, q)
		assert.True(t, fault.Is(err, fault.Protocol), "%s: %v", what, err)
	}
}

// guest is somebody who sees some structures whole and some through a department only.
func (c *city) guest(r *rand.Rand, many int) (ctx context.Context, whole, part map[int64]bool) {
	c.t.Helper()
	user, ctx := c.person("internal", fmt.Sprint("visiteur", many), 0, 0)
	whole, part = map[int64]bool{}, map[int64]bool{}
	c.script(func(ctx context.Context, tx *db.Tx, by ledger.By) error {
		for range many {
			l := c.lines[r.Intn(len(c.lines))]
			if whole[l.id] || part[l.id] {
				continue
			}
			scope := right.Structure(l.id)
			if r.Intn(2) == 0 {
				if err := tx.Exec(ctx, `INSERT INTO departments (uid, structure_id, code, code_key, label, description, address, phone, commitment_required, created_at, version)
					VALUES (x'00', ?, 'D', 'd', 'D', '', '', '', 0, 0, 1)`, l.id); err != nil {
					return err
				}
				rows, err := tx.Select(ctx, "SELECT max(id) FROM departments")
				if err != nil {
					return err
				}
				for rows.Next() {
					if err := rows.Scan(&scope.Department); err != nil {
						return err
					}
				}
				if err := rows.Close(); err != nil {
					return err
				}
				part[l.id] = true
			} else {
				whole[l.id] = true
			}
			if _, err := ledger.OpenMembership(ctx, tx, user, scope, forever(tx), by); err != nil {
				return err
			}
		}
		return nil
	})
	return ctx, whole, part
}

// TestListHoldsWhatIsSeen: a list, its count and its searches hold exactly the rows that may be seen; of a structure seen through a department nothing
// but its identity can be learnt, by searching, filtering or ordering.
func TestListHoldsWhatIsSeen(t *testing.T) {
	c := newCity(t, 31, 300)
	r := rand.New(rand.NewSource(32))
	for _, many := range []int{1, 12, 150} {
		ctx, whole, part := c.guest(r, many)
		for range 200 {
			q, words := c.ask(r)
			what := fmt.Sprintf("%d: %+v, words %q", many, q, words)
			want := []int64{}
			for _, l := range c.lines {
				if l.seen(q, words, whole[l.id], part[l.id]) {
					want = append(want, l.id)
				}
			}

			list := c.through(ctx, q)

			got := idsOf(list)
			slices.Sort(got)
			require.Equal(t, want, got, what)
			total, err := directory.NewService(c.d).Count(ctx, q)
			n := total.N
			require.NoError(t, err)
			require.EqualValues(t, len(want), n, what)
			for _, row := range list {
				require.Equal(t, part[row.ID], row.IdentityOnly, what)
				if part[row.ID] {
					require.Empty(t, row.Label+row.Town+row.Postcode+row.Email+row.Phone+row.Verdict+row.Manager+strings.Join(row.Labels, ""), what)
				}
			}
		}
	}
}

// seen reports whether a line belongs to the list of somebody who sees it whole or in part.
func (l line) seen(q directory.Wanted, words []string, whole, part bool) bool {
	if whole {
		return l.matches(q, words)
	}
	if !part || q.Check != "" || q.Lone || q.Tag != "" || !l.matches(directory.Wanted{Type: q.Type, State: q.State, Sphere: q.Sphere, Only: q.Only}, nil) {
		return false
	}
	if digitsOnly(words) {
		return l.matches(directory.Wanted{}, words)
	}
	long := slices.ContainsFunc(words, func(w string) bool { return len([]rune(w)) >= 3 })
	return l.has(words, long, false)
}

// TestListFindsIdentifiersThroughADepartment: of a structure seen through a department, name and identifier are searched.
func TestListFindsIdentifiersThroughADepartment(t *testing.T) {
	w := newWorld(t)
	for _, x := range []struct{ kind, number, text string }{
		{"pending", "CREA-2026", "crea-2026"}, {"pending", "NOUVELLE", "nouvelle"}, {"eu", "DE136695976", "DE 136 695 976"}, {"tahiti", "A12345001", "a12345 001"},
		{"ridet", "0123456001", "0123456 001"}, {"non_eu", "USACME", "usac"},
	} {
		id := w.create(structure.Input{IdentifierType: x.kind, Identifier: x.number, Fields: structure.Fields{Name: "Maison"}})
		_, guest := w.person("internal", "visiteur"+x.number, id, w.department(id, "A"))
		list, err := directory.NewService(w.d).List(guest, directory.Wanted{Query: list.Query{Search: x.text}})
		require.NoError(t, err)
		assert.Equal(t, []int64{id}, idsOf(list.Rows), "%q", x.text)
	}
}

// TestSearchTellsNothingOfADepartmentsStructure: a search that a name answers by its middle is not made to answer by a label or town out of sight.
func TestSearchTellsNothingOfADepartmentsStructure(t *testing.T) {
	w := newWorld(t)
	plain := w.create(structure.Input{IdentifierType: "pending", Identifier: "UN", Fields: structure.Fields{Name: "Polyvalent", Town: "Nice", Label: "Roses"}})
	telling := w.create(structure.Input{IdentifierType: "pending", Identifier: "DEUX", Fields: structure.Fields{Name: "Polyvalent", Town: "Lyon", Label: "Olives"}})
	user, guest := w.person("internal", "visiteur", plain, w.department(plain, "A"))
	w.run(&grant.Attach{User: user, Structure: telling, Department: w.department(telling, "A")})
	for _, text := range []string{"ly", "ol", "po", "v", "lyv", "poly", "ly ol", "ly polyv"} {
		q := directory.Wanted{Query: list.Query{Search: text}}
		list, err := directory.NewService(w.d).List(guest, q)
		require.NoError(t, err)
		total, err := directory.NewService(w.d).Count(guest, q)
		n := total.N
		require.NoError(t, err)
		assert.EqualValues(t, len(list.Rows), n, "%q", text)
		if len(list.Rows) == 1 {
			assert.Fail(t, "the search tells one from the other", "%q: %v", text, list.Rows[0].ID == telling)
		}
	}
}

// TestListHolding narrows a list to where a permission is held, or to where one is attached.
func TestListHolding(t *testing.T) {
	w := newWorld(t)
	one, two, three := w.pending("UN", ""), w.pending("DEUX", ""), w.pending("TROIS", "")
	user, ctx := w.person("internal", "visiteur", one, 0, manage)
	w.run(attach(user, two))
	ids := func(holding string) []int64 {
		list, err := directory.NewService(w.d).List(ctx, directory.Wanted{Query: list.Query{Order: "created"}, Holding: holding})
		require.NoError(t, err)
		return idsOf(list.Rows)
	}
	assert.Equal(t, []int64{one, two}, ids(""))
	assert.Equal(t, []int64{one}, ids("structure.edit"))
	assert.Equal(t, []int64{one, two}, ids("membership"))
	assert.NotContains(t, ids(""), three)

	// when somebody holds all of it in one department alone
	inside := w.department(three, "ACHATS")
	_, ctx = w.person("internal", "agent", three, inside, manage)

	// then structures are offered where something can be done there, and not for what is done to the whole structure
	for _, holding := range []string{"", "structure.view", "membership", "structure.edit", "structure.activate", "membership.edit"} {
		assert.Equal(t, []int64{three}, ids(holding), holding)
		list, err := directory.NewService(w.d).List(ctx, directory.Wanted{Holding: holding, Whole: true})
		require.NoError(t, err)
		assert.Empty(t, list.Rows, holding)
	}
}
