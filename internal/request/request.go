// Package request keeps what people may only ask for: to be attached, or to get more profiles. A request stores the Change that
// its approval runs, in the approver's name.
package request

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
	"habilis/internal/uid"
)

// Wish is what a request asks, ready to become a change: to be attached (membership) or to get profiles, on a scope.
type Wish struct {
	Subject  string
	User     int64
	Scope    right.Scope
	Profiles []right.Choice
}

// Service keeps requests.
type Service struct {
	db   *db.DB
	load func(change.Stored) (change.Change, error)
	wish func(Wish) change.Change
}

// NewService makes a service. load gives back a stored change; wish makes the change that grants a wish.
func NewService(d *db.DB, load func(change.Stored) (change.Change, error), wish func(Wish) change.Change) *Service {
	return &Service{d, load, wish}
}

// Ask is what is asked. The structure is named by its number, or by its identifier by one who cannot see it; the department likewise by its code.
type Ask struct {
	Subject        string         `json:"subject"`     // membership or profiles
	Beneficiary    int64          `json:"beneficiary"` // 0: oneself
	Requester      int64          `json:"requester"`   // 0: the beneficiary
	Structure      int64          `json:"structure"`
	IdentifierType string         `json:"identifierType"`
	Identifier     string         `json:"identifier"`
	Department     int64          `json:"department"`
	DepartmentCode string         `json:"departmentCode"`
	Profiles       []right.Choice `json:"profiles"`
	Comment        string         `json:"comment"`
	ReceivedOn     string         `json:"receivedOn"` // the day of the letter or call, where somebody else types it in
	service        *Service
}

// Asking readies what a page asks.
func (s *Service) Asking(in Ask) Ask {
	in.service = s
	return in
}

// Kind names the change.
func (c Ask) Kind() string { return "request.ask" }

// Need is nothing: anybody asks for themselves; one who may see the person, and so knows who asks, types in for somebody else.
func (c Ask) Need(context.Context, *db.Tx) ([]access.Need, error) { return nil, nil }

// Check tells every problem, as far as the author may know of it: a place out of sight is named by what is typed, and the request is taken alike whether
// there is such a place or not. It fails with NotFound for people out of sight, and with Refused for what waits already or could not be approved now.
func (c Ask) Check(ctx context.Context, w *change.Work) error {
	p, err := c.placed(ctx, w.Tx, w.Actor)
	if err != nil {
		return err
	}
	if err := check(ctx, w.Tx, c); err != nil {
		return err
	}
	if err := bounded(ctx, w.Tx, w.Actor); err != nil {
		return err
	}
	if p.blind() {
		return waitingBlind(ctx, w.Tx, c, p)
	}
	return c.service.open(ctx, w.Tx, w.Actor, c, p.scope)
}

// placed fills in what the input leaves open, and finds the place.
func (c *Ask) placed(ctx context.Context, tx *db.Tx, actor *access.Actor) (place, error) {
	c.Comment = fold.Prose(c.Comment)
	if err := c.service.parties(ctx, tx, actor, c); err != nil {
		return place{}, err
	}
	return c.service.place(ctx, tx, actor, *c)
}

// Apply writes the request down.
func (c Ask) Apply(ctx context.Context, w *change.Work) (made change.Outcome, err error) {
	p, err := c.placed(ctx, w.Tx, w.Actor)
	if err != nil {
		return made, err
	}
	made.Created, err = c.service.add(ctx, w.Tx, w.Actor, c, p)
	return made, err
}

// parties fills in who asks for whom, and checks that the one who types it in may see them.
func (s *Service) parties(ctx context.Context, tx *db.Tx, actor *access.Actor, in *Ask) error {
	if in.Beneficiary == 0 {
		in.Beneficiary = actor.User
	}
	if in.Requester == 0 {
		in.Requester = in.Beneficiary
	}
	for _, id := range []int64{in.Beneficiary, in.Requester} {
		facts, err := access.Load(ctx, tx, id)
		if err != nil {
			return err
		}
		if id != actor.User && (!actor.Sees(facts, tx.At) || !facts.Active(tx.At)) {
			return fault.New(fault.NotFound, "user.not_found")
		}
	}
	return nil
}

// place is what a request is about. What was typed is kept where the actor does not see the structure: scope is then what it names now, the firm where
// it names nothing that works.
type place struct {
	scope                  right.Scope
	kind, identifier, code string
}

func (p place) blind() bool { return p.identifier != "" }

