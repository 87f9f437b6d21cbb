package app_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/app"
	"habilis/internal/bridge"
	"habilis/internal/flow"
	"habilis/internal/signin"
)

const (
	email      = "paule@exemple.example"
	passphrase = "Marmite-Violette-7-Cactus"
)

// TestAProgramIsClosedAndOpenedAgain: under the handlers that are bound to it. What was there is there again, nobody is still signed in, and meanwhile the
// file is nobody's.
func TestAProgramIsClosedAndOpenedAgain(t *testing.T) {
	folder := dbtest.Folder(t)
	p, err := app.Open(context.Background(), app.Settings{Folder: folder, Mode: "test"})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, p.Close()) })
	seat := bridge.NewSeat(p.Services)
	session := bridge.Handlers(p.Services, seat)[0].(*bridge.Session)
	home := bridge.Handlers(p.Services, seat)[1].(*bridge.Firm)
	_, err = session.SetUp(flow.SetUp{
		Kind: "practice", Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", Families: []string{}, Email: email,
		FirstName: "Paule", LastName: "Durand", Passphrase: passphrase,
	})
	require.NoError(t, err)
	_, err = home.Me()
	require.NoError(t, err)

	require.NoError(t, p.Open(context.Background()), "one that is open stays so")
	require.NoError(t, p.Close())
	require.NoError(t, p.Close(), "one that is closed stays so")
	_, err = home.Me()
	assert.ErrorContains(t, err, "file.closed")
	_, err = session.Enter(signin.Credentials{Email: email, Passphrase: passphrase})
	assert.ErrorContains(t, err, "file.closed")
	moved := filepath.Join(folder, "moved")
	require.NoError(t, os.Rename(filepath.Join(folder, db.FileName), moved), "nothing holds the file")
	require.NoError(t, os.Rename(moved, filepath.Join(folder, db.FileName)))

	require.NoError(t, p.Open(context.Background()))
	_, err = home.Me()
	assert.ErrorContains(t, err, "session.none", "the sessions have ended")
	_, err = session.Enter(signin.Credentials{Email: email, Passphrase: passphrase})
	require.NoError(t, err)
	me, err := home.Me()
	require.NoError(t, err)
	assert.Equal(t, "Paule Durand", me.Name)
}

// TestAProgramWhoseFileDoesNotOpenSaysWhy, and opens once it can.
func TestAProgramWhoseFileDoesNotOpenSaysWhy(t *testing.T) {
	folder := dbtest.Folder(t)
	path := filepath.Join(folder, db.FileName)
	require.NoError(t, os.WriteFile(path, []byte("something else, and long enough to be looked at: a file of Habilis begins with a header of a hundred bytes"), 0o600))
	p, err := app.Open(context.Background(), app.Settings{Folder: folder, Mode: "test"})
	assert.ErrorContains(t, err, "file.foreign")
	session := bridge.Handlers(p.Services, bridge.NewSeat(p.Services))[0].(*bridge.Session)
	_, err = session.State()
	assert.ErrorContains(t, err, "file.foreign")

	require.NoError(t, os.Remove(path))
	require.NoError(t, p.Open(context.Background()))
	state, err := session.State()
	require.NoError(t, err)
	assert.False(t, state.SetUp)
	require.NoError(t, p.Close())
}

// TestClosingWaitsForTheCallsUnderWay: none finds its file gone under it.
func TestClosingWaitsForTheCallsUnderWay(t *testing.T) {
	p, err := app.Open(context.Background(), app.Settings{Folder: dbtest.Folder(t), Mode: "test"})
	require.NoError(t, err)
	inside, on, closed := make(chan bool), make(chan bool), make(chan error, 1)
	p.Explore = func(context.Context, flow.SetUp) (string, error) {
		close(inside)
		<-on
		return "", nil
	}
	answered := make(chan error, 1)
	go func() {
		_, err := bridge.Handlers(p.Services, bridge.NewSeat(p.Services))[0].(*bridge.Session).SetUp(flow.SetUp{Kind: "sample"})
		answered <- err
	}()
	<-inside
	go func() { closed <- p.Close() }()
	select {
	case err := <-closed:
		assert.Fail(t, "closed under a call", err)
	case err := <-answered:
		assert.Fail(t, "the call has ended", err)
	default:
	}
	close(on)
	assert.NoError(t, <-answered)
	assert.NoError(t, <-closed)
}
