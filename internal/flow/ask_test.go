package flow_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
	"habilis/internal/request"
	"habilis/internal/right"
)

// TestAskRefusesWhatNobodyCouldGive: profiles that are unknown, not in use, with boxes that are none, or too many are refused beside the field.
func TestAskRefusesWhatNobodyCouldGive(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	user := w.attached("ada", s, 0)
	one := w.choices(consult)
	ask := func(profiles []right.Choice) error {
		_, err := ask(as(user), w.changes, w.requests, request.Ask{Subject: "profiles", Structure: s, Profiles: profiles})
		return err
	}

	for what, profiles := range map[string][]right.Choice{
		"unknown":           {{Profile: 9999}},
		"none":              {{}},
		"of no family used": w.choices("Full Access"),
		"one of two":        slices.Concat(one, w.choices("Full Access")),
		"an unknown box":    {{Profile: w.profiles["Site · Collaborateur"], Options: []string{"user.remove", "user.fly"}}},
		"too many":          slices.Repeat(one, 101),
		"too many boxes":    {{Profile: w.profiles["Site · Collaborateur"], Options: slices.Repeat([]string{"user.remove"}, 101)}},
	} {
		err := w.unchanged(func() error { return ask(profiles) })
		assert.Equal(t, map[string]string{"profiles": "profile.not_offered"}, problems(t, err, fault.Invalid), what)
	}
	require.NoError(t, ask(one))
	err := w.unchanged(func() error { return ask(one) })
	assert.True(t, fault.Is(err, fault.Refused), "it waits already: %v", err)
	err = w.unchanged(func() error { return ask(slices.Repeat(one, 2)) })
	assert.Equal(t, map[string]string{"profiles": "profile.twice"}, problems(t, err, fault.Invalid))
	require.NoError(t, ask([]right.Choice{{Profile: w.profiles["Site · Collaborateur"], Options: []string{"user.remove"}}}))
}

// TestAskRefusesOneMoreThanMayWait: twenty requests may wait for one person in one structure, or in places that they do not see; one more is refused
// there, and taken elsewhere.
func TestAskRefusesOneMoreThanMayWait(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	rooms := []int64{}
	for i := range 21 {
		rooms = append(rooms, w.department(s, fmt.Sprint(i), "", ""))
	}
	seen, unseen, other := w.person("vue"), w.person("aveugle"), w.person("autre")
	for what, ask := range map[string]func(i int) error{
		"in one structure": func(i int) error {
			_, err := ask(w.admin, w.changes, w.requests, request.Ask{Subject: "membership", Beneficiary: seen, Structure: s, Department: rooms[i]})
			return err
		},
		"out of sight": func(i int) error {
			_, err := ask(as(unseen), w.changes, w.requests, request.Ask{Subject: "membership", IdentifierType: "siret", Identifier: siret(i, 1)})
			return err
		},
	} {
		for i := range 20 {
			require.NoError(t, ask(i), "%s, %d", what, i+1)
		}
		err := w.unchanged(func() error { return ask(20) })
		assert.Equal(t, map[string]string{"": "request.many"}, problems(t, err, fault.Refused), what)
	}
	for _, in := range []request.Ask{
		{Beneficiary: seen, Structure: w.pending("DEUX", "private")}, {Beneficiary: unseen, Structure: s}, {Beneficiary: other, Structure: s, Department: rooms[20]},
	} {
		in.Subject = "membership"
		_, err := ask(w.admin, w.changes, w.requests, in)
		require.NoError(t, err, "%+v", in)
	}
}

// TestApproveRefusesWhatIsNotConfirmed: an attachment is approved with the box « Je confirme que cette personne travaille dans cette structure »;
// profiles, and a refusal, go without.
func TestApproveRefusesWhatIsNotConfirmed(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	member := w.attached("ada", s, 0)
	ask := func(in request.Ask) int64 {
		in.Structure = s
		id, err := ask(w.admin, w.changes, w.requests, in)
		require.NoError(t, err)
		return id
	}
	joining := ask(request.Ask{Subject: "membership", Beneficiary: w.person("bea")})
	decide := func(in request.Decide) error { return w.changes.Run(w.admin, w.requests.Decision(in)) }

	err := w.unchanged(func() error { return decide(request.Decide{Request: joining, Approve: true, Comment: "oui"}) })
	assert.Equal(t, map[string]string{"confirmed": "request.not_confirmed"}, problems(t, err, fault.Invalid))
	require.NoError(t, decide(request.Decide{Request: joining, Approve: true, Confirmed: true}))
	require.NoError(t, decide(request.Decide{Request: ask(request.Ask{Subject: "profiles", Beneficiary: member, Profiles: w.choices(consult)}), Approve: true}))
	require.NoError(t, decide(request.Decide{Request: ask(request.Ask{Subject: "membership", Beneficiary: w.person("cleo")}), Comment: "non"}))
}
