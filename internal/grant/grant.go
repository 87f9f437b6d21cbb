// Package grant keeps memberships and grants: who is attached where, and who holds which profile, from when until when.
package grant

import (
	"context"
	"database/sql"
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
	"habilis/internal/followup"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Attach attaches a user to a structure, or to one department of it, and may give profiles there in the same change.
type Attach struct {
	User       int64          `json:"user"`
	Email      string         `json:"email"` // names the user where User is 0
	Structure  int64          `json:"structure"`
	Department int64          `json:"department"` // 0: the whole structure
	From       string         `json:"from"`       // a day, empty for now
	Until      string         `json:"until"`      // a day, empty for no end
	Profiles   []right.Choice `json:"profiles"`
	reason     string
	numbered   bool // a page named the user by their number
}

// OnRequest returns the change as the answer to a request.
func (c Attach) OnRequest() change.Change {
	c.reason = "request"
	return c
}

func (c Attach) scope() right.Scope { return right.Department(c.Structure, c.Department) }

// Choices lists the profiles that the change gives.
func (c Attach) Choices() []right.Choice { return c.Profiles }

// Kind names the change.
func (c Attach) Kind() string { return "membership.open" }

// Need is membership.edit on the scope, and grant.edit too where profiles are given.
func (c Attach) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	if err := inSight(ctx, tx, c.numbered, c.User); err != nil {
		return nil, err
	}
	if err := inStructure(ctx, tx, c.scope(), right.MembershipEdit); err != nil {
		return nil, err
	}
	needs := []access.Need{{Permission: right.MembershipEdit, Scope: c.scope(), Inactive: true}}
	if len(c.Profiles) > 0 {
		needs = append(needs, access.Need{Permission: right.GrantEdit, Scope: c.scope()})
	}
	return needs, nil
}

// inStructure refuses a department of another structure, as a missing right: a scope made of both would ask in the wrong place, and nothing
// is told of what exists.
func inStructure(ctx context.Context, tx *db.Tx, scope right.Scope, p right.Permission) error {
	if scope.Structure == 0 {
		return fault.Field("structure", "structure.empty")
	}
	if scope.Department == 0 {
		return nil
	}
	d, err := tx.DepartmentRow(ctx, scope.Department)
	if errors.Is(err, sql.ErrNoRows) || err == nil && d.StructureID != scope.Structure {
		return access.Forbidden(p)
	}
	return err
}

// Check tells of a person who is unknown or disabled, of days that are none, and of profiles that are not given there.
func (c Attach) Check(ctx context.Context, w *change.Work) error {
	_, span, err := c.whom(ctx, w.Tx)
	if err != nil {
		return err
	}
	return checkChoices(ctx, w.Tx, c.scope(), span, c.Profiles)
}

// whom finds the person to attach, and the period.
func (c Attach) whom(ctx context.Context, tx *db.Tx) (int64, period.Span, error) {
	if _, err := tx.StructureRow(ctx, c.Structure); errors.Is(err, sql.ErrNoRows) { // one whose creation was cancelled is none
		return 0, period.Span{}, fault.New(fault.NotFound, "structure.not_found")
	} else if err != nil {
		return 0, period.Span{}, fmt.Errorf("structure %d: %w", c.Structure, err)
	}
	user, unknown := named(ctx, tx, c.User, c.Email)
	span, err := access.Days(ctx, tx, c.From, c.Until)
	return user, span, fault.Join(unknown, err)
}

// Apply opens the membership, then the grants that stand on it. It fails with Invalid where the user is attached there already.
func (c Attach) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	tx := w.Tx
	user, span, err := c.whom(ctx, tx)
	if err != nil {
		return none, err
	}
	c.User = user
	line, err := w.Journal(ctx)
	if err != nil {
		return none, err
	}
	id, err := ledger.OpenMembership(ctx, tx, c.User, c.scope(), span, ledger.By{Line: line.Seq()})
	if f, ok := fault.As(err); ok && (f.Problems[0].Key == "row.overlap" || f.Problems[0].Key == "row.covered") {
		return none, fault.Field("user", "membership.already")
	}
	if err != nil {
		return none, err
	}
	if err := c.followUp(ctx, tx, line, id, span); err != nil {
		return none, err
	}
	if _, err := open(ctx, tx, opening{c.User, c.scope(), id, span, c.reason, c.Profiles}, line); err != nil {
		return none, err
	}
	return none, line.Fill(w.Actor, journal.Entry{
		Action: "membership.opened", Kind: "membership", Object: id, Structure: c.Structure, Person: c.User,
		Details: details(c.scope(), span, "profiles", listed(c.Profiles), "options", ticked(c.Profiles), "reason", c.reason),
	})
}

