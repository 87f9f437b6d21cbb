// Package fold writes texts as search and order compare them: without accents, case or punctuation.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Key gives the form under which a text is ordered and found: « Crèche de l’Île » becomes "creche de l ile".
func Key(text string) string {
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae", "ß", "ss").Replace(text)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}

// Words gives the words of a search, folded; none where the text holds no letter or digit.
func Words(text string) []string { return strings.Fields(Key(text)) }

// Unwritten tells whether a text holds what nobody writes: controls, and marks that only order or join letters.
func Unwritten(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
}
