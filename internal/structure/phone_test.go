package structure_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/department"
	"habilis/internal/fault"
	"habilis/internal/identifier"
	"habilis/internal/structure"
)

// called creates a structure of a country, postcode and telephone number, and gives the record.
func (w *world) called(n int, country, postcode, phone string) (structure.Structure, error) {
	w.t.Helper()
	id, err := w.tryCreate(w.admin, structure.Input{
		IdentifierType: "pending", Identifier: fmt.Sprint("TEL-", n), Fields: structure.Fields{Name: "Tél", Country: country, Postcode: postcode, Phone: phone},
	})
	if err != nil {
		return structure.Structure{}, err
	}
	return w.get(id), nil
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// TestPhoneIsReadWhereTheStructureIs: a number typed as one dials it there is that country's, and of the overseas department where the postcode
// says so.
func TestPhoneIsReadWhereTheStructureIs(t *testing.T) {
	w := newWorld(t)
	for i, x := range []struct{ country, postcode, typed, want string }{
		{"FR", "75001", "01 42 68 53 00", "+33142685300"}, {"FR", "75001", "0142685300", "+33142685300"},
		{"FR", "", "06.12.34.56.78", "+33612345678"},
		{"FR", "75001", "+33 (0)1 42 68 53 00", "+33142685300"},
		{"FR", "75001", "0033 1 42 68 53 00", "+33142685300"},
		{"FR", "75001", "0800 123 456", "+33800123456"},
		{"FR", "20000", "04 95 21 00 00", "+33495210000"}, {"FR", "97400", "0692 12 34 56", "+262692123456"},
		{"FR", "97410", "02 62 35 00 03", "+262262350003"},
		{"FR", "97460", "0262-45-01-23", "+262262450123"}, {"FR", "97600", "0639 69 12 34", "+262639691234"},
		{"FR", "97600", "02 69 61 12 34", "+262269611234"},
		{"FR", "97110", "0590 20 12 34", "+590590201234"},
		{"FR", "97100", "06 90 00 12 34", "+590690001234"}, {"FR", "97200", "0596 30 12 34", "+596596301234"},
		{"FR", "97200", "0696 20 12 34", "+596696201234"}, {"FR", "97300", "0594 10 12 34", "+594594101234"},
		{"FR", "97300", "0694 20 12 34", "+594694201234"},
		{"FR", "97133", "0590 27 12 34", "+590590271234"}, {"FR", "97150", "0590 51 12 34", "+590590511234"},
		{"RE", "97400", "0692 12 34 56", "+262692123456"},
		{"GP", "97110", "0590 20 12 34", "+590590201234"}, {"MQ", "97200", "0596 30 12 34", "+596596301234"},
		{"GF", "97300", "0594 10 12 34", "+594594101234"},
		{"YT", "97600", "0269 61 12 34", "+262269611234"}, {"CH", "1201", "022 388 11 11", "+41223881111"},
		{"BE", "1000", "0475 12 34 56", "+32475123456"},
		{"BE", "1000", "02 500 12 34", "+3225001234"}, {"LU", "1009", "27 12 34 56", "+35227123456"},
		{"DE", "10117", "030 901820", "+4930901820"},
		{"ES", "28001", "912 345 678", "+34912345678"}, {"IT", "00184", "06 6982 1234", "+390669821234"},
		{"GB", "SW1A", "020 7946 0018", "+442079460018"},
		{"PT", "1000", "21 321 23 45", "+351213212345"}, {"NL", "1012", "020 624 1111", "+31206241111"},
		{"MC", "98000", "93 15 00 00", "+37793150000"},
		{"NC", "98800", "25 12 34", "+687251234"}, {"PF", "98713", "40 41 23 45", "+68940412345"},
		{"WF", "98600", "72 12 34", "+681721234"},
		{"MA", "10000", "0522 20 12 34", "+212522201234"}, {"US", "10001", "(212) 736-5000", "+12127365000"},
		{"CA", "H2Y", "514 872 0311", "+15148720311"},
		// a number with its country's prefix is that country's, wherever the structure is
		{"FR", "75001", "+41 22 388 11 11", "+41223881111"},
		{"CH", "1201", "+33 1 42 68 53 00", "+33142685300"},
		{"CH", "1201", "0033 1 42 68 53 00", "+33142685300"},
		{"FR", "97400", "+33 1 42 68 53 00", "+33142685300"},
		{"US", "10001", "011 33 1 42 68 53 00", "+33142685300"},
		// metropolitan France and its departments dial each other without a prefix
		{"FR", "97400", "01 42 68 53 00", "+33142685300"}, {"FR", "97400", "06 12 34 56 78", "+33612345678"},
	} {
		t.Run(x.country+" "+x.postcode+" "+x.typed, func(t *testing.T) {
			s, err := w.called(i, x.country, x.postcode, x.typed)

			require.NoError(t, err)
			assert.Equal(t, x.want, s.Phone)
		})
	}
}

// TestPhoneOfEveryCountry: an example of each country's own numbers, typed as it is dialled there.
func TestPhoneOfEveryCountry(t *testing.T) {
	w := newWorld(t)
	n := 1000
	for region := range phonenumbers.GetSupportedRegions() {
		example := phonenumbers.GetExampleNumber(region)
		if !identifier.Country(region) || example == nil {
			continue
		}
		typed, want := phonenumbers.Format(example, phonenumbers.NATIONAL), phonenumbers.Format(example, phonenumbers.E164)
		n++
		s, err := w.called(n, region, "", typed)

		if assert.NoError(t, err, "%s: %s", region, typed) {
			assert.Equal(t, want, s.Phone, "%s: %s", region, typed)
		}
	}
}

// TestPhoneOfADepartment: a department's number, and one given at an edit or a duplicate's, is read where its structure is.
func TestPhoneOfADepartment(t *testing.T) {
	w := newWorld(t)
	for i, x := range []struct{ country, postcode, typed, want string }{
		{"FR", "97400", "0692 12 34 56", "+262692123456"}, {"FR", "97200", "0596 30 12 34", "+596596301234"},
		{"CH", "1201", "022 388 11 11", "+41223881111"},
		{"BE", "1000", "0475 12 34 56", "+32475123456"}, {"NC", "98800", "25 12 34", "+687251234"},
		{"FR", "75001", "01 42 68 53 00", "+33142685300"},
	} {
		t.Run(x.country+" "+x.typed, func(t *testing.T) {
			place := structure.Fields{Name: "Tél", Country: x.country, Postcode: x.postcode}
			s := w.create(structure.Input{IdentifierType: "pending", Identifier: fmt.Sprint("DEP-", i), Sphere: "local", Fields: place})
			c := &department.CreateDepartment{Structure: s, Code: "A", Fields: department.Fields{Label: "A", Phone: x.typed}}
			require.NoError(t, w.changes.Run(w.admin, c))
			c = &department.CreateDepartment{Structure: s, Code: "B", Fields: department.Fields{Label: "B"}}
			require.NoError(t, w.changes.Run(w.admin, c))

			b := w.departments(s)["B"]
			mine := b.Fields
			mine.Phone = x.typed
			require.NoError(t, w.changes.Run(w.admin, &department.EditDepartment{Department: b.ID, Version: b.Version, Mine: mine, Base: b.Fields}))
			record := w.get(s)
			edited := record.Fields
			edited.Phone = x.typed
			require.NoError(t, w.changes.Run(w.admin, structure.Edit{ID: s, Version: record.Version, Mine: edited, Base: record.Fields}))

			all := w.departments(s)
			assert.Equal(t, x.want, all["A"].Phone, "created")
			assert.Equal(t, x.want, all["B"].Phone, "edited")
			assert.Equal(t, x.want, w.get(s).Phone, "the structure's, edited")
		})
	}
}

// TestPhoneRefusesWhatIsNotValid: a number of a possible length that no network of the country has is refused.
func TestPhoneRefusesWhatIsNotValid(t *testing.T) {
	type typed struct{ country, postcode, phone string }
	all := []typed{
		{"FR", "75001", "00 00 00 00 00"}, {"FR", "75001", "0000000000"},
		{"FR", "75001", "+33 0 00 00 00 00"}, {"FR", "97400", "0000000000"},
		{"FR", "75001", "142685300"}, {"FR", "75001", "1 42 68 53 00"}, {"FR", "75001", "01 42 68 53 0"},
		{"FR", "", "612345678"},
		{"FR", "75001", "01 42 68 53 000"}, {"FR", "75001", "+33 1 42 68 53 0"},
		{"FR", "75001", "+999 12 34 56 78"}, {"FR", "75001", "12345678901234"},
		{"FR", "75001", "0000"}, {"FR", "75001", "000000"}, {"FR", "75001", "-"}, {"FR", "75001", "néant"},
		{"CH", "1201", "000 000 00 00"},
		{"BE", "1000", "0000 00 00 00"}, {"US", "10001", "000 000 0000"}, {"US", "10001", "(123) 456-7890"},
		{"GB", "SW1A", "0000 000 0000"},
	}
	r := rand.New(rand.NewSource(11))
	for _, region := range []string{"FR", "CH", "BE", "LU", "DE", "ES", "GB", "US", "PT", "NL", "MA", "NC"} {
		for found := 0; found < 12; {
			text := fmt.Sprintf("%0*d", 8+r.Intn(3), r.Int63n(10_000_000_000))
			number, err := phonenumbers.Parse(text, region)
			if err != nil || phonenumbers.IsValidNumber(number) || overseas(text) && region == "FR" || region != "FR" && !phonenumbers.IsPossibleNumber(number) {
				continue
			}
			found++
			all = append(all, typed{region, "", text})
		}
	}
	w := newWorld(t)
	for i, x := range all {
		_, err := w.called(2000+i, x.country, x.postcode, x.phone)

		if assert.Error(t, err, "%+v", x) {
			assert.Contains(t, problems(t, err, fault.Invalid), "phone", "%+v", x)
		}
	}
}

// overseas reports whether a number is one of an overseas department, dialled as in metropolitan France.
func overseas(text string) bool {
	for _, region := range []string{"RE", "YT", "GP", "MQ", "GF", "PM", "BL", "MF"} {
		if n, err := phonenumbers.Parse(text, region); err == nil && phonenumbers.IsValidNumber(n) {
			return true
		}
	}
	return false
}

// TestPhoneKeepsExtensions: what follows the number is kept or refused, never dropped.
func TestPhoneKeepsExtensions(t *testing.T) {
	w := newWorld(t)
	n := 3000
	for _, x := range []struct{ country, number, canonical string }{
		{"FR", "01 42 68 53 00", "+33142685300"}, {"FR", "+33 1 42 68 53 00", "+33142685300"},
		{"CH", "022 388 11 11", "+41223881111"},
		{"US", "212 736 5000", "+12127365000"}, {"BE", "02 500 12 34", "+3225001234"},
	} {
		for _, more := range []string{
			" poste 4967", " p. 4967", " p4967", " ext. 4967", " ext 4967", " extn 4967", " x4967",
			" x 4967", ";ext=4967", " #4967", "#4967", " extension 4967",
			" int. 4967", " ~4967", ", 4967", ",4967", ",,4967#", " x4967#", " poste : 4967", " (4967)",
			" / 4967", "/4967", "/x4967", " - 4967", " ou 4967", " p.4967",
			" доб. 4967", " anexo 4967", " ｅｘｔ 4967", "\u00a0poste\u00a04967", " / 06 12 34 49 67",
			" ou 06 12 34 49 67", " ; 06 12 34 49 67", "\\x4967",
		} {
			n++
			typed := x.number + more
			t.Run(typed, func(t *testing.T) {
				s, err := w.called(n, x.country, "", typed)
				if err != nil {
					assert.Contains(t, problems(t, err, fault.Invalid), "phone")
					return
				}

				assert.Contains(t, onlyDigits(s.Phone), "4967", "dropped")
				assert.Contains(t, onlyDigits(s.PhoneShown), "4967", "not shown")
				again := w.get(s.ID)
				require.NoError(t, w.changes.Run(w.admin, structure.Edit{ID: s.ID, Version: again.Version, Mine: again.Fields, Base: again.Fields}))
				assert.Equal(t, s.Phone, w.get(s.ID).Phone, "saved back unchanged")
			})
		}
	}
}

// TestPhoneKeepsShortNumbers: a short number of the country is kept as typed, and saved back as it is.
func TestPhoneKeepsShortNumbers(t *testing.T) {
	w := newWorld(t)
	for i, x := range []struct{ country, postcode, typed string }{
		{"FR", "75001", "36 31"}, {"FR", "75001", "3631"}, {"FR", "75001", "39 39"}, {"FR", "75001", "3949"},
		{"FR", "75001", "112"}, {"FR", "75001", "10 13"},
		{"FR", "75001", "118 712"}, {"FR", "97400", "36 31"}, {"FR", "", "15"}, {"BE", "1000", "1207"},
		{"CH", "1201", "1811"}, {"DE", "10117", "115"},
	} {
		t.Run(x.country+" "+x.typed, func(t *testing.T) {
			s, err := w.called(4000+i, x.country, x.postcode, x.typed)
			require.NoError(t, err)

			again := w.get(s.ID)
			require.NoError(t, w.changes.Run(w.admin, structure.Edit{ID: s.ID, Version: again.Version, Mine: again.Fields, Base: again.Fields}))

			for _, got := range []structure.Structure{s, w.get(s.ID)} {
				assert.Equal(t, x.typed, got.Phone, "as typed")
				assert.Equal(t, onlyDigits(x.typed), onlyDigits(got.PhoneShown))
				assert.NotContains(t, got.PhoneShown, "+")
			}
		})
	}
}
