package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/guard"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/right"
	"habilis/internal/strength"
)

// Service signs people in.
type Service struct {
	db       *db.DB
	now      func() time.Time
	cost     func() Cost
	floor    Cost
	sessions *Sessions
	mu       sync.Mutex
	until    map[string]time.Time   // when the next attempt at an account is allowed at the window, by this process's own clock
	turns    map[string]*sync.Mutex // one attempt at an account at a time: each counts before the next is looked at
	printed  string                 // the token of the address that a server printed: whoever brings it is nobody's stranger
	browsers *attempts
}

// NewService makes a service. cost gives what a new seal costs; floor is below what an old one is sealed again.
func NewService(d *db.DB, now func() time.Time, cost func() Cost, floor Cost, sessions *Sessions) *Service {
	return &Service{
		db: d, now: now, cost: cost, floor: floor, sessions: sessions, until: map[string]time.Time{}, turns: map[string]*sync.Mutex{}, browsers: newAttempts(now),
	}
}

// turn takes an account's turn; the function it returns ends it. Strangers have one together, whoever is known has their own.
func (s *Service) turn(a attempt) (end func()) {
	key := a.account
	if a.known || a.place == window {
		key += a.place
	} else {
		key += "strangers"
	}
	s.mu.Lock()
	m := s.turns[key]
	if m == nil {
		bound(s.turns) // those who hold one go on with it
		m = &sync.Mutex{}
		s.turns[key] = m
	}
	s.mu.Unlock()
	m.Lock()
	return m.Unlock
}

// Forget ends every session, and forgets every attempt: the accounts are gone.
func (s *Service) Forget() {
	s.sessions.mu.Lock()
	clear(s.sessions.all)
	s.sessions.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.until)
	clear(s.turns)
	s.browsers.empty()
}

// Sessions returns the sessions of this process.
func (s *Service) Sessions() *Sessions { return s.sessions }

// activationLife is how long an activation code lives.
const activationLife = 60 * time.Minute

// Enrol stores a new sealed identity of a user, within the change that lets them in. It fails with Invalid where the passphrase is too weak.
func (s *Service) Enrol(ctx context.Context, tx *db.Tx, user int64, prepared Prepared) error {
	err := tx.SaveSignIn(ctx, sqlc.SaveSignInParams{
		UserID: user, Salt: prepared.sealed.salt, MemoryKib: int64(prepared.sealed.cost.MemoryKiB), Passes: int64(prepared.sealed.cost.Passes),
		Lanes: int64(prepared.sealed.cost.Lanes), Recipient: prepared.sealed.recipient, Sealed: prepared.sealed.box, ChangedAt: tx.At,
	})
	if err != nil {
		return fmt.Errorf("sign-in of user %d: %w", user, err)
	}
	return nil
}

// Prepared is a sealed identity that is not stored yet: sealing takes a third of a second, which no transaction should hold.
type Prepared struct {
	user   int64
	sealed sealed
}

// Prepare checks a passphrase and seals a new identity for the user who will have this number.
func (s *Service) Prepare(user int64, passphrase string, personal ...string) (Prepared, error) {
	if err := strength.Check(passphrase, personal...); err != nil {
		return Prepared{}, err
	}
	cost := s.cost()
	leave, err := makers.enter(true) // whoever chooses a passphrase has shown a code, or is the first
	if err != nil {
		return Prepared{}, err
	}
	defer leave()
	box, err := newIdentity(passphrase, user, cost)
	return Prepared{user, box}, err
}

// Credentials is what a person gives to enter. AcceptClock goes on although the clock is far from the file's last instant.
type Credentials struct {
	Email       string `json:"email"`
	Passphrase  string `json:"passphrase"`
	AcceptClock bool   `json:"acceptClock"`
}

var errEntry = fault.Field("passphrase", "signin.wrong")

