// Package people keeps the users: who they are, in the list and on their record.
package people

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/field"
	"habilis/internal/fold"
	"habilis/internal/ledger"
	"habilis/internal/list"
	"habilis/internal/period"
	"habilis/internal/right"
	"habilis/internal/uid"
)

// Kinds lists the changes of people.
func Kinds() []change.Kind {
	return []change.Kind{change.Of[SetPIGP](change.Form, nil), change.Of[LinkAccounts](change.Form, nil)}
}

// Service reads users.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }

// User is a record as the pages show it.
type User struct {
	ID         int64     `json:"id"`
	Email      string    `json:"email"`
	Contact    string    `json:"contact"` // the address to write to, empty where it is that of sign-in
	FirstName  string    `json:"firstName"`
	LastName   string    `json:"lastName"`
	Kind       string    `json:"kind"`
	Active     bool      `json:"active"`
	SignIn     string    `json:"signIn"`
	Phone      string    `json:"phone"`
	PIGP       bool      `json:"pigp"`
	Language   string    `json:"language"`
	CreatedAt  int64     `json:"createdAt"`
	LastSignIn int64     `json:"lastSignIn"` // 0: never
	Version    int64     `json:"version"`
	Editable   bool      `json:"editable"` // by the one who looks
	Accounts   []Account `json:"accounts"` // the others of the same person, among those that the one who looks may see
}

func shown(u sqlc.User, active bool) User {
	return User{
		ID: u.ID, Email: u.Email, Contact: u.ContactEmail, FirstName: u.FirstName, LastName: u.LastName, Kind: u.Kind, Active: active, SignIn: u.SignIn, Phone: u.Phone,
		PIGP: u.Pigp, Language: u.Language, CreatedAt: u.CreatedAt, LastSignIn: u.LastSignInAt, Version: u.Version,
	}
}

// Get returns one user. It fails with NotFound where there is none that the actor may see. Everyone sees themselves.
func (s *Service) Get(ctx context.Context, id int64) (User, error) {
	var out User
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		u, facts, err := Visible(ctx, tx, id)
		if err != nil {
			return err
		}
		out = shown(u, facts.Active(tx.At))
		if out.Accounts, err = accounts(ctx, tx, id); err != nil {
			return err
		}
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		if out.Editable, err = edits(ctx, tx, actor, facts); err != nil || actor.User == id {
			return err
		}
		outsider, err := access.Outsider(ctx, tx, actor)
		if outsider {
			out.LastSignIn = 0
		}
		return err
	})
	return out, err
}

// Visible reads a user and their facts if the actor may see them, and fails with NotFound otherwise.
func Visible(ctx context.Context, tx *db.Tx, id int64) (sqlc.User, *right.Rights, error) {
	_, facts, err := access.Person(ctx, tx, id)
	if err != nil {
		return sqlc.User{}, nil, err
	}
	u, err := tx.UserRow(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return u, nil, fault.New(fault.NotFound, "user.not_found")
	}
	if err != nil {
		return u, nil, fmt.Errorf("user %d: %w", id, err)
	}
	return u, facts, nil
}

// Identity is who a new user is.
type Identity struct {
	Email     string `json:"email"`
	Contact   string `json:"contact"` // the address to write to, empty where it is that of sign-in
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Kind      string `json:"kind"` // internal, external
}

// Check normalizes an identity and adds its problems.
func (in *Identity) Check(l *fault.List) {
	for _, v := range []*string{&in.FirstName, &in.LastName} {
		*v = fold.Text(*v)
	}
	address, sound := fold.Address(in.Email)
	in.Email = address
	if sound || address == "" {
		CheckEmail(l, "email", address)
	} else {
		l.Add("email", "email.malformed")
	}
	if in.Contact, sound = fold.Address(in.Contact); !sound && in.Contact != "" {
		l.Add("contact", "email.malformed")
	} else {
		field.Email(l, "contact", in.Contact)
	}
	for field, value := range map[string]string{"firstName": in.FirstName, "lastName": in.LastName} {
		switch {
		case value == "":
			l.Add(field, "user."+map[string]string{"firstName": "first_name", "lastName": "last_name"}[field]+".empty")
		case len([]rune(value)) > 100:
			l.Add(field, "field.too_long", "max", "100")
		case fold.Unwritten(value):
			l.Add(field, "field.control")
		}
	}
	if in.Kind != "internal" && in.Kind != "external" {
		l.Add("kind", "user.kind.unknown")
	}
}

// CheckEmail adds the problem of a text that is not one address, without a display name, of at most 254 characters.
func CheckEmail(l *fault.List, name, value string) {
	if value == "" {
		l.Add(name, "email.empty")
		return
	}
	field.Email(l, name, value)
}

