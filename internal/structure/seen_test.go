package structure_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/platform"
	"habilis/internal/structure"
)

// unseen are characters that no reader sees, by name.
var unseen = map[string]string{
	"zero-width space": "\u200b", "left-to-right mark": "\u200e", "right-to-left override": "\u202e",
	"left-to-right isolate": "\u2066",
	"word joiner":           "\u2060", "byte-order mark": "\ufeff", "soft hyphen": "\u00ad",
	"variation selector 16": "\ufe0f",
	"variation selector 17": "\U000e0100", "grapheme joiner": "\u034f", "hangul filler": "\u3164",
	"half-width hangul filler": "\uffa0",
	"hangul choseong filler":   "\u115f", "khmer inherent vowel": "\u17b4", "tag letter": "\U000e0061",
	"a control": "\u0007",
}

// blanks are texts in which nothing is seen, by name.
func blanks() map[string]string {
	list := map[string]string{
		"nothing": "", "spaces": " \t\u00a0\u202f\u3000", "braille blank": "\u2800",
		"braille blanks": "\u2800 \u2800", "a lone acute": "\u0301",
		"lone marks": "\u0301\u0323\u20dd", "a lone mark after a space": "  \u0308",
		"a null notehead": "\U0001d159", "fillers": "\u3164\u3164 \u115f",
		"a mark of Hebrew alone": "\u05b7", "a vowel sign of Devanagari alone": "\u0941",
		"a selector and a mark": "\ufe0f\u0301",
		"a non-joiner alone":    "\u200c", "a joiner between blanks": "\u2800\u200d\u2800",
	}
	for name, mark := range unseen {
		list[name] = mark
		list[name+", three times"] = mark + " " + mark + mark
	}
	return list
}

// typedBy returns what is wrong with a text by each form that makes it compulsory, by the field that holds it.
func (w *world) typedBy() map[string]struct {
	field string
	try   func(text string) error
} {
	type form = struct {
		field string
		try   func(text string) error
	}
	id := w.european("private")
	mairie := w.pending("MAIRIE", "local")
	number := w.department(mairie, "RH")
	dealer := w.platform("A001", "Plate")
	create := func(in structure.Input) error {
		_, err := w.tryCreate(w.admin, in)
		return err
	}
	person := func(first, last string) error {
		return create(structure.Input{IdentifierType: "individual", Fields: structure.Fields{FirstName: first, LastName: last}})
	}
	n := 0
	next := func() int {
		n++
		return n
	}
	verified := func() string {
		number := siret(900 + next())
		w.registry.says(number, partial())
		return number
	}
	return map[string]form{
		"name": {"name", func(text string) error {
			return create(structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("NOM-", next()), Fields: structure.Fields{Name: text}})
		}},
		"name outside the Union": {"name", func(text string) error {
			return create(structure.Input{IdentifierType: "non_eu", Identifier: fmt.Sprint("CHNOM", next()), Fields: structure.Fields{Name: text, Country: "CH"}})
		}},
		"name that the register keeps": {"name", func(text string) error {
			return create(structure.Input{IdentifierType: "siret", Identifier: verified(), Fields: structure.Fields{Name: text}})
		}},
		"name that nobody verified": {"name", func(text string) error {
			return create(structure.Input{IdentifierType: "siret", Identifier: siret(500 + next()), Fields: structure.Fields{Name: text}})
		}},
		"first name": {"firstName", func(text string) error { return person(text, "Durand") }},
		"last name":  {"lastName", func(text string) error { return person("Jo", text) }},
		"name, edited": {"name", func(text string) error {
			s := w.get(id)
			mine := s.Fields
			mine.Name = text
			return w.changes.Run(w.admin, structure.Edit{ID: id, Version: s.Version, Mine: mine, Base: s.Fields})
		}},
		"code": {"code", func(text string) error {
			return w.changes.Run(w.admin, &department.CreateDepartment{Structure: mairie, Code: text, Fields: department.Fields{Label: "L"}})
		}},
		"label of a department": {"label", func(text string) error {
			return w.changes.Run(w.admin, &department.CreateDepartment{Structure: mairie, Code: fmt.Sprint("L", next()), Fields: department.Fields{Label: text}})
		}},
		"label of a department, edited": {"label", func(text string) error {
			list, err := department.NewService(w.d).List(w.admin, mairie)
			require.NoError(w.t, err)
			for _, d := range list {
				if d.ID == number {
					mine := d.Fields
					mine.Label = text
					return w.changes.Run(w.admin, &department.EditDepartment{Department: number, Version: d.Version, Mine: mine, Base: d.Fields})
				}
			}
			return nil
		}},
		"reference of a contract": {"reference", func(text string) error {
			err := w.changes.Run(w.admin, platform.AddContract{
				Platform: dealer, Client: id, Reference: text, Powers: []string{"issue"}, From: "2026-11-01",
			})
			return err
		}},
		"name in the list of platforms": {"text", func(text string) error {
			return w.changes.Run(w.admin, platform.SetPlatforms{Text: "B002;Deuxième\nC003;" + text + ";immatriculée"})
		}},
	}
}

// TestFormsRefuseNothingSeen: wherever a text is compulsory, something in it is seen.
func TestFormsRefuseNothingSeen(t *testing.T) {
	for form := range newWorld(t).typedBy() {
		t.Run(form, func(t *testing.T) {
			w := newWorld(t)
			x := w.typedBy()[form]
			for name, text := range blanks() {
				err := x.try(text)

				if assert.Error(t, err, "%s: %q", name, text) {
					assert.Contains(t, problems(t, err, fault.Invalid), x.field, "%s: %q", name, text)
				}
			}
		})
	}
}

