package list_test

import (
	"encoding/base64"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/list"
)

func TestKey(t *testing.T) {
	for _, k := range []list.Key{{}, {Text: "crèche \"de\" l'île", ID: 7}, {Text: list.Second, ID: 1 << 52}, {Text: "\uffff", ID: -1}} {
		got, there, err := list.Query{After: k.Write()}.Start()
		require.NoError(t, err)
		assert.True(t, there)
		assert.Equal(t, k, got)
		assert.NotContains(t, k.Write(), "=", "it travels in an address")
	}
	_, there, err := list.Query{}.Start()
	require.NoError(t, err)
	assert.False(t, there)
}

func TestKeyRefuses(t *testing.T) {
	for _, text := range []string{"?", "eyJ0", base64.RawURLEncoding.EncodeToString([]byte("[1]")), base64.RawURLEncoding.EncodeToString([]byte(`{"i":"un"}`))} {
		_, _, err := list.Query{After: text}.Start()
		assert.True(t, fault.Is(err, fault.Protocol), "%q: %v", text, err)
	}
}

func TestDigits(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " ": "", "123": "123", "310 000 005": "310000005", "310\u00a0000\u202f005.00017": "31000000500017", " 12 ": "12", "12a": "", "lyon 3": "", "1-2": "", "é": "", "١٢": "",
	} {
		assert.Equal(t, want, list.Digits(text), "%q", text)
	}
}

func TestMatch(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "!?": "", "Crèche de l’Île": `"creche"* "de"* "lile"*`, `a" OR "b`: `"a"* "or"* "b"*`, "NEAR(a b)": `"near"* "a"* "b"*`,
	} {
		assert.Equal(t, want, list.Match(text), "%q", text)
	}
}

func TestTrigrams(t *testing.T) {
	assert.Equal(t, `"cre" "rec" "ech" "che"`, list.Trigrams("creche"))
	assert.Equal(t, `"lyo" "yon"`, list.Trigrams("de", "lyon"))
	assert.Empty(t, list.Trigrams("de", "l"))
	assert.Empty(t, list.Trigrams())
	assert.Equal(t, `"été"`, list.Trigrams("été"), "letters, not bytes")
}

func TestRange(t *testing.T) {
	low, high, some := list.Range("Bou")
	assert.True(t, some)
	for name, inside := range map[string]bool{"bou": true, "boul": true, "bou z": true, "bouœ": true, "bo": false, "bov": false, "bot": false} {
		assert.Equal(t, inside, low <= name && name < high, name)
	}
	_, _, some = list.Range("?!")
	assert.False(t, some)
}

// TestALongSearch: what is worth searching of a pasted text is bounded.
func TestALongSearch(t *testing.T) {
	long := strings.Repeat("é", 10_000)
	assert.Less(t, len(list.Match(long)), 300)
	assert.Less(t, len(list.Digits(strings.Repeat("1", 10_000))), 101)
}

// row is one of a list that the tests keep in memory.
type row struct {
	id   int64
	name string
}

// shelf answers as a list in a file does: it picks by key, in parts, a page and one row more.
type shelf struct {
	rows  []row
	asked int
}

func (s *shelf) ask(q list.Query) ([]row, error) {
	s.asked++
	low, high, _ := list.Range(q.Search)
	first := func(r row) bool { return q.Search != "" && low <= r.name && r.name < high }
	key, after, err := q.Start()
	if err != nil {
		return nil, err
	}
	byID := q.Part == list.Others
	compare := func(a, b row) int {
		n := strings.Compare(a.name, b.name)
		if n == 0 || byID {
			n = int(a.id - b.id)
		}
		if q.Desc {
			return -n
		}
		return n
	}
	var found []row
	for _, r := range s.rows {
		switch {
		case q.Search != "" && !strings.Contains(r.name, low), q.Part == list.First && !first(r), q.Part == list.Others && first(r):
		case after && compare(r, row{key.ID, key.Text}) <= 0:
		default:
			found = append(found, r)
		}
	}
	slices.SortFunc(found, compare)
	return found[:min(len(found), list.Size+1)], nil
}

// TestReadLosesNothing: whatever the sizes of the parts, the pages together hold each row once, in order, and only the last has no next.
func TestReadLosesNothing(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	sizes := []int{0, 1, 2, 49, 50, 51, 99, 100, 101, 150, 151}
	for range 400 {
		s := &shelf{}
		begin, hold := sizes[r.Intn(len(sizes))], sizes[r.Intn(len(sizes))]
		for i := range begin + hold + r.Intn(20) {
			name := fmt.Sprintf("bo %d", r.Intn(40))
			if i >= begin {
				name = "le " + name
			}
			if i >= begin+hold {
				name = "rien"
			}
			s.rows = append(s.rows, row{int64(i + 1), name})
		}
		r.Shuffle(len(s.rows), func(i, j int) { s.rows[i], s.rows[j] = s.rows[j], s.rows[i] })
		q := list.Query{Search: "bo", Desc: r.Intn(4) == 0}
		if r.Intn(4) == 0 {
			q.Search = ""
		}
		what := fmt.Sprintf("%d begin, %d hold, %+v", begin, hold, q)
		want := 0
		for _, x := range s.rows {
			if q.Search == "" || x.name != "rien" {
				want++
			}
		}

		var all []row
		pages := 0
		for next := ""; ; pages++ {
			require.Less(t, pages, 100, what)
			q.After = next
			got, more, err := list.Parted(q, parts(q), s.ask, func(x row) list.Key { return list.Key{Text: x.name, ID: x.id} })
			require.NoError(t, err, what)
			require.NotNil(t, got, "never nil: it goes out as JSON")
			all = append(all, got...)
			if next = more; next == "" {
				break
			}
			require.Len(t, got, list.Size, "a page that has a next one is full: %s", what)
		}

		require.Len(t, all, want, what)
		seen := map[int64]bool{}
		for _, x := range all {
			require.False(t, seen[x.id], "twice: %s", what)
			seen[x.id] = true
		}
		if q.Search != "" && !q.Desc {
			for i, x := range all {
				require.Equal(t, i < begin, strings.HasPrefix(x.name, "bo"), "what begins so comes first: %s", what)
			}
		}
	}
}

func TestNewPlanRefuses(t *testing.T) {
	_, err := list.NewPlan("structures", "structure_search", map[string]list.Order{"": {Column: "name_key"}}, list.Query{Order: "id; DROP TABLE users"})
	assert.True(t, fault.Is(err, fault.Protocol), "%v", err)
}

// TestPlanKeepsWhatIsAskedInItsArguments: nothing that a person types stands in the text of the query.
func TestPlanKeepsWhatIsAskedInItsArguments(t *testing.T) {
	orders := map[string]list.Order{"": {Column: "name_key"}}
	for _, search := range []string{"canari", "ca", `x" OR canari`, "canari; --", "310 000"} {
		for _, part := range []string{"", list.First, list.Others} {
			p, err := list.NewPlan("structures", "structure_search", orders, list.Query{Search: search, Part: part, After: list.Key{Text: "canari", ID: 4711}.Write()})
			require.NoError(t, err)
			p.Parts("structure_parts", "t.name_key")
			query, args, err := p.SQL("r.id")
			require.NoError(t, err)
			assert.NotContains(t, query, "canari")
			assert.NotContains(t, query, "4711")
			assert.Equal(t, strings.Count(query, "?"), len(args), query)
		}
	}
}

// parts are those in which a list with a full-text index answers.
func parts(q list.Query) []string {
	if q.InParts() {
		return []string{list.First, list.Others}
	}
	return []string{q.Part}
}