// place finds what is asked for.
func (s *Service) place(ctx context.Context, tx *db.Tx, actor *access.Actor, in Ask) (place, error) {
	sight := actor.Rights.See(right.StructureView, tx.At)
	if in.Structure != 0 {
		if !sight.Within(in.Structure) {
			return place{}, fault.New(fault.NotFound, "structure.not_found")
		}
		return inSight(ctx, tx, actor, in, in.Structure)
	}
	canonical, err := identifier.Parse(in.IdentifierType, in.Identifier)
	if err != nil {
		return place{}, err
	}
	p := place{kind: in.IdentifierType, identifier: canonical, code: fold.Text(in.DepartmentCode)}
	found, err := structureOf(ctx, tx, p)
	if err != nil || found == 0 {
		return p, err
	}
	if sight.Within(found) {
		return inSight(ctx, tx, actor, in, found)
	}
	p.scope, err = outOfSight(ctx, tx, in, found)
	return p, err
}

// inSight finds what is asked for in a structure that the actor sees. A department that they may not see is kept as it was typed, whether there is one
// of that code or not.
func inSight(ctx context.Context, tx *db.Tx, actor *access.Actor, in Ask, structure int64) (place, error) {
	scope, err := department(ctx, tx, in, right.Structure(structure))
	if err != nil && !fault.Is(err, fault.Invalid) || scope.Department == 0 && err == nil {
		return place{scope: scope}, err
	}
	sight := actor.Rights.See(right.DepartmentView, tx.At)
	if err == nil && sight.Holds(scope) || err != nil && sight.Holds(right.Structure(structure)) {
		return place{scope: scope}, err
	}
	if in.Department != 0 {
		return place{}, fault.Field("department", "department.not_found")
	}
	row, err := tx.StructureRow(ctx, structure)
	if err != nil {
		return place{}, fmt.Errorf("structure: %w", err)
	}
	p := place{kind: row.IdentifierType, identifier: row.Identifier, code: fold.Text(in.DepartmentCode)}
	p.scope, err = outOfSight(ctx, tx, in, structure)
	return p, err
}

// outOfSight returns what a request out of its author's sight waits on: the firm where nobody at the place could answer.
func outOfSight(ctx context.Context, tx *db.Tx, in Ask, structure int64) (right.Scope, error) {
	scope, err := department(ctx, tx, in, right.Structure(structure))
	if err != nil && !fault.Is(err, fault.Invalid) {
		return scope, err
	}
	nobody, err := access.Load(ctx, tx, 0)
	if err != nil {
		return scope, err
	}
	if err := access.ReadPlaces(ctx, tx, nobody, structure); err != nil || nobody.Works(scope, tx.At) {
		return scope, err
	}
	return right.Scope{}, nil
}

// structureOf returns the structure that what was typed names, 0 where there is none.
func structureOf(ctx context.Context, tx *db.Tx, p place) (int64, error) {
	row, err := tx.StructureByIdentifier(ctx, sqlc.StructureByIdentifierParams{IdentifierType: p.kind, Identifier: p.identifier})
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("structure: %w", err)
	}
	return row.ID, nil
}

// department finds the department that is asked for, the structure where none is.
func department(ctx context.Context, tx *db.Tx, in Ask, scope right.Scope) (right.Scope, error) {
	code := fold.Caseless(in.DepartmentCode)
	if in.Department == 0 && code == "" {
		return scope, nil
	}
	rows, err := tx.DepartmentsOf(ctx, sqlc.DepartmentsOfParams{StructureID: scope.Structure, At: tx.At})
	if err != nil {
		return scope, fmt.Errorf("departments: %w", err)
	}
	for _, d := range rows {
		if in.Structure != 0 && d.ID == in.Department || code != "" && d.CodeKey == code {
			return right.Department(scope.Structure, d.ID), nil
		}
	}
	return scope, fault.Field("department", "department.not_found")
}

func check(ctx context.Context, tx *db.Tx, in Ask) error {
	var l fault.List
	if in.Subject != "membership" && in.Subject != "profiles" {
		l.Add("subject", "request.subject.unknown")
	}
	if in.Subject == "profiles" && len(in.Profiles) == 0 {
		l.Add("profiles", "profiles.empty")
	}
	if len([]rune(in.Comment)) > 1000 {
		l.Add("comment", "field.too_long", "max", "1000")
	}
	if err := received(ctx, tx, in.ReceivedOn, &l); err != nil {
		return err
	}
	if err := known(ctx, tx, in.Profiles, &l); err != nil {
		return err
	}
	return l.Err()
}

