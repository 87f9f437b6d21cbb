package signin_test

import (
	"context"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"

	"habilis/internal/signin"
)

// stored is what the file keeps of a sign-in.
type stored struct {
	salt, sealed          []byte
	memory, passes, lanes int64
	recipient             string
}

func (w *world) stored(user int64) stored {
	w.t.Helper()
	var s stored
	require.NoError(w.t, w.raw.QueryRowContext(context.Background(),
		"SELECT salt, sealed, memory_kib, passes, lanes, recipient FROM sign_ins WHERE user_id = ?", user).
		Scan(&s.salt, &s.sealed, &s.memory, &s.passes, &s.lanes, &s.recipient))
	return s
}

func (s stored) cost() signin.Cost {
	return signin.Cost{MemoryKiB: uint32(s.memory), Passes: uint32(s.passes), Lanes: uint8(s.lanes)}
}

func TestFloor(t *testing.T) {
	assert.Equal(t, signin.Cost{MemoryKiB: 64 * 1024, Passes: 3, Lanes: 4}, signin.Floor, "the production floor")
	assert.EqualValues(t, 256*1024, signin.Ceiling.MemoryKiB)
}

// TestCalibrate runs the real derivation.
func TestCalibrate(t *testing.T) {
	c := signin.Calibrate()

	assert.GreaterOrEqual(t, c.MemoryKiB, signin.Floor.MemoryKiB)
	assert.GreaterOrEqual(t, c.Passes, signin.Floor.Passes)
	assert.GreaterOrEqual(t, c.Lanes, signin.Floor.Lanes)
	assert.LessOrEqual(t, c.MemoryKiB, uint32(256*1024))
}

// TestEnterSealsAgain: an identity that was sealed below the production floor is sealed at it, and stays the same identity.
func TestEnterSealsAgain(t *testing.T) {
	w := newWorld(t)
	before := w.stored(clerkID)
	require.Equal(t, cheap, before.cost())
	w.in = w.service(w.d, signin.Floor)

	w.enter(clerk, clerkPhrase)

	after := w.stored(clerkID)
	require.Equal(t, signin.Floor, after.cost())
	assert.NotEqual(t, before.salt, after.salt)
	assert.NotEqual(t, before.sealed, after.sealed)
	assert.Equal(t, before.recipient, after.recipient, "what others wrapped to it stays readable")
	w.enter(clerk, clerkPhrase)
	assert.Equal(t, after, w.stored(clerkID), "once is enough")
	assert.Equal(t, cheap, w.stored(adminID).cost(), "nobody else's")
}

// TestEnterSealsAgainBelow holds each of the three parts of a cost.
func TestEnterSealsAgainBelow(t *testing.T) {
	walks(t)
	floor := signin.Cost{MemoryKiB: 64, Passes: 2, Lanes: 2}
	for name, x := range map[string]struct {
		was   signin.Cost
		again bool
	}{
		"the memory":    {signin.Cost{MemoryKiB: 63, Passes: 9, Lanes: 4}, true},
		"the passes":    {signin.Cost{MemoryKiB: 128, Passes: 1, Lanes: 4}, true},
		"the lanes":     {signin.Cost{MemoryKiB: 128, Passes: 9, Lanes: 1}, true},
		"nothing":       {floor, false},
		"nothing, dear": {signin.Cost{MemoryKiB: 128, Passes: 3, Lanes: 4}, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.in = w.service(w.d, x.was)
			user := w.person("bas@exemple.example", wrongPhrase)
			before := w.stored(user)
			require.Equal(t, x.was, before.cost())
			w.in = w.service(w.d, floor)

			w.enter("bas@exemple.example", wrongPhrase)

			if x.again {
				assert.Equal(t, floor, w.stored(user).cost())
			} else {
				assert.Equal(t, before, w.stored(user))
			}
			w.enter("bas@exemple.example", wrongPhrase)
		})
	}
}

// TestEnterRefusesToSealAgain: a wrong phrase changes nothing of what is sealed.
func TestEnterRefusesToSealAgain(t *testing.T) {
	w := newWorld(t)
	before := w.stored(clerkID)
	w.in = w.service(w.d, signin.Cost{MemoryKiB: 64, Passes: 2, Lanes: 1})

	_, err := w.try(clerk, wrongPhrase)

	require.Equal(t, "signin.wrong", key(t, err))
	after := w.stored(clerkID)
	assert.Equal(t, before.cost(), after.cost())
	assert.Equal(t, before.salt, after.salt)
	assert.Equal(t, before.sealed, after.sealed)
}

// TestEnterOpens: a passphrase is right iff it opens the identity of that very user.
func TestEnterOpens(t *testing.T) {
	w := newWorld(t)

	w.assertIn(w.enter(admin, adminPhrase), adminID)
	w.assertIn(w.enter(clerk, clerkPhrase), clerkID)
	w.assertIn(w.enter("  Claire.MOREL@exemple.example ", clerkPhrase), clerkID)
}