// Enter opens a session. It fails with Invalid on wrong credentials (the same sentence, after the same work, for an address that nobody has and for one
// that was never invited), or while a delay after failures runs (signin.wait, with seconds).
func (s *Service) Enter(ctx context.Context, c Credentials) (string, error) {
	user, err := s.find(ctx, c.Email)
	if err != nil {
		return "", err
	}
	a := attempt{place: placeOf(ctx), account: accountOf(address(c.Email)), user: user, passphrase: c.Passphrase}
	if err := s.know(ctx, &a); err != nil {
		return "", err
	}
	if err := s.attempt(ctx, a); err != nil {
		return "", err
	}
	session := ""
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		session, err = s.begin(ctx, tx, user, c.AcceptClock, Notice{})
		return err
	})
	if err != nil {
		s.sessions.Close(session)
		return "", errors.Join(err, s.refusedAtTheDoor(ctx, user, err))
	}
	return session, nil
}

// begin opens a session within the transaction that writes it down: before the commit, so that whoever locks the user after it ends this session too.
// more is what the person is to be told besides.
func (s *Service) begin(ctx context.Context, tx *db.Tx, user int64, acceptClock bool, more Notice) (string, error) {
	notice, err := s.entered(ctx, tx, user, acceptClock)
	if err != nil {
		return "", err
	}
	if len(more.By) > 0 {
		notice = more
	}
	if err := s.remember(ctx, tx, user, placeOf(ctx)); err != nil {
		return "", err
	}
	session := s.sessions.open(user)
	s.sessions.notify(session, notice)
	return session, nil
}

// mostBrowsers is how many browsers of one user are remembered.
const mostBrowsers = 100

// remember writes down at which browser somebody entered.
func (s *Service) remember(ctx context.Context, tx *db.Tx, user int64, place string) error {
	if place == window || strings.HasPrefix(place, nameless) {
		return nil
	}
	if err := tx.RememberBrowser(ctx, sqlc.RememberBrowserParams{UserID: user, Place: place, EnteredAt: tx.At}); err != nil {
		return fmt.Errorf("browser: %w", err)
	}
	if err := tx.ForgetOldBrowsers(ctx, sqlc.ForgetOldBrowsersParams{UserID: user, Most: mostBrowsers}); err != nil {
		return fmt.Errorf("browsers: %w", err)
	}
	return nil
}

// Vouch takes the token of the address that a server printed: whoever was shown it is at this computer, and strangers hold them up at no account.
func (s *Service) Vouch(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.printed = token
}

// printed is the place of whoever brings the printed address, at whichever browser they did not enter before: they share its count.
const printed = "printed"

// know tells an attempt whether the account was entered at its place before, or whoever tries was shown the printed address.
func (s *Service) know(ctx context.Context, a *attempt) (err error) {
	if a.place == window {
		return nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a.known, err = tx.KnownBrowser(ctx, sqlc.KnownBrowserParams{UserID: a.user, Place: a.place})
		return err
	})
	shown, _ := ctx.Value(shownKey{}).(string)
	if err != nil || a.known || shown == "" {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if subtle.ConstantTimeCompare([]byte(shown), []byte(s.printed)) == 1 {
		a.known, a.place = true, printed
	}
	return nil
}

// refusedAtTheDoor writes down that the right passphrase was refused: the account is locked, disabled, or has none.
func (s *Service) refusedAtTheDoor(ctx context.Context, user int64, why error) error {
	f, isFault := fault.As(why)
	if !isFault || f.Code != fault.Forbidden {
		return nil
	}
	return s.refused(ctx, user, f.Problems[0].Key)
}

// Active fails with Unauthenticated where a user is disabled now.
func (s *Service) Active(ctx context.Context, user int64) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		active, err := tx.ActiveUser(ctx, sqlc.ActiveUserParams{UserID: user, At: tx.At})
		if err != nil {
			return fmt.Errorf("user: %w", err)
		}
		if !active {
			return fault.New(fault.Unauthenticated, "session.disabled")
		}
		return nil
	})
}

