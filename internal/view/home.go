package view

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/list"
	"habilis/internal/people"
	"habilis/internal/right"
	"habilis/internal/signin"
)

// Home is the home page: figures over what the actor may see, and what needs them. −1 stands for a figure that is not theirs to see.
type Home struct {
	Structures    int        `json:"structures"`
	People        int        `json:"people"`
	ToVerify      int        `json:"toVerify"`
	Endings       []Ending   `json:"endings"`
	EndingsNext   string     `json:"endingsNext"` // what asks for the ones after
	FollowUps     []FollowUp `json:"followUps"`
	FollowUpsNext string     `json:"followUpsNext"`
	// Exposed is what is to be said of the data folder, to whoever administers the firm.
	Exposed *fault.Problem `json:"exposed,omitempty"`
}

// Home returns the home page of the one who asks.
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
		return ahead(ctx, tx, actor, &out)
	})
	return out, err
}

// ahead adds the first page of what ends soon and of what is still to be done elsewhere, their names read at once.
func ahead(ctx context.Context, tx *db.Tx, actor *access.Actor, out *Home) (err error) {
	if !actor.Rights.See(right.UserView, tx.At).Empty() {
		if out.Endings, out.EndingsNext, err = Endings.Page(ctx, tx, list.Query{}); err != nil {
			return err
		}
	}
	sight, err := stepsSight(ctx, tx, list.Query{})
	if err != nil {
		return err
	}
	var open []sqlc.FollowUp
	if !sight.Empty() {
		if open, out.FollowUpsNext, err = OpenSteps.Page(ctx, tx, list.Query{}); err != nil {
			return err
		}
	}
	users, scopes := placesOf(out.Endings)
	others, elsewhere := placesOfSteps(open)
	n := newNames(ctx, tx)
	if err := n.read(append(users, others...), append(scopes, elsewhere...)); err != nil {
		return err
	}
	if err := tellEndings(ctx, tx, out.Endings, n); err != nil {
		return err
	}
	out.FollowUps, err = tellFollowUps(ctx, tx, open, n)
	return err
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

// Me returns who is signed in, and what they are to be told.
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
