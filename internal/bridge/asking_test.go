package bridge_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAskRefusesWhatCannotBeApprovedNow: what an approval would refuse today is refused when it is filed,
// beside a field, and leaves nothing.
func TestAskRefusesWhatCannotBeApprovedNow(t *testing.T) {
	d := newDesk(t)
	private, state := d.house("private"), d.house("state")
	room, other := d.room(private, "", ""), d.room(private, "", "")
	stranger, member := d.person("etranger", 0, 0), d.person("membre", private, 0, consult)
	roomer := d.person("bureau", private, room, consult)
	public := d.person("agent", state, 0)
	soon, boxed := d.person("bientot", 0, 0), d.person("coche", private, 0)
	d.done("attach", fields{"user": soon, "structure": private, "from": "2026-07-01"})
	d.done("give", fields{
		"user": member, "structure": private, "from": "2026-07-01", "profiles": d.choices("commitment.consultation"),
	})
	profiles := func(who, s, dep int64, list any) fields {
		return fields{
			"subject": "profiles", "beneficiary": who, "structure": s, "department": dep, "profiles": list,
		}
	}
	membership := func(who, s, dep int64, list any) fields {
		return fields{
			"subject": "membership", "beneficiary": who, "structure": s, "department": dep, "profiles": list,
		}
	}
	read := d.choices("court_fee.consultation") // of a private structure only
	for name, in := range map[string]fields{
		"a profile held already":                             profiles(member, private, 0, d.choices(consult)),
		"one held, one not":                                  profiles(member, private, 0, d.choices(manage, consult)),
		"a profile held in the department":                   profiles(roomer, private, room, d.choices(consult)),
		"a profile given from a later day":                   profiles(member, private, 0, d.choices("commitment.consultation")),
		"twice in one request":                               profiles(member, private, 0, d.choices(manage, manage)),
		"twice with an attachment":                           membership(stranger, private, 0, d.choices(manage, manage)),
		"not attached":                                       profiles(stranger, private, 0, d.choices(manage)),
		"attached to another department":                     profiles(roomer, private, other, d.choices(manage)),
		"attached to a department, asked for the structure":  profiles(roomer, private, 0, d.choices(manage)),
		"attached from a later day":                          profiles(soon, private, 0, d.choices(manage)),
		"a private profile in a public structure":            profiles(public, state, 0, read),
		"a public profile in a private structure":            profiles(member, private, 0, d.choices("invoice_received.consultation")),
		"a private profile with an attachment in the public": membership(stranger, state, 0, read),
		"attached already":                                   membership(member, private, 0, nil),
		"covered by the structure":                           membership(member, private, room, nil),
		"an attachment planned":                              membership(soon, private, 0, nil),
		"a box that the profile does not offer": profiles(boxed, private, 0, []fields{
			{"profile": d.profiles["Site · Collaborateur"], "options": []string{"structure.view"}},
		}),
	} {
		before := d.number("SELECT count(*) FROM requests")

		_, r := d.asks("admin", in)

		assert.Contains(t, []string{"invalid", "refused"}, r.code(), name)
		assert.Equal(t, before, d.number("SELECT count(*) FROM requests"), name)
	}
}