// Free adds a problem where somebody has the address already. The address is normalised before, by Check.
func Free(ctx context.Context, tx *db.Tx, email string, l *fault.List) error {
	_, err := tx.UserByEmail(ctx, email)
	if err == nil {
		l.Add("email", "email.taken")
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// Insert writes a user with the state actif from now on. It fails with Invalid where the address is taken. Name and address are checked before.
func Insert(ctx context.Context, tx *db.Tx, in Identity, language string, by ledger.By) (int64, error) {
	id, err := tx.AddUser(ctx, sqlc.AddUserParams{
		Uid: uid.New(), Email: in.Email, ContactEmail: in.Contact, FirstName: in.FirstName, LastName: in.LastName,
		NameKey: fold.Key(in.LastName + " " + in.FirstName), Kind: in.Kind, Language: language, CreatedAt: tx.At,
	})
	if column, taken := db.Taken(err); taken && column == "users.email" {
		return 0, fault.Field("email", "email.taken")
	}
	if err != nil {
		return 0, fmt.Errorf("user: %w", err)
	}
	account, _, _ := strings.Cut(in.Email, "@")
	if err := Index(ctx, tx, id, in.FirstName, in.LastName, account); err != nil {
		return 0, err
	}
	_, err = ledger.OpenUserState(ctx, tx, id, true, period.Span{From: tx.At, Until: period.Open}, by)
	return id, err
}

// Index makes a user findable by the first letters of each word of their name and of their address before the @.
func Index(ctx context.Context, tx *db.Tx, id int64, texts ...string) error {
	return tx.Index(ctx, "user_search", "words", id, fold.Index(strings.Join(texts, " ")))
}

// Row is one line of the list.
type Row struct {
	ID         int64  `json:"id"`
	Email      string `json:"email"`
	FirstName  string `json:"firstName"`
	LastName   string `json:"lastName"`
	Kind       string `json:"kind"`
	SignIn     string `json:"signIn"`
	Active     bool   `json:"active"`
	Structures int    `json:"structures"` // attached to now, among those the actor may see
	CreatedAt  int64  `json:"createdAt"`
}

// Page is one page of the list.
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next"`
}

// Query is what the list of users is asked. Filter is empty for those who are active, or all, internal, external, disabled.
type Query struct {
	list.Query
	Filter string `json:"filter"`
}

// Users is the list of users. Filters: internal, external, disabled; empty for the active ones, all for everyone.
var Users = list.List[Query, Row]{
	Table: "users",
	Words: "user_search",
	Orders: map[string]list.Order{
		"":        {Column: "name_key", Index: "users_by_name"},
		"name":    {Column: "name_key", Index: "users_by_name"},
		"email":   {Column: "email", Index: "users_by_email"},
		"created": {Column: "id"},
	},
	Sight: func(ctx context.Context, tx *db.Tx, _ Query) (right.Sight, error) {
		actor, err := access.RequireAnywhere(ctx, tx, right.UserView)
		if err != nil {
			return right.Sight{}, err
		}
		return actor.Rights.See(right.UserView, tx.At), nil
	},
	Narrow:  narrow,
	Columns: columns,
	Fields: func(r *Row) []any {
		return []any{&r.ID, &r.Email, &r.FirstName, &r.LastName, &r.Kind, &r.SignIn, &r.CreatedAt, &r.Active, &r.Structures}
	},
}

// List returns a page of the users that the actor may see.
func (s *Service) List(ctx context.Context, q Query) (Page, error) {
	rows, next, err := Users.Over(s.db).Page(ctx, q)
	return Page{rows, next}, err
}

const activeNow = `EXISTS (SELECT 1 FROM user_states st WHERE st.user_id = t.id AND st.state = 'active' AND st.from_at <= ? AND st.until_at > ?)`

func columns(sight right.Sight, at int64) (text string, args []any) {
	args = []any{at, at, at, at}
	places := ""
	if !sight.Everywhere {
		places = " AND (" + db.In("m.structure_id") + " OR " + db.In("m.department_id") + ")"
		args = append(args, db.List(sight.Structures), db.List(sight.Departments))
	}
	return `t.id, t.email, t.first_name, t.last_name, t.kind, t.sign_in, t.created_at, ` + activeNow + `,
		(SELECT count(DISTINCT m.structure_id) FROM memberships m WHERE m.user_id = t.id AND m.from_at <= ? AND m.until_at > ?` + places + `)`, args
}

// narrow keeps, for one who does not see everybody, to the people attached, now or from a coming day, where they may be seen.
func narrow(_ context.Context, tx *db.Tx, p *list.Plan, q Query, sight right.Sight) error {
	if !sight.Everywhere {
		const attached = "SELECT m.user_id AS id FROM memberships m WHERE m.until_at > ? AND m.until_at > m.from_at AND "
		p.Among(attached+db.In("m.structure_id")+" UNION "+attached+db.In("m.department_id"), tx.At, db.List(sight.Structures), tx.At, db.List(sight.Departments))
	}
	if strings.Contains(q.Search, "@") {
		address, _ := fold.Address(q.Search)
		p.Where("t.email = ?", address)
		if p.Query.Part == list.Others {
			p.Where("0") // a mailbox is found at once, not in two parts
		}
	} else {
		p.Words()
	}
	switch q.Filter {
	case "":
		p.Where(activeNow, tx.At, tx.At)
	case "internal", "external":
		p.Where("t.kind = ?", q.Filter)
		p.Where(activeNow, tx.At, tx.At)
	case "disabled":
		p.Where("NOT "+activeNow, tx.At, tx.At)
	}
	return nil
}
