package flow_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/grant"
	"habilis/internal/request"
)

// TestRefuseRequestRefusesNothingSeen: a refusal is told with words that are seen.
func TestRefuseRequestRefusesNothingSeen(t *testing.T) {
	w := newWorld(t)
	s := w.pending("UN", "private")
	user := w.attached("ada", s, 0)
	asked := func() int64 {
		id, err := ask(as(user), w.changes, w.requests, request.Ask{Subject: "profiles", Structure: s, Profiles: w.choices(consult)})
		require.NoError(t, err)
		return id
	}
	id := asked()
	for name, text := range blanks() {
		t.Run(name, func(t *testing.T) {
			err := w.changes.Run(w.admin, w.requests.Decision(request.Decide{Request: id, Comment: text}))

			if !assert.Error(t, err, "%q", text) {
				id = asked()
				return
			}
			assert.Contains(t, problems(t, err, fault.Invalid), "comment", "%q", text)
		})
	}
	require.NoError(t, w.changes.Run(w.admin, w.requests.Decision(request.Decide{Request: id, Comment: "Non"})))
}

// TestOwnRequestRefusesNothingSeen: where nobody else could decide, one’s own request is decided with words that are seen.
func TestOwnRequestRefusesNothingSeen(t *testing.T) {
	w := newWorld(t)
	w.changes.Know(grant.NewService(w.d).Kinds()...)
	requests := request.NewService(w.d, w.changes.Load, func(q request.Wish) change.Change {
		return &grant.Give{User: q.User, Structure: q.Scope.Structure, Profiles: q.Profiles}
	})
	s := w.pending("UN", "private")
	asked := func() int64 {
		id, err := ask(w.admin, w.changes, requests, request.Ask{Subject: "profiles", Structure: s, Profiles: w.choices(consult)})
		require.NoError(t, err)
		return id
	}
	id := asked()
	for name, text := range blanks() {
		t.Run(name, func(t *testing.T) {
			err := w.changes.Run(w.admin, requests.Decision(request.Decide{Request: id, Approve: true, Comment: text}))

			if !assert.Error(t, err, "%q", text) {
				var given int64
				require.NoError(t, w.raw.QueryRow("SELECT max(id) FROM grants").Scan(&given))
				w.run(&grant.End{Grant: given})
				id = asked()
			}
		})
	}
	require.NoError(t, w.changes.Run(w.admin, requests.Decision(request.Decide{Request: id, Approve: true, Comment: "Seul au cabinet"})))
}
