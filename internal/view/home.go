package view

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/right"
	"habilis/internal/signin"
)

// Ending is an access that ends soon.
type Ending struct {
	User      int64  `json:"user"`
	Name      string `json:"name"`
	What      string `json:"what"` // a profile's name, empty for a membership
	Structure int64  `json:"structure"`
	Place     string `json:"place"`
	Until     int64  `json:"until"`

	Membership int64 `json:"membership"` // the one that the actor may put off, 0 for none
}

// Home is the home page: figures over what the actor may see, and what needs them. −1 stands for a figure that is not theirs to see.
type Home struct {
	Structures    int        `json:"structures"`
	People        int        `json:"people"`
	ToVerify      int        `json:"toVerify"`
	Endings       []Ending   `json:"endings"`
	MoreEndings   bool       `json:"moreEndings"`
	FollowUps     []FollowUp `json:"followUps"`
	MoreFollowUps bool       `json:"moreFollowUps"`
	// Exposed is what is to be said of the data folder, to whoever administers the firm.
	Exposed *fault.Problem `json:"exposed,omitempty"`
}

// soon is how far ahead the home page looks for accesses that end.
const soon = 30 * period.DayMillis

// Home gives the home page of the one who asks.
func (s *Service) Home(ctx context.Context) (Home, error) {
	out := Home{Endings: []Ending{}, FollowUps: []FollowUp{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		if err := figures(ctx, tx, actor, &out); err != nil {
			return err
		}
		if actor.Rights.Allowed(right.Question{Permission: right.FirmAdmin, At: tx.At}) {
			out.Exposed = s.db.Exposed()
		}
		if err := s.endings(ctx, tx, actor, &out); err != nil {
			return err
		}
		return s.followUps(ctx, tx, actor, &out)
	})
	return out, err
}

func figures(ctx context.Context, tx *db.Tx, actor *access.Actor, out *Home) error {
	structures, users := actor.Rights.See(right.StructureView, tx.At), actor.Rights.See(right.UserView, tx.At)
	out.Structures, out.People, out.ToVerify = len(structures.Structures)+len(structures.Partial), -1, -1
	if structures.Everywhere {
		n, err := tx.Cached(db.Rights, structuresKey{}, func() (any, error) { return tx.CountStructures(ctx) }) // each opens or ends a state
		if err != nil {
			return fmt.Errorf("structures: %w", err)
		}
		v, err := tx.CountToVerify(ctx)
		if err != nil {
			return fmt.Errorf("to verify: %w", err)
		}
		out.Structures, out.ToVerify = int(n.(int64)), int(v)
	}
	if users.Everywhere {
		value, err := tx.Cached(db.FirmWide, usersKey{}, func() (any, error) { return &headcount{}, nil }) // each opens a state
		if err != nil {
			return fmt.Errorf("users: %w", err)
		}
		if out.People, err = value.(*headcount).at(ctx, tx); err != nil {
			return fmt.Errorf("users: %w", err)
		}
	}
	return nil
}

type (
	structuresKey struct{}
	usersKey      struct{}
)

// headcount remembers how many users are not disabled, from an instant until the next at which a state begins or ends.
type headcount struct {
	mu          sync.Mutex
	from, until int64
	users       int
}

func (h *headcount) at(ctx context.Context, tx *db.Tx) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.from <= tx.At && tx.At < h.until {
		return h.users, nil
	}
	row, err := tx.CountUsersNow(ctx, tx.At)
	if err != nil {
		return 0, err
	}
	h.from, h.until, h.users = tx.At, row.Holds, int(row.N)
	return h.users, nil
}

// mostRows bounds what the home page shows of each kind.
const mostRows = 50

func (s *Service) endings(ctx context.Context, tx *db.Tx, actor *access.Actor, out *Home) error {
	sight := actor.Rights.See(right.UserView, tx.At)
	if sight.Empty() {
		return nil
	}
	list, err := endingSoon(ctx, tx, actor, sight)
	if err != nil {
		return err
	}
	var users []int64
	for _, e := range list {
		users = append(users, e.User)
	}
	seen, err := access.SeenAmong(ctx, tx, users)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(e ending) bool { return !seen[e.User] })
	out.MoreEndings = len(list) > mostRows
	list = list[:min(mostRows, len(list))]
	n := newNames(ctx, tx)
	var scopes []right.Scope
	for _, e := range list {
		scopes = append(scopes, e.scope)
	}
	if err := n.read(users, scopes); err != nil {
		return err
	}
	disabled, err := tx.DisabledAmong(ctx, sqlc.DisabledAmongParams{Users: db.List(users), At: tx.At})
	if err != nil {
		return fmt.Errorf("disabled users: %w", err)
	}
	for _, e := range list {
		if slices.Contains(disabled, e.User) {
			e.Membership = 0
		}
		if e.Name, err = n.person(e.User); err != nil {
			return err
		}
		if e.Place, err = n.place(e.scope); err != nil {
			return err
		}
		out.Endings = append(out.Endings, e.Ending)
	}
	return nil
}

