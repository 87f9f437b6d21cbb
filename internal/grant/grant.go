// Package grant keeps memberships and grants: who is attached where, and who holds which profile, from when until when.
package grant

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/journal"
	"habilis/internal/period"
)

// Attach attaches a user to a structure, or to one department of it, and may give profiles there in the same change.
type Attach struct {
	User       int64           `json:"user"`
	Email      string          `json:"email"` // names the user where User is 0
	Structure  int64           `json:"structure"`
	Department int64           `json:"department"` // 0: the whole structure
	From       string          `json:"from"`       // a day, empty for now
	Until      string          `json:"until"`      // a day, empty for no end
	Profiles   []access.Choice `json:"profiles"`
}

var _ change.Change = (*Attach)(nil)

func (c *Attach) scope() access.Scope { return access.Department(c.Structure, c.Department) }

// Choices lists the profiles that the change gives.
func (c *Attach) Choices() []access.Choice { return c.Profiles }

// Kind names the change.
func (c *Attach) Kind() string { return "membership.open" }

// Need is membership.edit on the scope, and grant.edit too where profiles are given.
func (c *Attach) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	if err := inStructure(ctx, tx, c.scope(), access.MembershipEdit); err != nil {
		return nil, err
	}
	needs := []access.Need{{Permission: access.MembershipEdit, Scope: c.scope()}}
	if len(c.Profiles) > 0 {
		needs = append(needs, access.Need{Permission: access.GrantEdit, Scope: c.scope()})
	}
	return needs, nil
}

// inStructure refuses a department of another structure, as a missing right: a scope made of both would ask in the wrong place, and nothing
// is told of what exists.
func inStructure(ctx context.Context, tx *db.Tx, scope access.Scope, p access.Permission) error {
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

// Apply opens the membership, then the grants that stand on it. It fails with Invalid where the user is attached there already.
func (c *Attach) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	user, unknown := named(ctx, tx, c.User, c.Email)
	span, err := access.Days(ctx, tx, c.From, c.Until)
	if err := fault.Join(unknown, err); err != nil {
		return err
	}
	c.User = user
	line, err := journal.Next(ctx, tx)
	if err != nil {
		return err
	}
	id, err := access.OpenMembership(ctx, tx, c.User, c.scope(), span, access.By{Line: line})
	if f, ok := fault.As(err); ok && (f.Problems[0].Key == "row.overlap" || f.Problems[0].Key == "row.covered") {
		return fault.Field("user", "membership.already")
	}
	if err != nil {
		return err
	}
	given, err := open(ctx, tx, opening{c.User, c.scope(), id, span, "", c.Profiles}, line)
	if err != nil {
		return err
	}
	return journal.Record(ctx, tx, actor, journal.Entry{
		Action: "membership.opened", Kind: "membership", Object: id, Structure: c.Structure, Person: c.User,
		Details: details(c.scope(), span, "profiles", given),
	})
}

// named gives the user of a number or an address. It fails with Invalid beside the field: user.unknown for an address that nobody has.
func named(ctx context.Context, tx *db.Tx, id int64, email string) (int64, error) {
	email = strings.ToLower(strings.TrimSpace(email))
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
	return u.ID, nil
}

// details writes ids and instants for the journal.
func details(scope access.Scope, span period.Span, more ...string) map[string]string {
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

// Detach ends what attaches a user to a structure (its departments included) or to one department, at once, with his grants there.
type Detach struct {
	User       int64  `json:"user"`
	Structure  int64  `json:"structure"`
	Department int64  `json:"department"` // 0: the whole structure
	Comment    string `json:"comment"`    // compulsory
}

var _ change.Change = (*Detach)(nil)

// Kind names the change.
func (c *Detach) Kind() string { return "membership.end" }

// Need is membership.edit, for ending.
func (c *Detach) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	scope := access.Department(c.Structure, c.Department)
	if err := inStructure(ctx, tx, scope, access.MembershipEdit); err != nil {
		return nil, err
	}
	return []access.Need{{Permission: access.MembershipEdit, Scope: scope, Ending: true}}, nil
}

// Apply ends the memberships and their grants now; what was to come is cancelled. A comment is compulsory.
func (c *Detach) Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error {
	c.Comment = strings.TrimSpace(c.Comment)
	var l fault.List
	if c.User == 0 {
		l.Add("user", "user.empty")
	}
	checkComment(&l, c.Comment)
	if err := l.Err(); err != nil {
		return err
	}
	line, err := journal.Next(ctx, tx)
	if err != nil {
		return err
	}
	rows, err := tx.MembershipsOfUserIn(ctx, sqlc.MembershipsOfUserInParams{UserID: c.User, StructureID: c.Structure, At: tx.At})
	if err != nil {
		return fmt.Errorf("memberships: %w", err)
	}
	ended := int64(0)
	for _, m := range rows {
		if m.UntilAt <= tx.At || m.UntilAt <= m.FromAt || c.Department != 0 && (m.DepartmentID == nil || *m.DepartmentID != c.Department) {
			continue
		}
		if err := c.end(ctx, tx, m, line); err != nil {
			return err
		}
		ended = m.ID
	}
	if ended == 0 {
		return fault.Field("user", "membership.none")
	}
	return journal.Record(ctx, tx, actor, journal.Entry{
		Action: "membership.ended", Kind: "membership", Object: ended, Structure: c.Structure, Person: c.User,
		Details: details(access.Department(c.Structure, c.Department), period.Span{From: tx.At, Until: tx.At}), Values: map[string]string{"comment": c.Comment},
	})
}

