package attack_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/bridge"
	"habilis/internal/signin"
)

// TestTheOldSeatNeverReads: issue H2. While somebody enters, whoever has a copy of the seat that they had before is answered nothing in their name.
func TestTheOldSeatNeverReads(t *testing.T) {
	s := firmOf(t)
	stolenHits := atomic.Int64{}
	for range 60 {
		victim := s.visitor()
		victim.must("Session.State")
		var stop atomic.Bool
		var wg sync.WaitGroup
		for range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				client := &http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				copyOf := &visitor{t: t, origin: s.origin, jar: jar{}, token: victim.token}
				for n, c := range victim.jar {
					copyOf.jar[n] = c
				}
				for !stop.Load() {
					resp, err := client.Do(copyOf.request(http.MethodPost, "/rpc", message(t, "Firm.Me")))
					if err != nil {
						return
					}
					b, _ := io.ReadAll(resp.Body)
					_ = resp.Body.Close()
					if strings.Contains(string(b), canary("admin")) {
						stolenHits.Add(1)
					}
				}
			}()
		}
		time.Sleep(5 * time.Millisecond)
		own := &visitor{t: t, origin: s.origin, jar: jar{}, token: victim.token}
		for n, c := range victim.jar {
			own.jar[n] = c
		}
		own.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
		stop.Store(true)
		wg.Wait()
	}
	assert.Zero(t, stolenHits.Load(), "answers to the old seat in the person's name, in 60 sign-ins")
}

