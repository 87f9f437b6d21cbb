// Package flow holds what crosses domains: the set-up of a firm, adding a person in one change, the pages of rights and the home
// page.
package flow

import (
	"context"
	"fmt"
	"strings"
	"time"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/fold"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/profile"
	"habilis/internal/right"
	"habilis/internal/signin"
	"habilis/internal/strength"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// Service crosses domains.
type Service struct {
	db         *db.DB
	changes    *change.Service
	signin     *signin.Service
	structures *structure.Service
	registry   func(kind, key string) insee.Registry
	views      *view.Service
}

// NewService makes a service. registry makes the client of a register of firm's list, nil for none.
func NewService(d *db.DB, changes *change.Service, s *signin.Service, structures *structure.Service, registry func(kind, key string) insee.Registry) *Service {
	return &Service{d, changes, s, structures, registry, view.NewService(d, changes)}
}

// Tmp returns the folder for files on their way out, in the data folder.
func (s *Service) Tmp() string { return s.db.Tmp() }

// Holds reports whether a path is one of the program's own files, by whatever name.
func (s *Service) Holds(path string) bool { return s.db.Holds(path) }

// SetUp is what the welcome asks, all at once.
type SetUp struct {
	Kind       string           `json:"kind"` // own or practice
	Name       string           `json:"name"`
	TimeZone   string           `json:"timeZone"`
	Language   string           `json:"language"`
	Registry   string           `json:"registry"`
	SireneKey  string           `json:"sireneKey"`
	Families   []string         `json:"families"`
	Structure  *structure.Input `json:"structure,omitempty"` // the firm's first structure, if it has its SIRET at hand
	Email      string           `json:"email"`
	FirstName  string           `json:"firstName"`
	LastName   string           `json:"lastName"`
	Passphrase string           `json:"passphrase"`
	Token      string           `json:"token"` // of the address that was printed, where the pages are served
}

// firstUser is the number of the first user of an empty file: their identity is sealed for it before the transaction begins.
const firstUser = 1

// IsSetUp reports whether the file has a firm.
func (s *Service) IsSetUp(ctx context.Context) (bool, error) {
	there, _, err := s.Start(ctx)
	return there, err
}

// SetUp sets the firm up: its settings, the families of profiles, the first administrator and their sealed identity, and the first
// structure if one is given. It opens a session. It fails with Invalid, all problems at once, and with Refused where the file has a firm already.
func (s *Service) SetUp(ctx context.Context, in SetUp) (string, error) {
	return s.SetUpWith(ctx, in, func(context.Context, *db.Tx) error { return nil })
}

// SetUpWith is SetUp that writes more in the same transaction: what the example holds.
func (s *Service) SetUpWith(ctx context.Context, in SetUp, more func(ctx context.Context, tx *db.Tx) error) (string, error) {
	if there, err := s.IsSetUp(ctx); err != nil || there {
		return "", fault.First(err, fault.New(fault.Refused, "firm.set_up_already"))
	}
	identity := people.Identity{Email: in.Email, FirstName: in.FirstName, LastName: in.LastName, Kind: "internal"}
	problems := []error{in.check(&identity), strength.Check(in.Passphrase, in.Email, in.Name, in.LastName)}
	var creation *structure.Create
	if in.Structure != nil {
		c, err := s.structures.CreationWith(ctx, *in.Structure, s.registry(in.Registry, in.SireneKey))
		creation, problems = &c, append(problems, err)
	}
	if err := fault.Join(problems...); err != nil {
		return "", err
	}
	prepared, err := s.signin.Prepare(firstUser, in.Passphrase, in.Email, in.Name, in.LastName)
	if err != nil {
		return "", err
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.setUp(ctx, tx, in, identity, prepared, creation); err != nil {
			return err
		}
		return more(ctx, tx)
	}); err != nil {
		return "", err
	}
	return s.signin.Enter(ctx, signin.Credentials{Email: in.Email, Passphrase: in.Passphrase})
}

func (in *SetUp) check(identity *people.Identity) error {
	in.Name = fold.Text(in.Name)
	var l fault.List
	firm.CheckName(&l, "name", in.Name)
	if in.Kind != "own" && in.Kind != "practice" {
		l.Add("kind", "firm.kind.unknown")
	}
	if _, err := time.LoadLocation(in.TimeZone); err != nil || in.TimeZone == "" || in.TimeZone == "Local" {
		in.TimeZone = "Europe/Paris"
	}
	if in.Language != "en" {
		in.Language = "fr"
	}
	if in.Registry != firm.Annuaire && in.Registry != firm.Sirene {
		in.Registry = firm.NoRegistry
	}
	firm.CheckKey(&l, in.Registry, strings.TrimSpace(in.SireneKey), false)
	identity.Check(&l)
	return l.Err()
}

func (s *Service) setUp(ctx context.Context, tx *db.Tx, in SetUp, identity people.Identity, prepared signin.Prepared, creation *structure.Create) error {
	if _, there, err := firm.Row(ctx, tx); err != nil || there {
		return fault.First(err, fault.New(fault.Refused, "firm.set_up_already"))
	}
	err := firm.Add(ctx, tx, sqlc.AddFirmParams{
		Name: in.Name, Kind: in.Kind, TimeZone: in.TimeZone, Language: in.Language, Registry: in.Registry, SireneKey: strings.TrimSpace(in.SireneKey),
		IdleMinutes: 10, CreatedAt: tx.At,
	})
	if err != nil {
		return fmt.Errorf("firm: %w", err)
	}
	line, err := journal.Reserve(ctx, tx)
	if err != nil {
		return err
	}
	if err := profile.Install(ctx, tx, in.Families, line.Seq()); err != nil {
		return err
	}
	user, err := s.administrator(ctx, tx, in, identity, line.Seq())
	if err != nil {
		return err
	}
	if err := s.signin.Enrol(ctx, tx, user, prepared); err != nil {
		return err
	}
	actor := &access.Actor{User: user}
	err = line.Fill(actor, journal.Entry{
		Action: "firm.set_up", Kind: "firm", Object: 1, Person: user,
		Details: map[string]string{"kind": in.Kind, "registry": in.Registry, "timeZone": in.TimeZone}, Values: map[string]string{"name": in.Name},
	})
	if err != nil || creation == nil {
		return err
	}
	_, err = change.At(tx, actor).Do(ctx, creation)
	return err
}

// administrator makes the first user: actif, with an open sign-in, holding Administrateur without an end.
func (s *Service) administrator(ctx context.Context, tx *db.Tx, in SetUp, identity people.Identity, line int64) (int64, error) {
	by := ledger.By{Line: line}
	user, err := people.Insert(ctx, tx, identity, in.Language, by)
	if err != nil {
		return 0, err
	}
	if user != firstUser {
		return 0, fmt.Errorf("the first user has number %d", user)
	}
	if err := ledger.SetSignIn(ctx, tx, user, "open"); err != nil {
		return 0, err
	}
	profiles, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, p := range profiles {
		if p.Administrator() {
			_, err := ledger.OpenGrant(ctx, tx, ledger.Given{User: user, Profile: p.ID, Scope: right.Firm, Reason: "setup", Span: period.Span{From: tx.At, Until: period.Open}}, by)
			return user, err
		}
	}
	return 0, fmt.Errorf("the profile Administrateur is missing")
}