// followUp asks to attach the person in the public portal too, where the firm follows its rights.
func (c Attach) followUp(ctx context.Context, tx *db.Tx, line *journal.Draft, membership int64, span period.Span) error {
	families, err := followup.FamiliesOf(ctx, tx, c.Profiles)
	if err != nil {
		return err
	}
	if len(c.Profiles) == 0 {
		follows, err := followup.FollowsPublicPortal(ctx, tx)
		if err != nil || !follows {
			return err
		}
	} else if !families[followup.PublicPortal] {
		return nil
	}
	return followup.Ask(ctx, tx, line, followup.Step{User: c.User, What: "attach", Family: followup.PublicPortal, Scope: c.scope(), Membership: membership, From: span.From, Until: span.Until})
}

// ticked writes which boxes were ticked, profile by profile: "12:bank.reveal+user.edit".
func ticked(choices []right.Choice) string {
	var list []string
	for _, c := range choices {
		if len(c.Options) > 0 {
			list = append(list, fmt.Sprintf("%d:%s", c.Profile, strings.Join(c.Options, "+")))
		}
	}
	return strings.Join(list, " ")
}

// named returns the user of a number or an address. It fails with Invalid beside the field: user.unknown for an address that nobody has.
func named(ctx context.Context, tx *db.Tx, id int64, email string) (int64, error) {
	email, _ = fold.Address(email)
	var u sqlc.User
	var err error
	switch {
	case id != 0:
		u, err = tx.UserRow(ctx, id)
	case email == "":
		return 0, fault.Field("user", "user.empty")
	default:
		u, err = tx.UserByEmail(ctx, email)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fault.Field("user", "user.unknown")
	}
	if err != nil {
		return 0, fmt.Errorf("user: %w", err)
	}
	return u.ID, enabled(ctx, tx, u.ID)
}

// enabled refuses a disabled person: nothing is given to somebody who may do nothing.
func enabled(ctx context.Context, tx *db.Tx, user int64) error {
	active, err := tx.ActiveUser(ctx, sqlc.ActiveUserParams{UserID: user, At: tx.At})
	if err != nil {
		return fmt.Errorf("user: %w", err)
	}
	if !active {
		return fault.Field("user", "user.disabled")
	}
	return nil
}

// details writes ids and instants for the journal.
func details(scope right.Scope, span period.Span, more ...string) map[string]string {
	m := map[string]string{"from": strconv.FormatInt(span.From, 10), "until": strconv.FormatInt(span.Until, 10)}
	if scope.Department != 0 {
		m["department"] = strconv.FormatInt(scope.Department, 10)
	}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			m[more[i]] = more[i+1]
		}
	}
	return m
}

// Detach ends what attaches a user to a structure (its departments included) or to one department, at once, with their grants there.
type Detach struct {
	User       int64  `json:"user"`
	Structure  int64  `json:"structure"`
	Department int64  `json:"department"` // 0: the whole structure
	Comment    string `json:"comment"`    // compulsory
}

// Kind names the change.
func (c Detach) Kind() string { return "membership.end" }

// Need is membership.edit, for ending.
func (c Detach) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	scope := right.Department(c.Structure, c.Department)
	if err := inStructure(ctx, tx, scope, right.MembershipEdit); err != nil {
		return nil, err
	}
	return []access.Need{{Permission: right.MembershipEdit, Scope: scope, Ending: true}}, nil
}