// TestTheOldSeatNeverWrites: issue H2. Nor is a change of theirs made in that name.
func TestTheOldSeatNeverWrites(t *testing.T) {
	s := firmOf(t)
	s.person("mallory")
	s.enter("mallory")
	var stop atomic.Bool
	for range 80 {
		if s.number("SELECT count(*) FROM grants WHERE user_id = ? AND profile_id = ?", s.people["mallory"], s.profiles[administrateur]) > 0 {
			break
		}
		stop.Store(false)
		victim := s.visitor()
		victim.must("Session.State")
		var wg sync.WaitGroup
		for range 3 {
			wg.Add(1)
			copyOf := &visitor{t: t, origin: s.origin, jar: jar{}, token: victim.token}
			for n, c := range victim.jar {
				copyOf.jar[n] = c
			}
			go func() {
				defer wg.Done()
				client := &http.Client{Transport: &http.Transport{}}
				defer client.CloseIdleConnections()
				body := message(t, "Changes.Submit", object{"give": object{"user": s.people["mallory"], "profiles": []object{s.choice(administrateur)}}})
				for !stop.Load() {
					resp, err := client.Do(copyOf.request(http.MethodPost, "/rpc", body))
					if err != nil {
						return
					}
					_, _ = io.ReadAll(resp.Body)
					_ = resp.Body.Close()
				}
			}()
		}
		own := &visitor{t: t, origin: s.origin, jar: jar{}, token: victim.token}
		for n, c := range victim.jar {
			own.jar[n] = c
		}
		own.must("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
		stop.Store(true)
		wg.Wait()
	}
	require.Zero(t, s.number("SELECT count(*) FROM grants WHERE user_id = ? AND profile_id = ?", s.people["mallory"], s.profiles[administrateur]),
		"who had a copy of the seat gave themself Administrateur in the administrator's name")
}

// TestTwoEnterAtOnce: issue D1. Two people who enter at once at one seat are each in as themself.
func TestTwoEnterAtOnce(t *testing.T) {
	s := firmOf(t)
	s.person("clerk")
	s.enter("clerk")
	swapped := 0
	for range 150 {
		base := s.visitor()
		base.must("Session.State")
		var wg sync.WaitGroup
		got := [2]string{}
		for i, who := range []string{"admin", "clerk"} {
			v := &visitor{t: t, origin: s.origin, jar: jar{}, token: base.token}
			for n, c := range base.jar {
				v.jar[n] = c
			}
			wg.Add(1)
			go func() {
				defer wg.Done()
				a := v.call("Session.Enter", object{"email": address(who), "passphrase": passphrase})
				if a.Error == "" {
					got[i] = v.me()
				}
			}()
		}
		wg.Wait()
		if got[0] == address("clerk") || got[1] == address("admin") {
			swapped++
		}
	}
	assert.Zero(t, swapped, "somebody is in as the other, of 150")
}

// TestAPlantedCookieKeepsNobodyOut: issue H2. Another program on this computer plants a cookie with a narrower path, which the browser sends first.
func TestAPlantedCookieKeepsNobodyOut(t *testing.T) {
	s := firmOf(t)
	v := s.enter("admin")
	require.Equal(t, address("admin"), v.me())
	with := func(name string, args ...any) reply {
		r := v.request(http.MethodPost, "/rpc", message(t, name, args...))
		own := r.Header.Get("Cookie")
		for n := range v.jar {
			r.Header.Set("Cookie", n+"=PLANTED; "+own) // RFC 6265 5.4: longer paths first
		}
		return v.send(r)
	}
	a := with("Firm.Me")
	assert.Empty(t, a.Error, "signed out by a planted cookie")
	with("Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
	c := with("Firm.Me")
	assert.Empty(t, c.Error, "and never in again, right passphrase included")
}

// TestNewSeatsKeepNobodyOut: issue H3. A stranger who takes a new seat for each attempt does not keep the only administrator out: of a browser where they entered before, whatever became of its seat or the program, nor of a new one, with the address that was printed.
func TestNewSeatsKeepNobodyOut(t *testing.T) {
	for _, name := range []string{"the address that was printed", "signed in there before, left", "after a restart of serve"} {
		t.Run(name, func(t *testing.T) {
			s := firmOf(t)
			v := s.visitor()
			switch name {
			case "the address that was printed":
				v.shown = s.jeton()
			case "signed in there before, left":
				v = s.enter("admin")
				v.must("Session.Leave")
				for range 1001 { // 1000 seats: the signed-out one goes
					s.visitor().call("Session.State")
				}
			case "after a restart of serve":
				v = s.enter("admin")
				s.signIn.Forget() // what the process knew
			}
			in := false
			tried := 0
			for range 10 { // what strangers may try at once is spent first
				s.visitor().attempt(address("admin"), wrong)
			}
			for i := 0; i < 900 && !in; i++ {
				s.visitor().attempt(address("admin"), wrong)
				in = !v.attempt(address("admin"), passphrase).refused()
				tried++
				s.clock.move(time.Second)
			}
			assert.True(t, in, "kept out for %d s", tried)
		})
	}
}

// TestSignInsSendNobodyAway: issue H3. A colleague who signs in a thousand times sends nobody else away.
func TestSignInsSendNobodyAway(t *testing.T) {
	s := firmOf(t)
	s.person("clerk")
	s.enter("clerk")
	admin := s.enter("admin")
	for range 1001 {
		s.visitor().must("Session.Enter", object{"email": address("clerk"), "passphrase": passphrase})
	}
	assert.Equal(t, address("admin"), admin.me())
}

// TestAFloodFillsNoJournal: issue H3. Neither at an account nor at addresses that nobody has.
func TestAFloodFillsNoJournal(t *testing.T) {
	for _, x := range []struct{ name, email string }{{"an account", address("admin")}, {"nobody", "nobody@exemple.example"}, {"many", "%d@exemple.example"}} {
		t.Run(x.name, func(t *testing.T) {
			s := firmOf(t)
			email := func(i int) string { return strings.Replace(x.email, "%d", fmt.Sprint(i), 1) }
			for i := range 6 {
				s.visitor().attempt(email(i), wrong)
			}
			before := s.number("SELECT max(seq) FROM journal")

			for i := range 300 {
				s.visitor().attempt(email(i), wrong) // the clock stands still
			}

			assert.LessOrEqual(t, s.number("SELECT max(seq) FROM journal")-before, int64(40))
		})
	}
}

// TestLongAddressesFillNoMemory: issue H3. Addresses that somebody makes up are not kept.
func TestLongAddressesFillNoMemory(t *testing.T) {
	s := firmOf(t)
	m := s.visitor()
	m.call("Session.State")
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var x runtime.MemStats
		runtime.ReadMemStats(&x)
		return int64(x.HeapAlloc)
	}
	before := heap()
	for i := range 60 {
		m.attempt(fmt.Sprint(i)+strings.Repeat("a", 900_000)+"@x.fr", wrong)
	}
	grown := heap() - before
	assert.Less(t, grown, int64(20<<20))
}

// TestStrangersDelayNobodyAtTheWindow: issue H3. What strangers did over HTTP holds nobody up at the window, where they do not sit.
func TestStrangersDelayNobodyAtTheWindow(t *testing.T) {
	s := firmOf(t)
	s.storm(address("admin"), 20)
	s.clock.move(10 * time.Minute)
	s.signIn.Forget() // serve ended, the window is opened
	seat := bridge.NewSeat(s.s)
	_, f := s.direct(seat, "Session.Enter", object{"email": address("admin"), "passphrase": wrong}) // one slip
	require.Contains(t, f, "signin.wrong")
	_, f = s.direct(seat, "Session.Enter", object{"email": address("admin"), "passphrase": passphrase})
	assert.Empty(t, f)
}

// TestAFreshSeatShortensNoDelay: issue H3. A failure at another seat ends no delay that the file remembers.
func TestAFreshSeatShortensNoDelay(t *testing.T) {
	s := firmOf(t)
	m := s.visitor()
	for range 14 {
		if n := m.attempt(address("admin"), wrong).seconds(); n > 0 {
			s.clock.move(time.Duration(n) * time.Second)
			m.attempt(address("admin"), wrong)
		}
	}
	ends := func() int64 { return s.number("SELECT max(waited_at + wait_ms) FROM attempts") }
	long := ends()
	s.clock.move(5 * time.Second)

	s.visitor().attempt(address("admin"), wrong)

	assert.GreaterOrEqual(t, ends(), long)
}

// TestARestartTellsNobodyWhoIsKnown: issue D3. The delays that the file remembers are alike for every address.
func TestARestartTellsNobodyWhoIsKnown(t *testing.T) {
	talk := func(t *testing.T, kind string) []string {
		s := firmOf(t)
		email := accounts[kind](s, "someone")
		mallory := s.visitor()
		for range 6 {
			if n := mallory.attempt(email, wrong).seconds(); n > 0 {
				s.clock.move(time.Duration(n) * time.Second)
				mallory.attempt(email, wrong)
			}
		}
		s.signIn.Forget() // as after a restart
		a := s.visitor().attempt(email, wrong)
		return []string{fmt.Sprint(a.Status, a.Error)}
	}
	want := talk(t, "known")
	for _, kind := range []string{"unknown", "uninvited", "invited", "locked"} {
		t.Run(kind, func(t *testing.T) { assert.Equal(t, want, talk(t, kind)) })
	}
}

// TestTheWindowTellsNobodyWhoIsKnown: issue D3. So are those at the window.
func TestTheWindowTellsNobodyWhoIsKnown(t *testing.T) {
	talk := func(t *testing.T, kind string) []string {
		s := firmOf(t)
		email := accounts[kind](s, "someone")
		seat := bridge.NewSeat(s.s)
		var said []string
		for range 12 {
			_, failure := s.direct(seat, "Session.Enter", object{"email": email, "passphrase": wrong})
			said = append(said, failure)
			if strings.Contains(failure, "signin.wait") {
				s.clock.move(time.Second)
			}
		}
		return said
	}
	want := talk(t, "known")
	for _, kind := range []string{"unknown", "uninvited", "invited", "locked"} {
		t.Run(kind, func(t *testing.T) { assert.Equal(t, want, talk(t, kind)) })
	}
}

// TestTheWorkTellsNobodyWhoIsKnown: issue D3. An address that nobody has costs what one costs that can be entered, whatever a seal made today would.
func TestTheWorkTellsNobodyWhoIsKnown(t *testing.T) {
	s := open(t, signin.Cost{MemoryKiB: 8 << 10, Passes: 1, Lanes: 1})
	s.setUp()
	asked := 0
	dear := func() signin.Cost { asked++; return signin.Cost{MemoryKiB: 64 << 10, Passes: 4, Lanes: 1} }
	in := signin.NewService(s.d, s.clock.Now, dear, signin.Cost{MemoryKiB: 8 << 10, Passes: 1, Lanes: 1}, s.sessions)

	for _, name := range []string{"admin", "nobody"} {
		_, err := in.Enter(signin.At(t.Context(), name), signin.Credentials{Email: address(name), Passphrase: wrong})
		require.Error(t, err)
	}

	assert.Zero(t, asked, "the program calibrates for no stranger")
}

// TestStartingOverLetsNoStrangerAsk: issue H4. While the example is thrown away, no stranger asks a register.
func TestStartingOverLetsNoStrangerAsk(t *testing.T) {
	s := open(t, cheap)
	s.setUp()
	s.exec("UPDATE firm SET sample = 1")
	s.serve()
	admin := s.enter("admin")
	var stop atomic.Bool
	var open atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for !stop.Load() {
				_, failure := s.direct(bridge.NewSeat(s.s), "Session.LookFirst", object{"type": "siret", "identifier": siret(1), "registry": "annuaire"})
				if failure == "" {
					open.Add(1)
				}
			}
		}()
	}
	a := admin.confirmed("Session.StartOver")
	time.Sleep(20 * time.Millisecond)
	stop.Store(true)
	wg.Wait()
	t.Log(short(a.Text), len(s.register.heard()))
	require.Empty(t, a.Error)
	assert.Zero(t, open.Load(), "strangers asked of a register without a token")
}