// earliest is the first day on which anything can have been received: no letter that still waits is older.
const earliest = "1990-01-01"

// received checks the day on which a request came: it has been, and not before anybody could ask.
func received(ctx context.Context, tx *db.Tx, day string, l *fault.List) error {
	if day == "" {
		return nil
	}
	zone, err := access.Zone(ctx, tx)
	if err != nil {
		return err
	}
	switch _, err := period.Start(day, zone); {
	case err != nil:
		l.Add("receivedOn", "day.malformed")
	case day < earliest:
		l.Add("receivedOn", "day.too_early", "day", earliest)
	case day > period.Day(tx.At, zone):
		l.Add("receivedOn", "day.not_yet")
	}
	return nil
}

// bounded refuses more than anybody waits for: nobody fills the approvers' lists.
func bounded(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	n, err := tx.CountTyped(ctx, actor.User)
	if err != nil {
		return fmt.Errorf("pending requests: %w", err)
	}
	if n >= mostTyped {
		return fault.New(fault.Refused, "request.many_typed", "max", strconv.Itoa(mostTyped))
	}
	return nil
}

// open refuses what could not be approved now, or waits already.
func (s *Service) open(ctx context.Context, tx *db.Tx, actor *access.Actor, in Ask, scope right.Scope) error {
	if err := works(ctx, tx, in, scope); err != nil {
		return err
	}
	if err := waiting(ctx, tx, in, scope); err != nil {
		return err
	}
	return s.approvable(ctx, tx, actor, in, scope)
}

// waiting refuses what waits already for the same person and place, and names it: the same attachment, or one of the same profiles.
func waiting(ctx context.Context, tx *db.Tx, in Ask, scope right.Scope) error {
	twins, err := tx.PendingTwins(ctx, sqlc.PendingTwinsParams{BeneficiaryID: in.Beneficiary, StructureID: &scope.Structure})
	if err != nil {
		return fmt.Errorf("pending requests: %w", err)
	}
	return noTwin(twins, in, func(t sqlc.Request) bool { return Scope(t) == scope && !unplaced(t) })
}

// waitingBlind is waiting in a place that the actor does not see: what waits there by what was typed, whether there is such a place or not.
func waitingBlind(ctx context.Context, tx *db.Tx, in Ask, p place) error {
	twins, err := tx.PendingBlind(ctx, in.Beneficiary)
	if err != nil {
		return fmt.Errorf("pending requests: %w", err)
	}
	return noTwin(twins, in, func(t sqlc.Request) bool {
		return t.IdentifierType == p.kind && t.Identifier == p.identifier && strings.EqualFold(t.DepartmentCode, p.code)
	})
}

func noTwin(twins []sqlc.Request, in Ask, same func(sqlc.Request) bool) error {
	for _, t := range twins {
		if t.Subject != in.Subject || !same(t) {
			continue
		}
		asked, err := choicesOf(t)
		if err != nil {
			return err
		}
		both := slices.ContainsFunc(asked, func(a right.Choice) bool {
			return slices.ContainsFunc(in.Profiles, func(b right.Choice) bool { return a.Profile == b.Profile })
		})
		if in.Subject == "membership" || both {
			return fault.New(fault.Refused, "request.already", "request", strconv.FormatInt(t.ID, 10))
		}
	}
	if len(twins) >= mostWaiting {
		return fault.New(fault.Refused, "request.many", "max", strconv.Itoa(mostWaiting))
	}
	return nil
}

// mostWaiting is how many requests may wait for one person in one structure, and in places that they do not see; mostTyped how many that one person typed in.
const (
	mostWaiting = 20
	mostTyped   = 100
)

// choicesOf reads which profiles a stored request asks for.
func choicesOf(r sqlc.Request) ([]right.Choice, error) {
	var input struct {
		Profiles []right.Choice `json:"profiles"`
	}
	if err := json.Unmarshal([]byte(r.ChangeInput), &input); err != nil {
		return nil, fmt.Errorf("request %d: %w", r.ID, err)
	}
	return input.Profiles, nil
}

// approvable rehearses what the request asks for, rights of the approver aside: what could not be approved now is refused at once.
func (s *Service) approvable(ctx context.Context, tx *db.Tx, actor *access.Actor, in Ask, scope right.Scope) error {
	return tx.Savepoint(ctx, func() error {
		_, err := change.Rehearsing(tx, actor).Do(ctx, s.wish(Wish{in.Subject, in.Beneficiary, scope, in.Profiles}))
		return err
	})
}

