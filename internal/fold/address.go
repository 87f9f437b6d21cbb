package fold

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true), idna.BidiRule(), idna.CheckHyphens(false))

// Address returns the one writing of a mailbox, and whether it may be one: composed for comparison (NFKC), in small letters, its domain as people read it
// (IDNA, UTS 46). It is none where it holds a character that nobody sees, or letters of two scripts inside one label: another account's twin.
func Address(text string) (string, bool) {
	text = oneSigma.Replace(norm.NFKC.String(strings.ToLower(norm.NFKC.String(strings.TrimSpace(head(text))))))
	if strings.ContainsFunc(text, Unseen) {
		return text, false
	}
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		return text, false
	}
	domain, err := lookup.ToUnicode(text[at+1:])
	if err != nil {
		return text, false
	}
	text = text[:at+1] + domain
	return text, !strings.ContainsFunc(text, unicode.IsSpace) && oneScript(text)
}

// oneScript reports whether each label of an address is of one script.
func oneScript(address string) bool {
	for _, label := range strings.FieldsFunc(address, func(r rune) bool { return r == '.' || r == '@' }) {
		seen := ""
		for _, r := range label {
			s := script(r)
			if s != "" && seen != "" && s != seen {
				return false
			}
			if s != "" {
				seen = s
			}
		}
	}
	return true
}

// script names the script of a letter, empty for what all share. Those that are written together in the east of Asia are one.
func script(r rune) string {
	switch {
	case r < 0x80 && unicode.IsLetter(r):
		return "Latin"
	case r < 0x80:
		return ""
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo):
		return "East"
	}
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