// TestStartingOverLetsNoStrangerSetUp: issue H4. Nor does one set the firm up.
func TestStartingOverLetsNoStrangerSetUp(t *testing.T) {
	s := open(t, cheap)
	s.setUp()
	s.exec("UPDATE firm SET sample = 1")
	s.serve()
	admin := s.enter("admin")
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			m := s.visitor()
			wish := setUpWish()
			wish["email"] = address("mallory")
			for !stop.Load() {
				m.call("Session.SetUp", wish)
			}
		}()
	}
	time.Sleep(50 * time.Millisecond)
	a := admin.confirmed("Session.StartOver")
	time.Sleep(300 * time.Millisecond)
	stop.Store(true)
	wg.Wait()
	require.Empty(t, a.Error)
	assert.Contains(t, string(s.visitor().must("Session.State").Result), `"setUp":false`, "a stranger set the firm up without a token")
}

// TestStartingOverFromElsewhere: issue H4. Where nobody sets up, nothing is thrown away.
func TestStartingOverFromElsewhere(t *testing.T) {
	s := open(t, cheap)
	s.setUp()
	s.exec("UPDATE firm SET sample = 1")
	_, err := s.s.Launch(t.Context(), false)
	require.NoError(t, err)

	_, failure := s.direct(s.window, "Session.StartOver")

	assert.Contains(t, failure, "setup.not_here")
}