// entered checks that a user may enter now, and writes that down. It returns what the person is to be told: who was shown a code of theirs since they
// were last here.
func (s *Service) entered(ctx context.Context, tx *db.Tx, user int64, acceptClock bool) (Notice, error) {
	u, err := tx.UserRow(ctx, user) // read again: somebody may have locked the account while the key was made
	if err != nil {
		return Notice{}, fmt.Errorf("user: %w", err)
	}
	if u.SignIn != "open" {
		return Notice{}, fault.New(fault.Forbidden, "signin.not_open")
	}
	r, err := access.Load(ctx, tx, user)
	if err != nil {
		return Notice{}, err
	}
	if !r.Active(tx.At) {
		return Notice{}, fault.New(fault.Forbidden, "signin.disabled")
	}
	action := "session.opened"
	odd, err := s.oddClock(ctx, tx)
	if err != nil {
		return Notice{}, err
	}
	if odd != "" {
		allowed := r.Allowed(right.Question{Permission: right.FirmAdmin, At: tx.At})
		if !acceptClock || !allowed {
			return Notice{}, fault.New(fault.Refused, odd)
		}
		action = "session.opened_despite_clock"
	}
	var notice Notice
	if u.LastSignInAt != 0 { // the code that opens an account for the first time is the person's own
		if notice, err = codesShown(ctx, tx, user, u.LastSignInAt, 0); err != nil {
			return notice, err
		}
	}
	if err := tx.RememberSignIn(ctx, sqlc.RememberSignInParams{ID: user, LastSignInAt: tx.At}); err != nil {
		return notice, fmt.Errorf("last sign-in: %w", err)
	}
	return notice, journal.Record(ctx, tx, &access.Actor{User: user}, journal.Entry{Action: action, Kind: "session", Object: user, Person: user})
}

// oddClock tells of a clock more than a day behind the last instant at which somebody did something, or more than a year ahead of it.
func (s *Service) oddClock(ctx context.Context, tx *db.Tx) (string, error) {
	last, err := tx.LastAct(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("journal: %w", err)
	}
	now, _ := s.db.Clock()
	const day = 24 * 60 * 60 * 1000
	switch {
	case now < last-day:
		return "clock.behind", nil
	case now > last+366*day:
		return "clock.ahead", nil
	}
	return "", nil
}

// find returns the number of the user of an address, 0 where nobody has it.
func (s *Service) find(ctx context.Context, email string) (id int64, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		user, err := tx.UserByEmail(ctx, address(email))
		id = user.ID
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	return id, err
}

// accountOf names an account for counting, whether anybody has it or not: by a hash of its address.
func accountOf(address string) string {
	sum := sha256.Sum256([]byte(address))
	return string(sum[:])
}

// longestAddress is how many bytes an address has at most that is looked at.
const longestAddress = 1000

// address writes a mailbox as accounts have it, and nothing for what is too long to be one.
func address(email string) string {
	if len(email) > longestAddress {
		return ""
	}
	written, _ := fold.Address(email)
	return written
}

// attempt is one try at an account: where, at which, and with what. user is 0 where nobody has the address. known tells that the account was entered at
// that place before, or is open there.
type attempt struct {
	place, account string
	user           int64
	passphrase     string
	known          bool
}

// row is under what the file counts the failures of an attempt: those of a browser that is known, and of a session, hold up nobody else.
func (a attempt) row() []byte {
	if a.place == window || !a.known {
		return []byte(a.account)
	}
	return []byte(accountOf(a.account + a.place))
}

// kind is where the file counts the failures of an attempt.
func (a attempt) kind() string {
	if a.place == window {
		return "window"
	}
	return "browser"
}

