package flow_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/list"
	"habilis/internal/people"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// unseen are characters that no reader sees, by name: formats, controls, fillers, selectors.
var unseen = map[string]string{
	"zero-width space": "\u200b", "zero-width non-joiner": "\u200c", "zero-width joiner": "\u200d",
	"left-to-right mark": "\u200e",
	"right-to-left mark": "\u200f", "right-to-left override": "\u202e", "left-to-right isolate": "\u2066",
	"pop isolate": "\u2069",
	"word joiner": "\u2060", "invisible separator": "\u2063", "byte-order mark": "\ufeff",
	"soft hyphen": "\u00ad", "arabic letter mark": "\u061c",
	"mongolian vowel separator": "\u180e", "variation selector 16": "\ufe0f",
	"variation selector 17": "\U000e0100", "grapheme joiner": "\u034f",
	"hangul filler": "\u3164", "half-width hangul filler": "\uffa0", "hangul choseong filler": "\u115f",
	"khmer inherent vowel": "\u17b4",
	"tag letter":           "\U000e0061", "a control": "\u0007", "a C1 control": "\u0085",
	"interlinear anchor": "\ufff9",
}

// mailbox is an address with other ways to write it that are seen: each is the same mailbox.
type mailbox struct {
	address string
	twins   map[string]string
}

func ascii(t *testing.T, domain string) string {
	t.Helper()
	text, err := idna.Lookup.ToASCII(domain)
	require.NoError(t, err)
	return text
}

func wide(text string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f && r != '@' && r != '.' {
			return r + 0xfee0
		}
		return r
	}, text)
}

func mailboxes(t *testing.T) []mailbox {
	t.Helper()
	return []mailbox{
		{"claire.morel@exemple.example", map[string]string{
			"capitals": "Claire.MOREL@Exemple.EXAMPLE", "spaces about": "  claire.morel@exemple.example\t",
			"full-width":             wide("claire.morel@exemple.example"),
			"a full-width account":   wide("claire.morel") + "@exemple.example",
			"a no-break space after": "claire.morel@exemple.example\u00a0",
			"ideographic full stop":  "claire.morel@exemple\u3002example",
			"mathematical letters":   "𝓬𝓵𝓪𝓲𝓻𝓮.morel@exemple.example",
		}},
		{"fikret.solak@exemple.example", map[string]string{
			"a ligature":          "ﬁkret.solak@exemple.example",
			"the sign of kelvins": "fi\u212aret.solak@exemple.example",
			"a long s":            "fikret.\u017folak@exemple.example",
		}},
		{"zoé.lemaître@exemple.example", map[string]string{
			"decomposed":          norm.NFD.String("zoé.lemaître@exemple.example"),
			"capitals":            "ZOÉ.LEMAÎTRE@EXEMPLE.EXAMPLE",
			"decomposed capitals": norm.NFD.String("ZOÉ.LEMAÎTRE@exemple.example"),
		}},
		{"marc@crème-brûlée.example", map[string]string{
			"punycode":             "marc@" + ascii(t, "crème-brûlée.example"),
			"decomposed":           norm.NFD.String("marc@crème-brûlée.example"),
			"capitals":             "marc@CRÈME-BRÛLÉE.example",
			"punycode in capitals": "marc@" + strings.ToUpper(ascii(t, "crème-brûlée.example")),
		}},
		{"hélène@münchen.example", map[string]string{
			"punycode":                "hélène@" + ascii(t, "münchen.example"),
			"decomposed":              norm.NFD.String("hélène@münchen.example"),
			"punycode and decomposed": norm.NFD.String("hélène@") + ascii(t, "münchen.example"),
		}},
		{"почта@пример.example", map[string]string{
			"punycode": "почта@" + ascii(t, "пример.example"), "capitals": "ПОЧТА@ПРИМЕР.example",
		}},
	}
}