// TestADuplicationAsksTheRightFirst: issue H4. The register is not asked for somebody who may not duplicate.
func TestADuplicationAsksTheRightFirst(t *testing.T) {
	s := firmOf(t)
	s.structure("alpha")
	s.must("Changes.Submit", object{"identify": object{"id": s.structures["alpha"], "siret": siret(0)}})
	s.attached("man", "alpha", s.choice(manage))
	v := s.enter("man")
	s.submit(object{"setState": object{"structure": s.structures["alpha"], "active": false}})
	s.register.heard()

	a := v.call("Changes.Preview", object{"duplicate": object{"from": s.structures["alpha"], "identifier": siret(41)}})

	assert.Equal(t, "forbidden", a.code())
	assert.Empty(t, s.register.heard())
}

// TestRequestsOfOneTypistAreBounded: issue H9. Whomever they are for.
func TestRequestsOfOneTypistAreBounded(t *testing.T) {
	s := firmOf(t)
	s.person("typist", s.choice(gestionnaire))
	w := s.enter("typist")
	last := reply{}
	for i := range 8 {
		s.person(fmt.Sprintf("b%d", i))
		for j := range 15 {
			last = w.call("Changes.Submit", object{"ask": object{
				"subject": "membership", "beneficiary": s.people[fmt.Sprintf("b%d", i)], "identifierType": "siret", "identifier": siret(200 + j),
			}})
		}
	}

	assert.Equal(t, "request.many_typed", last.key())
	assert.EqualValues(t, 100, s.number("SELECT count(*) FROM requests WHERE state = 'pending'"))
}

