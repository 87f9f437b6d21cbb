package attack_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var marks = regexp.MustCompile(`zq[a-z0-9]+qz`)

// hidden is a firm in which some see little: a plain member of alpha, somebody of one department of it, an external manager of
// it, and somebody of nothing; beta, its department and its people are out of their sight.
func hidden(t *testing.T) *site {
	t.Helper()
	s := firmOf(t)
	for _, name := range []string{"alpha", "beta"} {
		s.structure(name)
	}
	s.must("Changes.Submit", object{"identify": object{"id": s.structures["beta"], "siret": siret(0)}})
	for _, name := range []string{"alpha/a1", "alpha/a2", "beta/b1"} {
		of, department, _ := strings.Cut(name, "/")
		s.department(of, department)
	}
	s.person("nobody")
	s.attached("plain", "alpha")
	s.attached("roomer", "alpha/a1", s.choice(consult))
	s.attached("external", "alpha", s.choice(manage), s.choice(consult))
	s.exec("UPDATE users SET kind = 'external' WHERE id = ?", s.people["external"])
	s.attached("guardian", "beta", s.choice(manage))
	s.attached("inb", "beta/b1", s.choice(consult))
	s.attached("colleague", "alpha/a1", s.choice(consult))
	s.submit(object{"attach": object{"user": s.people["colleague"], "structure": s.structures["alpha"], "department": s.departments["a2"], "profiles": []object{}}})
	s.person("boss", s.choice(gestionnaire))
	s.submit(object{"transfer": object{"moves": []object{{"structure": s.structures["beta"], "to": s.people["guardian"]}}}})
	for _, who := range []string{"nobody", "plain", "roomer"} {
		for i, decided := range []bool{false, true} {
			in := object{"subject": "membership", "beneficiary": s.people[who], "structure": s.structures["beta"], "comment": "x"}
			if i == 1 {
				in["department"] = s.departments["b1"]
			}
			id := decoded[outcome](t, s.must("Changes.Submit", object{"ask": in})).Created
			if decided {
				s.submit(object{"decide": object{"request": id, "comment": "no"}})
			}
		}
	}
	return s
}

// may are the names that somebody may be told of: what they are attached to, whom they see there, and the firm's public words.
var may = map[string][]string{
	"nobody":   {"nobody"},
	"plain":    {"plain", "alpha", "alphalabel", "alphacode", "a1", "a2", "a1code", "a2code"},
	"roomer":   {"roomer", "alpha", "alphacode", "a1", "a1code", "colleague"},
	"external": {"external", "admin" /* who manages alpha */, "plain", "roomer", "colleague", "alpha", "alphalabel", "alphacode", "a1", "a2", "a1code", "a2code"},
}

// reading are the methods that change nothing.
func (s *site) reading() []string {
	return slices.DeleteFunc(s.methods(), func(method string) bool {
		return method == "Changes.Submit" || method == "Session.Lock" || strings.HasPrefix(method, "Files.") ||
			slices.Contains([]string{
				"Firm.TryKey", "Structures.StartCheck", "Structures.StopCheck",
			}, method)
	})
}

// guesses are arguments for a method: every number of what there is in each place where a number may stand.
func guesses(s *site, method string) [][]any {
	t := bound(s, method).Type()
	if t.NumIn() == 0 {
		return [][]any{{}}
	}
	in := t.In(0)
	most := s.number("SELECT max(n) FROM (SELECT max(id) AS n FROM users UNION SELECT max(id) FROM grants UNION SELECT max(id) FROM requests)")
	var list [][]any
	switch in.Kind() {
	case reflect.Int64:
		for n := range most + 2 {
			list = append(list, []any{n})
		}
	case reflect.String:
		for _, text := range []string{"", "pending", "decided", "mine"} {
			list = append(list, []any{text})
		}
	case reflect.Struct:
		list = append(list, []any{reflect.Zero(in).Interface()})
		for i := range in.NumField() {
			f := in.Field(i)
			if f.Type.Kind() != reflect.Int64 {
				continue
			}
			for n := range most + 2 {
				v := reflect.New(in).Elem()
				fill(v)
				v.Field(i).SetInt(n)
				list = append(list, []any{v.Interface()})
			}
		}
		if in.Name() == "Asked" { // a person and a place at once
			for user := range most + 2 {
				for structure := int64(0); structure < 4; structure++ {
					v := reflect.New(in).Elem()
					fill(v)
					v.FieldByName("User").SetInt(user)
					v.FieldByName("Structure").SetInt(structure)
					list = append(list, []any{v.Interface()})
				}
			}
		}
	}
	return list
}