func add(email string) *flow.AddPerson {
	return &flow.AddPerson{Identity: people.Identity{Email: email, FirstName: "Jo", LastName: "Durand", Kind: "internal"}}
}

// gate signs people in to a world's file, as another process would.
func gate(w *world) *signin.Service {
	cost := signin.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}
	return signin.NewService(w.d, w.clock.Now, func() signin.Cost { return cost }, cost, signin.NewSessions(w.clock.Now, func() time.Duration { return time.Hour }))
}

// TestAddPersonRefusesTwins: one mailbox is one account, however its address is written.
func TestAddPersonRefusesTwins(t *testing.T) {
	w := newWorld(t)
	for _, m := range mailboxes(t) {
		w.run(add(m.address))
		for name, twin := range m.twins {
			t.Run(m.address+"/"+name, func(t *testing.T) {
				err := w.changes.Run(w.admin, add(twin))

				if assert.Error(t, err, "%q is a second account of %s", twin, m.address) {
					assert.Equal(t, map[string]string{"email": "email.taken"}, problems(t, err, fault.Invalid), "%q", twin)
				}
			})
		}
	}
}

// TestAddPersonRefusesUnseen: a character that no reader sees makes no second account, wherever it stands.
func TestAddPersonRefusesUnseen(t *testing.T) {
	w := newWorld(t)
	w.run(add("claire.morel@exemple.example"))
	for name, mark := range unseen {
		for place, twin := range map[string]string{
			"first":           mark + "claire.morel@exemple.example",
			"in the account":  "clai" + mark + "re.morel@exemple.example",
			"before the sign": "claire.morel" + mark + "@exemple.example",
			"in the domain":   "claire.morel@exem" + mark + "ple.example",
			"last":            "claire.morel@exemple.example" + mark,
		} {
			t.Run(name+"/"+place, func(t *testing.T) {
				err := w.changes.Run(w.admin, add(twin))

				if assert.Error(t, err, "%q is a second account", twin) {
					assert.Contains(t, problems(t, err, fault.Invalid), "email", "%q", twin)
				}
			})
		}
	}
}

// TestAddPersonRefusesMixedScripts: a letter of another script that looks alike makes no second account; a label of one script alone is taken.
func TestAddPersonRefusesMixedScripts(t *testing.T) {
	w := newWorld(t)
	for name, address := range map[string]string{
		"a Cyrillic а in the account":    "p\u0430tron@exemple.example",
		"a Cyrillic е in the domain":     "patron@ex\u0435mple.example",
		"a Greek ο in the domain":        "patr\u03bfn@exemple.example",
		"an Armenian օ":                  "patr\u0585n@exemple.example",
		"a Cherokee letter":              "patro\u13a1@exemple.example",
		"a Cyrillic с in the last label": "patron@exemple.\u0441om",
		"Latin in Cyrillic":              "поч\u0074а@пример.example", "Greek in Cyrillic": "п\u03bfчта@пример.example",
		"punycode of mixed scripts": "patron@" + mixed(t, "ex\u0435mple") + ".example",
	} {
		t.Run(name, func(t *testing.T) {
			err := w.changes.Run(w.admin, add(address))

			if assert.Error(t, err, "%q mixes scripts", address) {
				assert.Contains(t, problems(t, err, fault.Invalid), "email")
			}
		})
	}
	for name, address := range map[string]string{
		"Cyrillic alone": "директор@пример.example", "Greek alone": "γραμματεία@παράδειγμα.example",
		"another script, another label": "patron@пример.example",
		"digits and hyphens":            "jean-2.durand_3@a-7.example", "accents": "françois.noël@crème.example",
		"a plus":        "jo+compta@exemple.example",
		"an apostrophe": "o'neil@exemple.example",
	} {
		t.Run("taken/"+name, func(t *testing.T) {
			assert.NoError(t, w.changes.Run(w.admin, add(address)), "%q", address)
		})
	}
}

