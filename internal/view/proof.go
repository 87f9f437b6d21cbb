package view

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/guard"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Asked is one cell of a matrix, or one question « Qui peut… ? ».
type Asked struct {
	User       int64  `json:"user"`
	Permission string `json:"permission"`
	Structure  int64  `json:"structure"`
	Department int64  `json:"department"`
	Day        string `json:"day"`
}

// Chain is one way to a right, with what the page needs to say it in sentences: Source is grant, principal or membership;
// Missing names the links that fail.
type Chain struct {
	Source          string   `json:"source"`
	ID              int64    `json:"id"`
	Profile         string   `json:"profile"`
	ProfileID       int64    `json:"profileId"`
	Reason          string   `json:"reason"`
	GivenBy         string   `json:"givenBy"` // empty where nobody, or nobody whom the actor may see
	GivenAt         int64    `json:"givenAt"`
	Unproven        bool     `json:"unproven"` // the journal does not know a row that it rests on: nobody is named
	From            int64    `json:"from"`
	Until           int64    `json:"until"`
	ScopeName       string   `json:"scopeName"` // empty for the firm
	MembershipFrom  int64    `json:"membershipFrom"`
	MembershipUntil int64    `json:"membershipUntil"`
	HasMembership   bool     `json:"hasMembership"`
	Box             string   `json:"box"` // the permission whose box gives it
	Missing         []string `json:"missing"`
	Endable         bool     `json:"endable"` // the actor may take the grant away
	Extendable      bool     `json:"extendable"`
	SelfDecided     bool     `json:"selfDecided"` // asked for and approved by one person (rights.md, A37)
}

// Proof is an answer with its reasons. WouldGive names the profiles in use that contain the permission; Ways are those that pages offer for it, the
// narrowest first. Attached, Attachable and Givable are about now:
// whether the person is attached there, and whether the actor may attach people and give profiles there.
type Proof struct {
	Allowed    bool     `json:"allowed"`
	Reach      string   `json:"reach"` // yes, own, cut, no
	UserID     int64    `json:"userId"`
	User       string   `json:"user"`
	UserActive bool     `json:"userActive"`
	Permission string   `json:"permission"`
	Acts       string   `json:"acts"`
	Structure  int64    `json:"structure"`
	Department int64    `json:"department"`
	Place      string   `json:"place"`
	At         int64    `json:"at"`
	Now        bool     `json:"now"`
	Chains     []Chain  `json:"chains"`
	Elsewhere  int      `json:"elsewhere"` // failing candidates in places that the actor may not see
	WouldGive  []string `json:"wouldGive"`
	Ways       []int64  `json:"ways"`
	Attached   bool     `json:"attached"`
	Attachable bool     `json:"attachable"`
	Givable    bool     `json:"givable"`
	Module     string   `json:"module"`
}

// Prove answers one question with every chain that holds, or the candidates that fail, the nearest first. The actor must see the
// person and the place.
func (s *Service) Prove(ctx context.Context, in Asked) (Proof, error) {
	var out Proof
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		var err error
		out, err = s.prove(ctx, tx, in)
		return err
	})
	return out, err
}

