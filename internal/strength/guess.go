package strength

import (
	_ "embed"
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"weak"

	"github.com/ccojocar/zxcvbn-go/adjacency"
	"github.com/ccojocar/zxcvbn-go/data"
	"github.com/ccojocar/zxcvbn-go/entropy"
	"github.com/ccojocar/zxcvbn-go/match"
	"github.com/ccojocar/zxcvbn-go/scoring"
	"golang.org/x/text/unicode/norm"

	"habilis/internal/fold"
)

// minGuess is how many bits a passphrase must withstand of a program that knows words, names, dates, keyboards and repetitions.
const minGuess = 56

// looked is how many letters of a passphrase are looked at: what follows adds nothing that is needed.
const looked = 96

//go:embed words/french.txt
var frenchWords string

//go:embed words/names.txt
var frenchNames string

// nameRank is what every name counts for: their list knows no order.
const nameRank = 3000

// ranks tells, by word, how many are commoner.
type ranks map[string]uint16

var known struct {
	sync.Mutex
	words weak.Pointer[ranks]
}

// words returns the words that a guessing program knows. They are read when somebody chooses a passphrase, and kept for as long as memory is not
// needed otherwise.
func words() ranks {
	known.Lock()
	defer known.Unlock()
	if w := known.words.Value(); w != nil {
		return *w
	}
	w := make(ranks, 1<<17)
	for _, name := range []string{"English", "Passwords", "MaleNames", "FemaleNames", "Surnames"} {
		var list struct{ List []string }
		if json.Unmarshal(data.MustAsset("data/"+name+".json"), &list) == nil {
			w.add(list.List)
		}
	}
	w.add(strings.Fields(frenchWords))
	for _, name := range strings.Fields(frenchNames) {
		w.put(name, nameRank)
	}
	for word := range blocked {
		w.put(word, 1)
	}
	known.words = weak.Make(&w)
	return w
}

func (w ranks) add(list []string) {
	for i, word := range list {
		w.put(strings.ToLower(word), i+1)
	}
}

func (w ranks) put(word string, rank int) {
	if before := w[word]; len(word) > 1 && (before == 0 || rank < int(before)) {
		w[word] = uint16(min(rank, math.MaxUint16)) //nolint:gosec // bounded
	}
}

// guessBits returns how many bits a passphrase withstands: the fewest that a sequence of words, walks on a keyboard, dates, runs, what stood there before
// and chance needs to make it. What is known of its owner counts for next to nothing.
func guessBits(passphrase string, personal ...string) float64 {
	t := newTyped(limit(passphrase))
	matches := t.dictionary(words())
	matches = append(matches, t.dictionary(own(personal))...)
	matches = append(matches, t.walks()...)
	matches = append(matches, t.runs()...)
	matches = append(matches, t.dates()...)
	matches = append(matches, t.again()...)
	return scoring.MinimumEntropyMatchSequence(t.text, matches).Entropy
}

// own ranks the words of what is known of the passphrase's owner.
func own(personal []string) ranks {
	w := ranks{}
	for _, p := range personal {
		p = plainLetters(limit(p))
		w.put(strings.ReplaceAll(p, " ", ""), 2)
		for _, part := range strings.FieldsFunc(p, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			w.put(part, 2)
		}
	}
	return w
}

func plainLetters(text string) string { return strings.ToLower(newTyped(text).text) }

// typed is a passphrase as single plain letters, and the keys of a qwerty keyboard that stand where an azerty one has what was typed: both as long.
type typed struct{ text, keys string }

var (
	azerty = "&é\"'(-è_çà)=" + "azertyuiop^$" + "qsdfghjklmù*" + "wxcvbn,;:!" + "AZERTYUIOP¨£" + "QSDFGHJKLM%µ" + "WXCVBN?./§"
	qwerty = "1234567890-=" + "qwertyuiop[]" + "asdfghjkl;'\\" + "zxcvbnm,./" + "QWERTYUIOP{}" + "ASDFGHJKL:\"|" + "ZXCVBNM<>?"
	keys   = func() map[rune]byte {
		m := map[rune]byte{}
		for i, r := range []rune(azerty) {
			m[r] = qwerty[i]
		}
		return m
	}()
)

// others stand for letters that are no Latin ones, whose number guesses nothing.
const others = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!?;:%$*+-="

func newTyped(passphrase string) typed {
	var text, walk []byte
	for _, r := range norm.NFC.String(Plain(passphrase)) {
		written := fold.Plain(string(r))
		if !unicode.IsUpper(r) {
			written = strings.ToLower(written)
		}
		if r < unicode.MaxASCII {
			written = string(r)
		}
		for _, c := range written {
			key, onKeyboard := keys[r]
			switch {
			case c > unicode.MaxASCII:
				c, key = rune(others[(int(c)*31)%len(others)]), ' '
			case !onKeyboard || c != r && len(written) > 1:
				key = byte(c) //nolint:gosec // ASCII
			}
			text, walk = append(text, byte(c)), append(walk, key) //nolint:gosec // ASCII
		}
		if len(text) >= looked {
			break
		}
	}
	return typed{string(text), string(walk)}
}