// mixed writes a label as punycode, whatever it holds.
func mixed(t *testing.T, label string) string {
	t.Helper()
	text, err := idna.Punycode.ToASCII(label)
	require.NoError(t, err)
	return text
}

// TestActivateByEveryTwin: whoever is invited by one writing of an address activates and enters by any other.
func TestActivateByEveryTwin(t *testing.T) {
	w := newWorld(t)
	in := gate(w)
	n := 0
	for _, m := range mailboxes(t) {
		for name, twin := range m.twins {
			for way, x := range map[string]struct{ invited, typed string }{
				"invited so": {twin, m.address}, "typed so": {m.address, twin}, "both": {twin, twin},
			} {
				n++
				t.Run(m.address+"/"+name+"/"+way, func(t *testing.T) {
					invited, typed, seen := numbered(n, x.invited), numbered(n, x.typed), numbered(n, m.address)
					code, hash := signin.NewCode()
					c := add(invited)
					c.Enters, c.CodeHash = true, hash
					require.NoError(t, w.changes.Run(w.admin, c), "%q", invited)

					_, err := in.Activate(context.Background(), signin.Invitation{Email: typed, Code: code, Passphrase: "Tambour-Girofle-9-Lanterne"})

					require.NoError(t, err, "invited as %q, activated as %q", invited, typed)
					for _, email := range []string{invited, typed, seen} {
						_, err := in.Enter(context.Background(), signin.Credentials{Email: email, Passphrase: "Tambour-Girofle-9-Lanterne"})
						assert.NoError(t, err, "%q", email)
					}
				})
			}
		}
	}
}

// numbered returns the address of another mailbox, written in the same way.
func numbered(n int, address string) string {
	bare := strings.TrimLeft(address, " ")
	return address[:len(address)-len(bare)] + fmt.Sprintf("n%d.", n) + bare
}

// TestAttachByEveryTwin: an address finds its person, however it is written.
func TestAttachByEveryTwin(t *testing.T) {
	w := newWorld(t)
	n := 0
	for _, m := range mailboxes(t) {
		added := w.make(add(m.address))
		for name, twin := range m.twins {
			n++
			s := w.pending("TWIN-"+string(rune('A'+n/26))+string(rune('A'+n%26)), "private")
			t.Run(m.address+"/"+name, func(t *testing.T) {
				require.NoError(t, w.changes.Run(w.admin, &grant.Attach{Email: twin, Structure: s}), "%q", twin)

				assert.EqualValues(t, 1, w.number("SELECT count(*) FROM memberships WHERE structure_id = ? AND user_id = ?", s, added))
			})
		}
	}
}

// TestListUsersByAddress: a whole address finds its person and nobody else, however it is written.
func TestListUsersByAddress(t *testing.T) {
	w := newWorld(t)
	users := people.NewService(w.d)
	others := []string{"claire@autre.example", "morel@exemple.example", "claire.morel@autre.example", "zoe@exemple.example", "marc@autre.example", "o.neil@exemple.example"}
	for _, email := range others {
		w.run(add(email))
	}
	plain := []mailbox{
		{"o'neil@exemple.example", nil}, {"jo+compta@exemple.example", nil},
		{"jean-2.durand_3@a-7.example", nil}, {"7@chiffres.example", nil},
		{strings.Repeat("tres.long.", 6) + "nom@" + strings.Repeat("sous-domaine.", 8) + "example", nil},
	}
	for _, m := range append(mailboxes(t), plain...) {
		added := w.make(add(m.address))
		ways := map[string]string{"as it is": m.address}
		for name, twin := range m.twins {
			ways[name] = twin
		}
		for name, search := range ways {
			t.Run(m.address+"/"+name, func(t *testing.T) {
				got, err := users.List(w.admin, people.Query{Query: list.Query{Search: search}, Filter: "all"})

				require.NoError(t, err)
				assert.Equal(t, []int64{added}, userIDs(got), "%q", search)
			})
		}
	}
}

