package signin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/fault"
	"habilis/internal/signin"
	"habilis/internal/strength"
)

const (
	guest       = "nora@exemple.example"
	guestPhrase = "Sapin-Tournevis-3-Brioche"
)

// newGuest makes a world with a person who was just invited, and gives the code.
func newGuest(t *testing.T) (w *world, id int64, code string) {
	t.Helper()
	w = newWorld(t)
	id = w.person(guest, "")
	w.clock.At = w.clock.At.Add(time.Minute)
	return w, id, w.invite(id)
}

func (w *world) activate(email, code, phrase string) (string, error) {
	return w.in.Activate(context.Background(), signin.Invitation{Email: email, Code: code, Passphrase: phrase})
}

// assertNotActivated asserts that an activation was refused beside a field, and that nobody entered.
func (w *world) assertNotActivated(want fault.Problem, session string, err error) {
	w.t.Helper()
	assert.Empty(w.t, session)
	f, told := fault.As(err)
	if assert.True(w.t, told, "%v", err) {
		assert.Equal(w.t, &fault.Error{Code: fault.Invalid, Problems: []fault.Problem{want}}, f)
	}
}

var (
	codeWrong   = fault.Problem{Field: "code", Key: "signin.code_wrong"}
	codeExpired = fault.Problem{Field: "code", Key: "signin.code_expired"}
)

// TestNewCode: 80 bits, of which each character bears five.
func TestNewCode(t *testing.T) {
	seen, used := map[string]bool{}, map[int]map[rune]bool{}
	for range 2000 {
		code, hash := signin.NewCode()
		plain := strings.ReplaceAll(code, "-", "")
		require.Regexp(t, "^[0-9A-Z]{16,}$", plain)
		require.NotContains(t, strings.ToUpper(hash), plain)
		require.Regexp(t, "^[0-9a-f]{64}$", hash)
		require.False(t, seen[plain] || seen[hash], "no code comes twice")
		seen[plain], seen[hash] = true, true
		for i, r := range plain {
			if used[i] == nil {
				used[i] = map[rune]bool{}
			}
			used[i][r] = true
		}
	}
	for i, characters := range used {
		assert.GreaterOrEqual(t, len(characters), 32, "the character at %d", i)
	}
}

// TestActivate: one enters at once, and from then on with the phrase. The file keeps nothing of the code.
func TestActivate(t *testing.T) {
	w, id, code := newGuest(t)
	kept := w.dump("activations") + w.dump("journal") + w.dump("journal_values") + w.dump("users")

	session, err := w.activate(guest, code, guestPhrase)

	require.NoError(t, err)
	w.assertIn(session, id)
	w.assertIn(w.enter(guest, guestPhrase), id)
	assert.EqualValues(t, 1, w.lines("user.activated", id))
	for _, secret := range []string{code, strings.ReplaceAll(code, "-", ""), strings.ToLower(strings.ReplaceAll(code, "-", "")), guestPhrase} {
		assert.NotContains(t, kept+w.dump("journal")+w.dump("journal_values")+w.dump("sign_ins"), secret)
	}
}

// TestActivateForgives what one does to a code while copying it.
func TestActivateForgives(t *testing.T) {
	walks(t)
	for name, typed := range map[string]func(code string) string{
		"lower case":      strings.ToLower,
		"without dashes":  func(code string) string { return strings.ReplaceAll(code, "-", "") },
		"spaces":          func(code string) string { return " " + strings.ReplaceAll(code, "-", " ") + " " },
		"no-break spaces": func(code string) string { return strings.ReplaceAll(code, "-", "\u00a0") },
		"other groups":    func(code string) string { return code[:2] + "-" + code[2:4] + " - " + code[4:] },
	} {
		t.Run(name, func(t *testing.T) {
			w, id, code := newGuest(t)

			session, err := w.activate("  NORA@exemple.example", typed(code), guestPhrase)

			require.NoError(t, err)
			w.assertIn(session, id)
		})
	}
}