// widest is how many profiles a request may ask for, and how many boxes of each.
const widest = 100

// known refuses profiles that nobody could give.
func known(ctx context.Context, tx *db.Tx, choices []right.Choice, l *fault.List) error {
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, c := range choices {
		if seen[c.Profile] {
			l.Add("profiles", "profile.twice")
			return nil
		}
		seen[c.Profile] = true
		p := profiles[c.Profile]
		if len(choices) > widest || len(c.Options) > widest || p == nil || !p.InUse || unoffered(p, c, tx.At) {
			l.Add("profiles", "profile.not_offered")
			return nil
		}
	}
	return nil
}

// unoffered reports whether a box is ticked that a profile does not offer.
func unoffered(p *right.Profile, c right.Choice, at int64) bool {
	return slices.ContainsFunc(c.Options, func(option string) bool {
		q, known := right.Parse(option)
		return !known || !p.OffersBox(q, period.Span{From: at, Until: period.Open})
	})
}

// works refuses what nobody could answer: the structure or department does not work now, or the person is attached there already.
func works(ctx context.Context, tx *db.Tx, in Ask, scope right.Scope) error {
	facts, err := access.Load(ctx, tx, in.Beneficiary)
	if err != nil {
		return err
	}
	if err := access.ReadPlaces(ctx, tx, facts, scope.Structure); err != nil {
		return err
	}
	switch {
	case !facts.Works(right.Structure(scope.Structure), tx.At):
		return fault.Field("structure", "request.inactive")
	case !facts.Works(scope, tx.At):
		return fault.Field("department", "request.inactive_department")
	case in.Subject == "membership" && slices.ContainsFunc(facts.Attached(tx.At), func(m right.Scope) bool { return m.Covers(scope) }):
		return fault.Field("beneficiary", "membership.already")
	}
	return nil
}

func (s *Service) add(ctx context.Context, tx *db.Tx, actor *access.Actor, in Ask, at place) (int64, error) {
	scope := at.scope
	stored, err := change.Store(s.wish(Wish{in.Subject, in.Beneficiary, scope, in.Profiles}))
	if err != nil {
		return 0, err
	}
	p := sqlc.AddRequestParams{
		Uid: uid.New(), Subject: in.Subject, ChangeKind: stored.Kind, ChangeInput: string(stored.Input), BeneficiaryID: in.Beneficiary,
		RequesterID: in.Requester, TypedBy: actor.User, Comment: in.Comment, ReceivedOn: in.ReceivedOn, AskedAt: tx.At,
		IdentifierType: at.kind, Identifier: at.identifier, DepartmentCode: at.code,
	}
	p.StructureID = db.OrNull(scope.Structure)
	p.DepartmentID = db.OrNull(scope.Department)
	id, err := tx.AddRequest(ctx, p)
	if err != nil {
		return 0, fmt.Errorf("request: %w", err)
	}
	return id, journal.Record(ctx, tx, actor, journal.Entry{
		Action: "request.asked", Kind: "request", Object: id, Structure: scope.Structure, Person: in.Beneficiary,
		Details: map[string]string{"subject": in.Subject}, Values: map[string]string{"comment": in.Comment},
	})
}

// Decide approves or refuses a request. Confirmed says, on approving an attachment, « Je confirme que cette personne travaille dans cette
// structure ».
type Decide struct {
	Request   int64  `json:"request"`
	Approve   bool   `json:"approve"`
	Comment   string `json:"comment"`
	Confirmed bool   `json:"confirmed"`
	service   *Service
}

// Decision readies a decision that came from a page.
func (s *Service) Decision(in Decide) Decide {
	in.service = s
	return in
}

// Kinds lists the changes of requests.
func (s *Service) Kinds() []change.Kind {
	return []change.Kind{
		change.Of(change.Form, func(_ context.Context, c Ask) (Ask, error) { return s.Asking(c), nil }),
		change.Of(change.Form, func(_ context.Context, c Decide) (Decide, error) { return s.Decision(c), nil }),
	}
}

// Kind names the change.
func (c Decide) Kind() string { return "request.decide" }

// Need is request.decide on the scope that the request is about.
func (c Decide) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	r, err := c.find(ctx, tx)
	if err != nil {
		return nil, err
	}
	return []access.Need{{Permission: right.RequestDecide, Scope: Scope(r)}}, nil
}