func userIDs(p people.Page) []int64 {
	list := []int64{}
	for _, r := range p.Rows {
		list = append(list, r.ID)
	}
	return list
}

// bare is a file without a firm.
type bare struct {
	d     *db.DB
	in    *signin.Service
	setUp *flow.Service
}

func newBare(t *testing.T) bare {
	t.Helper()
	d, clock := dbtest.Open(t)
	none := func(context.Context) insee.Registry { return nil }
	cost := signin.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}
	in := signin.NewService(d, clock.Now, func() signin.Cost { return cost }, cost, signin.NewSessions(clock.Now, func() time.Duration { return time.Hour }))
	structures := structure.NewService(d, clock.Now, none)
	return bare{d, in, flow.NewService(d, change.NewService(d), in, structures, func(string, string) insee.Registry { return nil })}
}

func firmOf(email string) flow.SetUp {
	return flow.SetUp{
		Kind: "practice", Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", Families: []string{"cabinet"}, Email: email,
		FirstName: "Paul", LastName: "Patron", Passphrase: "Marmite-Violette-7-Cactus",
	}
}

// TestSetUpLocksNobodyOut: what the first administrator typed, seen or not, is refused at once or lets them in by what they see.
func TestSetUpLocksNobodyOut(t *testing.T) {
	type typed struct{ address, seen string }
	all := map[string]typed{}
	for name, mark := range unseen {
		all["unseen/"+name] = typed{"claire." + mark + "morel@exemple.example", "claire.morel@exemple.example"}
	}
	for _, place := range []string{"%sclaire.morel@exemple.example", "claire.morel@exem%sple.example", "claire.morel@exemple.example%s"} {
		all["unseen/"+place] = typed{fmt.Sprintf(place, "\u200b"), "claire.morel@exemple.example"}
	}
	for _, m := range mailboxes(t) {
		for name, twin := range m.twins {
			all[m.address+"/"+name] = typed{twin, m.address}
			if testing.Short() {
				break
			}
		}
	}
	for name, x := range all {
		t.Run(name, func(t *testing.T) {
			f := newBare(t)

			_, err := f.setUp.SetUp(context.Background(), firmOf(x.address))

			if err != nil {
				assert.Contains(t, problems(t, err, fault.Invalid), "email", "%q", x.address)
				there, err := f.setUp.IsSetUp(context.Background())
				require.NoError(t, err)
				assert.False(t, there, "a refused set-up leaves no firm behind")
				return
			}
			_, err = f.in.Enter(context.Background(), signin.Credentials{Email: x.seen, Passphrase: "Marmite-Violette-7-Cactus"})
			assert.NoError(t, err, "set up as %q, what is seen does not enter", x.address)
			_, err = f.in.Enter(context.Background(), signin.Credentials{Email: x.address, Passphrase: "Marmite-Violette-7-Cactus"})
			assert.NoError(t, err, "%q", x.address)
		})
	}
}

// TestAddPersonRefusesNothingSeen: names of people hold something that is seen.
func TestAddPersonRefusesNothingSeen(t *testing.T) {
	w := newWorld(t)
	for name, text := range blanks() {
		t.Run(name, func(t *testing.T) {
			c := add("vide@exemple.example")
			c.FirstName, c.LastName = text, text

			err := w.changes.Run(w.admin, c)

			require.Error(t, err, "%q", text)
			got := problems(t, err, fault.Invalid)
			assert.Contains(t, got, "firstName", "%q", text)
			assert.Contains(t, got, "lastName", "%q", text)
		})
	}
}

