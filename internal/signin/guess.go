package signin

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

// words gives the words that a guessing program knows. They are read when somebody chooses a passphrase, and kept for as long as memory is not
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

// guessBits tells how many bits a passphrase withstands: the fewest that a sequence of words, walks on a keyboard, dates, runs and chance needs to make
// it. What is known of its owner counts for next to nothing, and a block that is repeated counts once.
func guessBits(passphrase string, personal ...string) float64 {
	t := newTyped(limit(passphrase))
	matches := t.dictionary(words())
	matches = append(matches, t.dictionary(own(personal))...)
	matches = append(matches, t.walks()...)
	matches = append(matches, t.runs()...)
	matches = append(matches, t.dates()...)
	return scoring.MinimumEntropyMatchSequence(t.text, matches).Entropy + t.repeated
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
type typed struct {
	text, keys string
	repeated   float64 // bits of how often blocks come again
}

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
	for _, r := range norm.NFC.String(plain(passphrase)) {
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
	text, walk, times := once(text, walk)
	return typed{string(text), string(walk), math.Log2(float64(times + 1))}
}

// once leaves out every block of two letters or more that only says again what stands before it, and tells how often.
func once(text, walk []byte) (_, _ []byte, times int) {
	for size := 2; size <= len(text)/2; size++ {
		for i := 0; i+2*size <= len(text); i++ {
			for i+2*size <= len(text) && strings.EqualFold(string(text[i:i+size]), string(text[i+size:i+2*size])) {
				text, walk = append(text[:i:i], text[i+size:]...), append(walk[:i:i], walk[i+size:]...)
				times++
			}
		}
	}
	return text, walk, times
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

// neighbour gives in which direction a key stands, -1 where it is none, and 1 where it is written with the shift.
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

var (
	years = regexp.MustCompile(`(1[4-9]|20)\d\d`)
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
	}
	return found
}
