package serve

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"habilis/internal/bridge"
	"habilis/internal/fault"
)

// cookie names the seat of a browser.
const cookie = "habilis_seat"

// largest bounds a message from a page; drained is how much more is read and thrown away before that is said.
const (
	largest = 1 << 20
	drained = 64 << 20
)

// Server publishes the handlers of every seat at /rpc.
type Server struct {
	services *bridge.Services
	pages    http.Handler
	secure   bool
	mu       sync.Mutex
	seats    map[string]*chair
}

type chair struct {
	seat    *bridge.Seat
	methods map[string]reflect.Value
	used    time.Time
}

// most bounds the seats, and forgotten is after how long an unused one goes: an open session ends before that.
const (
	most      = 1000
	forgotten = 13 * time.Hour
)

// New makes a server of the pages in dist. secure says that it is reached over TLS.
func New(services *bridge.Services, dist fs.FS, secure bool) *Server {
	return &Server{services: services, pages: Pages(dist, `<script src="/serve.js"></script>`), secure: secure, seats: map[string]*chair{}}
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
	if !s.trusted(r) {
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
		return
	}
	switch r.URL.Path {
	case "/rpc":
		s.rpc(w, r)
	case "/serve.js":
		s.script(w)
	default:
		if handle, file := strings.CutPrefix(r.URL.Path, "/files/"); file {
			s.file(w, r, handle)
			return
		}
		s.pages.ServeHTTP(w, r)
	}
}

// file sends what was offered at the seat, once.
func (s *Server) file(w http.ResponseWriter, r *http.Request, handle string) {
	chair := s.known(r)
	if chair == nil || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	o, there := chair.seat.Take(handle)
	if !there {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", o.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": o.Name}))
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if err := o.Write(w); err != nil {
		slog.Error("a file could not be written", "error", err)
		panic(http.ErrAbortHandler) // the browser sees a broken download, not a short file
	}
}

// trusted checks that the request was addressed to this server by its own name, and, where it changes something, that it comes
// from its own page: another site, or a name that was made to point here, gets nothing.
func (s *Server) trusted(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
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

type message struct {
	Name string            `json:"name"`
	Args []json.RawMessage `json:"args"`
}

type answer struct {
	Result any    `json:"result"`
	Error  string `json:"error,omitempty"`
}

func (s *Server) rpc(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	seat := s.seat(w, r)
	var out answer
	body, err := io.ReadAll(io.LimitReader(r.Body, largest+1))
	if len(body) > largest {
		_, err = io.Copy(io.Discard, io.LimitReader(r.Body, drained)) // a browser that still writes would not read the answer
	}
	var m message
	switch {
	case err != nil || len(body) > largest:
		out.Error = bridge.Text(fault.New(fault.Protocol, "message.too_large"))
	case json.Unmarshal(body, &m) != nil:
		out.Error = bridge.Text(fault.New(fault.Protocol, "message.malformed"))
	default:
		out = seat.answer(m)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_ = json.NewEncoder(w).Encode(out) // the page has gone if this fails
}

// answer calls a method as Wails' dispatcher would: one JSON value per argument.
func (c *chair) answer(m message) answer {
	method, known := c.methods[m.Name]
	if !known {
		return answer{Error: bridge.Text(fault.New(fault.Protocol, "message.unknown_method"))}
	}
	t := method.Type()
	if len(m.Args) != t.NumIn() {
		return answer{Error: bridge.Text(fault.New(fault.Protocol, "message.malformed"))}
	}
	in := make([]reflect.Value, t.NumIn())
	for i := range in {
		v := reflect.New(t.In(i))
		if json.Unmarshal(m.Args[i], v.Interface()) != nil {
			return answer{Error: bridge.Text(fault.New(fault.Protocol, "message.malformed"))}
		}
		in[i] = v.Elem()
	}
	out := method.Call(in)
	if err, _ := out[1].Interface().(error); err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Result: out[0].Interface()}
}

// known gives the seat of a browser by its cookie, nil where it has none.
func (s *Server) known(r *http.Request) *chair {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := r.Cookie(cookie)
	if err != nil {
		return nil
	}
	seat := s.seats[c.Value]
	if seat != nil {
		seat.used = time.Now()
	}
	return seat
}

// seat finds the seat of a browser, or makes one. Only calls of a trusted page make one.
func (s *Server) seat(w http.ResponseWriter, r *http.Request) *chair {
	if seat := s.known(r); seat != nil {
		return seat
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.forget(now)
	own := bridge.NewSeat(s.services)
	name, seat := rand.Text(), &chair{seat: own, methods: methods(s.services, own), used: now}
	s.seats[name] = seat
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: name, Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteStrictMode})
	return seat
}

// forget drops the seats that nobody has used for long. Where there are too many all the same, the one at which nobody is signed in goes that was
// used the longest ago: many pages opened by somebody sign nobody else out.
func (s *Server) forget(now time.Time) {
	oldest := ""
	for name, c := range s.seats {
		if now.Sub(c.used) > forgotten {
			delete(s.seats, name)
			continue
		}
		if first, some := s.seats[oldest]; !some || older(c, first) {
			oldest = name
		}
	}
	if len(s.seats) >= most {
		delete(s.seats, oldest)
	}
}

func older(a, b *chair) bool {
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
	_, _ = fmt.Fprintf(w, standIn, list)
}

const standIn = `"use strict";
(() => {
  const methods = %s;
  const send = async (name, args) => {
    const response = await fetch("/rpc", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name, args }) });
    const answer = await response.json();
    if (answer.error) throw new Error(answer.error);
    return answer.result;
  };
  window.go = {};
  for (const [path, names] of Object.entries(methods)) {
    const [pkg, handler] = path.split(".");
    window.go[pkg] ??= {};
    window.go[pkg][handler] = Object.fromEntries(names.map((name) => [name, (...args) => send(path + "." + name, args)]));
  }
  window.runtime = {
    ClipboardSetText: (text) => navigator.clipboard.writeText(text).then(() => true),
    BrowserOpenURL: (url) => window.open(url, "_blank", "noopener"),
  };
})();
`

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
	server := &http.Server{Handler: New(services, dist, secure), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	scheme := "http://"
	if secure {
		scheme = "https://"
	}
	ready(scheme + listener.Addr().String())
	if secure {
		err = server.ServeTLS(listener, at.Certificate, at.Key)
	} else {
		err = server.Serve(listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