// attempt opens the sealed identity of an account, or counts a failure. It does the same work whether there is one or not.
func (s *Service) attempt(ctx context.Context, a attempt) error {
	defer s.turn(a)()
	row, past, err := s.stored(ctx, a)
	if err != nil {
		return err
	}
	if wait, first := s.wait(a, past); wait > 0 {
		if first {
			if err := s.line(ctx, a.user, "session.waited", ""); err != nil {
				return err
			}
		}
		return fault.Field("passphrase", "signin.wait", "seconds", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
	if len(a.passphrase) > strength.MaxLength {
		return errEntry
	}
	box := sealed{row.Salt, row.Sealed, costOf(row.MemoryKib, row.Passes, row.Lanes), row.Recipient}
	id, err := openInTurn(box, a)
	if _, busy := fault.As(err); busy {
		return err
	}
	if err != nil {
		return s.failed(ctx, a, past.Failures+1)
	}
	s.browsers.forget(a)
	if !box.cost.below(s.floor) {
		return s.entry(ctx, a, past)
	}
	again, err := s.sealAgain(id, a)
	if err != nil {
		return err
	}
	return errors.Join(s.entry(ctx, a, past), s.db.Write(ctx, func(tx *db.Tx) error { return s.Enrol(ctx, tx, a.user, Prepared{a.user, again}) }))
}

// openInTurn opens a sealed identity once it is the turn of the attempt. Its turn ends whatever happens: one that was kept would stop everybody.
func openInTurn(box sealed, a attempt) (*age.X25519Identity, error) {
	leave, err := makers.enter(a.known || a.place == window)
	if err != nil {
		return nil, err
	}
	defer leave()
	return open(box, a.passphrase, a.user)
}

func (s *Service) sealAgain(id *age.X25519Identity, a attempt) (sealed, error) {
	cost := s.cost()
	leave, err := makers.enter(true)
	if err != nil {
		return sealed{}, err
	}
	defer leave()
	return seal(id, a.passphrase, a.user, cost)
}

func costOf(memory, passes, lanes int64) Cost {
	return Cost{uint32(memory), uint32(passes), uint8(lanes)} //nolint:gosec // written by Enrol
}

// stored reads the sealed identity of a user, and what failed at the account before. Where there is no identity, it gives one that nothing opens, at the
// cost of somebody's: the time that an answer takes tells nothing.
func (s *Service) stored(ctx context.Context, a attempt) (row sqlc.SignIn, past sqlc.Attempt, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if past, err = tx.Attempts(ctx, sqlc.AttemptsParams{Account: a.row(), Place: a.kind()}); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("attempts: %w", err)
		}
		row, err = tx.SignIn(ctx, a.user)
		if err == nil && len(row.Sealed) > 0 || err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		cost, err := tx.CostOfAny(ctx, int64(a.account[0])<<8|int64(a.account[1]))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("cost: %w", err)
		}
		row = sqlc.SignIn{UserID: a.user, Salt: make([]byte, 16), MemoryKib: cost.MemoryKib, Passes: cost.Passes, Lanes: cost.Lanes}
		return nil
	})
	return row, past, err
}

// forget drops the delay that this process remembers of an account at the window.
func (s *Service) forget(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.until, account)
}

// entry forgets what failed at an account that was entered now.
func (s *Service) entry(ctx context.Context, a attempt, past sqlc.Attempt) error {
	if a.place == window {
		s.forget(a.account)
	}
	if past.Failures == 0 {
		return nil
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return tx.ForgetFailuresAt(ctx, sqlc.ForgetFailuresAtParams{Account: a.row(), Place: a.kind()})
	})
}

