package bridge_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// persons returns the people behind some accounts, as their records tell them: each a sorted list of numbers.
func (d *desk) persons(accounts ...int64) map[int64][]int64 {
	d.t.Helper()
	all := map[int64][]int64{}
	for _, id := range accounts {
		var u struct {
			Accounts []struct{ ID int64 } `json:"accounts"`
		}
		d.send(d.as("admin"), "People.Get", id).into(d.t, &u)
		list := []int64{id}
		for _, a := range u.Accounts {
			list = append(list, a.ID)
		}
		slices.Sort(list)
		all[id] = list
	}
	return all
}

// TestLinkAccounts: accounts that are linked, in whatever order, are one person; one that leaves takes nobody along.
func TestLinkAccounts(t *testing.T) {
	d := newDesk(t)
	a, b, c, e := d.person("ada", 0, 0), d.person("bea", 0, 0), d.person("cyd", 0, 0), d.person("eve", 0, 0)
	link := func(user, account int64, linked bool) {
		d.done("linkAccounts", fields{"user": user, "account": account, "linked": linked})
	}
	everybody := []int64{a, b, c, e}
	for _, pairs := range [][][2]int64{
		{{a, b}, {c, e}, {a, e}}, {{a, b}, {b, c}, {c, e}}, {{e, a}, {e, b}, {e, c}}, {{b, a}, {c, a}, {e, a}}, {{a, b}, {c, b}, {e, b}},
	} {
		for _, p := range pairs {
			link(p[0], p[1], true)
		}
		for id, list := range d.persons(everybody...) {
			assert.Equal(t, everybody, list, "%d of %v", id, pairs)
		}
		left := slices.Clone(everybody)
		for len(left) > 1 {
			out := left[len(left)/2]
			link(out, left[0], false)
			if out == left[0] {
				break
			}
			left = slices.DeleteFunc(left, func(id int64) bool { return id == out })
			assert.Equal(t, []int64{out}, d.persons(out)[out])
			for id, list := range d.persons(left...) {
				assert.Equal(t, left, list, "%d of %v without %d", id, pairs, out)
			}
		}
	}
}

// TestLinkAccountsRefuses: no account, none in sight, the same, linked already, or not linked.
func TestLinkAccountsRefuses(t *testing.T) {
	d := newDesk(t)
	a, b := d.person("ada", 0, 0), d.person("bea", 0, 0)
	for name, c := range map[string]struct {
		wish fields
		key  string
	}{
		"none":       {fields{"user": a, "account": 0, "linked": true}, "account: user.link.empty"},
		"unknown":    {fields{"user": a, "account": 9999, "linked": true}, "account: user.link.unknown"},
		"itself":     {fields{"user": a, "account": a, "linked": true}, "account: user.link.itself"},
		"not linked": {fields{"user": a, "account": b, "linked": false}, "account: user.link.not"},
		"of nobody":  {fields{"user": 9999, "account": b, "linked": true}, ": user.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []reply{d.may("admin", "linkAccounts", c.wish), d.does("admin", "linkAccounts", c.wish)} {
				assert.Equal(t, []string{c.key}, r.keys())
			}
		})
	}
	require.True(t, d.does("admin", "linkAccounts", fields{"user": a, "account": b, "linked": true}).ok())
	assert.Equal(t, []string{"account: user.link.already"}, d.does("admin", "linkAccounts", fields{"user": b, "account": a, "linked": true}).keys())
	assert.False(t, d.does("ada", "linkAccounts", fields{"user": b, "account": a, "linked": false}).ok(), "an administrator alone says who is who")
}

// TestLinkAccountsOfOneself: firm.admin without Administrateur says who others are, never who oneself is: an account that is separated could give the
// other one rights.
func TestLinkAccountsOfOneself(t *testing.T) {
	d := newDesk(t)
	d.addProfile("clerk", "firm.admin=all user.view=all")
	other, a, b := d.person("autre", 0, 0), d.person("ada", 0, 0), d.person("bea", 0, 0)
	clerk := d.person("greffe", 0, 0)
	d.exec("INSERT INTO grants (user_id, profile_id, options, reason, from_at, until_at, opened_by) SELECT ?, id, '', '', 0, 253402300799999, 1 FROM profiles WHERE name = 'clerk'", clerk)
	d.done("linkAccounts", fields{"user": other, "account": clerk, "linked": true})

	for name, wish := range map[string]fields{
		"separated":                {"user": clerk, "account": other, "linked": false},
		"separated, the other way": {"user": other, "account": clerk, "linked": false},
		"linked":                   {"user": a, "account": clerk, "linked": true},
		"the other account linked": {"user": other, "account": a, "linked": true},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []reply{d.may("greffe", "linkAccounts", wish), d.does("greffe", "linkAccounts", wish)} {
				assert.Equal(t, []string{": user.link.own"}, r.keys())
			}
		})
	}
	assert.True(t, d.does("greffe", "linkAccounts", fields{"user": a, "account": b, "linked": true}).ok(), "others")
}