// Check tells of a person or a comment that is missing, and of a comment that is too long.
func (c Detach) Check(context.Context, *change.Work) error {
	var l fault.List
	if c.User == 0 {
		l.Add("user", "user.empty")
	}
	checkComment(&l, fold.Prose(c.Comment))
	return l.Err()
}

// Apply ends the memberships and their grants now; what was to come is cancelled. Where the structure is inactive, the person's period as its
// principal manager ends too (rights.md, A35). It fails with Invalid where there is no membership to end.
func (c Detach) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	c.Comment = fold.Prose(c.Comment)
	tx := w.Tx
	rows, err := tx.MembershipsOfUserIn(ctx, sqlc.MembershipsOfUserInParams{UserID: c.User, StructureID: c.Structure, At: tx.At})
	if err != nil {
		return none, fmt.Errorf("memberships: %w", err)
	}
	ended := false
	for _, m := range rows {
		if m.UntilAt <= tx.At || m.UntilAt <= m.FromAt || c.Department != 0 && (m.DepartmentID == nil || *m.DepartmentID != c.Department) {
			continue
		}
		if err := c.end(ctx, tx, w.Actor, m); err != nil {
			return none, err
		}
		ended = true
	}
	if !ended {
		return none, fault.Field("user", "membership.none")
	}
	return none, c.endRole(ctx, tx, w.Actor)
}

// end ends one membership, in a line of its own. Each grant that ends with it has its own line too, and the portals are told once of the whole.
func (c Detach) end(ctx context.Context, tx *db.Tx, actor *access.Actor, m sqlc.Membership) error {
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	of := func(g sqlc.Grant, until int64) (ledger.By, error) {
		own, err := journal.Reserve(ctx, tx)
		if err != nil {
			return ledger.By{}, err
		}
		return ledger.By{Line: own.Seq()}, own.Fill(actor, endOf(g, until, "grant.ended", "membership", strconv.FormatInt(m.ID, 10)))
	}
	ended, err := ledger.EndMembership(ctx, tx, m, max(tx.At, m.FromAt), ledger.By{Line: line.Seq()}, of)
	if err != nil {
		return err
	}
	if err := followup.Detach(ctx, tx, line, m, ended); err != nil {
		return err
	}
	return line.Fill(actor, journal.Entry{
		Action: "membership.ended", Kind: "membership", Object: m.ID, Structure: c.Structure, Person: c.User,
		Details: details(right.ScopeOf(m.StructureID, m.DepartmentID), period.Span{From: m.FromAt, Until: max(tx.At, m.FromAt)}),
		Values:  map[string]string{"comment": c.Comment},
	})
}

