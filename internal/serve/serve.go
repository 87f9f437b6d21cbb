package serve

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	_ "embed" // of the script
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"habilis/internal/bridge"
	"habilis/internal/fault"
	"habilis/internal/signin"
)

// cookie begins the name of the cookie of a seat; the port follows, since cookies know none: two programs on one computer do not sign each other out.
const cookie = "habilis_seat_"

// header carries the token of a seat, which a page's origin keeps: the cookie alone, which any program on this computer may receive or plant, proves
// nothing.
const header = "X-Habilis-Seat"

// largest bounds a message from a page; drained is how much more is read and thrown away before that is said.
const (
	largest = 1 << 20
	drained = 64 << 20
)

// browserHeader carries what a page's origin keeps for long, by which a browser is known where somebody entered before. The server knows a hash of it.
const browserHeader = "X-Habilis-Browser"

// shownHeader carries the token of the address that was printed, where the page was opened by it.
const shownHeader = "X-Habilis-Shown"

// Server publishes the handlers of every seat at /rpc.
type Server struct {
	services  *bridge.Services
	pages     http.Handler
	secure    bool
	hosts     []string // the names and port under which it is reached; none: any name of this computer
	mu        sync.Mutex
	seats     map[string]*clientSeat
	fetching  map[int64]int // how many files are sent to a user
	downloads chan struct{} // holds one while a file is sent
}

// clientSeat is the seat of a browser at which somebody is signed in.
type clientSeat struct {
	seat      *bridge.Seat
	services  *bridge.Services
	token     string
	used      time.Time
	fetching  sync.Mutex         // held while a file is sent
	streaming context.CancelFunc // ends the stream of changed topics, if there is one
}

// maxSeats bounds the seats, mostOwn those at which one user is signed in, and seatTTL is after how long an unused one goes: an open session ends before
// that.
const (
	maxSeats = 1000
	mostOwn  = 20
	seatTTL  = 13 * time.Hour
)

// maxDownloads bounds how many files are sent at once, and ownDownloads those to one user.
const (
	maxDownloads = 8
	ownDownloads = 2
)

// New makes a server of the pages in dist. secure says that it is reached over TLS; hosts are the names, with the port, that it answers to.
func New(services *bridge.Services, dist fs.FS, secure bool, hosts ...string) *Server {
	return &Server{
		services: services, pages: Pages(dist, `<script src="/serve.js"></script>`), secure: secure, hosts: hosts, seats: map[string]*clientSeat{},
		fetching:  map[int64]int{},
		downloads: make(chan struct{}, maxDownloads),
	}
}

// Methods lists what is published, by handler.
func Methods(services *bridge.Services) map[string][]string {
	list := map[string][]string{}
	for name := range methods(services, bridge.NewSeat(services)) {
		handler, method, _ := cut(name)
		list[handler] = append(list[handler], method)
	}
	return list
}

func cut(name string) (handler, method string, ok bool) {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[:i], name[i+1:], true
		}
	}
	return "", "", false
}

func methods(services *bridge.Services, seat *bridge.Seat) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	for _, h := range bridge.Handlers(services, seat) {
		v := reflect.ValueOf(h)
		for i := range v.NumMethod() {
			all["bridge."+v.Elem().Type().Name()+"."+v.Type().Method(i).Name] = v.Method(i)
		}
	}
	return all
}

// ServeHTTP answers a page, the script, or a call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if !s.trusted(r) {
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
		return
	}
	stalled(w)
	switch r.URL.Path {
	case "/rpc":
		s.rpc(w, r)
	case "/serve.js":
		s.script(w)
	case "/changes":
		s.stream(w, r)
	default:
		if handle, file := strings.CutPrefix(r.URL.Path, "/files/"); file {
			s.file(w, r, handle)
			return
		}
		s.pages.ServeHTTP(w, r)
	}
}

// stalled bounds how long a browser may take to read what is written next: one that does not read holds nothing for longer.
func stalled(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(sending)) // what has none is no connection
}

// mostConnections bounds how many connections are open at once: a browser has six.
const mostConnections = 512

// trusted checks that the request was addressed to this server by its own name, and, where it changes something, that it comes
// from its own page: another site, or a name that was made to point here, gets nothing.
func (s *Server) trusted(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	if len(s.hosts) > 0 && !slices.Contains(s.hosts, strings.ToLower(r.Host)) {
		return false
	}
	if !s.secure && host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return false
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	scheme := "http://"
	if s.secure {
		scheme = "https://"
	}
	return r.Header.Get("Origin") == scheme+r.Host
}

// message is a call. As is whose session the page believes it speaks for, empty where it knows of none.
type message struct {
	Name string            `json:"name"`
	Args []json.RawMessage `json:"args"`
	As   string            `json:"as"`
}

