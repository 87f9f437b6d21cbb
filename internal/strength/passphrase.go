// Package strength tells how strong a passphrase is: against counting, against a program that guesses, and against what is well known.
package strength

import (
	_ "embed"
	"math"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"habilis/internal/fault"
	"habilis/internal/fold"
)

// MinBits is what the CNIL asks of a passphrase: 12 characters of 4 classes, 14 of 3, or 7 words.
const MinBits = 80

// MaxLength bounds what is hashed; far beyond the 128 characters that must be allowed.
const MaxLength = 1024

// wordBits is what one word of a phrase counts for: 7 words make 80 bits.
const wordBits = 80.0 / 7

//go:embed blocklist.txt
var blocklist string

var blocked = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(blocklist) {
		m[w] = true
	}
	return m
}()

// Bits counts a passphrase by the CNIL's rule: characters times the bits of their classes, or words where it is a phrase. What repeats or runs
// (aaaa, 1234, the same word twice) counts once.
func Bits(passphrase string) int {
	passphrase = Plain(limit(passphrase))
	words := strings.Fields(passphrase)
	if len(words) < 3 {
		return int(math.Round(characterBits([]rune(passphrase))))
	}
	seen, bits := map[string]bool{}, 0.0
	for _, w := range words {
		key := fold.Key(w)
		if seen[key] {
			continue
		}
		seen[key] = true
		bits += min(wordBits, characterBits([]rune(w)))
	}
	return int(math.Round(bits))
}

// limit keeps what is worth counting of a pasted text.
func limit(text string) string {
	if len(text) > MaxLength {
		return strings.ToValidUTF8(text[:MaxLength], "")
	}
	return text
}

// Plain writes the same letters always alike, whichever keyboard composed them (NIST SP 800-63B, 5.1.1.2).
func Plain(passphrase string) string { return norm.NFKC.String(passphrase) }

func characterBits(text []rune) float64 {
	alphabet := 0
	for _, class := range []struct {
		has  func(r rune) bool
		size int
	}{
		{unicode.IsLower, 26}, {unicode.IsUpper, 26}, {unicode.IsDigit, 10},
		{func(r rune) bool { return !unicode.IsLower(r) && !unicode.IsUpper(r) && !unicode.IsDigit(r) }, 37},
	} {
		for _, r := range text {
			if class.has(r) {
				alphabet += class.size
				break
			}
		}
	}
	counted := 0
	for i, r := range text {
		if i > 0 && r == text[i-1] || i > 1 && r-text[i-1] == text[i-1]-text[i-2] && abs(r-text[i-1]) == 1 {
			continue
		}
		counted++
	}
	if alphabet == 0 {
		return 0
	}
	return float64(counted) * math.Log2(float64(alphabet))
}

func abs(r rune) rune { return max(r, -r) }

// Check refuses what is too weak, well known, or made of the person's own address or the firm's name.
func Check(passphrase string, personal ...string) error {
	switch {
	case len(passphrase) > MaxLength:
		return fault.Field("passphrase", "passphrase.too_long")
	case Known(passphrase, personal...):
		return fault.Field("passphrase", "passphrase.known")
	case Bits(passphrase) < MinBits, guessBits(passphrase, personal...) < minGuess:
		return fault.Field("passphrase", "passphrase.weak")
	}
	return nil
}

// Share returns how much of what is asked a passphrase reaches, in hundredths: by the CNIL's count, and against a program that guesses.
func Share(passphrase string, personal ...string) int {
	counted, guessed := float64(Bits(passphrase))/MinBits, guessBits(passphrase, personal...)/minGuess
	return int(math.Floor(100 * min(1, counted, guessed)))
}

// Known reports whether a passphrase is a well-known one, or made of well-known words and what is known of its owner alone.
func Known(passphrase string, personal ...string) bool {
	whole := strings.ReplaceAll(fold.Key(limit(passphrase)), " ", "")
	letters := strings.Join(strings.FieldsFunc(whole, notLetter), "")
	if blocked[whole] || blocked[letters] {
		return true
	}
	if len(strings.Fields(passphrase)) >= 7 {
		return false // a phrase may well be made of common words
	}
	own := map[string]bool{}
	for _, p := range personal {
		for _, part := range append(strings.FieldsFunc(fold.Key(limit(p)), notLetter), strings.ReplaceAll(fold.Key(limit(p)), " ", "")) {
			own[part] = len(part) > 3
		}
	}
	return letters != "" && madeOf(letters, func(word string) bool { return blocked[word] && len(word) > 3 || own[word] })
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// madeOf reports whether a text can be cut into known words.
func madeOf(text string, known func(word string) bool) bool {
	const longest = 40
	reached := make([]bool, len(text)+1) // whether the text up to here can be cut
	reached[0] = true
	for end := 1; end <= len(text); end++ {
		for from := max(0, end-longest); from < end && !reached[end]; from++ {
			reached[end] = reached[from] && known(text[from:end])
		}
	}
	return reached[len(text)]
}
