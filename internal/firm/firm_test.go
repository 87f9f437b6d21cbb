package firm_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/insee"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// ways are the two places where a firm's settings are typed: each gives what tries a name and a key there.
var ways = map[string]func(t *testing.T) func(name, key string) error{"set-up": setUp, "edit": edit}

// typed is a set-up that nothing is wrong with.
func typed() flow.SetUp {
	return flow.SetUp{
		Kind: "practice", Name: "Cabinet Morel", TimeZone: "Europe/Paris", Language: "fr", Registry: firm.Sirene, SireneKey: "clef", Families: []string{"cabinet"},
		Email: "patron@exemple.example", FirstName: "Paul", LastName: "Patron", Passphrase: "Marmite-Violette-7-Cactus",
	}
}

// setter makes an empty file, and the service that sets a firm up in it.
func setter(t *testing.T) (*db.DB, *flow.Service) {
	t.Helper()
	d, clock := dbtest.Open(t)
	cost, none := signin.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1}, func(string, string) insee.Registry { return nil }
	sessions := signin.NewSessions(clock.Now, func() time.Duration { return time.Hour })
	in := signin.NewService(d, clock.Now, func() signin.Cost { return cost }, cost, sessions)
	structures := structure.NewService(d, clock.Now, func(context.Context) insee.Registry { return nil })
	return d, flow.NewService(d, change.NewService(d), in, structures, none)
}

func setUp(t *testing.T) func(name, key string) error {
	_, f := setter(t)
	return func(name, key string) error {
		in := typed()
		in.Name, in.SireneKey = name, key

		_, err := f.SetUp(t.Context(), in)

		there, failed := f.IsSetUp(t.Context())
		require.NoError(t, failed)
		assert.Equal(t, err == nil, there, "what is refused sets nothing up")
		return err
	}
}

func edit(t *testing.T) func(name, key string) error {
	d, f := setter(t)
	_, err := f.SetUp(t.Context(), typed())
	require.NoError(t, err)
	s, admin := firm.NewService(d), access.WithActor(t.Context(), 1, "test")
	return func(name, key string) error {
		before, err := s.Settings(admin)
		require.NoError(t, err)

		err = change.NewService(d).Run(admin, firm.Edit{
			Name: name, TimeZone: "Europe/Paris", Language: "fr", Registry: firm.Sirene, SireneKey: key, IdleMinutes: 10, Version: before.Version,
		})

		after, failed := s.Settings(admin)
		require.NoError(t, failed)
		assert.Equal(t, err == nil, before != after, "what is refused changes nothing")
		return err
	}
}

// assertRefused asserts that settings were refused beside one field alone.
func assertRefused(t *testing.T, want fault.Problem, err error, what ...any) {
	t.Helper()
	f, _ := fault.As(err)
	assert.Equal(t, &fault.Error{Code: fault.Invalid, Problems: []fault.Problem{want}}, f, what...)
}

// TestNameRefuses: a firm's name holds nothing that nobody writes, neither where it is set up nor where it is edited.
func TestNameRefuses(t *testing.T) {
	for way, begin := range ways {
		t.Run(way, func(t *testing.T) {
			try := begin(t)
			for _, name := range []string{
				"Cabinet\x00Morel", "Cabinet Morel\x00", "Cabinet \x1b[31mMorel", "Cabinet\x7fMorel",
				"Cabinet \u202eleroM", "\u2067Cabinet Morel\u2069", "Cabinet\u200f Morel", "Cabinet\u200bMorel",
			} {
				assertRefused(t, fault.Problem{Field: "name", Key: "field.control"}, try(name, "clef"), "%q", name)
			}
			assert.NoError(t, try("  Crêperie « L’Île » & fils – n° 2 😀 ", "clef"))
		})
	}
}

// TestSireneKeyRefuses: a key is at most 200 bytes long, spaces about it aside.
func TestSireneKeyRefuses(t *testing.T) {
	for way, begin := range ways {
		t.Run(way, func(t *testing.T) {
			try := begin(t)
			for _, key := range []string{strings.Repeat("k", 201), strings.Repeat("é", 101)} {
				assertRefused(t, fault.Problem{Field: "sireneKey", Key: "field.too_long", Params: map[string]string{"max": "200"}}, try("Garage Petit", key), key)
			}
			assert.NoError(t, try("Garage Petit", " "+strings.Repeat("k", 200)+"\n"))
		})
	}
}

// TestSetUpRefusesTheNameAsPassphrase: the first administrator chooses no passphrase made of the firm's name.
func TestSetUpRefusesTheNameAsPassphrase(t *testing.T) {
	_, f := setter(t)
	in := typed()
	in.Name, in.Passphrase = "Boulangerie Martin", "boulangeriemartin8302957163!"

	_, err := f.SetUp(t.Context(), in)

	assertRefused(t, fault.Problem{Field: "passphrase", Key: "passphrase.known"}, err)
	in.Name = "Garage Petit"
	_, err = f.SetUp(t.Context(), in)
	assert.NoError(t, err, "it was the name alone")
}