// reply carries whose session it is for, empty where nobody is signed in, and the token of the seat where one was made.
type reply struct {
	Result any     `json:"result"`
	Error  string  `json:"error,omitempty"`
	Who    string  `json:"who"`
	Seat   *string `json:"seat,omitempty"` // empty: the seat is no more
	now    *clientSeat
}

func failed(err error) reply { return reply{Error: bridge.Text(err)} }

// entries are the methods that open a session: each on a new seat, whose cookie and token nobody has seen, so what was planted or copied of the one before
// is worth nothing at any moment. A page may call them whoever was signed in before.
var entries = map[string]bool{"bridge.Session.Enter": true, "bridge.Session.Activate": true, "bridge.Session.SetUp": true}

const (
	leaving = "bridge.Session.Leave"
	state   = "bridge.Session.State"
)

func (s *Server) rpc(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	seat, made := s.seat(w, r)
	body, err := io.ReadAll(io.LimitReader(r.Body, largest+1))
	if len(body) > largest {
		_, err = io.Copy(io.Discard, io.LimitReader(r.Body, drained)) // a browser that still writes would not read the answer
	}
	var m message
	var out reply
	switch {
	case err != nil || len(body) > largest:
		out = failed(fault.New(fault.Protocol, "message.too_large"))
	case json.Unmarshal(body, &m) != nil:
		out = failed(fault.New(fault.Protocol, "message.malformed"))
	default:
		out = s.answer(w, r, seat, m)
	}
	if made && out.Seat == nil {
		out.Seat = &seat.token
	}
	if out.now != nil {
		seat = out.now
	}
	out.Who = seat.seat.Who()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	stalled(w)                         // the call took what it took
	_ = json.NewEncoder(w).Encode(out) // the page has gone if this fails
}

// answer calls a method for the session that the page believes in: somebody else may have signed in at this browser meanwhile, in another tab. After an
// entry, and after leaving, the seat is another, and the one before has ended.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, seat *clientSeat, m message) reply {
	entry := entries[m.Name]
	if who := seat.seat.Who(); m.As != "" && who != "" && m.As != who && m.Name != state && !entry {
		return failed(fault.New(fault.Unauthenticated, "session.other"))
	}
	if !entry && m.Name != leaving {
		return seat.answer(r.Context(), m)
	}
	next := s.fresh(r)
	if r.Header.Get(browserHeader) == "" {
		next.seat.Follow(seat.seat)
	}
	on := next
	if !entry {
		on = seat
	}
	out := on.answer(r.Context(), m)
	if out.Error != "" {
		return out
	}
	seat.seat.Close()
	s.drop(seat)
	s.keep(w, r, next)
	out.now, out.Seat = next, &next.token
	return out
}

// answer calls a method as Wails' dispatcher would: one JSON value per argument.
func (c *clientSeat) answer(ctx context.Context, m message) reply {
	method, known := methods(c.services, c.seat.During(ctx))[m.Name]
	if !known {
		return failed(fault.New(fault.Protocol, "message.unknown_method"))
	}
	t := method.Type()
	if len(m.Args) != t.NumIn() {
		return failed(fault.New(fault.Protocol, "message.malformed"))
	}
	in := make([]reflect.Value, t.NumIn())
	for i := range in {
		v := reflect.New(t.In(i))
		if json.Unmarshal(m.Args[i], v.Interface()) != nil {
			return failed(fault.New(fault.Protocol, "message.malformed"))
		}
		in[i] = v.Elem()
	}
	out := method.Call(in)
	if err, _ := out[1].Interface().(error); err != nil {
		return reply{Error: err.Error()}
	}
	return reply{Result: out[0].Interface()}
}

// known returns the seats of a browser by its cookies, of which another program on this computer may have planted some.
func (s *Server) known(r *http.Request) (list []*clientSeat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range r.CookiesNamed(cookieName(r)) {
		if seat := s.seats[c.Value]; seat != nil {
			list = append(list, seat)
		}
	}
	return list
}

// sitting finds the seat of a browser by its cookie and its token, nil where there is none.
func (s *Server) sitting(r *http.Request) *clientSeat {
	for _, seat := range s.known(r) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get(header)), []byte(seat.token)) == 1 {
			s.mu.Lock()
			seat.used = time.Now()
			s.mu.Unlock()
			return seat
		}
	}
	return nil
}

// seat finds the seat of a browser by its cookie and its token, or makes one. A page that has the cookie of a seat and not its token is answered as one at
// which nobody sits, and the seat stays whose it is.
func (s *Server) seat(w http.ResponseWriter, r *http.Request) (seat *clientSeat, made bool) {
	if seat = s.sitting(r); seat != nil {
		return seat, false
	}
	seat = s.fresh(r)
	if len(s.known(r)) == 0 {
		s.keep(w, r, seat)
		return seat, true
	}
	return seat, false
}

// keep gives a browser the cookie of a seat.
func (s *Server) keep(w http.ResponseWriter, r *http.Request, seat *clientSeat) {
	s.mu.Lock()
	s.forget(seat.used)
	name := rand.Text()
	s.forgetOwn(seat)
	s.seats[name] = seat
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: name, Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode,
	})
}

