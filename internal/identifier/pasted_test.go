package identifier_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/runenames"

	"habilis/internal/identifier"
)

// pasted are the ways in which a VAT number comes from a letterhead, a web page or a spreadsheet. %p is its prefix, %r the rest, %g the rest in
// groups of two.
var pasted = map[string]string{
	"a colon": "%p: %r", "a colon alone": "%p:%r", "a colon, spaced": "%p : %r",
	"a French colon": "%p\u00a0: %r", "a narrow French colon": "%p\u202f: %r",
	"a colon and groups": "%p: %g", "groups": "%p %g", "small letters": "%q: %r",
	"a full-width colon": "%p：%r", "a hyphen": "%p-%r", "a dot": "%p. %r",
	"prefix in brackets": "(%p) %r", "number in brackets": "%p (%r)", "a slash": "%p/%r", "a tab": "%p\t%r",
	"a no-break hyphen": "%p\u2011%r",
	"a minus":           "%p\u2212%r", "a figure dash": "%p\u2012%r", "a middle dot": "%p·%r",
	"a colon at the end": "%p %r:", "a dot at the end": "%p%r.",
	"a comma at the end": "%p%r,", "commas": "%p %c", "apostrophes of thousands": "%p %t",
	"quoted": "\"%p%r\"", "quoted in French": "« %p%r »",
	"an unseen mark": "\u200e%p %r\u202c", "a byte-order mark": "\ufeff%p%r",
}

func paste(form, canonical string) string {
	prefix, rest := canonical[:2], canonical[2:]
	return strings.NewReplacer(
		"%p", prefix, "%q", strings.ToLower(prefix), "%r", rest, "%g", grouped(rest, " "), "%c",
		grouped(rest, ","), "%t", grouped(rest, "’"),
	).Replace(form)
}

func grouped(text, by string) string {
	var parts []string
	for len(text) > 2 {
		parts, text = append(parts, text[:2]), text[2:]
	}
	return strings.Join(append(parts, text), by)
}

// vatNumbers returns a valid number of each member state's sample, those of every form included.
func vatNumbers(t *testing.T) []string {
	t.Helper()
	seen, list := map[string]int{}, []string{}
	for _, r := range euSample(t) {
		if r.valid && seen[r.canonical[:2]] < 3 {
			seen[r.canonical[:2]]++
			list = append(list, r.canonical)
		}
	}
	require.Greater(t, len(seen), 24)
	return list
}

// TestParseForgivesWhatIsPasted: whatever stands between the prefix and the number, and between its groups, is forgiven as spaces and dots are.
func TestParseForgivesWhatIsPasted(t *testing.T) {
	for name, form := range pasted {
		t.Run(name, func(t *testing.T) {
			for _, canonical := range vatNumbers(t) {
				text := paste(form, canonical)
				got, err := identifier.Parse(identifier.EU, text)
				if assert.NoError(t, err, "%q", text) {
					assert.Equal(t, canonical, got, "%q", text)
				}
			}
			for _, canonical := range []string{"FR83404833048", "FR40303265045", "FR4Z123456782"} {
				text := paste(form, canonical)
				got, err := identifier.Parse(identifier.VATFR, text)
				if assert.NoError(t, err, "%q", text) {
					assert.Equal(t, canonical, got, "%q", text)
				}
			}
		})
	}
}

// TestParseForgivesNationalHabits: how each country writes its own.
func TestParseForgivesNationalHabits(t *testing.T) {
	for text, want := range map[string]string{
		"DK: 21599336": "DK21599336", "DK 21 59 93 36": "DK21599336", "EL: 094279805": "EL094279805",
		"EL 094.279.805": "EL094279805",
		"LU: 2294 4200":  "LU22944200", "LU 229 442 00": "LU22944200", "BE (0)468.561.072": "BE0468561072",
		"BE (0) 468 561 072": "BE0468561072",
		"BE: (0)468.561.072": "BE0468561072", "BE-0468.561.072": "BE0468561072",
		"BE 468.561.072": "BE0468561072", "BE: 468.561.072": "BE0468561072",
		"(BE) 0468.561.072": "BE0468561072", "be : 0468 561 072": "BE0468561072",
	} {
		t.Run(text, func(t *testing.T) { assertParses(t, identifier.EU, text, want) })
	}
	for text, want := range map[string]string{"FR: 83 404833048": "FR83404833048", "FR (83) 404 833 048": "FR83404833048", "FR 83: 404 833 048": "FR83404833048"} {
		t.Run(text, func(t *testing.T) { assertParses(t, identifier.VATFR, text, want) })
	}
}

// TestParseStaysStrict: what is forgiven is punctuation; another digit or letter is another number.
func TestParseStaysStrict(t *testing.T) {
	for _, text := range []string{"DK: 21599337", "BE (1)468.561.072", "DK: 2159933", "DK: 21599336 / 21599336", "DK+21599336", "DK=21599336", "DKx21599336", "DK: ٢١٥٩٩٣٣٦", "GR: 094279805"} {
		_, err := identifier.Parse(identifier.EU, text)
		assert.Error(t, err, "%q", text)
	}
}