func (c Decide) find(ctx context.Context, tx *db.Tx) (sqlc.Request, error) {
	r, err := tx.RequestRow(ctx, c.Request)
	if errors.Is(err, sql.ErrNoRows) {
		return r, access.Forbidden(right.RequestDecide) // nothing is told of what exists
	}
	if err != nil {
		return r, fmt.Errorf("request: %w", err)
	}
	return r, nil
}

// Scope is what a request is about.
func Scope(r sqlc.Request) right.Scope { return access.RequestScope(r) }

// Check tells of a refusal without a comment, of one that is too long, and of an attachment that is not confirmed.
func (c Decide) Check(ctx context.Context, w *change.Work) error {
	r, err := c.find(ctx, w.Tx)
	if err != nil {
		return err
	}
	comment := fold.Prose(c.Comment)
	var l fault.List
	if !c.Approve && comment == "" {
		l.Miss("comment", "request.refusal_comment")
	}
	if len([]rune(comment)) > 1000 {
		l.Add("comment", "field.too_long", "max", "1000")
	}
	if c.Approve && r.Subject == "membership" && !c.Confirmed {
		l.Miss("confirmed", "request.not_confirmed")
	}
	return l.Err()
}

// Apply writes the decision, and runs the stored change in the approver's name. A request decided meanwhile is a Conflict.
func (c Decide) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	tx, actor := w.Tx, w.Actor
	r, err := c.find(ctx, tx)
	if err != nil {
		return none, err
	}
	c.Comment = fold.Prose(c.Comment)
	state := map[bool]string{true: "approved", false: "refused"}[c.Approve]
	n, err := tx.DecideRequest(ctx, sqlc.DecideRequestParams{
		ID: r.ID, State: state, DecidedAt: tx.At, DecidedBy: &actor.User, DecisionComment: c.Comment,
	})
	if err != nil {
		return none, fmt.Errorf("request: %w", err)
	}
	if n == 0 {
		return none, fault.New(fault.Conflict, "request.decided_already")
	}
	ledger.Decided(tx, r.RequesterID, r.BeneficiaryID, Scope(r), c.Comment)
	err = journal.Record(ctx, tx, actor, journal.Entry{
		Action: "request." + state, Kind: "request", Object: r.ID, Structure: Scope(r).Structure, Person: r.BeneficiaryID,
		Details: map[string]string{"subject": r.Subject}, Values: map[string]string{"comment": c.Comment},
	})
	if err != nil || !c.Approve {
		return none, err
	}
	asked, err := c.service.asked(ctx, tx, r)
	if err != nil {
		return none, err
	}
	if x, ok := asked.(interface{ OnRequest() change.Change }); ok {
		asked = x.OnRequest()
	}
	_, err = w.Turn(ctx, asked)
	return none, err
}

// unplaced tells that the structure or department of a request was named by what nothing had.
func unplaced(r sqlc.Request) bool {
	return r.StructureID == nil || r.DepartmentID == nil && r.DepartmentCode != ""
}

// asked returns the change that a request asks for. Where its place was named by what was typed, it is looked for now.
func (s *Service) asked(ctx context.Context, tx *db.Tx, r sqlc.Request) (change.Change, error) {
	if !unplaced(r) {
		return s.load(changeOf(r))
	}
	p := place{kind: r.IdentifierType, identifier: r.Identifier, code: r.DepartmentCode}
	found, err := structureOf(ctx, tx, p)
	if err != nil {
		return nil, err
	}
	if found == 0 {
		return nil, fault.New(fault.Refused, "request.no_place", "identifier", r.Identifier)
	}
	if p.scope, err = department(ctx, tx, Ask{DepartmentCode: r.DepartmentCode}, right.Structure(found)); err != nil {
		return nil, fault.New(fault.Refused, "request.no_department", "code", r.DepartmentCode)
	}
	if err := tx.PlaceRequest(ctx, sqlc.PlaceRequestParams{ID: r.ID, StructureID: &found, DepartmentID: db.OrNull(p.scope.Department)}); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	choices, err := choicesOf(r)
	if err != nil {
		return nil, err
	}
	return s.wish(Wish{r.Subject, r.BeneficiaryID, p.scope, choices}), nil
}

func changeOf(r sqlc.Request) change.Stored {
	return change.Stored{Kind: r.ChangeKind, Input: []byte(r.ChangeInput)}
}