// blanks are texts in which nothing is seen, by name.
func blanks() map[string]string {
	list := map[string]string{
		"nothing": "", "spaces": " \t\u00a0\u202f\u3000", "braille blank": "\u2800",
		"braille blanks": "\u2800 \u2800", "a lone acute": "\u0301",
		"lone marks": "\u0301\u0323\u20dd", "a lone mark after a space": "  \u0308",
		"a null notehead": "\U0001d159", "fillers": "\u3164\u3164 \u115f",
		"marks of Hebrew alone": "\u05b7", "a vowel sign of Devanagari alone": "\u0941",
		"a selector and a mark": "\ufe0f\u0301",
		"ideographic spaces":    "\u3000\u3000", "line separator": "\u2028",
		"a joiner between blanks": "\u2800\u200d\u2800",
	}
	for name, mark := range unseen {
		list[name] = mark
		list[name+", three times"] = mark + " " + mark + mark
	}
	return list
}

// letters are names that people bear.
var letters = []struct{ first, last string }{
	{"علی\u200cرضا", "حسینی\u200cنژاد"}, {"می\u200cنا", "نوری"}, {"O", "李"}, {"Ng", "’t Hooft"},
	{"N’Diaye", "O'Neil"}, {"Łukasz", "Żółć"},
	{"Søren", "Ærø"}, {"Đorđe", "Đurić"}, {"İpek", "Işık"}, {"Þór", "Guðmundsdóttir"},
	{"Jean\u2011Luc", "d’Ormesson"}, {"שרה", "כהן"}, {"Ζωή", "Παππά"},
	{"Анна", "Щербакова"}, {"ශ්\u200dරී", "ක්\u200dරිස්ති"}, {"อรุณ", "ศรี"}, {"Ngọc", "Nguyễn"}, {"한", "김"},
	{"प्रिया", "शर्मा"}, {"A.-M.", "St. John"},
}

// TestAddPersonTakesLetters: a joiner inside a word of a script that needs it, an apostrophe or a single letter are a name's own business.
func TestAddPersonTakesLetters(t *testing.T) {
	w := newWorld(t)
	list := people.NewService(w.d)
	for i, x := range letters {
		t.Run(x.first+" "+x.last, func(t *testing.T) {
			c := add("lettres" + string(rune('a'+i)) + "@exemple.example")
			c.FirstName, c.LastName = x.first, x.last

			got, err := list.Get(w.admin, w.make(c))
			require.NoError(t, err)
			assert.Equal(t, norm.NFC.String(x.first), norm.NFC.String(got.FirstName))
			assert.Equal(t, norm.NFC.String(x.last), norm.NFC.String(got.LastName))
		})
	}
}

// TestSetUpRefusesNothingSeen: nor do the firm's name and its first administrator's.
func TestSetUpRefusesNothingSeen(t *testing.T) {
	f := newBare(t)
	again := func() { f = newBare(t) }
	for name, text := range blanks() {
		t.Run(name, func(t *testing.T) {
			in := firmOf("patron@exemple.example")
			in.Name, in.FirstName, in.LastName = text, text, text

			_, err := f.setUp.SetUp(context.Background(), in)

			if !assert.Error(t, err, "%q", text) {
				again()
				return
			}
			got := problems(t, err, fault.Invalid)
			for _, field := range []string{"name", "firstName", "lastName"} {
				assert.Contains(t, got, field, "%q", text)
			}
		})
	}
}

// TestDetachRefusesNothingSeen: a comment that is compulsory holds something that is seen.
func TestDetachRefusesNothingSeen(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	user := w.attached("ada", s, 0)
	for name, text := range blanks() {
		t.Run(name, func(t *testing.T) {
			err := w.changes.Run(w.admin, &grant.Detach{User: user, Structure: s, Comment: text})

			if !assert.Error(t, err, "%q", text) {
				w.run(&grant.Attach{User: user, Structure: s})
				return
			}
			assert.Contains(t, problems(t, err, fault.Invalid), "comment", "%q", text)
		})
	}
	require.NoError(t, w.changes.Run(w.admin, &grant.Detach{User: user, Structure: s, Comment: "✓"}))
}