// wait returns how long until the next attempt, and whether this is the first refused by that delay. A browser has its own count. At the window this
// process's own clock decides; after a restart, the time of the last failure, and a clock that was set back leaves the whole delay, from the first
// look on.
func (s *Service) wait(a attempt, past sqlc.Attempt) (wait time.Duration, first bool) {
	if a.place != window {
		return s.browsers.wait(a, s.left(past))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.until[a.account]
	if !ok {
		left := s.left(past)
		if s.now().Before(time.UnixMilli(past.WaitedAt)) {
			bound(s.until)
			s.until[a.account] = s.now().Add(left)
		}
		return left, false
	}
	wait = t.Sub(s.now())
	return wait, wait > 0 && s.browsers.tells(a, t)
}

// left is what is left of the delay that the file remembers: a restart ends none.
func (s *Service) left(past sqlc.Attempt) time.Duration {
	whole := time.Duration(past.WaitMs) * time.Millisecond
	passed := s.now().Sub(time.UnixMilli(past.WaitedAt))
	if passed < 0 {
		return whole
	}
	return whole - passed
}

// failed counts a failure, in this process and in the file, with the delay that a restart is not to end.
func (s *Service) failed(ctx context.Context, a attempt, failures int64) error {
	pause := delay(failures)
	if a.place == window {
		s.mu.Lock()
		bound(s.until)
		s.until[a.account] = s.now().Add(pause)
		s.mu.Unlock()
	} else {
		pause = s.browsers.failed(a)
	}
	tell := a.user != 0 || s.browsers.tells(a, s.now())
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		err := tx.CountFailure(ctx, sqlc.CountFailureParams{
			Account: a.row(), Place: a.kind(), WaitMs: max(0, pause.Milliseconds()), WaitedAt: s.now().UnixMilli(),
		})
		if err != nil {
			return fmt.Errorf("attempts: %w", err)
		}
		if err := tx.ForgetOldFailures(ctx, maxAccounts); err != nil {
			return fmt.Errorf("attempts: %w", err)
		}
		if !tell {
			return nil
		}
		return s.refusal(ctx, tx, a.user, "session.refused", "")
	})
	if err != nil {
		return err
	}
	return errEntry
}

// delay after a number of failures: none for four, then 1, 2, 4 … 300 seconds.
func delay(failures int64) time.Duration {
	if failures < 5 {
		return 0
	}
	return min(300*time.Second, time.Second<<min(failures-5, 16))
}

// refused writes down that somebody was not let in. why is a message key, empty for a wrong passphrase.
func (s *Service) refused(ctx context.Context, user int64, why string) error {
	return s.line(ctx, user, "session.refused", why)
}

func (s *Service) line(ctx context.Context, user int64, action, why string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.refusal(ctx, tx, user, action, why) })
}

func (s *Service) refusal(ctx context.Context, tx *db.Tx, user int64, action, why string) error {
	if odd, err := s.oddClock(ctx, tx); err != nil || odd != "" {
		return err // do not journal while the clock is suspect: the entry would move the file's latest instant
	}
	e := journal.Entry{Action: action, Kind: "session", Object: user, Person: user}
	if why != "" {
		e.Details = map[string]string{"why": why}
	}
	return journal.Record(ctx, tx, nil, e)
}

// Unlock opens a locked session again with its user's passphrase. Only failures at this session count: a stranger at the sign-in page keeps nobody out of
// the session that they opened.
func (s *Service) Unlock(ctx context.Context, session, passphrase string) error {
	if err := s.again(ctx, session, passphrase); err != nil {
		return err
	}
	s.sessions.unlock(session)
	return nil
}

// Confirm takes the passphrase of an open session again, before what it alone does not do. It fails as Unlock does.
func (s *Service) Confirm(ctx context.Context, session, passphrase string) error {
	if err := s.again(ctx, session, passphrase); err != nil {
		return err
	}
	s.sessions.confirm(session)
	return nil
}