// TestParseOneRIDET: with and without its leading zero a RIDET is one identifier.
func TestParseOneRIDET(t *testing.T) {
	for _, nine := range []string{"123456001", "012345001", "000001001", "999999999", "000000001"} {
		for _, text := range []string{"0" + nine, "0 " + nine[:3] + " " + nine[3:6] + "." + nine[6:], nine} {
			with, err := identifier.Parse(identifier.RIDET, text)
			require.NoError(t, err, "%q", text)
			without, err := identifier.Parse(identifier.RIDET, nine)
			require.NoError(t, err)
			assert.Equal(t, without, with, "%q", text)
			again, err := identifier.Parse(identifier.RIDET, identifier.Format(identifier.RIDET, with))
			require.NoError(t, err)
			assert.Equal(t, with, again, "reads back")
		}
	}
	a, err := identifier.Parse(identifier.RIDET, "1234567001")
	require.NoError(t, err)
	b, err := identifier.Parse(identifier.RIDET, "234567001")
	require.NoError(t, err)
	assert.NotEqual(t, a, b, "a first digit that is no zero counts")
	_, err = identifier.Parse(identifier.RIDET, "0000000000")
	assert.Error(t, err)
	_, err = identifier.Parse(identifier.RIDET, "0123456")
	assert.Error(t, err, "a RID alone")
}

// TestParseOneWallis: WF… and FRWF… are one identifier, as far as eighteen characters go.
func TestParseOneWallis(t *testing.T) {
	for _, x := range [][2]string{
		{"WFLAGON", "FRWFLAGON"}, {"wf lagon", "FR WF lagon"}, {"WF12345", "FRWF12345"},
		{"WF-Étoile", "FRWFETOILE"}, {"WF12345678901234", "FRWF12345678901234"},
		{"WF1234567890123456", "FRWF12345678901234"}, {"WFFRWF", "FRWFFRWF"},
	} {
		short, err := identifier.Parse(identifier.NonEU, x[0])
		require.NoError(t, err, x[0])
		long, err := identifier.Parse(identifier.NonEU, x[1])
		require.NoError(t, err, x[1])
		assert.Equal(t, long, short, "%q and %q", x[0], x[1])
	}
}

var latin = regexp.MustCompile(`^LATIN (SMALL|CAPITAL) LETTER ([A-Z])( WITH .+)?$`)

// latinLetters returns every letter of the Latin blocks whose name is a plain letter with something, with that letter.
func latinLetters() map[rune]string {
	list := map[rune]string{
		'Æ': "AE", 'æ': "AE", 'Œ': "OE", 'œ': "OE", 'ß': "SS", 'ẞ': "SS", 'Þ': "TH", 'þ': "TH", 'ð': "D",
		'Ð': "D", 'Ŋ': "N", 'ŋ': "N", 'ı': "I", 'ĸ': "K",
		'Ǽ': "AE", 'ǿ': "O", 'ﬁ': "FI", 'ŀ': "L", 'Ĳ': "IJ", 'ſ': "S", 'ŉ': "N",
	}
	for _, block := range [][2]rune{{0xc0, 0x24f}, {0x1e00, 0x1eff}, {0x2c60, 0x2c7f}, {0xa720, 0xa7ff}} {
		for r := block[0]; r <= block[1]; r++ {
			if m := latin.FindStringSubmatch(runenames.Name(r)); m != nil && !strings.Contains(m[0], "WITH SMALL LETTER") { // « ǲ » is two letters
				list[r] = m[2]
			}
		}
	}
	return list
}

// TestSuggestNonEUTransliterates: a letter with something through, over or under it is suggested as the letter; none is left out.
func TestSuggestNonEUTransliterates(t *testing.T) {
	letters := latinLetters()
	require.Greater(t, len(letters), 500)
	for r, want := range letters {
		name := "A" + string(r) + "Z"
		assert.Equal(t, "CHA"+want+"Z", identifier.SuggestNonEU("CH", name), "%q %s", name, runenames.Name(r))
	}
	for _, x := range [][3]string{
		{"NO", "Ørsted Fjordkraft AS", "NOORSTEDFJORDKRAFT"}, {"RS", "Đorđević d.o.o.", "RSDORDEVICDOO"},
		{"TR", "Işık Şirketi", "TRISIKSIRKETI"},
		{"IS", "Þór hf.", "ISTHORHF"}, {"GB", "Łódź Ltd", "GBLODZLTD"},
		{"CH", "Straße & Söhne", "CHSTRASSESOHNE"}, {"NO", "Færøyene ASA", "NOFAEROYENEASA"},
		{"VN", "Đường Phố", "VNDUONGPHO"}, {"WF", "Łagon Øst Mata’utu SARL", "FRWFLAGONOSTMATAUT"},
	} {
		assert.Equal(t, x[2], identifier.SuggestNonEU(x[0], x[1]), x[1])
	}
}

// TestSuggestNonEULosesNothing: where a letter cannot be written, nothing is suggested rather than a name with holes.
func TestSuggestNonEULosesNothing(t *testing.T) {
	for name, holed := range map[string]string{"Газ Gaz": "RUGAZ", "Gaz中国": "RUGAZ", "Ωmega": "RUMEGA", "1С Софт": "RU1", "Яндекс Go": "RUGO", "אור Or": "RUOR"} {
		assert.NotEqual(t, holed, identifier.SuggestNonEU("RU", name), name)
	}
}