func (s *Service) prove(ctx context.Context, tx *db.Tx, in Asked) (Proof, error) {
	p, known := right.Parse(in.Permission)
	if !known {
		return Proof{}, fault.New(fault.Protocol, "permission.unknown")
	}
	u, facts, err := people.Visible(ctx, tx, in.User)
	if err != nil {
		return Proof{}, err
	}
	at, err := access.DayEnd(ctx, tx, in.Day)
	if err != nil {
		return Proof{}, err
	}
	if p.AtFirm() { // never asked below it (rights.md, A29)
		in.Structure, in.Department = 0, 0
	}
	scope := right.Department(in.Structure, in.Department)
	place, err := placeName(ctx, tx, scope)
	if err != nil {
		return Proof{}, err
	}
	if facts, err = shownFacts(ctx, tx, facts, scope); err != nil {
		return Proof{}, err
	}
	if err := access.ReadPlaces(ctx, tx, facts, in.Structure); err != nil {
		return Proof{}, err
	}
	q := right.Question{Permission: p, Scope: scope, At: at}
	a := facts.Check(q)
	reach := cell(facts, p, scope, at)
	if reach == "own" {
		q.Owner = in.User
		a = facts.Check(q)
	}
	out := Proof{
		Allowed: a.Allowed, Reach: reach, UserID: u.ID, User: u.FirstName + " " + u.LastName, UserActive: facts.Active(at), Permission: p.String(),
		Acts: p.Acts(), Structure: in.Structure, Department: in.Department, Place: place, At: at, Now: at == tx.At, Chains: []Chain{}, WouldGive: []string{}, Ways: []int64{}, Module: p.Module(),
	}
	chains, err := withoutFirm(ctx, tx, a.Because, u.ID)
	if err != nil {
		return out, err
	}
	if !a.Allowed {
		if chains, out.Elsewhere, err = nearest(ctx, tx, a.Candidates, u.ID); err != nil {
			return out, err
		}
	}
	for _, c := range chains {
		told, err := s.tell(ctx, tx, c, q)
		if err != nil {
			return out, err
		}
		told.Extendable = told.Extendable && facts.Active(tx.At)
		out.Chains = append(out.Chains, told)
	}
	if err := ways(ctx, tx, facts, scope, &out); err != nil {
		return out, err
	}
	return out, s.wouldGive(ctx, tx, p, scope, at, &out)
}

// shownFacts leaves out, of what is asked at the firm, what an outsider is not told of somebody else.
func shownFacts(ctx context.Context, tx *db.Tx, facts *right.Rights, scope right.Scope) (*right.Rights, error) {
	told, err := access.ToldAtFirm(ctx, tx)
	if err != nil || scope != right.Firm || told(facts.User) {
		return facts, err
	}
	return facts.WithoutFirm(), nil
}

// ways tells what stands between a person and a profile there now, and what the actor may do about it.
func ways(ctx context.Context, tx *db.Tx, facts *right.Rights, scope right.Scope, out *Proof) error {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return err
	}
	out.Attached = scope == right.Firm || slices.ContainsFunc(facts.Attached(tx.At), func(m right.Scope) bool { return m.Covers(scope) })
	if out.Attachable, err = actor.Can(ctx, tx, right.Question{Permission: right.MembershipEdit, Scope: scope, At: tx.At}); err != nil {
		return err
	}
	out.Givable, err = actor.Can(ctx, tx, right.Question{Permission: right.GrantEdit, Scope: scope, At: tx.At})
	return err
}