// TestAskShowsTheOneThatWaits: whoever asks again for the same beneficiary and object, by any way, finds the
// request that waits; a hundred attempts leave one row and one line.
func TestAskShowsTheOneThatWaits(t *testing.T) {
	for name, x := range map[string]struct{ first, again func(d *desk, s int64) fields }{
		"an attachment": {
			func(d *desk, s int64) fields {
				return fields{"subject": "membership", "beneficiary": d.people["ga"], "structure": s}
			},
			func(d *desk, s int64) fields {
				return fields{
					"subject": "membership", "beneficiary": d.people["ga"], "structure": s, "comment": "encore",
				}
			},
		},
		"profiles": {
			func(d *desk, s int64) fields {
				return fields{
					"subject": "profiles", "beneficiary": d.people["gb"], "structure": s, "profiles": d.choices(consult, manage),
				}
			},
			func(d *desk, s int64) fields {
				return fields{
					"subject": "profiles", "beneficiary": d.people["gb"], "structure": s, "profiles": d.choices(manage, consult),
				}
			},
		},
		"by another requester": {
			func(d *desk, s int64) fields {
				return fields{
					"subject": "profiles", "beneficiary": d.people["gb"], "structure": s, "profiles": d.choices(consult),
				}
			},
			func(d *desk, s int64) fields {
				return fields{
					"subject": "profiles", "beneficiary": d.people["gb"], "requester": 1, "structure": s, "profiles": d.choices(consult),
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			s := d.house("private")
			d.person("ga", 0, 0)
			d.person("gb", s, 0)
			first, r := d.asks("admin", x.first(d, s))
			require.NotZero(t, first, r.failure)
			lines := d.number("SELECT count(*) FROM journal")

			for range 100 {
				again, r := d.asks("admin", x.again(d, s))
				if r.ok() {
					require.Equal(t, first, again, "the one that waits is shown")
				} else {
					require.Contains(t, []string{"invalid", "refused", "conflict"}, r.code())
				}
			}

			assert.EqualValues(t, 1, d.number("SELECT count(*) FROM requests"))
			assert.Equal(t, lines, d.number("SELECT count(*) FROM journal"))
		})
	}
}

// TestEveryRequestThatIsTakenCanBeApproved: over random requests, one that is taken can be approved at once
// by an administrator who has no part in it, and one that is refused asks for what an administrator could not
// give directly either.
func TestEveryRequestThatIsTakenCanBeApproved(t *testing.T) {
	d := newDesk(t)
	r := rand.New(rand.NewSource(7)) //nolint:gosec // repeatable requests
	structures := []int64{d.house("private"), d.house("state"), d.house("local")}
	rooms := map[int64][]int64{}
	people := []int64{}
	for _, s := range structures {
		rooms[s] = []int64{0, 0, d.room(s, "", ""), d.room(s, "", "2026-06-20")}
	}
	profiles := []string{
		manage, consult, read, "Site · Collaborateur", "invoice_received.consultation", "court_fee.consultation", "Full Access",
	}
	for i := range 6 {
		people = append(people, d.person(fmt.Sprintf("q%d", i), 0, 0))
		for _, s := range structures {
			if r.Intn(2) == 0 {
				wish := fields{
					"user": people[i], "structure": s, "department": rooms[s][r.Intn(4)], "profiles": d.choices(profiles[r.Intn(2)]),
				}
				if r.Intn(3) == 0 {
					wish["from"] = "2026-06-18"
				}
				d.does("admin", "attach", wish)
			}
		}
	}
	taken, refused := 0, 0
	var wrong []string
	for i := range repeated("HABILIS_REQUESTS", 250) {
		s := structures[r.Intn(3)]
		in := fields{
			"subject": []string{"membership", "profiles"}[r.Intn(2)], "beneficiary": people[r.Intn(6)], "structure": s, "department": rooms[s][r.Intn(4)],
		}
		list := []string{}
		for range r.Intn(3) {
			list = append(list, profiles[r.Intn(len(profiles))])
		}
		in["profiles"] = d.choices(list...)
		last := d.number("SELECT coalesce(max(id), 0) FROM requests")
		id, answer := d.asks("admin", in)
		part, direct := "attach", fields{
			"user": in["beneficiary"], "structure": s, "department": in["department"], "profiles": in["profiles"],
		}
		if in["subject"] == "profiles" {
			part = "give"
		}
		given := d.may("admin", part, direct)
		what := fmt.Sprintf("%d: %v for %v at %v/%v with %v", i, in["subject"], in["beneficiary"], s, in["department"], list)
		switch {
		case answer.ok() && id > last:
			taken++
			approval := d.may("admin", "decide", fields{
				"request": id, "approve": true, "confirmed": true, "comment": "oui",
			})
			if !approval.ok() {
				wrong = append(wrong, fmt.Sprintf("%s is taken but cannot be approved: %v", what, approval.keys()))
			}
			d.does("admin", "decide", fields{
				"request": id, "approve": r.Intn(3) == 0 && approval.ok(), "confirmed": true, "comment": "vu",
			})
		case answer.ok(): // the one that waits
		default:
			refused++
			if given.ok() && len(list) > 0 == (in["subject"] == "profiles") {
				wrong = append(wrong, fmt.Sprintf("%s is refused, %v, but could be given", what, answer.keys()))
			}
		}
	}
	t.Logf("%d taken, %d refused", taken, refused)
	assert.Positive(t, taken)
	assert.Positive(t, refused)
	slices.Sort(wrong)
	assert.Empty(t, wrong[:min(len(wrong), 6)], "%d in all", len(wrong))
}

// TestPlannedGrantsMoveAnywhereAfterTheirBeginning: the end of what has not begun moves sooner or later, to
// no end or from none; never before it begins (rights.md, A24).
func TestPlannedGrantsMoveAnywhereAfterTheirBeginning(t *testing.T) {
	days := []string{"", "2026-07-01", "2026-07-15", "2026-07-31", "2026-08-31"}
	d := newDesk(t)
	s := d.house("private")
	for _, was := range days {
		for _, until := range days[1:] {
			t.Run(was+"→"+until, func(t *testing.T) {
				user := d.person("futur"+was+until, s, 0)
				d.done("give", fields{
					"user": user, "structure": s, "profiles": d.choices(consult), "from": "2026-07-01", "until": was,
				})
				id := d.number("SELECT max(id) FROM grants")
				before := d.number("SELECT until_at FROM grants WHERE id = ?", id)

				ended := d.may("admin", "end", fields{"grant": id, "until": until})
				extended := d.may("admin", "extend", fields{"grant": id, "until": until})

				switch {
				case was == until:
					assert.False(t, extended.ok())
				case was == "" || until < was:
					assert.True(t, ended.ok(), "sooner: %v", ended.keys())
					assert.False(t, extended.ok())
				default:
					assert.True(t, extended.ok(), "later: %v", extended.keys())
				}
				assert.True(t, d.may("admin", "end", fields{"grant": id}).ok(), "cancelled")
				assert.False(t, d.may("admin", "end", fields{"grant": id, "until": "2026-06-20"}).ok(), "before it begins")
				assert.Equal(t, before, d.number("SELECT until_at FROM grants WHERE id = ?", id))
			})
		}
	}
}