func (s *Server) fresh(r *http.Request) *clientSeat {
	own := bridge.NewSeat(s.services)
	own.From(browserOf(r), r.Header.Get(shownHeader))
	return &clientSeat{seat: own, services: s.services, token: rand.Text(), used: time.Now()}
}

// browserOf names the browser of a request by a hash of what it keeps; one that keeps nothing is another each time.
func browserOf(r *http.Request) string {
	kept := r.Header.Get(browserHeader)
	if kept == "" {
		return signin.Nameless()
	}
	return bridge.Browser(kept)
}

func cookieName(r *http.Request) string {
	_, port, _ := net.SplitHostPort(r.Host)
	return cookie + port
}

func (s *Server) drop(seat *clientSeat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.seats, func(_ string, c *clientSeat) bool { return c == seat })
}

// forget drops the seats that nobody has used for long. Where there are too many all the same, the one at which nobody is signed in goes that was used the
// longest ago: many pages opened by somebody sign nobody else out.
func (s *Server) forget(now time.Time) {
	oldest := ""
	for name, c := range s.seats {
		if now.Sub(c.used) > seatTTL {
			delete(s.seats, name)
			continue
		}
		if first, some := s.seats[oldest]; !some || older(c, first) {
			oldest = name
		}
	}
	if len(s.seats) >= maxSeats {
		delete(s.seats, oldest)
	}
}

// forgetOwn drops the seat that its user used the longest ago, where they have many: nobody's sign-ins send others away.
func (s *Server) forgetOwn(next *clientSeat) {
	user := next.seat.User()
	if user == 0 {
		return
	}
	var own []string
	for name, c := range s.seats {
		if c.seat.User() == user {
			own = append(own, name)
		}
	}
	slices.SortFunc(own, func(a, b string) int { return s.seats[a].used.Compare(s.seats[b].used) })
	for _, name := range own[:max(0, len(own)-mostOwn+1)] {
		s.seats[name].seat.Close()
		delete(s.seats, name)
	}
}

func older(a, b *clientSeat) bool {
	if a.seat.Empty() != b.seat.Empty() {
		return a.seat.Empty()
	}
	return a.used.Before(b.used)
}

// script stands in for window.go and window.runtime: the generated bindings run unchanged.
func (s *Server) script(w http.ResponseWriter) {
	list, err := json.Marshal(Methods(s.services))
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = strings.NewReplacer("__METHODS__", string(list)).WriteString(w, standIn)
}

//go:embed standin.js
var standIn string

// Listen is where a server is reached. Without a certificate it is a loopback address.
type Listen struct {
	Address, Certificate, Key string
}

// Run serves until ctx ends. ready is told the address once it answers. It fails where the address is not this computer's own and no
// certificate is given.
func Run(ctx context.Context, services *bridge.Services, dist fs.FS, at Listen, ready func(address string)) error {
	secure := at.Certificate != ""
	host, _, err := net.SplitHostPort(at.Address)
	if err != nil {
		return fmt.Errorf("address %q: %w", at.Address, err)
	}
	if !secure && host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return fault.New(fault.Refused, "serve.needs_tls")
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", at.Address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	hosts, err := names(listener.Addr(), at)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	token, err := services.Launch(ctx, !secure)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{
		Handler: New(services, dist, secure, hosts...), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		DisableGeneralOptionsHandler: true,
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	ready(scheme + listener.Addr().String() + "/?jeton=" + token) // whoever was shown the address sets up, and is no stranger
	if secure {
		err = server.ServeTLS(netutil.LimitListener(listener, mostConnections), at.Certificate, at.Key)
	} else {
		err = server.Serve(netutil.LimitListener(listener, mostConnections))
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// names are the names, with the port, under which a listener is reached: those of this computer, or over TLS those of the certificate.
func names(at net.Addr, l Listen) ([]string, error) {
	host, port, err := net.SplitHostPort(at.String())
	if err != nil {
		return nil, fmt.Errorf("address %q: %w", at, err)
	}
	list := []string{}
	scheme := "80"
	if l.Certificate != "" {
		scheme = "443"
	}
	add := func(name string) {
		list = append(list, strings.ToLower(net.JoinHostPort(name, port)))
		if port == scheme { // browsers leave it out
			if strings.Contains(name, ":") {
				name = "[" + name + "]"
			}
			list = append(list, strings.ToLower(name))
		}
	}
	add(host)
	if l.Certificate == "" {
		add("localhost")
		if host, _, _ := net.SplitHostPort(l.Address); host != "" {
			add(host)
		}
		return list, nil
	}
	pair, err := tls.LoadX509KeyPair(l.Certificate, l.Key)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	for _, name := range leaf.DNSNames {
		add(name)
	}
	for _, ip := range leaf.IPAddresses {
		add(ip.String())
	}
	return list, nil
}