func TestEnterRefusesWhatDoesNotOpen(t *testing.T) {
	walks(t)
	for name, x := range map[string]struct {
		spoil  string
		phrase string
	}{
		"another phrase":                       {"", wrongPhrase},
		"no phrase":                            {"", ""},
		"another user’s phrase":                {"", adminPhrase},
		"in other case":                        {"", strings.ToLower(clerkPhrase)},
		"with a space":                         {"", clerkPhrase + " "},
		"another user’s row, with his phrase":  {swap, adminPhrase},
		"another user’s row, with one’s own":   {swap, clerkPhrase},
		"another user’s seal, with his phrase": {"UPDATE sign_ins SET sealed = (SELECT sealed FROM sign_ins WHERE user_id = 1) WHERE user_id = 2", adminPhrase},
		"another user’s salt":                  {"UPDATE sign_ins SET salt = (SELECT salt FROM sign_ins WHERE user_id = 1) WHERE user_id = 2", clerkPhrase},
		"other passes":                         {"UPDATE sign_ins SET passes = 2 WHERE user_id = 2", clerkPhrase},
		"a box cut short":                      {"UPDATE sign_ins SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE user_id = 2", clerkPhrase},
		"an empty box":                         {"UPDATE sign_ins SET sealed = x'' WHERE user_id = 2", clerkPhrase},
		"a box of which a byte was changed":    {"UPDATE sign_ins SET sealed = CAST(substr(sealed, 1, 20) || x'00FF' || substr(sealed, 23) AS BLOB) WHERE user_id = 2", clerkPhrase},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			if x.spoil != "" {
				w.exec(x.spoil)
			}

			session, err := w.try(clerk, x.phrase)

			assert.Empty(t, session)
			assert.Equal(t, "signin.wrong", key(t, err))
			assert.Zero(t, w.lines("session.opened", clerkID))
		})
	}
}

// swap gives the administrator's row to the clerk and the clerk's to the administrator, whole.
const swap = `
	BEGIN;
	PRAGMA defer_foreign_keys = 1;
	UPDATE sign_ins SET user_id = 0 - user_id;
	UPDATE sign_ins SET user_id = 3 + user_id;
	COMMIT`

// TestEnterKeepsNothing: of a passphrase the file keeps nothing, nor a key that was made of it, nor the identity in clear.
func TestEnterKeepsNothing(t *testing.T) {
	w := newWorld(t)
	w.enter(clerk, clerkPhrase)
	_, err := w.try(clerk, wrongPhrase)
	require.Equal(t, "signin.wrong", key(t, err))
	_, err = w.try(clerkPhrase, clerkPhrase) // typed into the wrong field
	require.Error(t, err)

	s := w.stored(clerkID)
	kept := w.dump("sign_ins")
	w.exec("PRAGMA wal_checkpoint(PASSIVE)")
	file, err := os.ReadFile(w.d.Path())
	require.NoError(t, err)
	log, err := os.ReadFile(w.d.Path() + "-wal")
	require.NoError(t, err)

	require.Contains(t, kept, s.recipient, "what is stored is looked at")
	require.Contains(t, string(file)+string(log), s.recipient)
	derived := argon2.IDKey([]byte(clerkPhrase), s.salt, uint32(s.passes), uint32(s.memory), uint8(s.lanes), 32)
	for _, secret := range []string{clerkPhrase, strings.ToLower(clerkPhrase), wrongPhrase, string(derived), string(derived[:16]), "AGE-SECRET-KEY"} {
		assert.NotContains(t, kept, secret)
		assert.False(t, strings.Contains(string(file)+string(log), secret), "%q stands in the file", secret)
	}
	assert.True(t, strings.HasPrefix(s.recipient, "age1"))
	assert.GreaterOrEqual(t, len(s.salt), 16)
	assert.NotEqual(t, s.salt, w.stored(adminID).salt)
}

// TestDerivationsAtOnce: not more than two keys are derived at once in the process, whoever asks. Each takes up to the ceiling of memory.
// Where a key is derived is read off the stacks.
func TestDerivationsAtOnce(t *testing.T) {
	w := newWorld(t)
	w.in = w.service(w.d, signin.Cost{MemoryKiB: 4 << 10, Passes: 3, Lanes: 1})
	phrases := []string{"un@exemple.example", "deux@exemple.example", "trois@exemple.example", "quatre@exemple.example"}
	for _, email := range phrases {
		w.person(email, wrongPhrase)
	}
	done, most := make(chan struct{}), make(chan int)
	go func() {
		seen := 0
		for stacks := make([]byte, 1<<20); ; time.Sleep(200 * time.Microsecond) {
			deriving := 0
			for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
				if strings.Contains(stack, "argon2.IDKey(") || strings.Contains(stack, "argon2.deriveKey(") {
					deriving++
				}
			}
			seen = max(seen, deriving)
			select {
			case <-done:
				most <- seen
				return
			default:
			}
		}
	}()

	answers := atOnce(t, 4*len(phrases), func(i int) error {
		email := phrases[i%len(phrases)]
		switch i / len(phrases) {
		case 0:
			_, err := w.try(email, wrongPhrase)
			return err
		case 1:
			_, err := w.try(email, adminPhrase)
			return err
		default:
			_, err := w.in.Prepare(int64(i), wrongPhrase)
			return err
		}
	})
	close(done)

	seen := <-most
	require.Equal(t, map[string]int{"": 12, "signin.wrong": 4}, answers)
	require.Positive(t, seen, "derivations are seen")
	assert.LessOrEqual(t, seen, 2)
}