// TestActivateWithinTheHour: a code lives for 60 minutes.
func TestActivateWithinTheHour(t *testing.T) {
	walks(t)
	for _, x := range []struct {
		after time.Duration
		works bool
	}{{0, true}, {59*time.Minute + 59*time.Second, true}, {60 * time.Minute, false}, {61 * time.Minute, false}, {2 * day, false}} {
		for name, restarted := range map[string]bool{"": false, " restarted": true} {
			t.Run(x.after.String()+name, func(t *testing.T) {
				w, id, code := newGuest(t)
				w.clock.At = w.clock.At.Add(x.after)
				if restarted {
					w.restart()
				}

				session, err := w.activate(guest, code, guestPhrase)

				if x.works {
					require.NoError(t, err)
					w.assertIn(session, id)
					return
				}
				w.assertNotActivated(codeExpired, session, err)
			})
		}
	}
}

// TestActivateRefusesAfterAClockSetBack: an activation is a change, whose instant is not before the journal's last: a clock that is set back
// revives no code.
func TestActivateRefusesAfterAClockSetBack(t *testing.T) {
	w, _, code := newGuest(t)
	invited := w.clock.At
	w.clock.At = invited.Add(2 * time.Hour)
	w.enter(admin, adminPhrase)
	w.clock.At = invited.Add(30 * time.Minute)

	session, err := w.activate(guest, code, guestPhrase)

	w.assertNotActivated(codeExpired, session, err)
}

func TestActivateOnce(t *testing.T) {
	w, id, code := newGuest(t)
	_, err := w.activate(guest, code, guestPhrase)
	require.NoError(t, err)

	session, err := w.activate(guest, code, wrongPhrase)

	w.assertNotActivated(codeWrong, session, err)
	w.assertIn(w.enter(guest, guestPhrase), id)
	_, err = w.try(guest, wrongPhrase)
	assert.Equal(t, "signin.wrong", key(t, err))
}

// TestActivateOnceAtOnce: of several who use one code together, one enters, and their phrase it is.
func TestActivateOnceAtOnce(t *testing.T) {
	w, id, code := newGuest(t)
	phrase := func(i int) string { return guestPhrase + "-" + strings.Repeat("xy", i) }
	entered := make([]bool, 8)

	answers := atOnce(t, 8, func(i int) error {
		session, err := w.activate(guest, code, phrase(i))
		entered[i] = session != ""
		return err
	})

	require.Equal(t, map[string]int{"": 1, "signin.code_wrong": 7}, answers)
	assert.EqualValues(t, 1, w.lines("user.activated", id))
	for i, in := range entered {
		if in {
			w.assertIn(w.enter(guest, phrase(i)), id)
		}
	}
}

func TestActivateRefuses(t *testing.T) {
	walks(t)
	for name, x := range map[string]struct {
		email string
		code  func(w *world, code string) string
	}{
		"no code":                {guest, func(*world, string) string { return "" }},
		"another code":           {guest, func(*world, string) string { code, _ := signin.NewCode(); return code }},
		"a part of the code":     {guest, func(_ *world, code string) string { return code[:len(code)-1] }},
		"more than the code":     {guest, func(_ *world, code string) string { return code + "A" }},
		"the hash of the code":   {guest, func(w *world, _ string) string { return w.hex(guest) }},
		"another person's code":  {guest, func(w *world, _ string) string { return w.invite(w.person("autre@exemple.example", "")) }},
		"a code replaced by now": {guest, func(w *world, code string) string { w.invite(w.idOf(guest)); return code }},
		"a code taken back":      {guest, func(w *world, code string) string { w.setSignIn(w.idOf(guest), "none", ""); return code }},
		"an unknown address":     {"inconnue@exemple.example", func(_ *world, code string) string { return code }},
		"nobody's address":       {"", func(_ *world, code string) string { return code }},
		"another address":        {admin, func(_ *world, code string) string { return code }},
		"ten megabytes":          {guest, func(_ *world, code string) string { return strings.Repeat(code, 500_000) }},
	} {
		t.Run(name, func(t *testing.T) {
			w, id, code := newGuest(t)

			session, err := w.activate(x.email, x.code(w, code), guestPhrase)

			w.assertNotActivated(codeWrong, session, err)
			assert.Zero(t, w.lines("user.activated", id))
			_, err = w.try(guest, guestPhrase)
			assert.Error(t, err)
		})
	}
}

func (w *world) idOf(email string) int64 {
	w.t.Helper()
	return w.number("SELECT id FROM users WHERE email = ?", email)
}

// hex returns the hash that is stored of a code.
func (w *world) hex(email string) string {
	w.t.Helper()
	var hash string
	require.NoError(w.t, w.raw.QueryRowContext(context.Background(),
		"SELECT hex(code_hash) FROM activations WHERE user_id = (SELECT id FROM users WHERE email = ?)", email).Scan(&hash))
	return hash
}

