package signin_test

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/fault"
	"habilis/internal/signin"
	"habilis/internal/strength"
)

// sealer is a service of which only Prepare is used: it needs no file.
func sealer() *signin.Service {
	clock := &dbtest.Clock{At: dbtest.Morning}
	return signin.NewService(nil, clock.Now, func() signin.Cost { return cheap }, cheap, nil)
}

// assertPrepare asserts what Prepare says to a phrase: a key, or nothing where it is taken.
func assertPrepare(t *testing.T, want, phrase string, personal ...string) {
	t.Helper()
	_, err := sealer().Prepare(1, phrase, personal...)
	if want == "" {
		assert.NoError(t, err)
		return
	}
	if assert.Error(t, err) {
		assert.True(t, fault.Is(err, fault.Invalid))
		assert.Equal(t, fault.Problem{Field: "passphrase", Key: want}, problem(t, err))
	}
}

// TestPrepareCounts holds the count of the CNIL: 12 characters of 4 classes, 14 of 3, or 7 words, and whatever else makes 80 bits. What the page
// counts while one types is what is refused.
func TestPrepareCounts(t *testing.T) {
	require.Equal(t, 80, strength.MinBits)
	for name, x := range map[string]struct{ enough, short string }{
		"12 of 4 classes":               {"xK4!rZ9?mP2%", "xK4!rZ9?mP2"},
		"14 of 3 classes":               {"xK4rZ9mP2bQ7tW", "xK4rZ9mP2bQ7t"},
		"7 words":                       {"cheval agrafe pile correct lune sapin tasse", "cheval agrafe pile correct lune sapin"},
		"7 words with capitals":         {"Cheval Agrafe Pile Correct Lune Sapin Tasse", "Cheval Agrafe Pile Correct Lune Sapin"},
		"7 words with no-break spaces":  {"cheval\u00a0agrafe\u00a0pile\u00a0correct\u00a0lune\u00a0sapin\u00a0tasse", "cheval\u00a0agrafe\u00a0pile\u00a0correct\u00a0lune\u00a0sapin"},
		"small letters alone":           {"xkrvzmpbqtwhgdnfcj", "xkrvzmpbqtwhgdnf"},
		"digits alone":                  {"8302957163940728516039274", "83029571639407285160392"},
		"small letters, digits, others": {"x4!r9?m2%b7;tq", "x4!r9?m2%b7;"},
		"accents and an apostrophe":     {"Zûr’Ké-œxàGwîf", "Zûr’Ké-œxàG"},
	} {
		t.Run(name, func(t *testing.T) {
			assertPrepare(t, "", x.enough)
			assert.GreaterOrEqual(t, strength.Bits(x.enough), strength.MinBits)
			assertPrepare(t, "passphrase.weak", x.short)
			assert.Less(t, strength.Bits(x.short), strength.MinBits)
		})
	}
}

// TestPrepareCountsOnce: what repeats or runs counts once, as Bits says.
func TestPrepareCountsOnce(t *testing.T) {
	for name, phrase := range map[string]string{
		"nothing":                  "",
		"spaces":                   strings.Repeat(" ", 40),
		"one character":            strings.Repeat("a", 100),
		"four characters, long":    strings.Repeat("a", 30) + strings.Repeat("B", 30) + strings.Repeat("7", 30) + strings.Repeat("!", 30),
		"a run up":                 "abcdefghijklmnopqrstuvwxyz",
		"a run down":               "zyxwvutsrqponmlkjihgfedcba",
		"the same word":            "cheval cheval cheval cheval cheval cheval cheval",
		"six words, one twice":     "cheval agrafe pile correct lune sapin cheval",
		"the same word, disguised": "crêpes agrafe pile correct lune sapin Crepes",
		"seven letters":            "x k r v z m p",
		"seven times a run":        "aaaa bbbb cccc dddd eeee ffff gggg",
	} {
		t.Run(name, func(t *testing.T) {
			assertPrepare(t, "passphrase.weak", phrase)
			assert.Less(t, strength.Bits(phrase), strength.MinBits)
		})
	}
}