// fill gives the texts of an argument words that are known.
func fill(v reflect.Value) {
	for name, text := range map[string]string{
		"Permission": "user.view", "IdentifierType": "siret", "Identifier": siret(0), "Format": "csv", "Title": "L", "Filter": "all",
	} {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
			f.SetString(text)
		}
	}
}

// TestNothingIsToldByNumber: H8, D4. Whatever number one tries, wherever a number may stand, nobody is told of what they may
// not see: approvers, deciders and typists out of sight, departments of unseen structures, a colleague's other department.
func TestNothingIsToldByNumber(t *testing.T) {
	s := hidden(t)
	for _, who := range []string{"nobody", "plain", "roomer", "external"} {
		allowed := map[string]bool{}
		for _, name := range may[who] {
			allowed[canary(name)] = true
		}
		v := s.enter(who)
		for _, method := range s.reading() {
			t.Run(who+"/"+method, func(t *testing.T) {
				told := map[string]string{}
				for _, args := range guesses(s, method) {
					a := v.call(method, args...)
					for _, c := range marks.FindAllString(strings.ToLower(a.Text), -1) {
						if !allowed[c] && told[c] == "" {
							told[c] = fmt.Sprintf("%+v → %s", args, around(a.Text, c))
						}
					}
				}
				for c, call := range told {
					t.Errorf("%s tells %s of %s: %s", method, who, c, call)
				}
			})
		}
	}
}

func around(text, c string) string {
	at := max(0, strings.Index(strings.ToLower(text), c))
	return text[max(0, at-60):min(len(text), at+len(c)+60)]
}

// TestExistenceIsNotTold: H8. What one may neither create nor see is answered as what is not there: identifiers, departments,
// addresses.
func TestExistenceIsNotTold(t *testing.T) {
	s := hidden(t)
	alpha := s.structures["alpha"]
	for name, c := range map[string]struct {
		method       string
		there, other any
	}{
		"a SIRET, looked at": {"Structures.Look",
			object{"identifierType": "siret", "identifier": siret(0)}, object{"identifierType": "siret", "identifier": siret(40)}},
		"a department's number": {"Changes.Submit",
			object{"ask": object{"subject": "membership", "structure": alpha, "department": s.departments["b1"]}},
			object{"ask": object{"subject": "membership", "structure": alpha, "department": 987654}}},
		"a structure's number": {"Structures.Get", s.structures["beta"], 987654},
		"a person's number":    {"People.Get", s.people["inb"], 987654},
		"a request's number":   {"Requests.Get", s.number("SELECT max(id) FROM requests WHERE beneficiary_id = ?", s.people["roomer"]), 987654},
		"a duplication": {"Changes.Preview",
			object{"duplicate": object{"from": s.structures["beta"], "identifier": siret(50)}}, object{"duplicate": object{"from": 987654, "identifier": siret(50)}}},
		"a detachment": {"Changes.Preview",
			object{"detach": object{"user": s.people["inb"], "structure": s.structures["beta"], "comment": "x"}},
			object{"detach": object{"user": 987654, "structure": 987654, "comment": "x"}}},
		"the end of a grant": {"Changes.Preview",
			object{"end": object{"grant": s.number("SELECT id FROM grants WHERE user_id = ?", s.people["inb"])}}, object{"end": object{"grant": 987654}}},
		"a department": {"Changes.Preview",
			object{"editDepartment": object{"department": s.departments["b1"]}}, object{"editDepartment": object{"department": 987654}}},
	} {
		for _, who := range []string{"nobody", "plain"} {
			t.Run(name+"/"+who, func(t *testing.T) {
				v := s.enter(who)
				there, other := v.call(c.method, c.there), v.call(c.method, c.other)

				numbers := regexp.MustCompile(`\d+`)
				blind := func(r reply) string { return numbers.ReplaceAllString(string(r.Result)+r.Error, "N") }
				assert.Equal(t, blind(other), blind(there))
			})
		}
	}
}

