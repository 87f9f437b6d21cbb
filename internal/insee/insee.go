// Package insee asks the public registers about a SIRET: two clients, one verdict. Only the number leaves the computer.
package insee

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Verdict is what a register says of a SIRET.
type Verdict string

// The four verdicts.
const (
	Active       Verdict = "active"
	Closed       Verdict = "closed"
	Unknown      Verdict = "unknown"      // Sirene: does not exist; annuaire: merely absent from it
	Unverifiable Verdict = "unverifiable" // no network, quota, error: Reason says which
)

// The registers.
const (
	SourceAnnuaire = "annuaire"
	SourceSirene   = "sirene"
)

// Found is the answer about one SIRET. Masked values of a partial diffusion are empty here: they are never stored as data.
type Found struct {
	SIRET         string  `json:"siret"`
	Verdict       Verdict `json:"verdict"`
	Reason        string  `json:"reason"`     // a message key under insee., for closed and unverifiable
	RetryAfter    int     `json:"retryAfter"` // seconds, where the service gave them
	Source        string  `json:"source"`
	ClosedOn      string  `json:"closedOn"` // a day
	Name          string  `json:"name"`
	Address1      string  `json:"address1"`
	Address2      string  `json:"address2"`
	Postcode      string  `json:"postcode"`
	Town          string  `json:"town"`
	Activity      string  `json:"activity"`     // code
	ActivityList  string  `json:"activityList"` // its nomenclature: NAFRev2 or NAF2025
	LegalCategory string  `json:"legalCategory"`
	Partial       bool    `json:"partial"` // partial diffusion: address and name are not public
}

// Registry looks a SIRET up. It never fails: what goes wrong is the verdict Unverifiable with its reason.
type Registry interface {
	Look(ctx context.Context, siret string) Found
}

// UserAgent names the program to the services, as the annuaire asks.
const UserAgent = "Habilis/1 (logiciel de bureau)"

// Client gives the HTTP client of both services: a time-out, and no redirect ever followed (301 tells of a duplicate).
func Client() *http.Client {
	return &http.Client{
		Timeout:       8 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

const maxAnswer = 2 << 20

func unverifiable(siret, source, reason string) Found {
	return Found{SIRET: siret, Source: source, Verdict: Unverifiable, Reason: "insee." + reason}
}

// get fetches a page of at most maxAnswer bytes. A reason other than "" says why there is nothing to read.
func get(ctx context.Context, client *http.Client, url string, header map[string]string) (status int, body []byte, retry int, reason string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, 0, "network"
	}
	request.Header.Set("User-Agent", UserAgent)
	request.Header.Set("Accept", "application/json")
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		var e net.Error
		if errors.As(err, &e) && e.Timeout() {
			return 0, nil, 0, "slow"
		}
		return 0, nil, 0, "network"
	}
	defer response.Body.Close() //nolint:errcheck // only read
	body, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return 0, nil, 0, "network"
	}
	retry, _ = strconv.Atoi(response.Header.Get("Retry-After")) // a date or nothing counts as 0
	return response.StatusCode, body, max(0, retry), reasonOf(response.StatusCode)
}

func reasonOf(status int) string {
	switch {
	case status == http.StatusOK, status == http.StatusNotFound:
		return ""
	case status == http.StatusMovedPermanently:
		return "duplicate"
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "key"
	case status == http.StatusTooManyRequests:
		return "rate_limited"
	case status >= 500:
		return "down"
	}
	return "refused"
}

// shown gives a value unless it is masked, and whether it was.
func shown(value string) (text string, masked bool) {
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "[") && (strings.Contains(value, "ND]") || strings.Contains(value, "NON-DIFFUSIBLE")) {
		return "", true
	}
	return value, false
}

// clean gives a value unless it is masked.
func clean(value string) string {
	text, _ := shown(value)
	return text
}

// words joins the parts of an address line that are there and not masked.
func words(parts ...string) string {
	var list []string
	for _, p := range parts {
		if text, masked := shown(p); text != "" && !masked {
			list = append(list, text)
		}
	}
	return strings.Join(list, " ")
}