func (s *Service) again(ctx context.Context, session, passphrase string) error {
	id, _ := s.sessions.Peek(session)
	if id == 0 {
		return fault.New(fault.Unauthenticated, "session.none")
	}
	var user sqlc.User
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		user, err = tx.UserRow(ctx, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	a := attempt{account: accountOf(user.Email), user: id, passphrase: passphrase, known: true}
	if placeOf(ctx) != window {
		a.place = "session " + session
	}
	return s.attempt(ctx, a)
}

// NewCode makes an activation code of 80 bits, in groups, with the hash that is stored of it.
func NewCode() (code, hash string) {
	text := rand.Text()[:16] // base 32: 5 bits a character
	sum := sha256.Sum256([]byte(text))
	return strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-"), hex.EncodeToString(sum[:])
}

// Invitation is what an invited person gives to choose a passphrase.
type Invitation struct {
	Email      string `json:"email"`
	Code       string `json:"code"`
	Passphrase string `json:"passphrase"`
}

// recent is how long codes that were shown before an activation are told of: others may have opened the account meanwhile.
const recent = 30 * 24 * time.Hour

// Activate lets an invited person choose a passphrase, and opens a session. The code works once, within the hour.
func (s *Service) Activate(ctx context.Context, in Invitation) (string, error) {
	user, name, err := s.invited(ctx, in)
	if err != nil {
		return "", err
	}
	prepared, err := s.Prepare(user.ID, in.Passphrase, user.Email, user.LastName, name)
	if err != nil {
		return "", err
	}
	session := ""
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		code, err := fits(ctx, tx, user.ID, in.Code) // again: it may have been spent, or replaced, while the key was made
		if err != nil {
			return err
		}
		shown, err := codesShown(ctx, tx, user.ID, max(0, tx.At-recent.Milliseconds()), code.Line)
		if err != nil {
			return err
		}
		if err := tx.SpendActivation(ctx, user.ID); err != nil {
			return fmt.Errorf("activation: %w", err)
		}
		if err := s.Enrol(ctx, tx, user.ID, prepared); err != nil {
			return err
		}
		if err := tx.ForgetFailures(ctx, []byte(accountOf(user.Email))); err != nil {
			return fmt.Errorf("attempts: %w", err)
		}
		if err := ledger.SetSignIn(ctx, tx, user.ID, "open"); err != nil {
			return err
		}
		err = journal.Record(ctx, tx, &access.Actor{User: user.ID}, journal.Entry{Action: "user.activated", Kind: "user", Object: user.ID, Person: user.ID})
		if err != nil {
			return err
		}
		session, err = s.begin(ctx, tx, user.ID, false, shown) // whoever may not enter has not spent the code
		return err
	})
	if err != nil {
		s.sessions.Close(session)
		return "", err
	}
	a := attempt{place: placeOf(ctx), account: accountOf(user.Email), user: user.ID}
	s.browsers.forget(a)
	s.forget(a.account)
	return session, nil
}

// invited returns the user whose code it is, and the firm's name.
func (s *Service) invited(ctx context.Context, in Invitation) (user sqlc.User, name string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		if user, err = tx.UserByEmail(ctx, address(in.Email)); err != nil {
			return err
		}
		if _, err := fits(ctx, tx, user.ID, in.Code); err != nil {
			return err
		}
		row, err := tx.Firm(ctx)
		name = row.Name
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return user, "", errCode
	}
	return user, name, err
}

var errCode = fault.Field("code", "signin.code_wrong")

// fits checks an activation code. Dashes, spaces and small letters are forgiven; a clock set back revives no code, and one that was shown to somebody who
// may not open the account any more is none: the account may hold more by now, or they less.
func fits(ctx context.Context, tx *db.Tx, user int64, code string) (sqlc.Activation, error) {
	a, err := tx.Activation(ctx, user)
	if errors.Is(err, sql.ErrNoRows) {
		return a, errCode
	}
	if err != nil {
		return a, fmt.Errorf("activation: %w", err)
	}
	text := strings.ToUpper(strings.NewReplacer("-", "", " ", "", "\u00a0", "").Replace(code))
	sum := sha256.Sum256([]byte(text))
	switch {
	case subtle.ConstantTimeCompare(sum[:], a.CodeHash) != 1:
		return a, errCode
	case tx.At >= a.ExpiresAt:
		return a, fault.Field("code", "signin.code_expired")
	}
	action, person, said, err := journal.Said(ctx, tx, a.Line)
	if err != nil || action != "user.sign_in" || person != user || said["code"] != digest(hex.EncodeToString(a.CodeHash)) {
		return a, errors.Join(err, errCode) // no line of the journal made it
	}
	if a.ShownTo == nil {
		return a, nil
	}
	holds, err := guard.CodeHolds(ctx, tx, *a.ShownTo, user)
	if err == nil && !holds {
		err = fault.Field("code", "signin.code_withdrawn")
	}
	return a, err
}