// endRole ends the person's period as principal manager of an inactive structure to which they are not attached as a whole any more.
func (c Detach) endRole(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	facts, err := access.Load(ctx, tx, c.User)
	if err != nil {
		return err
	}
	if err := access.ReadPlaces(ctx, tx, facts, c.Structure); err != nil {
		return err
	}
	if facts.Works(right.Structure(c.Structure), tx.At) || slices.Contains(facts.Attached(tx.At), right.Structure(c.Structure)) {
		return nil
	}
	rows, err := tx.PrincipalsInStructure(ctx, c.Structure)
	if err != nil {
		return fmt.Errorf("principals: %w", err)
	}
	for _, p := range rows {
		if p.UserID != c.User || p.UntilAt <= tx.At || p.UntilAt <= p.FromAt {
			continue
		}
		line, err := journal.Reserve(ctx, tx)
		if err != nil {
			return err
		}
		until := max(tx.At, p.FromAt)
		if err := ledger.EndPrincipal(ctx, tx, p.ID, until, ledger.By{Line: line.Seq()}); err != nil {
			return err
		}
		if _, err := followup.NoTransfer(ctx, tx, c.Structure); err != nil {
			return err
		}
		err = line.Fill(actor, journal.Entry{
			Action: "principal.ended", Kind: "principal", Object: p.ID, Structure: c.Structure, Person: c.User,
			Details: details(right.Structure(c.Structure), period.Span{From: p.FromAt, Until: until}),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// endOf is the line of a grant whose end was moved.
func endOf(g sqlc.Grant, until int64, action string, more ...string) journal.Entry {
	return journal.Entry{
		Action: action, Kind: "grant", Object: g.ID, Structure: ledger.GrantScope(g).Structure, Person: g.UserID,
		Details: details(ledger.GrantScope(g), period.Span{From: g.FromAt, Until: until}, append(more, "profile", strconv.FormatInt(g.ProfileID, 10))...),
	}
}

func checkComment(l *fault.List, comment string) {
	switch {
	case comment == "":
		l.Miss("comment", "comment.empty")
	case len([]rune(comment)) > 1000:
		l.Add("comment", "field.too_long", "max", "1000")
	}
}

// opening is a set of grants to open on one membership.
type opening struct {
	user       int64
	scope      right.Scope
	membership int64
	span       period.Span
	reason     string
	choices    []right.Choice
}

// listed returns the numbers of the profiles that were chosen, for the journal.
func listed(choices []right.Choice) string {
	var list []string
	for _, c := range choices {
		list = append(list, strconv.FormatInt(c.Profile, 10))
	}
	return strings.Join(list, " ")
}

// open returns profiles, and returns the numbers of the grants.
func open(ctx context.Context, tx *db.Tx, o opening, line *journal.Draft) ([]int64, error) {
	if len(o.choices) == 0 {
		return nil, nil
	}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	var given []int64
	for _, c := range o.choices {
		p := profiles[c.Profile]
		id, err := ledger.OpenGrant(ctx, tx, ledger.Given{
			User: o.user, Profile: c.Profile, Membership: o.membership, Scope: o.scope, Options: right.ParseSet(strings.Join(c.Options, " ")),
			Reason: o.reason, Span: o.span,
		}, ledger.By{Line: line.Seq()})
		if f, ok := fault.As(err); ok && f.Problems[0].Key == "row.overlap" {
			return nil, fault.Field("profiles", "grant.already", "profile", p.Name)
		}
		if err != nil {
			return nil, err
		}
		err = followup.Ask(ctx, tx, line, followup.Step{
			User: o.user, What: "give", Family: p.Family, Profile: c.Profile, Grant: id, Scope: o.scope, From: o.span.From, Until: o.span.Until,
		})
		if err != nil {
			return nil, err
		}
		given = append(given, id)
	}
	return given, nil
}

// checkChoices tells of profiles that are not given on a scope, and of boxes that they do not offer.
func checkChoices(ctx context.Context, tx *db.Tx, scope right.Scope, span period.Span, choices []right.Choice) error {
	if len(choices) == 0 {
		return nil
	}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	sphere, err := sphereOf(ctx, tx, scope)
	if err != nil {
		return err
	}
	var problems []error
	for _, c := range choices {
		p := profiles[c.Profile]
		err := offered(p, scope, sphere)
		if err == nil {
			err = boxes(p, c, span)
		}
		problems = append(problems, err)
	}
	return fault.Join(problems...)
}

// boxes refuses a box that the profile offers at no instant of the grant.
func boxes(p *right.Profile, c right.Choice, span period.Span) error {
	for _, option := range c.Options {
		q, known := right.Parse(option)
		if !known || !p.OffersBox(q, span) {
			return fault.Field("profiles", "profile.box_not_offered", "profile", p.Name)
		}
	}
	return nil
}

func sphereOf(ctx context.Context, tx *db.Tx, scope right.Scope) (string, error) {
	if scope.Structure == 0 {
		return "", nil
	}
	s, err := tx.StructureRow(ctx, scope.Structure)
	if err != nil {
		return "", fmt.Errorf("structure %d: %w", scope.Structure, err)
	}
	return s.Sphere, nil
}

// offered refuses a profile of a family that is not in use, one made for the other kind of structure, and one that is not given at the firm.
func offered(p *right.Profile, scope right.Scope, sphere string) error {
	switch {
	case p == nil || !p.InUse:
		return fault.Field("profiles", "profile.not_offered")
	case p.Fits(scope, sphere):
		return nil
	case scope.Structure == 0:
		return fault.Field("profiles", "profile.not_at_firm", "profile", p.Name)
	}
	return fault.Field("profiles", "profile.other_sphere", "profile", p.Name)
}