// substitutes are the letters that are commonly written otherwise.
var substitutes = []*strings.Replacer{
	strings.NewReplacer("4", "a", "@", "a", "3", "e", "1", "i", "!", "i", "0", "o", "5", "s", "$", "s", "7", "t", "+", "t", "8", "b", "6", "g", "9", "g", "|", "l", "2", "z"),
	strings.NewReplacer("4", "a", "@", "a", "3", "e", "1", "l", "!", "l", "0", "o", "5", "s", "$", "s", "7", "l", "8", "b", "9", "g", "|", "i"),
}

// dictionary finds the words of a list, written plainly, backwards, or with common substitutes.
func (t typed) dictionary(list ranks) []match.Match {
	low := strings.ToLower(t.text)
	found := wordsIn(t.text, low, list, 0)
	for _, s := range substitutes {
		if written := s.Replace(low); written != low {
			found = append(found, wordsIn(t.text, written, list, 1)...)
		}
	}
	return append(found, backwards(t.text, low, list)...)
}

// longest is how long a word may be.
const longest = 30

func wordsIn(text, low string, list ranks, more float64) []match.Match {
	var found []match.Match
	for i := range len(low) {
		for j := i + 1; j < min(len(low), i+longest); j++ {
			if rank := list[low[i:j+1]]; rank > 0 {
				m := match.Match{Pattern: "dictionary", I: i, J: j, Token: text[i : j+1]}
				m.Entropy = entropy.DictionaryEntropy(m, float64(rank)) + more
				found = append(found, m)
			}
		}
	}
	return found
}

func backwards(text, low string, list ranks) []match.Match {
	n := len(text)
	turned := func(s string) string {
		b := []byte(s)
		for i := range n / 2 {
			b[i], b[n-1-i] = b[n-1-i], b[i]
		}
		return string(b)
	}
	found := wordsIn(turned(text), turned(low), list, 1)
	for k := range found {
		found[k].I, found[k].J = n-1-found[k].J, n-1-found[k].I
	}
	return found
}

// shortestWalk is how many keys make a walk.
const shortestWalk = 3

// walks finds keys that are neighbours on a keyboard, qwerty or azerty.
func (t typed) walks() []match.Match {
	graph := adjacency.GraphMap["qwerty"].Graph
	found := walksOn(t.text, t.text, graph)
	return append(found, walksOn(t.text, t.keys, graph)...)
}

func walksOn(text, keys string, graph map[string][]string) []match.Match {
	var found []match.Match
	for i := 0; i < len(keys)-1; {
		j, direction, turns, shifted := i, -1, 0, 0
		for j+1 < len(keys) {
			to, shift := neighbour(graph[keys[j:j+1]], keys[j+1])
			if to < 0 {
				break
			}
			if to != direction {
				turns, direction = turns+1, to
			}
			shifted += shift
			j++
		}
		if j-i+1 >= shortestWalk {
			m := match.Match{Pattern: "spatial", I: i, J: j, Token: text[i : j+1], DictionaryName: "qwerty"}
			m.Entropy = entropy.SpatialEntropy(m, turns, shifted)
			found = append(found, m)
		}
		i = max(j, i+1)
	}
	return found
}

// neighbour returns in which direction a key stands, -1 where it is none, and 1 where it is written with the shift.
func neighbour(around []string, key byte) (direction, shift int) {
	for d, both := range around {
		if at := strings.IndexByte(both, key); at >= 0 {
			return d, at
		}
	}
	return -1, 0
}

// runs finds letters or digits in their order, and one letter again and again.
func (t typed) runs() []match.Match {
	var found []match.Match
	for i := 0; i+2 < len(t.text); {
		step := int(t.text[i+1]) - int(t.text[i])
		j := i + 1
		for j+1 < len(t.text) && int(t.text[j+1])-int(t.text[j]) == step {
			j++
		}
		if j-i+1 >= 3 && step >= -1 && step <= 1 {
			m := match.Match{Pattern: "sequence", I: i, J: j, Token: t.text[i : j+1]}
			if m.Entropy = entropy.SequenceEntropy(m, 36, step > 0); step == 0 {
				m.Entropy = entropy.RepeatEntropy(m)
			}
			found = append(found, m)
		}
		i = max(j, i+1)
	}
	return found
}

// months are those of both languages, as dates write them, without accents.
const (
	day    = `(?:0?[1-9]|[12]\d|3[01])(?:er|st|nd|rd|th)?`
	months = "janv(?:ier)?|fevr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|aout|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?|dec(?:embre)?|" +
		"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|september|october|november|december"
)