// editable is where the actor may put these memberships off now: what a ceiling or inactivity takes away there is known.
func editable(ctx context.Context, tx *db.Tx, actor *access.Actor, memberships []sqlc.Membership) (right.Sight, error) {
	if err := access.ReadOwnPlaces(ctx, tx, actor.Rights); err != nil {
		return right.Sight{}, err
	}
	var places []int64
	for _, m := range memberships {
		places = append(places, m.StructureID)
	}
	slices.Sort(places)
	if err := access.ReadPlaces(ctx, tx, actor.Rights, slices.Compact(places)...); err != nil {
		return right.Sight{}, err
	}
	return actor.Rights.See(right.MembershipEdit, tx.At), nil
}

// widest bounds how many rows the home page looks at before it keeps those in sight.
const widest = 500

// looked is how many rows the home page reads: no more than it shows, and one, where all are in sight.
func looked(sight right.Sight) int64 {
	if sight.Everywhere && len(sight.Shut)+len(sight.ShutInside) == 0 {
		return mostRows + 1
	}
	return widest
}

// ending is one that is told with its place.
type ending struct {
	Ending
	scope right.Scope
}

// endingSoon reads the grants and memberships in sight that end soon, the first first.
func endingSoon(ctx context.Context, tx *db.Tx, actor *access.Actor, sight right.Sight) ([]ending, error) {
	grants, memberships, err := endingWithin(ctx, tx, sight)
	if err != nil {
		return nil, err
	}
	edits, err := editable(ctx, tx, actor, memberships)
	if err != nil {
		return nil, err
	}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	var list []ending
	for _, m := range memberships {
		if scope := right.ScopeOf(m.StructureID, m.DepartmentID); sight.Holds(scope) {
			e := ending{Ending{User: m.UserID, Structure: m.StructureID, Until: m.UntilAt}, scope}
			if edits.Holds(scope) {
				e.Membership = m.ID
			}
			list = append(list, e)
		}
	}
	for _, g := range grants {
		scope := ledger.GrantScope(g)
		if sight.Holds(scope) {
			list = append(list, ending{Ending{User: g.UserID, What: profiles[g.ProfileID].Name, Structure: scope.Structure, Until: g.UntilAt}, scope})
		}
	}
	slices.SortStableFunc(list, func(a, b ending) int { return cmp.Compare(a.Until, b.Until) })
	return list, nil
}

// endingWithin reads what ends soon, the first first: everywhere, or in the structures in sight.
func endingWithin(ctx context.Context, tx *db.Tx, sight right.Sight) (grants []sqlc.Grant, memberships []sqlc.Membership, err error) {
	if sight.Everywhere {
		grants, err = tx.GrantsEndingBefore(ctx, sqlc.GrantsEndingBeforeParams{At: tx.At, Before: tx.At + soon, Size: looked(sight)})
		if err == nil {
			memberships, err = tx.MembershipsEndingBefore(ctx, sqlc.MembershipsEndingBeforeParams{At: tx.At, Before: tx.At + soon, Size: looked(sight)})
		}
	} else {
		grants, err = tx.GrantsEndingIn(ctx, sqlc.GrantsEndingInParams{Structures: db.List(sight.Where()), At: tx.At, Before: tx.At + soon, Size: widest})
		if err == nil {
			memberships, err = tx.MembershipsEndingIn(ctx, sqlc.MembershipsEndingInParams{Structures: db.List(sight.Where()), At: tx.At, Before: tx.At + soon, Size: widest})
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("what ends: %w", err)
	}
	return grants, memberships, nil
}

// Me is who is signed in, and what their pages may offer.
type Me struct {
	ID          int64    `json:"id"`
	Name        string   `json:"name"`
	Email       string   `json:"email"`
	Titles      []string `json:"titles"`
	Permissions []string `json:"permissions"` // those held somewhere: the pages hide what Go would refuse
	FirmWide    []string `json:"firmWide"`    // those held at the firm
	CodeShownAt int64    `json:"codeShownAt"` // when somebody was shown a code that opens this account since they were last here; 0 where nobody was
	CodeShownTo string   `json:"codeShownTo"` // the names of whoever was, the latest first
}

// Me tells who is signed in, and what they are to be told.
func (s *Service) Me(ctx context.Context, notice signin.Notice) (Me, error) {
	var out Me
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		u, _, err := people.Visible(ctx, tx, actor.User)
		if err != nil {
			return err
		}
		out = Me{ID: u.ID, Name: u.FirstName + " " + u.LastName, Email: u.Email, Permissions: []string{}, FirmWide: []string{}}
		out.Titles = actor.Rights.Titles(right.Firm, tx.At, true)
		out.CodeShownAt = notice.At
		names := make([]string, len(notice.By))
		for i, user := range notice.By {
			by, err := tx.UserRow(ctx, user)
			if err != nil {
				return fmt.Errorf("user: %w", err)
			}
			names[i] = by.FirstName + " " + by.LastName
		}
		out.CodeShownTo = strings.Join(names, ", ")
		if err := access.ReadOwnPlaces(ctx, tx, actor.Rights); err != nil {
			return err
		}
		for _, p := range right.All() {
			wide := actor.Rights.Allowed(right.Question{Permission: p, At: tx.At})
			if wide {
				out.FirmWide = append(out.FirmWide, p.String())
			}
			if wide || !p.AtFirm() && actor.Rights.Allowed(right.Question{Permission: p, Anywhere: true, Owner: actor.User, At: tx.At}) {
				out.Permissions = append(out.Permissions, p.String())
			}
		}
		return nil
	})
	return out, err
}
