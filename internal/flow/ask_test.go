package flow_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/request"
)

// TestAskRefusesWhatNobodyCouldGive: profiles that are unknown, not in use, with boxes that are none, or too many are refused beside the field.
func TestAskRefusesWhatNobodyCouldGive(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	user := w.attached("ada", s, 0)
	one := w.choices(consult)
	ask := func(profiles []access.Choice) error {
		_, err := w.requests.Ask(as(user), request.Input{Subject: "profiles", Structure: s, Profiles: profiles})
		return err
	}

	for what, profiles := range map[string][]access.Choice{
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
	require.NoError(t, ask([]access.Choice{{Profile: w.profiles["Site · Collaborateur"], Options: []string{"user.remove"}}}))
}
