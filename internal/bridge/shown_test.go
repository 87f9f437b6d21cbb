package bridge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"habilis/db/dbtest"
	"habilis/internal/signin"
	"habilis/internal/view"
)

// TestShownCodeIsTold: issue H1. Whoever enters is told that somebody was shown a code of theirs meanwhile, and who; and nothing otherwise.
func TestShownCodeIsTold(t *testing.T) {
	dbtest.Single(t)
	w := open(t)
	w.setUp()
	w.addPerson("late", "")
	told := func(name string) view.Me { return w.must(w.seats[name], "Firm.Me").(view.Me) }

	w.signIn("late")
	first := told("late")
	w.submit(signin.SetSignIn{User: w.people["late"], SignIn: "locked"})
	w.signIn("late")
	again := told("late")
	w.must(w.seats["late"], "Session.Leave")
	w.must(w.seats["late"], "Session.Enter", signin.Credentials{Email: canary("late") + "@exemple.example", Passphrase: passphrase})

	assert.Zero(t, first.CodeShownAt)
	assert.NotZero(t, again.CodeShownAt)
	assert.Equal(t, "Jo "+canary("admin"), again.CodeShownTo)
	assert.Zero(t, told("late").CodeShownAt, "it was told")
}
