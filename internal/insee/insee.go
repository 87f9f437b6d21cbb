// Package insee asks the public registers about a SIRET: two clients, one verdict. Only the number leaves the computer.
package insee

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"habilis/internal/insee/pace"
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
	Sign          string  `json:"sign"`     // the enseigne, which tells the establishments of one unit apart
	Address1      string  `json:"address1"` // the street
	Address2      string  `json:"address2"` // the complement
	Address3      string  `json:"address3"` // the special distribution (BP…)
	Postcode      string  `json:"postcode"`
	Town          string  `json:"town"`
	Country       string  `json:"country"`      // ISO 3166, empty where the register's name of it is not known
	Activity      string  `json:"activity"`     // code
	ActivityList  string  `json:"activityList"` // its nomenclature: NAFRev2, or an older one
	Activity2025  string  `json:"activity2025"` // the code of NAF 2025, the reference from 2027 on
	LegalCategory string  `json:"legalCategory"`
	Partial       bool    `json:"partial"` // partial diffusion: address and name are not public
}

// Registry looks a SIRET up. It never fails: what goes wrong is the verdict Unverifiable with its reason.
type Registry interface {
	Look(ctx context.Context, siret string) Found
}

// UserAgent names the program to the services, as the annuaire asks.
const UserAgent = "Habilis/1 (logiciel de bureau)"

// Client returns the HTTP client of both services: a time-out, and no redirect ever followed (301 tells of a duplicate).
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

// answered is what came back of a request. A reason other than "" says why there is nothing to read.
type answered struct {
	status int
	header http.Header
	body   []byte
	retry  int
	reason string
}

// get fetches a page of at most maxAnswer bytes.
func get(ctx context.Context, client *http.Client, url string, header map[string]string) answered {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return answered{reason: "network"}
	}
	request.Header.Set("User-Agent", UserAgent)
	request.Header.Set("Accept", "application/json")
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := client.Do(request)
	if err != nil {
		var e net.Error
		switch {
		case errors.As(err, &e) && e.Timeout():
			return answered{reason: "slow"}
		case strings.Contains(err.Error(), "Proxy Authentication Required"), strings.Contains(err.Error(), "proxyconnect"):
			return answered{reason: "proxy"}
		}
		return answered{reason: "network"}
	}
	defer response.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return answered{reason: "network"}
	}
	a := answered{status: response.StatusCode, header: response.Header, body: body, retry: retryAfter(response.Header, time.Now())}
	a.reason = a.why()
	return a
}

// retryAfter reads in how many seconds a service says to come back: a number, or a date told by its own clock (RFC 9110, 10.2.3). 0 where it says nothing
// that can be read.
func retryAfter(h http.Header, now time.Time) int {
	text := h.Get("Retry-After")
	if text != "" && strings.Trim(text, "0123456789") == "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = longestRetry // more digits than a number has
		}
		return min(n, longestRetry)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs
	}
	wait := min(at.Sub(now), longestRetry*time.Second)
	return max(1, int((wait+time.Second-1)/time.Second)) // it said when: now is one second
}

// longestRetry bounds, in seconds, for how long a service is taken at its word: after an hour it is asked again.
const longestRetry = 3600

// statut reads the status that INSEE's own answers carry in their header, 0 where a gateway answered instead.
func (a answered) statut() int {
	var own struct {
		Header struct {
			Statut int `json:"statut"`
		} `json:"header"`
	}
	if json.Unmarshal(a.body, &own) != nil {
		return 0
	}
	return own.Header.Statut
}

// page tells that a web page came where data were asked: a portal, a filter or a proxy answered.
func (a answered) page() bool {
	return strings.Contains(a.header.Get("Content-Type"), "html") || bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<"))
}

// why returns the reason of an answer that holds no data.
func (a answered) why() string {
	switch {
	case a.status == http.StatusUnauthorized && a.page():
		return "portal"
	case a.status == http.StatusOK:
		return "" // what cannot be read is told by whoever reads it
	case a.status == http.StatusNetworkAuthenticationRequired:
		return "portal"
	case a.status == http.StatusMovedPermanently && a.statut() == http.StatusMovedPermanently:
		return "duplicate"
	case a.status >= 300 && a.status < 400:
		return "portal"
	case a.status == http.StatusProxyAuthRequired:
		return "proxy"
	case a.status == http.StatusForbidden && a.page():
		return "filtered"
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return "key"
	case a.status == http.StatusNotFound:
		return "gateway"
	case a.status == http.StatusTooManyRequests:
		return "rate_limited"
	case a.status >= 500:
		return "down"
	}
	return "refused"
}

type bulkKey struct{}

// Bulk marks the requests of a long run: they leave places to those whom somebody waits for.
func Bulk(ctx context.Context) context.Context { return context.WithValue(ctx, bulkKey{}, true) }

func bulk(ctx context.Context) bool {
	yes, _ := ctx.Value(bulkKey{}).(bool)
	return yes
}

// patience is how long one person's check waits for its place.
const patience = 5 * time.Second

// queue keeps requests to a service below its rate. A run keeps to a smaller one, so that one person's check never waits behind it; while the service
// has said to come back later, a person is told at once.
type queue struct {
	all, runs *pace.Pace
	mu        sync.Mutex
	held      time.Time
}

// newQueue makes a queue of n requests a window, of which some are kept for one person's checks.
func newQueue(n, kept int, window time.Duration) *queue {
	return &queue{all: pace.New(n, window), runs: pace.New(n-kept, window)}
}

// enter waits for a place. It returns the reason why there is none, and in how many seconds there may be.
func (q *queue) enter(ctx context.Context) (reason string, retry int) {
	if bulk(ctx) {
		if !q.runs.Wait(ctx) || !q.all.Wait(ctx) {
			return "slow", 0
		}
		return "", 0
	}
	q.mu.Lock()
	held := time.Until(q.held)
	q.mu.Unlock()
	if held > 0 {
		return "rate_limited", seconds(held)
	}
	wait, ok := q.all.WaitUpTo(ctx, patience)
	switch {
	case ok:
		return "", 0
	case ctx.Err() != nil:
		return "slow", 0
	}
	return "rate_limited", seconds(wait)
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// told keeps in mind when the service said to come back.
func (q *queue) told(a answered) {
	if (a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable) && a.retry > 0 {
		q.mu.Lock()
		q.held = time.Now().Add(time.Duration(a.retry) * time.Second)
		q.mu.Unlock()
	}
}

// shown returns a value unless it is masked, and whether it was.
func shown(value string) (text string, masked bool) {
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "[") && (strings.Contains(value, "ND]") || strings.Contains(value, "NON-DIFFUSIBLE")) {
		return "", true
	}
	return value, false
}

// clean returns a value unless it is masked.
func clean(value string) string {
	text, _ := shown(value)
	return text
}

// known returns a day unless it is masked, or the one by which the registers say that they do not know.
func known(day string) string {
	if day = clean(day); day == "1900-01-01" {
		return ""
	}
	return day
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