// advice is what a proof says of profiles in general.
var advice = regexp.MustCompile(`"wouldGive":\[[^]]*\]`)

// TestAnExternalManagerLearnsNoMore: H8. Attaching somebody tells neither their name before, nor afterwards what they hold at the
// firm or elsewhere, nor when they signed in.
func TestAnExternalManagerLearnsNoMore(t *testing.T) {
	// given an external manager, and somebody of the firm
	s := hidden(t)
	s.enter("boss")
	v := s.enter("external")

	// when they attach them by address
	for _, email := range []string{address("boss"), address("inb")} {
		before := v.call("Changes.Preview", object{"attach": object{"email": email, "structure": s.structures["alpha"], "profiles": []object{}}})
		assert.NotContains(t, before.Text, `Jo zq`)
		v.call("Changes.Submit", object{"attach": object{"email": email, "structure": s.structures["alpha"], "profiles": []object{}}})
	}

	// then the records hold what concerns the structure alone
	for _, name := range []string{"boss", "inb"} {
		id := s.people[name]
		for _, a := range []reply{
			v.call("Grants.Of", id), v.call("People.Get", id), v.call("Rights.OfPerson", object{"user": id}),
			v.call("Rights.Prove", object{"user": id, "permission": "structure.view", "structure": s.structures["alpha"]}),
		} {
			assert.NotContains(t, advice.ReplaceAllString(a.Text, ""), gestionnaire)
			assert.NotContains(t, a.Text, canary("beta"))
			assert.NotContains(t, a.Text, canary("b1"))
			assert.NotRegexp(t, `"lastSignIn":[1-9]`, a.Text)
		}
	}
}

// TestWhatIsOfferedIsTaken: D4. Boxes that a profile does not offer are refused, and so is whatever is done for the disabled.
func TestWhatIsOfferedIsTaken(t *testing.T) {
	s := hidden(t)
	admin := s.enter("admin")
	alpha, plain := s.structures["alpha"], s.people["plain"]
	t.Run("boxes", func(t *testing.T) {
		for _, box := range []string{"firm.admin", "nothing", "bank.reveal"} {
			for _, profile := range []string{consult, reader, gestionnaire} {
				choice := []object{s.choice(profile, box)}
				for _, wish := range []object{
					{"give": object{"user": plain, "structure": alpha, "profiles": choice}},
					{"give": object{"user": plain, "profiles": choice}},
					{"attach": object{"user": s.people["nobody"], "structure": alpha, "profiles": choice}},
					{"addPerson": object{"email": "x@exemple.example", "firstName": "X", "lastName": "X", "kind": "internal", "profiles": choice}},
				} {
					a := admin.call("Changes.Preview", wish)
					assert.True(t, a.refused(), "%q of %s", box, profile)
				}
				a := admin.call("Changes.Submit", object{"ask": object{"subject": "profiles", "beneficiary": plain, "structure": alpha, "profiles": choice}})
				assert.True(t, a.refused(), "a request of %q of %s", box, profile)
			}
		}
	})
	t.Run("the disabled", func(t *testing.T) {
		s.person("gone")
		s.attached("left", "alpha", s.choice(consult))
		s.disable("gone")
		s.disable("left")
		for name, wish := range map[string]object{
			"attached":          {"attach": object{"user": s.people["gone"], "structure": alpha, "profiles": []object{}}},
			"attached by email": {"attach": object{"email": address("gone"), "structure": alpha, "profiles": []object{}}},
			"given":             {"give": object{"user": s.people["left"], "structure": alpha, "profiles": []object{s.choice(manage)}}},
			"given at the firm": {"give": object{"user": s.people["gone"], "profiles": []object{s.choice(reader)}}},
			"invited":           {"signIn": object{"user": s.people["gone"], "signIn": "invited"}},
		} {
			assert.True(t, admin.call("Changes.Submit", wish).refused(), name)
		}
		for _, in := range []object{
			{"subject": "membership", "beneficiary": s.people["gone"], "structure": alpha},
			{"subject": "profiles", "beneficiary": s.people["left"], "structure": alpha, "profiles": []object{s.choice(manage)}},
		} {
			assert.True(t, admin.call("Changes.Submit", object{"ask": in}).refused(), "asked for")
		}
	})
}