var (
	years = regexp.MustCompile(`(1[4-9]|20)\d\d`)
	named = regexp.MustCompile(`(?i)^(?:` + day + `([-/. _]?)(?:` + months + `)|(?:` + months + `)([-/. _]?)` + day + `)([-/., _]{0,2})((1[89]|20)?\d\d)`)
	days  = regexp.MustCompile(`(0?[1-9]|[12]\d|3[01])([-/. _]?)(0?[1-9]|1[0-2])([-/. _]?)((1[89]|20)?\d\d)`)
)

// dates finds years, and days of this century and the two before.
func (t typed) dates() []match.Match {
	var found []match.Match
	for from := range len(t.text) {
		if at := years.FindStringIndex(t.text[from:]); at != nil && at[0] == 0 {
			found = append(found, match.Match{Pattern: "year", I: from, J: from + 3, Token: t.text[from : from+4], Entropy: math.Log2(120)})
		}
		if at := days.FindStringSubmatchIndex(t.text[from:]); at != nil && at[0] == 0 {
			text := t.text[from : from+at[1]]
			date := match.DateMatch{Separator: t.text[from+at[4] : from+at[5]], Year: 2000}
			found = append(found, match.Match{Pattern: "date", I: from, J: from + at[1] - 1, Token: text, Entropy: entropy.DateEntropy(date)})
		}
		if at := named.FindStringIndex(t.text[from:]); at != nil {
			date := match.DateMatch{Separator: "-", Year: 2000}
			found = append(found, match.Match{Pattern: "date", I: from, J: from + at[1] - 1, Token: t.text[from : from+at[1]], Entropy: entropy.DateEntropy(date) + 1})
		}
	}
	return found
}

// strides is up to how many letters apart a pattern that goes on is looked for.
const strides = 8

// again finds what has stood before in the phrase: letters, straight or backwards, and the steps between letters, or keys, that stand as far apart, so
// that a pattern which goes on (a1b2c3, ab1-ab2-ab3, columns of a keyboard) counts once.
func (t typed) again() []match.Match {
	low := []byte(strings.ToLower(t.text))
	letters, keys := make([]int, len(low)), make([]int, len(low))
	for i, c := range low {
		letters[i], keys[i] = int(c), keyAt(t.keys[i], i)
	}
	found := append(t.copies(letters, 0, 2), t.mirrored(low)...)
	for stride := 1; stride <= strides; stride++ {
		found = append(found, t.copies(steps(letters, stride), stride, 3)...)
		found = append(found, t.copies(steps(keys, stride), stride, 3)...)
	}
	return found
}

// rowWidth is more than the keys of a row, so that each step between two keys is a number of its own.
const rowWidth = 64

// keyAt numbers the keys of a qwerty keyboard by row and column, with or without the shift. What is no such key is near to none, nor to another.
func keyAt(key byte, at int) int {
	for row, both := range [][2]string{
		{"1234567890-=", "!@#$%^&*()_+"}, {"qwertyuiop[]", "QWERTYUIOP{}"}, {"asdfghjkl;'\\", "ASDFGHJKL:\"|"}, {"zxcvbnm,./", "ZXCVBNM<>?"},
	} {
		for _, line := range both {
			if column := strings.IndexByte(line, key); column >= 0 {
				return row*rowWidth + column
			}
		}
	}
	return (at + 1) * (at + 1) * rowWidth * rowWidth
}

func steps(numbers []int, stride int) []int {
	var between []int
	for i := stride; i < len(numbers); i++ {
		between = append(between, numbers[i]-numbers[i-stride])
	}
	return between
}

// copies finds the longest of what stood before at each place of a list, which may run into itself. The list begins some letters into the phrase,
// and where one has to look so far costs as much again.
func (t typed) copies(list []int, shift, least int) []match.Match {
	var found []match.Match
	for i := 1; i < len(list); i++ {
		long := 0
		for j := range i {
			n := 0
			for i+n < len(list) && list[j+n] == list[i+n] {
				n++
			}
			long = max(long, n)
		}
		if long >= least {
			m := t.copied(i+shift, long)
			m.Entropy += math.Log2(float64(shift + 1))
			found = append(found, m)
		}
	}
	return found
}

// mirrored finds what stood before, read backwards.
func (t typed) mirrored(low []byte) []match.Match {
	var found []match.Match
	for i := 1; i < len(low); i++ {
		long := 0
		for end := 1; end <= i; end++ {
			n := 0
			for n < end && i+n < len(low) && low[end-1-n] == low[i+n] {
				n++
			}
			long = max(long, n)
		}
		if long > 2 {
			found = append(found, t.copied(i, long))
		}
	}
	return found
}

// copied is a match that costs to say where to read and how much; what is long is read from where it began.
func (t typed) copied(at, long int) match.Match {
	bits := math.Log2(float64(at)) + math.Log2(float64(long))
	if long > 3 {
		bits = 2
	}
	return match.Match{Pattern: "again", I: at, J: at + long - 1, Token: t.text[at : at+long], Entropy: bits}
}
