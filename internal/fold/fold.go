// Package fold writes texts as search and order compare them, without accents, case or punctuation, and tells what of a text is seen.
package fold

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// most is how many bytes of a text are read. No field takes as many: what is longer is refused for its beginning alone.
const most = 1 << 16

// head returns the beginning of a text that is too long to be kept anywhere.
func head(text string) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

// Key returns the form under which a text is ordered and found: « Crèche de l’Île » becomes "creche de l ile".
func Key(text string) string { return key(text, false) }

// Joined returns Key with apostrophes left out instead of parting words: « O’Neil » becomes "oneil".
func Joined(text string) string { return key(text, true) }

// elided finds an article or a pronoun that registers write apart, for want of an apostrophe: « L ATELIER ».
var elided = regexp.MustCompile(`\b([cdjlmnst]|qu) ([a-z])`)

// Index returns what a text is found by: its key and, where apostrophes part its words or are left out, the key in which they do not.
func Index(text string) string {
	parted, joined := Key(text), elided.ReplaceAllString(Joined(text), "$1$2")
	if parted == joined {
		return parted
	}
	return parted + " " + joined
}

// apostrophes are those that people type and those that programs make of them.
const apostrophes = "'’‘ʼʻʹ`´′＇"

// marked are letters that decompose into two characters, of which the second is none.
var marked = strings.NewReplacer("Ŀ", "L", "ŀ", "l", "ẚ", "a")

// tatweel only stretches an Arabic word.
const tatweel = 0x640

func key(text string, join bool) string {
	text = head(text)
	if join {
		text = strings.Map(func(r rune) rune {
			if strings.ContainsRune(apostrophes, r) {
				return -1
			}
			return r
		}, text)
	}
	var b strings.Builder
	space := false
	for _, r := range norm.NFKD.String(marked.Replace(text)) {
		switch {
		case unicode.Is(unicode.Mn, r), r == tatweel:
		case (unicode.IsLetter(r) || unicode.IsDigit(r)) && !Unseen(r) && !unicode.Is(unicode.Lm, r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteString(letter(r))
		default:
			space = true
		}
	}
	return b.String()
}

// Plain writes the letters of the Latin alphabet plainly, in capitals: « Đorđe » becomes "DORDE". Other characters stay as they are.
func Plain(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(marked.Replace(head(text))) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteString(letter(r))
		}
	}
	return strings.ToUpper(b.String())
}

// letter writes a letter small and plain.
func letter(r rune) string {
	small := unicode.ToLower(r)
	for _, form := range []rune{small, r, unicode.ToUpper(small)} {
		if to, known := plain[form]; known {
			return to
		}
	}
	return string(small)
}

// Words returns the words of a search, folded; none where the text holds no letter or digit that is seen.
func Words(text string) []string { return strings.Fields(Key(text)) }

// Sought returns the words of a search as Words does, with those that an apostrophe parts joined: what it finds was indexed by Index.
func Sought(text string) []string { return strings.Fields(Joined(text)) }

// Unseen reports whether no reader sees a character: controls, marks that only order or join letters, fillers, and blanks that count as letters.
func Unseen(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) ||
		unicode.Is(unicode.Co, r) || r == 0xfffc || r == 0x2800 || r == 0x1d159 || r == 0x1160 || r == 0x115f || r == 0x13441 || r == 0x13442
}

// Visible reports whether a text holds something that a reader sees: a letter, a digit, a punctuation mark or a symbol. What is compulsory must.
func Visible(text string) bool {
	return strings.ContainsFunc(norm.NFKC.String(head(text)), func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) && !Unseen(r)
	})
}

// Unwritten reports whether a text holds what nobody writes: controls, and marks that only order or join letters. Between two letters of a script
// that needs them (Persian, Hindi and others) the two joiners are written.
func Unwritten(text string) bool {
	runes := []rune(head(text))
	for i, r := range runes {
		if !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point) && r != 0x2800 {
			continue
		}
		joiner := r == 0x200c || r == 0x200d
		if !joiner || i == 0 || i == len(runes)-1 || !joined(runes[i-1]) || !joined(runes[i+1]) {
			return true
		}
	}
	return false
}

// joined reports whether a character is of a script whose letters joiners stand between.
func joined(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M) && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// Text returns a text as it is kept and compared: composed, its spaces single, none at its ends; empty where nothing in it is seen.
func Text(text string) string {
	if !Visible(text) {
		return ""
	}
	return strings.Join(strings.Fields(norm.NFC.String(head(text))), " ")
}

// Caseless returns a text as it is compared where capitals do not count: both small sigmas are one.
func Caseless(text string) string { return oneSigma.Replace(strings.ToLower(Text(text))) }

var oneSigma = strings.NewReplacer("ς", "σ")

// Prose is Text for what is written in lines: a comment keeps them.
func Prose(text string) string {
	if !Visible(text) {
		return ""
	}
	return strings.TrimSpace(norm.NFC.String(head(text)))
}
