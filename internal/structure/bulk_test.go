package structure_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/insee"
	"habilis/internal/insee/inseetest"
	"habilis/internal/register"
	"habilis/internal/structure"
)

// busy is a register of the real client: it refuses the first questions as too many, then answers. It
// keeps when each question came.
type busy struct {
	mu      sync.Mutex
	refuse  int    // how many questions are refused
	after   string // Retry-After
	status  int    // of what is refused, 429 where none is said
	came    []time.Time
	refused []time.Time
}

func (b *busy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.came = append(b.came, time.Now())
	refuse := b.refuse > 0
	if refuse {
		b.refuse--
		b.refused = append(b.refused, time.Now())
	}
	b.mu.Unlock()
	if refuse {
		w.Header().Set("Retry-After", b.after)
		w.WriteHeader(cmp.Or(b.status, http.StatusTooManyRequests))
		return
	}
	siret := path.Base(r.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"header":{"statut":200,"message":"OK"},"etablissement":{"siret":"` + siret + `",
		"uniteLegale":{"denominationUniteLegale":"DU REGISTRE","categorieJuridiqueUniteLegale":"5710"},
		"adresseEtablissement":{"libelleCommuneEtablissement":"LYON"},
		"periodesEtablissement":[{"dateFin":null,"dateDebut":"2020-01-01","etatAdministratifEtablissement":"A"}]}}`))
}

func (b *busy) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.came)
}

// sirene lets the world ask a real client of Sirene at a loopback server. Structures are made before,
// while it cannot be reached.
func (w *world) sirene(h http.Handler) {
	w.t.Helper()
	s := httptest.NewServer(h)
	w.t.Cleanup(s.Close)
	client := insee.NewSirene(insee.Client(), s.URL, "key")
	w.structures = structure.NewService(w.d, w.clock.Now,
		func(context.Context) insee.Registry { return client })
}

// finished waits for the run of a user to end, for as long as a register may make it wait.
func (w *world) finished(ctx context.Context) register.Check {
	w.t.Helper()
	var c register.Check
	require.Eventually(w.t, func() bool {
		var err error
		c, err = w.structures.Register().Checking(ctx)
		require.NoError(w.t, err)
		return !c.Running
	}, 60*time.Second, 5*time.Millisecond)
	return c
}

// TestStartCheckHonoursRetryAfter: a run that is told to wait waits, asks again and finishes, however
// often it is told.
func TestStartCheckHonoursRetryAfter(t *testing.T) {
	for name, after := range map[string]string{"seconds": "1", "date": "date"} {
		for _, refused := range []int{1, 3, 4} {
			t.Run(fmt.Sprintf("%s/%d refused", name, refused), func(t *testing.T) {
				w := newWorld(t)
				ids := w.unverified(12)
				b := &busy{refuse: refused, after: after}
				if after == "date" {
					b.after = time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat)
				}
				w.sirene(b)

				_, err := w.structures.Register().StartCheck(w.admin, nil)

				require.NoError(t, err)
				c := w.finished(w.admin)
				assert.Equal(t, 12, c.Done, "%d refused: %+v", refused, c)
				assert.Zero(t, c.Failed, "a question that was asked again has not failed")
				for _, id := range ids {
					assert.Equal(t, "active", w.get(id).Verified.Verdict)
				}
				if after == "1" {
					b.assertWaited(t, time.Second)
				}
			})
		}
	}
}

// TestStartCheckWaitsForWhatIsDown: a register that is down and says when to come back is asked again then.
func TestStartCheckWaitsForWhatIsDown(t *testing.T) {
	w := newWorld(t)
	w.unverified(5)
	b := &busy{refuse: 3, after: "1", status: http.StatusServiceUnavailable}
	w.sirene(b)

	_, err := w.structures.Register().StartCheck(w.admin, nil)

	require.NoError(t, err)
	c := w.finished(w.admin)
	assert.Equal(t, 5, c.Done)
	assert.Zero(t, c.Failed)
	b.assertWaited(t, time.Second)
}

// assertWaited holds that no question came sooner than the service allowed.
func (b *busy) assertWaited(t *testing.T, wait time.Duration) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, refused := range b.refused {
		for _, came := range b.came {
			if came.After(refused) {
				assert.GreaterOrEqual(t, came.Sub(refused), wait*9/10, "asked again before Retry-After")
				break
			}
		}
	}
}

// TestStartCheckGoesOnAfterRefusals: with a register of the test, whatever reason comes between.
func TestStartCheckGoesOnAfterRefusals(t *testing.T) {
	w := newWorld(t)
	ids := w.unverified(12)
	var asked atomic.Int64
	w.structures = structure.NewService(w.d, w.clock.Now, func(context.Context) insee.Registry {
		return lookFunc(func(_ context.Context, siret string) insee.Found {
			if asked.Add(1) <= 3 {
				return insee.Found{SIRET: siret, Verdict: insee.Unverifiable, Reason: "insee.rate_limited",
					RetryAfter: 1, Source: insee.SourceAnnuaire}
			}
			f := active("Du registre")
			f.SIRET = siret
			return f
		})
	})

	_, err := w.structures.Register().StartCheck(w.admin, nil)

	require.NoError(t, err)
	c := w.finished(w.admin)
	assert.Equal(t, register.Check{Done: 12, Total: 12}, c)
	for _, id := range ids {
		assert.Equal(t, "active", w.get(id).Verified.Verdict)
	}
}

type lookFunc func(ctx context.Context, siret string) insee.Found

func (f lookFunc) Look(ctx context.Context, siret string) insee.Found { return f(ctx, siret) }

// TestStopCheckWhileTheRegisterMakesItWait: an hour of Retry-After keeps nobody from stopping, nor the end
// of a session.
func TestStopCheckWhileTheRegisterMakesItWait(t *testing.T) {
	for _, how := range []string{"stopped", "session ended"} {
		t.Run(how, func(t *testing.T) {
			w := newWorld(t)
			w.unverified(5)
			b := &busy{refuse: 1000, after: "3600"}
			w.sirene(b)
			var ended atomic.Bool
			ctx := register.While(w.admin, func() bool { return !ended.Load() })
			_, err := w.structures.Register().StartCheck(ctx, nil)
			require.NoError(t, err)
			require.Eventually(t, func() bool { return b.count() > 0 }, 10*time.Second, time.Millisecond)
			require.Never(t, func() bool { return b.count() > 1 }, 300*time.Millisecond,
				10*time.Millisecond, "asked within the hour")
			c, err := w.structures.Register().Checking(w.admin)
			require.NoError(t, err)
			require.True(t, c.Running, "it waits, and says so: %+v", c)

			if how == "stopped" {
				require.NoError(t, w.structures.Register().StopCheck(w.admin))
			}
			ended.Store(how != "stopped")

			assert.False(t, w.finished(w.admin).Running)
		})
	}
}

// TestLookDoesNotWaitBehindARun: while a run uses all that the register allows, one person's check is
// answered.
func TestLookDoesNotWaitBehindARun(t *testing.T) {
	w := newWorld(t)
	w.unverified(60) // twice what Sirene allows in a minute
	b := &busy{}
	w.sirene(b)
	_, err := w.structures.Register().StartCheck(w.admin, nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.structures.Register().StopCheck(w.admin)) }()
	last := -1
	require.Eventually(t, func() bool { // the run waits for its turn
		still := b.count() == last
		last = b.count()
		return still && last > 0
	}, 20*time.Second, 500*time.Millisecond)
	answers := make(chan insee.Found, 1)

	go func() {
		look, err := w.structures.Look(w.admin, structure.Typed{IdentifierType: "siret",
			Identifier: siret(900), Ask: true})
		assert.NoError(t, err)
		answers <- look.Found
	}()

	select {
	case f := <-answers:
		assert.Equal(t, insee.Active, f.Verdict, f.Reason)
	case <-time.After(15 * time.Second):
		assert.Fail(t, "one person's check waits behind a run")
	}
}

// TestLookHasADeadline: where a person has used all that the register allows, they are told so, and do not
// wait for a minute.
func TestLookHasADeadline(t *testing.T) {
	w := newWorld(t)
	w.sirene(&busy{})
	found := make(chan insee.Found, 1)

	go func() {
		f := insee.Found{Verdict: insee.Active}
		for i := 0; i < 40 && f.Verdict == insee.Active; i++ {
			look, err := w.structures.Look(w.admin, structure.Typed{IdentifierType: "siret",
				Identifier: siret(900 + i), Ask: true})
			assert.NoError(t, err)
			f = look.Found
		}
		found <- f
	}()

	select {
	case f := <-found:
		assert.Equal(t, insee.Unverifiable, f.Verdict)
		assert.Contains(t, []string{"insee.slow", "insee.rate_limited"}, f.Reason)
	case <-time.After(20 * time.Second):
		assert.Fail(t, "one person's check has no deadline")
	}
}

// TestStartCheckTakesNoGatewayForUnknown: a 404 of a gateway ends no structure as unknown.
func TestStartCheckTakesNoGatewayForUnknown(t *testing.T) {
	for _, name := range []string{"sirene-404-html", "sirene-404-gateway", "sirene-404-no-header",
		"sirene-404-other-statut", "sirene-404-empty"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.registry.says(siret(1), active("Vérifiée"))
			id := w.create(structure.Input{IdentifierType: "siret", Identifier: siret(1)})
			w.sirene(inseetest.Get(t, name))
			_, err := w.structures.Register().StartCheck(w.admin, []int64{id})
			require.NoError(t, err)

			c := w.finished(w.admin)

			assert.Zero(t, c.Unknown)
			assert.Equal(t, 1, c.Failed)
			assert.Equal(t, "active", w.get(id).Verified.Verdict, "what was known stays")
		})
	}
}
