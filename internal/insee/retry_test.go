package insee_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"habilis/internal/insee"
)

// TestLookBoundsRetryAfter: whatever a service says, it is taken at its word for an hour at most, and never for less than nothing.
func TestLookBoundsRetryAfter(t *testing.T) {
	for said, want := range map[string]int{
		"5": 5, "0": 0, "-5": 0, "": 0, "3601": 3600, "10000000000": 3600, "99999999999999999999999999": 3600, "x": 0, "Fri, 31 Dec 9999 23:59:59 GMT": 3600,
	} {
		t.Run(said, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", said)
				w.WriteHeader(http.StatusTooManyRequests)
			}))
			defer s.Close()

			f := insee.NewSirene(insee.Client(), s.URL, "key").Look(t.Context(), "55210055400013")

			assert.Equal(t, want, f.RetryAfter)
		})
	}
}
