package insee_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/insee"
	"habilis/internal/insee/inseetest"
)

// client returns the client of an answer's service, at a server that gives it.
func client(t *testing.T, a inseetest.Answer) insee.Registry {
	t.Helper()
	return both(inseetest.Serve(t, a))[a.Service]
}

// sentences reads the pages' words of a language.
func sentences(t *testing.T, language string) map[string]string {
	t.Helper()
	b, err := os.ReadFile("../../frontend/src/locales/" + language + ".json")
	require.NoError(t, err)
	words := map[string]string{}
	require.NoError(t, json.Unmarshal(b, &words))
	return words
}

var reasonKey = regexp.MustCompile(`^insee\.[a-z_.]+$`)

// TestLookGivesTheVerdictOfEveryAnswer: what both registers may answer, with the verdict, its reason and
// what is public. Addresses are held by the records that structures have of them.
func TestLookGivesTheVerdictOfEveryAnswer(t *testing.T) {
	for _, a := range inseetest.All(t) {
		if a.Record.Guess {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			f := look(t, client(t, a), a.SIRET)

			assert.Equal(t, a.SIRET, f.SIRET)
			assert.Equal(t, a.Service, f.Source)
			require.Equal(t, a.Record.Verdict, string(f.Verdict), "%s: %s", a.About, f.Reason)
			assert.Equal(t, a.Record.Partial, f.Partial)
			assert.Equal(t, a.Record.ClosedOn, f.ClosedOn)
			assert.Equal(t, a.Record.LegalCategory, f.LegalCategory)
			assert.Equal(t, a.Record.Activity, f.Activity)
			assert.Equal(t, a.Record.ActivityList, f.ActivityList)
			if !a.Record.Long && !a.Record.Unseen {
				assert.Equal(t, a.Record.Name, f.Name)
			}
			if len(a.Record.Places) == 0 {
				assert.Empty(t, f.Address1+f.Address2+f.Postcode+f.Town, "%s", a.About)
			}
		})
	}
}

// TestLookSaysTheTrueReason: a sentence that blames the register, or a key, for what a gateway, a portal
// or a proxy answered is untrue.
func TestLookSaysTheTrueReason(t *testing.T) {
	french, english := sentences(t, "fr"), sentences(t, "en")
	for _, a := range inseetest.All(t) {
		if a.Record.Verdict != string(insee.Unverifiable) {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			f := look(t, client(t, a), a.SIRET)

			assert.Equal(t, insee.Unverifiable, f.Verdict, a.About)
			assert.Regexp(t, reasonKey, f.Reason)
			assert.NotEmpty(t, french[f.Reason], "a sentence for %s", f.Reason)
			assert.NotEmpty(t, english[f.Reason], "a sentence for %s", f.Reason)
			assert.NotContains(t, a.Record.NotReasons, f.Reason, a.About)
			if a.Record.Reason != "" {
				assert.Equal(t, a.Record.Reason, f.Reason, a.About)
			}
		})
	}
}

// TestLookReadsRetryAfter: in seconds, or as a date; what is past is now.
func TestLookReadsRetryAfter(t *testing.T) {
	for _, a := range inseetest.All(t) {
		if a.Status != http.StatusTooManyRequests && a.Status != http.StatusServiceUnavailable {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			f := look(t, client(t, a), a.SIRET)

			assert.Equal(t, a.Record.Reason, f.Reason)
			assert.InDelta(t, a.Record.RetryAfter, f.RetryAfter, 20, a.About)
			assert.GreaterOrEqual(t, f.RetryAfter, 0)
		})
	}
}

// TestLookThroughAProxyThatRefuses: before a secure service the proxy's 407 comes as a failure to connect;
// its reason is the one of a 407.
func TestLookThroughAProxyThatRefuses(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	t.Cleanup(proxy.Close)
	address, err := url.Parse(proxy.URL)
	require.NoError(t, err)
	asked := insee.Client()
	asked.Transport = &http.Transport{Proxy: http.ProxyURL(address)}
	plain := inseetest.Get(t, "annuaire-407-proxy")

	secure := look(t, insee.NewAnnuaire(asked, "https://register.invalid"), plain.SIRET)

	assertUnverifiable(t, secure, plain.SIRET, insee.SourceAnnuaire)
	assert.NotContains(t, append(plain.Record.NotReasons, "insee.network"), secure.Reason)
	assert.Equal(t, look(t, client(t, plain), plain.SIRET).Reason, secure.Reason)
}

// TestLookKnowsA404OfTheServiceAlone: whatever a gateway answers with 404, only header.statut makes a
// SIRET unknown.
func TestLookKnowsA404OfTheServiceAlone(t *testing.T) {
	for i, body := range []string{
		``, `{}`, `null`, `[]`, `"404"`, `404`, `{"statut":404}`, `{"header":null}`, `{"header":{}}`,
		`{"header":[]}`, `{"header":{"statut":200}}`,
		`{"header":{"statut":503}}`, `{"fault":{"code":404,"message":"Not Found"}}`,
		`{"message":"Not Found","http_status_code":404}`,
		`{"error":{"header":{"statut":404}}}`, `{"header":{"message":"404"}}`, `<html>404</html>`,
		`{"header":{"statut":404}`,
	} {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			base := serve(t, answering(http.StatusNotFound, "application/json", []byte(body)))

			for source, registry := range both(base) {
				assertUnverifiable(t, look(t, registry, metz), metz, source)
			}
		})
	}
}

// TestTryTellsAGatewayFromAKey: a page of a portal, a filter or a proxy proves no key wrong, and none
// good.
func TestTryTellsAGatewayFromAKey(t *testing.T) {
	for _, name := range []string{"sirene-302-portal", "sirene-407-proxy", "sirene-403-filter",
		"sirene-511-portal", "sirene-404-html", "sirene-404-gateway", "sirene-not-json"} {
		t.Run(name, func(t *testing.T) {
			a := inseetest.Get(t, name)
			base := serve(t, a.ServeHTTP)

			reason := insee.NewSirene(insee.Client(), base, key).Try(t.Context())

			assert.Regexp(t, reasonKey, reason, "the key was not tried: %s", a.About)
			assert.NotContains(t, a.Record.NotReasons, reason)
		})
	}
}
