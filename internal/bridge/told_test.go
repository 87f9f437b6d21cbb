package bridge_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/right"
	"habilis/internal/signin"
)

// since returns the lines of the journal after one.
func (d *desk) since(seq int64) (list []line) {
	d.t.Helper()
	for _, n := range d.ids("SELECT seq FROM journal WHERE seq > ? ORDER BY seq", seq) {
		l, there := d.line(n)
		require.True(d.t, there)
		list = append(list, l)
	}
	return list
}

// words are all that a line's details name.
func (l line) words(fields ...string) (list []string) {
	for _, f := range fields {
		list = append(list, strings.FieldsFunc(l.details[f], func(c rune) bool { return strings.ContainsRune(" ,[]", c) })...)
	}
	return list
}

// TestJournalTellsEachGrantThatADetachmentEnds: by a line of its own, or by its number or its profile's in
// the line of the detachment.
func TestJournalTellsEachGrantThatADetachmentEnds(t *testing.T) {
	for name, x := range map[string]struct {
		prepare func(d *desk, s, room, user int64)
		wish    func(s, room, user int64) fields
	}{
		"from a structure": {
			func(d *desk, s, _, user int64) {
				d.done("attach", fields{"user": user, "structure": s, "profiles": d.choices(consult, manage)})
				d.done("give", fields{
					"user": user, "structure": s, "from": "2026-07-01", "profiles": d.choices(read),
				})
			},
			func(s, _, user int64) fields { return fields{"user": user, "structure": s, "comment": "fin"} },
		},
		"from a department": {
			func(d *desk, s, room, user int64) {
				d.done("attach", fields{
					"user": user, "structure": s, "department": room, "profiles": d.choices(consult, read),
				})
			},
			func(s, room, user int64) fields {
				return fields{"user": user, "structure": s, "department": room, "comment": "fin"}
			},
		},
		"from a structure and its department": {
			func(d *desk, s, room, user int64) {
				d.done("attach", fields{
					"user": user, "structure": s, "department": room, "profiles": d.choices(consult),
				})
				d.done("attach", fields{"user": user, "structure": s, "profiles": d.choices(read)})
			},
			func(s, _, user int64) fields { return fields{"user": user, "structure": s, "comment": "fin"} },
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			s, user := d.house("private"), d.person("partant", 0, 0)
			room := d.room(s, "", "")
			x.prepare(d, s, room, user)
			open := d.rows("SELECT id, profile_id FROM grants WHERE user_id = ? AND until_at > from_at ORDER BY id", user)
			require.GreaterOrEqual(t, len(open), 2)
			before := d.number("SELECT max(seq) FROM journal")

			d.done("detach", x.wish(s, room, user))

			lines := d.since(before)
			for _, text := range open {
				id, profile, _ := strings.Cut(text, " ")
				told := slices.ContainsFunc(lines, func(l line) bool {
					own := l.kind == "grant" && fmt.Sprint(l.object) == id
					return own || slices.Contains(l.words("grants"), id) || slices.Contains(l.words("profiles", "profile"), profile)
				})
				assert.True(t, told, "grant %s of profile %s", id, profile)
			}
		})
	}
}

