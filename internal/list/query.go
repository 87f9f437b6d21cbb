// Package list holds what every list shares: it pages by key, never by number, so that a page costs the same wherever it stands.
package list

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"habilis/internal/fault"
	"habilis/internal/fold"
)

// Size is how many rows a page holds.
const Size = 50

// Query is what every list is asked. After is the Next of the page before, empty for the first.
type Query struct {
	Search string `json:"search"`
	Order  string `json:"order"`
	Desc   bool   `json:"desc"`
	After  string `json:"after"`
	Part   string `json:"-"` // of a search in the default order: First or Others
}

// Key is where a page ended: the order's value and the row's id.
type Key struct {
	Text string `json:"t"`
	ID   int64  `json:"i"`
}

// Write makes the text that asks for the page after a key.
func (k Key) Write() string {
	text, _ := json.Marshal(k) // a text and a number always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}

// Start reads Query.After. It fails with Protocol where the text was not made by Write.
func (q Query) Start() (Key, bool, error) {
	if q.After == "" {
		return Key{}, false, nil
	}
	var k Key
	text, err := base64.RawURLEncoding.DecodeString(q.After)
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		return k, false, fault.New(fault.Protocol, "page.malformed")
	}
	return k, true, nil
}

// Match returns the full-text question of a search: every word, by its first letters. Empty where the search holds none.
func Match(search string) string {
	words := fold.Sought(Limit(search))
	for i, w := range words {
		words[i] = `"` + w + `"*`
	}
	return strings.Join(words, " ")
}

// Digits returns the digits of a search that is a number, with or without spaces; empty where it is not one.
func Digits(search string) string {
	var b strings.Builder
	for _, r := range Limit(search) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ', r == '\u00a0', r == '\u202f', r == '.':
		default:
			return ""
		}
	}
	return b.String()
}

// A search in the default order comes in two parts: first the names that begin with what is typed, in their order; then the
// others that match, in the order of their making. Each part pages along an index, however many rows match.

// Second is the mark of a key in the second part.
const Second = "\x00"

// Range returns the first and last bound of the names that begin with a search; ok is false where there is nothing to search.
func Range(search string) (from, to string, ok bool) {
	from = fold.Key(Limit(search))
	return from, After(from), from != ""
}

// Limit keeps what is worth searching of a pasted text.
func Limit(search string) string {
	if r := []rune(search); len(r) > 100 {
		return string(r[:100])
	}
	return search
}

// After returns the first text beyond every one that begins with prefix.
func After(prefix string) string { return prefix + "\uffff" }

// Comparison returns the operator and direction of an order.
func (q Query) Comparison() (operator, direction string) {
	if q.Desc {
		return "<", "DESC"
	}
	return ">", "ASC"
}

// Parted reads a page of a list, of Size rows at most, and what asks for the next one. A search in the default order is read part by part.
func Parted[Row any](q Query, parts []string, ask func(q Query) ([]Row, error), key func(Row) Key) (list []Row, next string, err error) {
	if len(parts) > 1 {
		if k, after, err := q.Start(); err == nil && after && strings.HasPrefix(k.Text, Second) {
			parts = parts[1:]
		}
	}
	list = []Row{}
	for i, part := range parts {
		asked := q
		asked.Part = part
		if i > 0 {
			asked.After = ""
		}
		more, err := ask(asked)
		if err != nil {
			return nil, "", err
		}
		for _, r := range more {
			if len(list) == Size {
				return list, next, nil
			}
			list = append(list, r)
			k := key(r)
			if part == Others {
				k.Text = Second
			}
			next = k.Write()
		}
	}
	return list, "", nil
}

// The parts of a search in the default order.
const (
	First  = "first"
	Others = "others"
	// Counting asks for every row that a search finds, in no order.
	Counting = "counting"
)

// InParts reports whether the query is a search by words in the default order.
func (q Query) InParts() bool {
	return (q.Order == "" || q.Order == "name") && !q.Desc && Match(q.Search) != ""
}