// inSight keeps the candidates of the firm and of places that the actor may see, and counts the others: of a grant elsewhere nothing is told.
func inSight(ctx context.Context, tx *db.Tx, all []right.Chain) (seen []right.Chain, elsewhere int, err error) {
	sight, err := access.SeenPlaces(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range all {
		if c.Scope == right.Firm || sight.Holds(c.Scope) {
			seen = append(seen, c)
		} else {
			elsewhere++
		}
	}
	return seen, elsewhere, nil
}

// nearest returns the few candidates that the actor is told of, and how many others there are elsewhere.
func nearest(ctx context.Context, tx *db.Tx, all []right.Chain, user int64) ([]right.Chain, int, error) {
	seen, elsewhere, err := inSight(ctx, tx, all)
	if err != nil {
		return nil, 0, err
	}
	if seen, err = withoutFirm(ctx, tx, seen, user); err != nil {
		return nil, 0, err
	}
	return seen[:min(5, len(seen))], elsewhere, nil
}

// withoutFirm leaves out, for an outsider, what somebody else holds at the firm.
func withoutFirm(ctx context.Context, tx *db.Tx, chains []right.Chain, user int64) ([]right.Chain, error) {
	told, err := access.ToldAtFirm(ctx, tx)
	if err != nil || told(user) {
		return chains, err
	}
	return slices.DeleteFunc(slices.Clone(chains), func(c right.Chain) bool { return c.Scope == right.Firm }), nil
}

// wouldGive names the profiles in use that contain the permission and may be given there (rights.md, A29b and A30).
func (s *Service) wouldGive(ctx context.Context, tx *db.Tx, p right.Permission, scope right.Scope, at int64, out *Proof) error {
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return err
	}
	sphere := ""
	if scope.Structure != 0 {
		row, err := tx.StructureRow(ctx, scope.Structure)
		if err != nil {
			return fmt.Errorf("structure %d: %w", scope.Structure, err)
		}
		sphere = row.Sphere
	}
	var list []*right.Profile
	for _, profile := range profiles {
		if profile.InUse && profile.Content(at).Contains(p) && profile.Fits(scope, sphere) {
			list = append(list, profile)
		}
	}
	slices.SortFunc(list, func(a, b *right.Profile) int { return cmp.Compare(a.Name, b.Name) })
	for _, profile := range list {
		out.WouldGive = append(out.WouldGive, profile.Name)
	}
	held := func(p *right.Profile) (n int) {
		for _, q := range right.All() {
			if p.Content(at).Contains(q) {
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(list, func(a, b *right.Profile) int { return cmp.Compare(held(a), held(b)) })
	for _, profile := range list {
		if scope == right.Firm || profile.Family != "habilis" {
			out.Ways = append(out.Ways, profile.ID)
		}
	}
	return nil
}

// placeName names a scope to one who may see it, and fails with NotFound otherwise. The firm has no name here.
func placeName(ctx context.Context, tx *db.Tx, scope right.Scope) (string, error) {
	if scope.Structure == 0 {
		return "", nil
	}
	sight, err := access.SeenPlaces(ctx, tx)
	if err != nil {
		return "", err
	}
	notFound := fault.New(fault.NotFound, "structure.not_found")
	if !sight.Within(scope.Structure) {
		return "", notFound
	}
	row, err := tx.StructureRow(ctx, scope.Structure)
	if err != nil {
		return "", missing(err, "structure.not_found")
	}
	if scope.Department == 0 {
		return row.Name, nil
	}
	d, err := tx.DepartmentRow(ctx, scope.Department)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("department: %w", err) // a file that cannot be read is no place that is not there
	}
	if err != nil || d.StructureID != scope.Structure || !sight.Holds(scope) {
		return "", notFound
	}
	return row.Name + " › " + d.Label, nil
}

// tell adds to a chain what its rows say: the profile, who gave it when and why, its dates, its place, its membership.
func (s *Service) tell(ctx context.Context, tx *db.Tx, c right.Chain, q right.Question) (Chain, error) {
	out := Chain{ID: c.ID, Missing: c.Missing.Names()}
	switch c.Source {
	case right.FromGrant:
		return s.tellGrant(ctx, tx, out, q)
	case right.FromPrincipal:
		row, err := tx.PrincipalRow(ctx, c.ID)
		if err != nil {
			return out, fmt.Errorf("principal: %w", err)
		}
		out.Source, out.Reason, out.From, out.Until = "principal", row.Reason, row.FromAt, row.UntilAt
		if err := giver(ctx, tx, &out, standing{row.UserID, row.StructureID, q}, resting{ledger.Principals, row.ID, row.OpenedBy}); err != nil {
			return out, err
		}
		return out, scopeName(ctx, tx, &out, right.Structure(row.StructureID))
	}
	row, err := tx.MembershipRow(ctx, c.ID)
	if err != nil {
		return out, fmt.Errorf("membership: %w", err)
	}
	out.Source, out.From, out.Until = "membership", row.FromAt, row.UntilAt
	if err := giver(ctx, tx, &out, standing{row.UserID, 0, q}, resting{ledger.Memberships, row.ID, row.OpenedBy}); err != nil {
		return out, err
	}
	return out, scopeName(ctx, tx, &out, right.ScopeOf(row.StructureID, row.DepartmentID))
}

func (s *Service) tellGrant(ctx context.Context, tx *db.Tx, out Chain, q right.Question) (Chain, error) {
	row, err := tx.GrantRow(ctx, out.ID)
	if err != nil {
		return out, fmt.Errorf("grant: %w", err)
	}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return out, err
	}
	p := profiles[row.ProfileID]
	out.Source, out.Profile, out.ProfileID, out.Reason, out.From, out.Until = "grant", p.Name, p.ID, cmp.Or(row.Reason, "grant"), row.FromAt, row.UntilAt
	if content := p.Content(q.At); content.Contains(q.Permission) {
		if box, boxed := content.Box(q.Permission); boxed {
			out.Box = box.String()
		}
	}
	first, err := s.firstOf(ctx, tx, row)
	if err != nil {
		return out, err
	}
	rows := []resting{{ledger.Grants, first.ID, first.OpenedBy}, {ledger.Grants, row.ID, row.OpenedBy}}
	if id := p.ContentID(q.At); id != 0 {
		content, err := tx.ContentRow(ctx, id)
		if err != nil {
			return out, fmt.Errorf("content: %w", err)
		}
		rows = append(rows, resting{ledger.Contents, id, content.OpenedBy})
	}
	scope := right.Scope{}
	if row.StructureID != nil {
		scope.Structure = *row.StructureID
	}
	if row.DepartmentID != nil {
		scope.Department = *row.DepartmentID
	}
	if row.MembershipID != nil {
		m, err := tx.MembershipRow(ctx, *row.MembershipID)
		if err != nil {
			return out, fmt.Errorf("membership: %w", err)
		}
		out.HasMembership, out.MembershipFrom, out.MembershipUntil = true, m.FromAt, m.UntilAt
		rows = append(rows, resting{ledger.Memberships, m.ID, m.OpenedBy})
	}
	if err := giver(ctx, tx, &out, standing{row.UserID, 0, q}, rows...); err != nil {
		return out, err
	}
	if out.Reason == "request" {
		own, err := guard.SelfDecided(ctx, tx, row.UserID)
		if err != nil {
			return out, err
		}
		out.SelfDecided = own[first.FromAt]
	}
	if err := offers(ctx, tx, row, scope, &out); err != nil {
		return out, err
	}
	return out, scopeName(ctx, tx, &out, scope)
}

// offers tells what the actor may do about a grant.
func offers(ctx context.Context, tx *db.Tx, row sqlc.Grant, scope right.Scope, out *Chain) error {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return err
	}
	out.Endable, err = actor.Can(ctx, tx, right.Question{Permission: right.GrantEdit, Scope: scope, Ending: true, At: tx.At})
	out.Endable = out.Endable && row.UntilAt > tx.At && row.UntilAt > row.FromAt
	if err != nil {
		return err
	}
	if out.Endable && row.UntilAt < period.Open {
		out.Extendable, err = actor.Can(ctx, tx, right.Question{Permission: right.GrantEdit, Scope: scope, At: tx.At})
		if err == nil && out.Extendable {
			out.Extendable, err = guard.MayExtend(ctx, tx, actor, row.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// firstOf returns the grant that somebody gave, where another goes on from it: whoever changed the firm's time zone gave nothing.
func (s *Service) firstOf(ctx context.Context, tx *db.Tx, row sqlc.Grant) (sqlc.Grant, error) {
	for {
		before, found, err := ledger.Continued(ctx, tx, row, firm.Edited)
		if err != nil || !found {
			return row, err
		}
		row = before
	}
}

// resting is a row on which a right rests, with the line of the journal that it names.
type resting struct {
	table    ledger.Table
	id, line int64
}

// standing is whose right a chain tells of, what they manage where it is by that role, and what was asked.
type standing struct {
	user, managed int64
	q             right.Question
}

// giver names who opened the first of the rows that a right rests on, to one who may see them. Where the journal does not vouch for one of the rows,
// it names nobody and says so.
func giver(ctx context.Context, tx *db.Tx, out *Chain, whose standing, rows ...resting) error {
	place := whose.q.Scope
	more, err := tx.RestingOn(ctx, sqlc.RestingOnParams{
		UserID: whose.user, At: whose.q.At, Structure: place.Structure, Department: place.Department, Managed: whose.managed,
	})
	if err != nil {
		return fmt.Errorf("rows under a right: %w", err)
	}
	for _, r := range more {
		rows = append(rows, resting{ledger.Table(r.Kind), r.ID, r.OpenedBy})
	}
	if ok, err := vouched(ctx, tx, place.Department, rows); !ok || err != nil {
		out.Unproven = true
		return err
	}
	row, err := tx.JournalLine(ctx, rows[0].line)
	if err != nil {
		return fmt.Errorf("journal line %d: %w", rows[0].line, err)
	}
	if ok, err := journal.EndsHold(ctx, tx, whose.user, place.Structure, row.Seq); !ok || err != nil {
		out.Unproven = true
		return err
	}
	out.GivenAt = row.At
	if row.ActorID == nil || row.Action == firm.Edited {
		return nil
	}
	u, _, err := people.Visible(ctx, tx, *row.ActorID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	out.GivenBy = u.FirstName + " " + u.LastName
	return err
}

// vouched reports whether the journal ends where the last write left it, each of the rows is as the lines that wrote it say, and a department is of the
// structure that it was made in.
func vouched(ctx context.Context, tx *db.Tx, department int64, rows []resting) (bool, error) {
	if ok, err := tx.Headed(ctx); !ok || err != nil {
		return false, err
	}
	for _, r := range rows {
		if ok, err := journal.Vouched(ctx, tx, r.table, r.id, r.line); !ok || err != nil {
			return false, err
		}
	}
	if department == 0 {
		return true, nil
	}
	moved, err := tx.DepartmentMoved(ctx, department)
	return moved == 0, err
}

func scopeName(ctx context.Context, tx *db.Tx, out *Chain, scope right.Scope) error {
	name, err := placeName(ctx, tx, scope)
	if fault.Is(err, fault.NotFound) {
		return nil // elsewhere, where the actor may not see
	}
	out.ScopeName = name
	return err
}

// Holder is one person who may, with the first of the reasons.
type Holder struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Reach string `json:"reach"`
	Acts  string `json:"acts"` // habilis, coming or portal
	Why   Chain  `json:"why"`
	Also  int    `json:"also"` // how many further chains hold
}

// Who answers « Qui peut… ? »: everyone who holds a permission on a place on a day, with the reason. It asks user.view there.
func (s *Service) Who(ctx context.Context, in Asked) ([]Holder, error) {
	list := []Holder{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		p, known := right.Parse(in.Permission)
		if !known {
			return fault.New(fault.Protocol, "permission.unknown")
		}
		scope := right.Department(in.Structure, in.Department)
		asked := scope
		if err := requirePeople(ctx, tx, &asked); err != nil || asked != scope {
			return fault.First(err, fault.New(fault.NotFound, "structure.not_found"))
		}
		at, err := access.DayEnd(ctx, tx, in.Day)
		if err != nil {
			return err
		}
		if p.AtFirm() { // never asked below it (rights.md, A29)
			scope = right.Firm
		}
		list, err = s.holders(ctx, tx, p, scope, at)
		return err
	})
	return list, err
}

func (s *Service) holders(ctx context.Context, tx *db.Tx, p right.Permission, scope right.Scope, at int64) ([]Holder, error) {
	list := []Holder{}
	all, err := access.LoadStructure(ctx, tx, scope)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for id, r := range all {
		if r.ReachOf(p, scope, at) != right.NoReach {
			ids = append(ids, id)
		}
	}
	users, err := tx.UsersIn(ctx, db.List(ids))
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	seen, err := access.SeenAmong(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	told, err := access.ToldAtFirm(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		if !seen[u.ID] || scope == right.Firm && !told(u.ID) {
			continue
		}
		h := Holder{ID: u.ID, Name: u.FirstName + " " + u.LastName, Reach: cell(all[u.ID], p, scope, at), Acts: p.Acts()}
		q := right.Question{Permission: p, Scope: scope, At: at}
		if h.Reach == "own" {
			q.Owner = u.ID
		}
		because, err := withoutFirm(ctx, tx, all[u.ID].Check(q).Because, u.ID)
		if err != nil {
			return nil, err
		}
		h.Why.Missing = []string{}
		if len(because) > 0 { // otherwise it comes from the firm, and is not for the actor to know
			if h.Why, err = s.tell(ctx, tx, because[0], q); err != nil {
				return nil, err
			}
			h.Also = len(because) - 1
		}
		list = append(list, h)
	}
	return list, nil
}