// TestFormsTakeLetters: a joiner inside a word of a script that needs it, and a single letter, are taken by the same forms. A code and a reference
// are no names: they are held to less.
func TestFormsTakeLetters(t *testing.T) {
	for form := range newWorld(t).typedBy() {
		t.Run(form, func(t *testing.T) {
			w := newWorld(t)
			x := w.typedBy()[form]
			for _, text := range []string{"ایران\u200cخودرو", "ශ්\u200dරී ලංකා", "李", "Ø", norm.NFD.String("Été"), "L’Île-d’Yeu", "क्ष", "O"} {
				if (x.field == "code" || x.field == "reference") && strings.ContainsAny(text, "\u200c\u200d") {
					continue
				}
				assert.NoError(t, x.try(text), "%q", text)
			}
		})
	}
}

// TestLabelsRefuseNothingSeen: a label that nobody sees is not kept, alone or beside another that reads the same.
func TestLabelsRefuseNothingSeen(t *testing.T) {
	w := newWorld(t)
	n := 0
	for name, text := range blanks() {
		n++
		t.Run(name, func(t *testing.T) {
			id, err := w.tryCreate(w.admin, structure.Input{
				IdentifierType: "pending", Identifier: fmt.Sprint("A-", n), Fields: structure.Fields{Name: "A", Labels: []string{"Client", text}},
			})
			if err != nil {
				assert.Contains(t, problems(t, err, fault.Invalid), "labels", "%q", text)
				return
			}

			assert.Equal(t, []string{"Client"}, w.get(id).Labels, "%q", text)
		})
	}
}

// TestLabelsAreOneText: a label composed otherwise, or spaced otherwise, is the same label on every structure.
func TestLabelsAreOneText(t *testing.T) {
	w := newWorld(t)
	for i, x := range []struct{ first, second string }{
		{"Été 2026", norm.NFD.String("Été 2026")}, {norm.NFD.String("À relancer"), "À relancer"},
		{"Clients  de   l’Est", "Clients\u00a0de l’Est"},
		{"한국", norm.NFD.String("한국")}, {"Å", "\u212b"}, {"Ω", "\u2126"}, {"ễ", "e\u0302\u0303"},
		{"q\u0323\u0307", "q\u0307\u0323"},
	} {
		t.Run(x.first, func(t *testing.T) {
			before := w.number("SELECT count(*) FROM labels")
			bears := func(which, label string) int64 {
				return w.create(structure.Input{
					IdentifierType: "pending", Identifier: fmt.Sprint(which, i), Fields: structure.Fields{Name: which, Labels: []string{label}},
				})
			}

			a, b := bears("A", x.first), bears("B", x.second)

			assert.Equal(t, before+1, w.number("SELECT count(*) FROM labels"), "one label")
			assert.Equal(t, w.get(a).Labels, w.get(b).Labels)
			for _, id := range []int64{a, b} {
				assert.Equal(t, norm.NFC.String(w.get(id).Labels[0]), w.get(id).Labels[0], "kept composed")
			}
			for _, tag := range []string{x.first, x.second} {
				got, err := directory.NewService(w.d).List(w.admin, directory.Wanted{Tag: tag})
				require.NoError(t, err)
				assert.Len(t, got.Rows, 2, "%q", tag)
			}
			require.NoError(t, w.changes.Run(w.admin, structure.Relabel{Structures: []int64{b}, Remove: []string{x.first}}))
			assert.Empty(t, w.get(b).Labels)
		})
	}
}

// TestCreateDepartmentRefusesTwins: a code that reads the same is the same code, however it was composed or spaced.
func TestCreateDepartmentRefusesTwins(t *testing.T) {
	type twin struct{ first, second string }
	all := map[string]twin{
		"decomposed": {"CAFÉ", norm.NFD.String("CAFÉ")}, "decomposed first": {norm.NFD.String("ÉTÉ"), "ÉTÉ"},
		"decomposed, small": {"CAFÉ", norm.NFD.String("café")},
		"two marks":         {"ễ", "e\u0302\u0303"}, "marks in another order": {"q\u0323\u0307", "q\u0307\u0323"},
		"the sign of ångströms": {"Å1", "\u212b1"},
		"the sign of ohms":      {"Ω1", "\u21261"}, "hangul": {"한1", norm.NFD.String("한1")},
		"a no-break space":        {"RH 1", "RH\u00a01"},
		"a narrow no-break space": {"RH 1", "RH\u202f1"}, "two spaces": {"RH 1", "RH  1"},
		"an ideographic space": {"RH 1", "RH\u30001"}, "capitals": {"rh", "RH"},
	}
	for name, mark := range unseen {
		all["with an unseen "+name] = twin{"RH1", "R" + mark + "H1"}
		all["an unseen "+name+" last"] = twin{"RH1", "RH1" + mark}
	}
	w := newWorld(t)
	n := 0
	for name, x := range all {
		n++
		t.Run(name, func(t *testing.T) {
			s := w.pending(fmt.Sprint("MAIRIE-", n), "local")
			code := func(text string) error {
				return w.changes.Run(w.admin, &department.CreateDepartment{Structure: s, Code: text, Fields: department.Fields{Label: "L"}})
			}
			require.NoError(t, code(x.first))

			err := code(x.second)

			if assert.Error(t, err, "%q beside %q", x.second, x.first) {
				assert.Contains(t, problems(t, err, fault.Invalid), "code")
			}
			list, err := department.NewService(w.d).List(w.admin, s)
			require.NoError(t, err)
			for _, d := range list {
				assert.Equal(t, norm.NFC.String(d.Code), d.Code, "kept composed")
			}
		})
	}
}