// TestJournalTellsTheBoxes: which boxes were ticked stands in the line of what gave them.
func TestJournalTellsTheBoxes(t *testing.T) {
	for name, act := range map[string]func(d *desk, s int64, ticked []fields){
		"given": func(d *desk, s int64, ticked []fields) {
			d.done("give", fields{"user": d.person("ha", s, 0), "structure": s, "profiles": ticked})
		},
		"with an attachment": func(d *desk, s int64, ticked []fields) {
			d.done("attach", fields{"user": d.person("hb", 0, 0), "structure": s, "profiles": ticked})
		},
		"with a person": func(d *desk, s int64, ticked []fields) {
			d.done("addPerson", fields{
				"email": address("hc"), "firstName": "Jo", "lastName": "C", "kind": "internal", "structure": s, "profiles": ticked,
			})
		},
		"at the firm": func(d *desk, _ int64, ticked []fields) {
			d.done("give", fields{"user": d.person("hd", 0, 0), "profiles": ticked})
		},
		"approved": func(d *desk, s int64, ticked []fields) {
			id, r := d.asks("admin", fields{
				"subject": "profiles", "beneficiary": d.person("he", s, 0), "structure": s, "profiles": ticked,
			})
			require.NotZero(d.t, id, r.failure)
			d.done("decide", fields{"request": id, "approve": true, "confirmed": true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			s := d.house("private")
			ticked := slices.DeleteFunc(d.boxes("Site · Collaborateur"), func(box string) bool {
				p, known := right.Parse(box)
				return !known || p.AtFirm()
			})
			require.Greater(t, len(ticked), 1)
			ticked = ticked[:2]
			before := d.number("SELECT max(seq) FROM journal")

			act(d, s, []fields{{"profile": d.profiles["Site · Collaborateur"], "options": ticked}})

			for _, box := range ticked {
				told := slices.ContainsFunc(d.since(before), func(l line) bool {
					text, err := json.Marshal(l.details)
					require.NoError(t, err)
					return strings.Contains(string(text), box)
				})
				assert.True(t, told, box)
			}
		})
	}
}

// boxes are what a profile offers to tick.
func (d *desk) boxes(profile string) (list []string) {
	d.t.Helper()
	rows, _ := d.send(d.as("admin"), "Profiles.List").list(d.t)
	for _, p := range rows {
		if p.number("id") == d.profiles[profile] {
			for _, b := range p["boxes"].([]any) {
				list = append(list, b.(string))
			}
		}
	}
	return list
}

// TestJournalTellsARightPassphraseThatIsRefused: while attempts are delayed a right passphrase is refused
// too, and leaves a line like a wrong one.
func TestJournalTellsARightPassphraseThatIsRefused(t *testing.T) {
	d := newDesk(t)
	d.person("presse", 0, 0)
	seat := d.as("presse")
	for range 12 {
		d.send(seat, "Session.Enter", signin.Credentials{Email: address("presse"), Passphrase: "une phrase fausse"})
	}
	before := d.number("SELECT max(seq) FROM journal")

	r := d.send(seat, "Session.Enter", signin.Credentials{Email: address("presse"), Passphrase: passphrase})

	require.False(t, r.ok(), "attempts are delayed")
	assert.Positive(t, d.number("SELECT count(*) FROM journal WHERE seq > ? AND person_id = ?", before, d.people["presse"]))
}

// TestJournalOfADepartment: whoever holds the right to the journal on a department only is told that they may
// not, or shown its lines; never nothing.
func TestJournalOfADepartment(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	room := d.room(s, "", "")
	d.person("lectrice", s, room, read)
	d.person("autre", s, room, consult)
	d.done("switchDepartment", fields{"structure": s, "department": room, "active": false})
	d.done("switchDepartment", fields{"structure": s, "department": room, "active": true})

	for _, q := range []fields{{}, {"structure": s}} {
		r := d.send(d.as("lectrice"), "Journal.List", q)

		if r.ok() {
			rows, _ := r.list(t)
			assert.NotEmpty(t, rows, "%v", q)
			for _, l := range rows {
				own := l.text("objectKind") == "department" && l.number("objectId") == room
				details, _ := l["details"].(map[string]any)
				assert.True(t, own || fmt.Sprint(details["department"]) == fmt.Sprint(room) || l.number("personId") == d.people["lectrice"], "%v", l)
			}
		} else {
			assert.Equal(t, "forbidden", r.code(), "%v", q)
		}
	}
}

// home returns somebody's home page.
func (d *desk) home(name string) (out struct {
	FollowUps []fields
	Endings   []fields
}) {
	d.t.Helper()
	d.send(d.as(name), "Firm.Home").into(d.t, &out)
	return out
}

// TestStepsGoWithWhatTheyAnnounce: where what is planned is cancelled before it begins, the step that
// announced it goes, and none asks to undo it.
func TestStepsGoWithWhatTheyAnnounce(t *testing.T) {
	for name, x := range map[string]struct{ plan, cancel func(d *desk, s, user int64) }{
		"a grant": {
			func(d *desk, s, user int64) {
				d.done("attach", fields{"user": user, "structure": s})
				d.done("give", fields{
					"user": user, "structure": s, "from": "2026-07-01", "profiles": d.choices(consult),
				})
			},
			func(d *desk, _, _ int64) {
				d.done("end", fields{
					"grant": d.number("SELECT max(id) FROM grants"),
				})
			},
		},
		"an attachment with profiles": {
			func(d *desk, s, user int64) {
				d.done("attach", fields{
					"user": user, "structure": s, "from": "2026-07-01", "profiles": d.choices(consult, manage),
				})
			},
			func(d *desk, s, user int64) {
				d.done("detach", fields{
					"user": user, "structure": s, "comment": "non",
				})
			},
		},
		"an extended grant": {
			func(d *desk, s, user int64) {
				d.done("attach", fields{"user": user, "structure": s})
				d.done("give", fields{
					"user": user, "structure": s, "from": "2026-07-01", "until": "2026-07-31", "profiles": d.choices(consult),
				})
				d.done("extend", fields{
					"grant": d.number("SELECT max(id) FROM grants"), "until": "2026-08-31",
				})
			},
			func(d *desk, _, _ int64) {
				d.done("end", fields{
					"grant": d.number("SELECT max(id) FROM grants"),
				})
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			s, user := d.house("private"), d.person("prevu", 0, 0)
			x.plan(d, s, user)
			profiles := func() (list []string) {
				for _, f := range d.home("admin").FollowUps {
					if f.number("user") == user && f.text("profile") != "" {
						list = append(list, f.text("what")+" "+f.text("profile"))
					}
				}
				return list
			}
			require.NotEmpty(t, profiles())

			x.cancel(d, s, user)

			assert.Empty(t, profiles())
		})
	}
}

// TestStepsNameTheDepartment: a step about a department names it, is seen by whoever manages that department,
// and is finished by them.
func TestStepsNameTheDepartment(t *testing.T) {
	d := newDesk(t)
	d.addProfile("chef", "grant.edit=all membership.edit=all user.view=all structure.view=all department.view=all")
	s := d.house("private")
	room, other := d.room(s, "", ""), d.room(s, "", "")
	d.person("chefa", s, room, "chef")
	d.person("chefb", s, other, "chef")
	user := d.person("commis", s, room, consult)

	named := d.home("admin").FollowUps

	label := d.rows("SELECT label FROM departments WHERE id = ?", room)[0]
	i := slices.IndexFunc(named, func(f fields) bool { return f.number("user") == user && f.text("what") == "give" })
	require.GreaterOrEqual(t, i, 0)
	assert.Contains(t, named[i].text("place")+named[i].text("department"), label)
	assert.Contains(t, numbers(d.home("chefa").FollowUps), named[i].number("id"), "whoever manages the department finds it")
	assert.NotContains(t, numbers(d.home("chefb").FollowUps), named[i].number("id"), "of another department")
	assert.Equal(t, "forbidden", d.does("chefb", "markFollowUp", fields{"id": named[i].number("id"), "done": true}).code())
	r := d.does("chefa", "markFollowUp", fields{"id": named[i].number("id"), "done": true})
	assert.True(t, r.ok(), r.failure)
}

// TestHomeTellsMembershipsThatEnd: an attachment that ends soon is told like a grant that does, with profiles
// or without, of a structure or department.
func TestHomeTellsMembershipsThatEnd(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	room := d.room(s, "", "")
	d.person("gerante", s, 0, manage, read)
	wanted := map[int64]bool{}
	for i, x := range []struct {
		room  int64
		until string
		told  bool
	}{{0, "2026-06-25", true}, {room, "2026-06-25", true}, {0, "2026-07-10", true}, {0, "", false}, {0, "2026-12-31", false}} {
		user := d.person(fmt.Sprintf("fin%d", i), 0, 0)
		d.done("attach", fields{"user": user, "structure": s, "department": x.room, "until": x.until})
		if x.told {
			wanted[user] = true
		}
	}

	for _, name := range []string{"admin", "gerante"} {
		found := map[int64]bool{}
		for _, e := range d.home(name).Endings {
			if e.text("what") == "" {
				found[e.number("user")] = true
			}
		}

		assert.Equal(t, wanted, found, name)
	}
}

// TestMatrixShowsWhatFamiliesNoLongerOffer: a family that is switched off takes no right away: what the proof
// says, the matrices show.
func TestMatrixShowsWhatFamiliesNoLongerOffer(t *testing.T) {
	d := newDesk(t)
	s := d.house("private")
	holders := []int64{
		d.person("ia", s, 0, manage, "commitment.modification"), d.person("ib", s, 0, "Site · Collaborateur"), d.person("ic", s, 0, read),
	}
	for _, families := range [][]string{{"cabinet"}, {"portail-public"}, {}} {
		require.True(t, d.does("admin", "use", fields{"families": families}).ok())
		for _, user := range holders {
			ofStructure := d.matrix("Rights.OfStructure", fields{"structure": s}, user)
			ofPerson := d.matrix("Rights.OfPerson", fields{"user": user}, s)
			for _, p := range right.All() {
				if p.AtFirm() {
					continue
				}
				var proof struct{ Reach string }
				d.send(d.as("admin"), "Rights.Prove", fields{
					"user": user, "permission": p.String(), "structure": s,
				}).into(t, &proof)

				if proof.Reach != "no" {
					assert.Equal(t, proof.Reach, ofStructure[p.String()], "%s of user %d in the structure's, with %v", p, user, families)
					assert.Equal(t, proof.Reach, ofPerson[p.String()], "%s of user %d in theirs, with %v", p, user, families)
				}
			}
		}
	}
}

// matrix returns the cells of one line, by permission.
func (d *desk) matrix(method string, view fields, id int64) map[string]string {
	d.t.Helper()
	var m struct {
		Columns []struct{ Permission string }
		Lines   []struct {
			ID    int64
			Cells []string
		}
	}
	d.send(d.as("admin"), method, view).into(d.t, &m)
	cells := map[string]string{}
	for _, l := range m.Lines {
		if l.ID == id {
			for i, c := range m.Columns {
				cells[c.Permission] = l.Cells[i]
			}
		}
	}
	return cells
}

// TestWhoeverAttachedSomebodySeesThem: a person whose attachment is yet to begin is seen by whoever may
// attach there: their record, the list of people, the structure's people.
func TestWhoeverAttachedSomebodySeesThem(t *testing.T) {
	for _, inRoom := range []bool{false, true} {
		d := newDesk(t)
		s := d.house("private")
		room := d.room(s, "", "")
		at := map[bool]int64{true: room}[inRoom]
		d.person("gerante", s, 0, manage, read)
		user := d.person("bientot", 0, 0)
		r := d.does("gerante", "attach", fields{
			"email": address("bientot"), "structure": s, "department": at, "from": "2026-07-01", "until": "2026-12-31",
		})
		require.True(t, r.ok(), r.failure)

		record := d.send(d.as("gerante"), "People.Get", user)
		people, _ := d.send(d.as("gerante"), "People.List", fields{}).list(t)
		held := d.send(d.as("gerante"), "Grants.Of", user)

		assert.True(t, record.ok(), "the record: %s", record.failure)
		assert.Contains(t, numbers(people), user, "the list of people")
		if assert.True(t, held.ok(), "what they hold: %s", held.failure) {
			var out struct{ Memberships []fields }
			held.into(t, &out)
			require.Len(t, out.Memberships, 1)
			assert.Equal(t, "coming", out.Memberships[0].text("state"))
		}
		again := d.may("gerante", "detach", fields{
			"user": user, "structure": s, "department": at, "comment": "non",
		})
		assert.True(t, again.ok(), "taken back: %v", again.keys())
	}
}