// TestActivateRefusesPhrases: the rule of phrases holds here too, and a code is not spent on what it refuses.
func TestActivateRefusesPhrases(t *testing.T) {
	w, id, code := newGuest(t)
	for phrase, want := range map[string]string{
		"court": "passphrase.weak", "": "passphrase.weak", "CeciNestPasUnMotDePasse2026": "passphrase.known", guest + "-2026": "passphrase.known",
		long(1_000_000, "aZ3kQ9!vB7xR5w"): "passphrase.too_long",
	} {
		session, err := w.activate(guest, code, phrase)
		w.assertNotActivated(fault.Problem{Field: "passphrase", Key: want}, session, err)
	}

	session, err := w.activate(guest, code, guestPhrase)

	require.NoError(t, err)
	w.assertIn(session, id)
}

// TestActivateRefusesTheFirmsName: nobody chooses a phrase made of the firm's name, however long, as it is called by then.
func TestActivateRefusesTheFirmsName(t *testing.T) {
	for _, phrase := range []string{"boulangeriemartin8302957163!", "Boulangerie/Martin/20269417359", "MARTÍN-boulangerie-93842?"} {
		t.Run(phrase, func(t *testing.T) {
			w, id, code := newGuest(t)
			require.GreaterOrEqual(t, strength.Bits(phrase), strength.MinBits)
			w.exec("UPDATE firm SET name = 'Boulangerie Martin'")

			session, err := w.activate(guest, code, phrase)

			w.assertNotActivated(fault.Problem{Field: "passphrase", Key: "passphrase.known"}, session, err)
			w.exec("UPDATE firm SET name = 'Garage Petit'")
			session, err = w.activate(guest, code, phrase)
			require.NoError(t, err, "it was the name alone")
			w.assertIn(session, id)
		})
	}
}

// TestActivateTellsNothing: without the code, a phrase is not even looked at.
func TestActivateTellsNothing(t *testing.T) {
	dbtest.Single(t)
	w, _, _ := newGuest(t)
	other, _ := signin.NewCode()

	session, err := w.activate(guest, other, "court")

	w.assertNotActivated(codeWrong, session, err)
}

// TestActivateAfterADelay: who had failed until a delay stood, and was invited anew, enters with their new phrase at once.
func TestActivateAfterADelay(t *testing.T) {
	for name, again := range map[string]func(w *world){"in the process": func(*world) {}, "with a restart": (*world).restart} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fail(clerk, 12)
			_, err := w.try(clerk, clerkPhrase)
			require.Positive(t, waiting(t, err), "a delay stands")
			w.setSignIn(clerkID, "none", "")
			code := w.invite(clerkID)
			again(w)

			session, err := w.activate(clerk, code, guestPhrase)

			require.NoError(t, err)
			w.assertIn(session, clerkID)
			w.assertIn(w.enter(clerk, guestPhrase), clerkID)
			_, err = w.try(clerk, clerkPhrase)
			assert.Equal(t, "signin.wrong", key(t, err), "the old phrase opens nothing any more")
			w.fail(clerk, 3)
			w.enter(clerk, guestPhrase)
		})
	}
}

// TestActivateRefusesMeanwhile: what the administrator does while a phrase is being sealed, for a third of a second, holds.
func TestActivateRefusesMeanwhile(t *testing.T) {
	for name, meanwhile := range map[string]func(w *world, id int64){
		"taken back": func(w *world, id int64) { w.setSignIn(id, "none", "") },
		"replaced":   func(w *world, id int64) { w.invite(id) },
	} {
		t.Run(name, func(t *testing.T) {
			w, id, code := newGuest(t)
			w.meanwhile(func() { meanwhile(w, id) })

			session, err := w.activate(guest, code, guestPhrase)

			w.assertNotActivated(codeWrong, session, err)
			assert.Zero(t, w.lines("user.activated", id))
		})
	}
}

// TestActivateRefusesTheDisabled: a code lets nobody in who is désactivé.
func TestActivateRefusesTheDisabled(t *testing.T) {
	w, id, code := newGuest(t)
	w.disable(id)

	session, err := w.activate(guest, code, guestPhrase)

	assert.Empty(t, session)
	assert.Error(t, err)
	assert.Zero(t, w.lines("session.opened", id))
	_, err = w.try(guest, guestPhrase)
	assert.Error(t, err)
}
