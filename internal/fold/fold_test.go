package fold_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/runenames"

	"habilis/internal/fold"
)

var latin = regexp.MustCompile(`^LATIN (SMALL|CAPITAL) LETTER ([A-Z])( WITH .+)?$`)

// latinLetters returns every letter of the Latin blocks whose name is a plain letter with something, with that letter; and the others that NFKD leaves
// whole in the names of Europe.
func latinLetters() map[rune]string {
	list := map[rune]string{
		'Æ': "ae", 'æ': "ae", 'Ǽ': "ae", 'ǣ': "ae", 'Œ': "oe", 'œ': "oe", 'ß': "ss", 'ẞ': "ss", 'Þ': "th",
		'þ': "th", 'ð': "d", 'Ð': "d", 'Ŋ': "n", 'ŋ': "n",
		'ı': "i", 'ĸ': "k", 'ſ': "s", 'ﬁ': "fi", 'Ĳ': "ij", 'ǆ': "dz", '\u212a': "k",
	}
	for _, block := range [][2]rune{{0x41, 0x7a}, {0xc0, 0x24f}, {0x1e00, 0x1eff}, {0x2c60, 0x2c7f}, {0xa720, 0xa7ff}} {
		for r := block[0]; r <= block[1]; r++ {
			if m := latin.FindStringSubmatch(runenames.Name(r)); m != nil && !strings.Contains(m[0], "WITH SMALL LETTER") { // « ǲ » is two letters
				list[r] = strings.ToLower(m[2])
			}
		}
	}
	return list
}

// TestKeyFoldsEveryLetter: a letter with something through, over or under it is found and ordered as the letter, composed or not, small or not.
func TestKeyFoldsEveryLetter(t *testing.T) {
	letters := latinLetters()
	require.Greater(t, len(letters), 500)
	for r, want := range letters {
		for _, text := range []string{string(r), norm.NFD.String(string(r)), string(unicode.ToUpper(r)), string(unicode.ToLower(r))} {
			assert.Equal(t, "x"+want+"y", fold.Key("x"+text+"y"), "%q %s", text, runenames.Name(r))
		}
	}
}

// TestKeyOfNames: as people write them.
func TestKeyOfNames(t *testing.T) {
	for text, want := range map[string]string{
		"Łukasz Żółć": "lukasz zolc", "Søren Kjærgård": "soren kjaergard", "Đorđe Đurić": "dorde duric",
		"Ħal Għaxaq": "hal ghaxaq",
		"Ŧŧ":         "tt", "Işık": "isik", "Œuvre": "oeuvre", "Ærø": "aero", "Weiß": "weiss", "WEIẞ": "weiss",
		"Ŋŋ": "nn", "Þór Guðmundsdóttir": "thor gudmundsdottir",
		"Nguyễn Đức": "nguyen duc", "Щербакова": "щербакова", "Ζωή": "ζωη", "ﬁl": "fil", "ＡＢＣ１": "abc1",
		"12 345": "12 345",
	} {
		assert.Equal(t, want, fold.Key(text), text)
	}
}

// TestKeyIsItsOwn: folding again changes nothing, whatever the text; and a text composed otherwise folds alike.
func TestKeyIsItsOwn(t *testing.T) {
	for r := rune(1); r < 0x30000; r++ {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		key := fold.Key(string(r))
		require.Equal(t, key, fold.Key(key), "%U", r)
		require.Equal(t, key, fold.Key(norm.NFD.String(string(r))), "%U", r)
	}
}

// TestWordsOfNothing: what holds no letter or digit that is seen gives no word.
func TestWordsOfNothing(t *testing.T) {
	for _, text := range []string{
		"", " ", "’", "!?", "—", "…", "@", "\u200b", "\u2800", "\u3164", "\uffa0", "\u115f\u1160", "\ufe0f",
		"\u0301", "★", "()", "\u00ad\ufeff", "\u202e", "\u02bc", "ʻ", "´", "`",
	} {
		assert.Empty(t, fold.Words(text), "%q", text)
	}
}

// TestIndexFindsElisions: what registers write without its apostrophe is found by who types one, and the other way.
func TestIndexFindsElisions(t *testing.T) {
	for text, typed := range map[string][]string{
		"SARL L ATELIER":        {"l’atelier", "l'atelier", "atelier", "l atelier"},
		"ECOLE JEANNE D ARC":    {"d’arc", "jeanne d'arc"},
		"L’Atelier":             {"l atelier", "latelier", "l'atelier"},
		"QU IL EST BON":         {"qu’il"},
		"Crèche de l’Île":       {"l’île", "ile"},
		"O’Neil":                {"oneil", "o'neil"},
		"S I V O M DU VAL D OR": {"d’or"},
	} {
		for _, sought := range typed {
			for _, word := range fold.Sought(sought) {
				assert.Contains(t, fold.Index(text), word, "%q by %q", text, sought)
			}
		}
	}
}

// TestTooLongIsNotReadWhole: of a text that no field takes a beginning is read, and what is refused of it is still refused.
func TestTooLongIsNotReadWhole(t *testing.T) {
	long := strings.Repeat("é0 ", 10<<18)
	for name, read := range map[string]func(string) string{"Text": fold.Text, "Prose": fold.Prose, "Key": fold.Key, "Joined": fold.Joined, "Plain": fold.Plain, "Caseless": fold.Caseless} {
		assert.LessOrEqual(t, len(read(long)), 1<<16, name)
		assert.Greater(t, len(read(long)), 1<<15, name)
	}
	assert.True(t, fold.Visible(long))
	assert.True(t, utf8.ValidString(fold.Text(long[1:])))
	address, ok := fold.Address(long)
	assert.False(t, ok)
	assert.LessOrEqual(t, len(address), 1<<16)
}

// TestFillersAreNotWritten: characters that no reader sees make no second name of the same letters.
func TestFillersAreNotWritten(t *testing.T) {
	for _, r := range []rune{0x3164, 0x115f, 0x1160, 0xffa0, 0x2800, 0x034f} {
		assert.True(t, fold.Unwritten("ABC"+string(r)), "%U", r)
		assert.False(t, fold.Visible(string(r)), "%U", r)
	}
	for _, r := range []rune{0x13441, 0x13442} {
		assert.False(t, fold.Visible(string(r)), "%U", r)
	}
}