// TestPrepareRefuses: phrases of more than 80 bits that are well known, or something known of their owner.
func TestPrepareRefuses(t *testing.T) {
	personal := []string{clerk, "Boulangerie Morel de Lyon", "Delacroix-Beaumarchais"}
	for name, phrase := range map[string]string{
		"well known":                     "correcthorsebatterystaple",
		"well known, as it is written":   "Correct Horse Battery Staple",
		"well known, in French":          "cecinestpasunmotdepasse",
		"well known, with capitals":      "CeciNestPasUnMotDePasse",
		"well known, with an apostrophe": "Ceci n’est pas un mot de passe",
		"well known, with a year":        "CeciNestPasUnMotDePasse2026",
		"well known, between digits":     "75CeciNestPasUnMotDePasse01!",
		"well known, dressed up":         "¡Mot-De-Passe--Sécret 2026!",
		"his address":                    clerk,
		"his address, with capitals":     "Claire.Morel@Exemple.Example",
		"his address, with a year":       clerk + "2026",
		"his address, with a mark":       clerk + "!",
		"the firm’s name":                "Boulangerie Morel de Lyon",
		"the firm’s name, disguised":     "BOULANGERIE-MORÈL-DE-LYÔN-69",
		"his name":                       "Delacroix-Beaumarchais",
		"well-known words put together":  "LibertéÉgalitéFraternité",
		"the same word, twice":           "Motdepasse!Motdepasse!",
	} {
		t.Run(name, func(t *testing.T) {
			assertPrepare(t, "passphrase.known", phrase, personal...)
			assert.True(t, strength.Known(phrase, personal...))
		})
	}
}

// TestPrepareTakesWhatHoldsMore: a name or a well-known word may be a part of a phrase that is long enough without it.
func TestPrepareTakesWhatHoldsMore(t *testing.T) {
	dbtest.Single(t)
	for name, phrase := range map[string]string{
		"his name":          "Morel xK4!rZ9?mP2%",
		"a well-known word": "soleil agrafe pile correct lune sapin tasse motdepasse",
	} {
		t.Run(name, func(t *testing.T) {
			assertPrepare(t, "", phrase, clerk, "Cabinet Morel", "Morel")
			assert.False(t, strength.Known(phrase, clerk, "Cabinet Morel", "Morel"))
		})
	}
	assertPrepare(t, "", "xK4!rZ9?mP2%", "", " ", "x")
}

// long returns a phrase of so many characters that chance chose: one that repeats itself is refused.
func long(characters int, alphabet string) string {
	all, r := []rune(alphabet), rand.New(rand.NewSource(3))
	text := make([]rune, characters)
	for i := range text {
		text[i] = all[r.Intn(len(all))]
	}
	return string(text)
}

// TestEnterWithWhatIsPasted: at least 128 characters are allowed, and whatever a paste may hold; all of it counts.
func TestEnterWithWhatIsPasted(t *testing.T) {
	walks(t)
	for name, phrase := range map[string]string{
		"128 characters":                long(128, "aZ3kQ9!vB7xR5w"),
		"128 characters with accents":   long(128, "éÀçßøŒñÅ’ž€"),
		"128 characters beyond the 2¹⁶": long(128, "😀🥐🗼🧀🎻🐓🍷🚲🌻🐘🎺🧵🪁"),
		"spaces about":                  "  Tambour-9  Girofle\t",
		"a no-break space":              "Tambour-9\u00a0Girofle\u202f",
		"accents and apostrophes":       "L’Œuvre d'Été, déjà brûlée: Noël, crêpes, île, garçon",
		"markup and quotes":             `"><script>alert('é')</script>;--`,
		"other writings":                "我的密码是一匹蓝色的马在唱歌并且喝茶吃饼干",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.person("copie@exemple.example", phrase)
			cut := []rune(phrase)

			w.enter("copie@exemple.example", phrase)

			_, err := w.try("copie@exemple.example", string(cut[:len(cut)-1])+"~")
			assert.Equal(t, "signin.wrong", key(t, err), "the last character counts too")
		})
	}
}

// TestEnterComposedOtherwise: another keyboard writes é as two characters, or a no-break space; it is the same phrase, and as strong.
func TestEnterComposedOtherwise(t *testing.T) {
	composed, apart := "Été-Brûlé\u00a0Noël-ﬁl-7", "E\u0301te\u0301-Bru\u0302le\u0301 Noe\u0308l-fil-7"
	w := newWorld(t)
	w.person("compose@exemple.example", composed)

	w.enter("compose@exemple.example", apart)

	assert.Equal(t, strength.Bits("Hélène-1985-Çà"), strength.Bits("He\u0301le\u0300ne-1985-C\u0327a\u0300"))
	_, err := w.try("compose@exemple.example", "Ete-Brule Noel-fil-7")
	assert.Equal(t, "signin.wrong", key(t, err), "without its accents it is another")
}

// TestPrepareRefusesAbsurdLengths: a bound, and no work on what lies beyond it.
func TestPrepareRefusesAbsurdLengths(t *testing.T) {
	for name, phrase := range map[string]string{
		"a million characters": long(1_000_000, "aZ3kQ9!vB7xR5w"),
		"a million words":      strings.Repeat("cheval agrafe pile correct lune sapin tasse ", 150_000),
		"no text":              strings.Repeat("\xff\xfe", 500_000),
	} {
		t.Run(name, func(t *testing.T) {
			assertPrepare(t, "passphrase.too_long", phrase, phrase)
			strength.Bits(phrase)
			strength.Known(phrase, phrase) // a test that takes minutes would be stopped
		})
	}
}