// TestRequestsAtOnce: issue H9. At once, the same one waits once.
func TestRequestsAtOnce(t *testing.T) {
	s := firmOf(t)
	s.person("clerk")
	v := s.enter("clerk")
	var wg sync.WaitGroup
	for range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			v.tab().call("Changes.Submit", object{"ask": object{"subject": "membership", "identifierType": "siret", "identifier": siret(7)}})
		}()
	}
	wg.Wait()
	assert.EqualValues(t, 1, s.number("SELECT count(*) FROM requests WHERE state='pending'"))
}

// TestWhoTypedItInDecidedIt: issue H9. Request, record and proof say that one person typed a request in and approved it, by whichever of their accounts.
func TestWhoTypedItInDecidedIt(t *testing.T) {
	s := firmOf(t)
	s.structure("alpha")
	s.person("twin", s.choice(administrateur))
	s.person("other", s.choice(administrateur))
	s.exec("UPDATE users SET same_as = 1 WHERE id = ?", s.people["twin"])
	admin := s.enter("admin")
	for decider, own := range map[string]bool{"admin": true, "twin": true, "other": false} {
		bob := "bob" + decider
		s.attached(bob, "alpha")
		id := decoded[outcome](t, admin.must("Changes.Submit", object{"ask": object{
			"subject": "profiles", "beneficiary": s.people[bob], "structure": s.structures["alpha"], "profiles": []object{s.choice(consult)},
		}}).Result).Created

		_, a := s.enter(decider).submit(object{"decide": object{"request": id, "approve": true, "confirmed": true, "comment": "ok"}})
		require.Empty(t, a.Error)

		said := fmt.Sprintf(`"selfDecided":%t`, own)
		assert.Contains(t, string(admin.must("Requests.Get", id).Result), said)
		assert.Contains(t, string(admin.must("Grants.Of", s.people[bob]).Result), said)
		proof := string(admin.must("Rights.Prove", object{"user": s.people[bob], "permission": "department.view", "structure": s.structures["alpha"]}).Result)
		assert.Equal(t, own, strings.Contains(proof, `"selfDecided":true`), decider)
	}
}

// TestEveryAnswerHasItsHeaders: issue H11. Also where nothing is served.
func TestEveryAnswerHasItsHeaders(t *testing.T) {
	s := firmOf(t)
	host := strings.TrimPrefix(s.origin, "http://")
	for _, raw := range []string{
		"OPTIONS * HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
		"GET //evil.example/%2e%2e HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n",
		"GET http://evil.example/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n",
		"CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n",
		"GET /index.html/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n",
		"GET /assets HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
	} {
		c, err := net.Dial("tcp", host)
		require.NoError(t, err)
		_, err = c.Write([]byte(raw))
		require.NoError(t, err)
		require.NoError(t, c.SetReadDeadline(time.Now().Add(10*time.Second)))
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"), "%.40q -> %s", raw, resp.Status)
		require.NoError(t, c.Close())
	}
}

// TestThePrintedAddressIsNoWayToGuess: issue H3. Whoever was shown it guesses no faster, however many browsers they open with it.
func TestThePrintedAddressIsNoWayToGuess(t *testing.T) {
	s := firmOf(t)
	tried := 0
	for range 60 {
		v := s.visitor()
		v.shown = s.jeton()
		if v.attempt(address("admin"), wrong).key() == "signin.wrong" {
			tried++
		}
	}

	assert.LessOrEqual(t, tried, 5, "the clock stands still")
}