// TestFlagsAgreeWithTheGuard: D4. Where a row says that it can be ended or extended, it can; where it does not, it cannot.
func TestFlagsAgreeWithTheGuard(t *testing.T) {
	s := hidden(t)
	s.submit(object{"give": object{"user": s.people["plain"], "structure": s.structures["alpha"], "profiles": []object{s.choice(consult)}, "until": "2026-12-31"}})
	for _, who := range []string{"admin", "boss", "external", "plain", "guardian", "roomer"} {
		v := s.enter(who)
		for name, id := range s.people {
			a := v.call("Grants.Of", id)
			if a.refused() {
				continue
			}
			record := decoded[struct {
				Grants []struct {
					ID         int64  `json:"id"`
					State      string `json:"state"`
					Endable    bool   `json:"endable"`
					Extendable bool   `json:"extendable"`
				} `json:"grants"`
			}](t, a.Result)
			for _, g := range record.Grants {
				end := v.call("Changes.Preview", object{"end": object{"grant": g.ID}})
				assert.Equal(t, !end.refused(), g.Endable, "%s, grant %d of %s: %s", who, g.ID, name, end.Error)
				extend := v.call("Changes.Preview", object{"extend": object{"grant": g.ID, "until": ""}})
				if extend.key() == "grant.not_later" {
					continue // it has no end: there is nothing to ask the guard
				}
				assert.Equal(t, !extend.refused(), g.Extendable, "%s, extending grant %d of %s: %s", who, g.ID, name, extend.Error)
			}
		}
	}
}

// TestRequestsAreBounded: H9, A5. Nobody files hundreds: not for one place, not for many that are not there.
func TestRequestsAreBounded(t *testing.T) {
	s := hidden(t)
	for name, in := range map[string]func(i int) object{
		"one place": func(int) object { return object{"subject": "membership", "structure": s.structures["beta"]} },
		"its name": func(int) object {
			return object{"subject": "membership", "identifierType": "siret", "identifier": siret(0)}
		},
		"numbers": func(i int) object {
			return object{"subject": "membership", "identifierType": "siret", "identifier": siret(100 + i)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			who := fmt.Sprintf("filer%d", len(s.people))
			s.person(who)
			v := s.enter(who)
			for i := range 200 {
				v.call("Changes.Submit", object{"ask": in(i)})
			}
			assert.LessOrEqual(t, s.number("SELECT count(*) FROM requests WHERE requester_id = ?", s.people[who]), int64(50))
			if name == "one place" || name == "its name" {
				assert.LessOrEqual(t, s.number("SELECT count(*) FROM requests WHERE requester_id = ? AND state = 'pending'", s.people[who]), int64(1))
			}
		})
	}
}

// TestARequestSaysWhoTypedAndDecided: H9, A37. The record of one typed in and decided by the same person says so.
func TestARequestSaysWhoTypedAndDecided(t *testing.T) {
	// given two requests, typed in by the administrator, decided by them and by another
	s := hidden(t)
	boss, admin := s.enter("boss"), s.enter("admin")
	ask := func() int64 {
		s.person(fmt.Sprintf("asked%d", len(s.people)))
		return decoded[outcome](t, admin.must("Changes.Submit", object{"ask": object{
			"subject": "membership", "beneficiary": s.number("SELECT max(id) FROM users"), "structure": s.structures["alpha"], "comment": "x",
		}}).Result).Created
	}
	own, other := ask(), ask()
	for id, v := range map[int64]*visitor{own: admin, other: boss} {
		_, a := v.submit(object{"decide": object{"request": id, "approve": true, "confirmed": true}})
		require.Empty(t, a.Error)
	}

	// when they are read
	flags := func(id int64) map[string]any {
		list := map[string]any{}
		for name, value := range decoded[object](t, admin.must("Requests.Get", id).Result) {
			switch value.(type) {
			case bool, string:
				if name != "comment" && name != "structure" {
					list[name] = value
				}
			}
		}
		return list
	}

	// then a word of the first tells them apart
	assert.NotEqual(t, flags(own), flags(other))
}
