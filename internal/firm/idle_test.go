package firm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/firm"
)

// TestIdleFollowsTheSettings: the minutes after which a session locks are ten before the set-up, and those that were saved last afterwards, at once.
func TestIdleFollowsTheSettings(t *testing.T) {
	d, f := setter(t)
	s := firm.NewService(d)
	assert.Equal(t, 10*time.Minute, s.Idle(), "before the set-up")
	_, err := f.SetUp(t.Context(), typed())
	require.NoError(t, err)
	assert.Equal(t, 10*time.Minute, s.Idle())
	admin := access.WithActor(t.Context(), 1, "test")
	now, err := s.Settings(admin)
	require.NoError(t, err)

	require.NoError(t, change.NewService(d).Run(admin, s.Editing(firm.Edit{
		Name: now.Name, TimeZone: now.TimeZone, Language: now.Language, Registry: now.Registry, IdleMinutes: 3, Version: now.Version,
	})))

	assert.Equal(t, 3*time.Minute, s.Idle())
}