func (c *Detach) end(ctx context.Context, tx *db.Tx, m sqlc.Membership, line int64) error {
	ended, err := access.EndMembership(ctx, tx, m, max(tx.At, m.FromAt))
	if err != nil {
		return err
	}
	var steps []Step
	for _, g := range ended {
		steps = append(steps, Step{User: m.UserID, What: "remove", Profile: g.ProfileID, From: tx.At, Until: period.Open})
	}
	return FollowUp(ctx, tx, access.Structure(m.StructureID), line, steps...)
}

func checkComment(l *fault.List, comment string) {
	switch {
	case comment == "":
		l.Add("comment", "comment.empty")
	case len([]rune(comment)) > 1000:
		l.Add("comment", "field.too_long", "max", "1000")
	}
}

// opening is a set of grants to open on one membership.
type opening struct {
	user       int64
	scope      access.Scope
	membership int64
	span       period.Span
	reason     string
	choices    []access.Choice
}

// open gives profiles, and gives back their ids for the journal.
func open(ctx context.Context, tx *db.Tx, o opening, line int64) (string, error) {
	if len(o.choices) == 0 {
		return "", nil
	}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return "", err
	}
	sphere, err := sphereOf(ctx, tx, o.scope)
	if err != nil {
		return "", err
	}
	var steps []Step
	var given []string
	for _, c := range o.choices {
		p := profiles[c.Profile]
		if err := offered(p, sphere); err != nil {
			return "", err
		}
		_, err := access.OpenGrant(ctx, tx, access.Given{
			User: o.user, Profile: c.Profile, Membership: o.membership, Scope: o.scope, Options: access.ParseSet(strings.Join(c.Options, " ")),
			Reason: o.reason, Span: o.span,
		}, access.By{Line: line})
		if f, ok := fault.As(err); ok && f.Problems[0].Key == "row.overlap" {
			return "", fault.Field("profiles", "grant.already", "profile", p.Name)
		}
		if err != nil {
			return "", err
		}
		steps = append(steps, Step{User: o.user, What: "give", Profile: c.Profile, From: o.span.From, Until: o.span.Until})
		given = append(given, strconv.FormatInt(c.Profile, 10))
	}
	return strings.Join(given, " "), FollowUp(ctx, tx, o.scope, line, steps...)
}

func sphereOf(ctx context.Context, tx *db.Tx, scope access.Scope) (string, error) {
	if scope.Structure == 0 {
		return "", nil
	}
	s, err := tx.StructureRow(ctx, scope.Structure)
	if err != nil {
		return "", fmt.Errorf("structure %d: %w", scope.Structure, err)
	}
	return s.Sphere, nil
}

// offered refuses a profile of a family that is not in use, or made for the other kind of structure.
func offered(p *access.Profile, sphere string) error {
	switch {
	case p == nil || !p.InUse:
		return fault.Field("profiles", "profile.not_offered")
	case p.Audience == "public" && sphere == "private", p.Audience == "private" && (sphere == "state" || sphere == "local"):
		return fault.Field("profiles", "profile.other_sphere", "profile", p.Name)
	}
	return nil
}

// Step is what is to be done with a profile of a person in another portal. What is give, remove or extend; From and Until are the instants between
// which it is to hold there, 0 for at once and for no end.
type Step struct {
	User, Profile int64
	What          string
	From, Until   int64
}

// written is a step as its row keeps it.
func (s Step) written() string { return fmt.Sprintf("%s %d %d %d", s.What, s.Profile, s.From, s.Until) }

// ReadStep reads what a row keeps of a step.
func ReadStep(text string) Step {
	var s Step
	_, _ = fmt.Sscan(text, &s.What, &s.Profile, &s.From, &s.Until) // written above
	return s
}

// FollowUp leaves what must also be done in another portal: the steps with profiles that act there.
func FollowUp(ctx context.Context, tx *db.Tx, scope access.Scope, line int64, steps ...Step) error {
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	var rows [][3]any
	for _, s := range steps {
		p := profiles[s.Profile]
		if p == nil || p.Family == "habilis" {
			continue
		}
		if s.From <= tx.At {
			s.From = 0
		}
		if s.Until == period.Open {
			s.Until = 0
		}
		rows = append(rows, [3]any{s.User, p.Family, s.written()})
	}
	if len(rows) == 0 {
		return nil
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("steps: %w", err)
	}
	err = tx.AddFollowUps(ctx, sqlc.AddFollowUpsParams{Seq: line, StructureID: scope.Structure, CreatedAt: tx.At, Steps: string(text)})
	if err != nil {
		return fmt.Errorf("follow-up: %w", err)
	}
	return nil
}
