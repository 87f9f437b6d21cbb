// Package firm keeps the settings of the firm that runs Habilis.
package firm

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/fold"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/right"
)

// The registers a firm may ask about a SIRET.
const (
	NoRegistry = "none"
	Annuaire   = "annuaire"
	Sirene     = "sirene"
)

// Settings is what the firm decided for itself. HasKey tells whether a Sirene key is kept; the key itself never leaves Go.
type Settings struct {
	Name        string `json:"name"`
	Kind        string `json:"kind"` // own or practice
	TimeZone    string `json:"timeZone"`
	Language    string `json:"language"`
	Registry    string `json:"registry"`
	HasKey      bool   `json:"hasKey"`
	IdleMinutes int    `json:"idleMinutes"`
	Sample      bool   `json:"sample"`
	Version     int64  `json:"version"`
}

// Edit is a change of settings. An empty SireneKey keeps the one there is.
type Edit struct {
	Name        string `json:"name"`
	TimeZone    string `json:"timeZone"`
	Language    string `json:"language"`
	Registry    string `json:"registry"`
	SireneKey   string `json:"sireneKey"`
	IdleMinutes int    `json:"idleMinutes"`
	KeepDays    bool   `json:"keepDays"` // where the zone changes: periods still to begin or to end keep their days
	Version     int64  `json:"version"`
	service     *Service
}

// Service reads and edits the settings.
type Service struct {
	db   *db.DB
	idle atomic.Int64 // minutes, 0 where they are to be read
}

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{db: d} }

// unset is after how many minutes a session locks before the firm has said so.
const unset = 10

// Idle tells after how long without a call a session locks. It is asked at every call, so it is read once and after each edit.
func (s *Service) Idle() time.Duration {
	minutes := s.idle.Load()
	if minutes == 0 {
		minutes = s.readIdle()
	}
	return time.Duration(minutes) * time.Minute
}

// Forget reads the idle minutes again: the file is another.
func (s *Service) Forget() { s.idle.Store(0) }

func (s *Service) readIdle() int64 {
	minutes := int64(unset)
	_ = s.db.Read(context.Background(), func(tx *db.Tx) error { // the default where the file has no firm yet, or cannot be read now
		row, there, err := Row(context.Background(), tx)
		if there {
			minutes = row.IdleMinutes
			s.idle.Store(minutes)
		}
		return err
	})
	return minutes
}

// Add writes the firm's row.
func Add(ctx context.Context, tx *db.Tx, f sqlc.AddFirmParams) error { return tx.AddFirm(ctx, f) }

// Row returns the firm's row within a transaction, and whether the firm is set up.
func Row(ctx context.Context, tx *db.Tx) (sqlc.Firm, bool, error) {
	row, err := tx.Firm(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return row, false, nil
	}
	if err != nil {
		return row, false, fmt.Errorf("firm: %w", err)
	}
	return row, true, nil
}

// Settings returns the settings to anyone signed in: the pages need the zone, the language and the register in use.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	var out Settings
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Who(ctx, tx); err != nil {
			return err
		}
		row, _, err := Row(ctx, tx)
		out = settings(row)
		return err
	})
	return out, err
}

func settings(row sqlc.Firm) Settings {
	return Settings{
		Name: row.Name, Kind: row.Kind, TimeZone: row.TimeZone, Language: row.Language, Registry: row.Registry,
		HasKey: row.SireneKey != "", IdleMinutes: int(row.IdleMinutes), Sample: row.Sample, Version: row.Version,
	}
}

func (e *Edit) normalize() {
	e.Name = fold.Text(e.Name)
	e.SireneKey = strings.TrimSpace(e.SireneKey)
}

func (e *Edit) validate(hasKey bool) error {
	var l fault.List
	CheckName(&l, "name", e.Name)
	if _, err := time.LoadLocation(e.TimeZone); err != nil || e.TimeZone == "" || e.TimeZone == "Local" {
		l.Add("timeZone", "firm.time_zone.unknown")
	}
	if e.Language != "fr" && e.Language != "en" {
		l.Add("language", "firm.language.unknown")
	}
	if e.Registry != NoRegistry && e.Registry != Annuaire && e.Registry != Sirene {
		l.Add("registry", "firm.registry.unknown")
	}
	CheckKey(&l, e.Registry, e.SireneKey, hasKey)
	if e.IdleMinutes < 1 || e.IdleMinutes > 30 {
		l.Add("idleMinutes", "firm.idle_minutes.range")
	}
	return l.Err()
}

// CheckKey says what the key of the Sirene service must be: there where that service is asked, unless one is kept already, and at most 200 bytes.
func CheckKey(l *fault.List, registry, key string, kept bool) {
	switch {
	case registry == Sirene && key == "" && !kept:
		l.Add("sireneKey", "firm.sirene_key.empty")
	case len(key) > 200:
		l.Add("sireneKey", "field.too_long", "max", "200")
	}
}

// CheckName says what a firm's name must be: there, at most 200 characters, and nothing that is not written.
func CheckName(l *fault.List, field, name string) {
	switch n := len([]rune(name)); {
	case n == 0:
		l.Add(field, "firm.name.empty")
	case n > 200:
		l.Add(field, "field.too_long", "max", "200")
	case fold.Unwritten(name):
		l.Add(field, "field.control")
	}
}

// Edited is the act of a line about the settings.
const Edited = "firm.edited"

// Editing readies settings that came from a page.
func (s *Service) Editing(in Edit) Edit {
	in.service = s
	return in
}

// Kinds lists the changes of the firm.
func (s *Service) Kinds() []change.Kind {
	return []change.Kind{change.Of(change.Form, func(_ context.Context, c Edit) (Edit, error) { return s.Editing(c), nil })}
}

// Kind names the change.
func (e Edit) Kind() string { return "firm.edit" }

// Need is firm.admin.
func (e Edit) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.FirmAdmin, Scope: right.Firm}}, nil
}

// Check tells every problem of the settings.
func (e Edit) Check(ctx context.Context, w *change.Work) error {
	row, _, err := Row(ctx, w.Tx)
	if err != nil {
		return err
	}
	e.normalize()
	return e.validate(row.SireneKey != "")
}

// Apply writes the settings. It fails with Conflict where someone else changed them since the version.
func (e Edit) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	e.normalize()
	row, _, err := Row(ctx, w.Tx)
	if err != nil {
		return none, err
	}
	key := row.SireneKey
	if e.SireneKey != "" {
		key = e.SireneKey
	}
	n, err := w.EditFirm(ctx, sqlc.EditFirmParams{
		Name: e.Name, TimeZone: e.TimeZone, Language: e.Language, Registry: e.Registry, SireneKey: key,
		IdleMinutes: int64(e.IdleMinutes), Version: e.Version,
	})
	if err != nil {
		return none, fmt.Errorf("firm: %w", err)
	}
	if n == 0 {
		return none, fault.New(fault.Conflict, "record.changed")
	}
	w.AfterCommit(func() {
		if e.service != nil {
			e.service.idle.Store(int64(e.IdleMinutes))
		}
	})
	line, err := w.Journal(ctx)
	if err != nil {
		return none, err
	}
	details, values := edited(row, e)
	if e.KeepDays && e.TimeZone != row.TimeZone {
		n, err := keepDays(ctx, w.Tx, w.Actor, row.TimeZone, e.TimeZone, ledger.By{Line: line.Seq(), Carried: true})
		if err != nil {
			return none, err
		}
		details["kept"] = strconv.Itoa(n)
	}
	return none, line.Fill(w.Actor, journal.Entry{Action: Edited, Kind: "firm", Object: 1, Details: details, Values: values})
}

// edited says what a line tells of settings: how they are, and what was changed of what. Of a key it tells that there is another.
func edited(was sqlc.Firm, in Edit) (details, values map[string]string) {
	details = map[string]string{
		"registry": in.Registry, "language": in.Language, "timeZone": in.TimeZone, "idleMinutes": strconv.Itoa(in.IdleMinutes),
	}
	for field, before := range map[string]string{
		"registry": was.Registry, "language": was.Language, "timeZone": was.TimeZone, "idleMinutes": strconv.FormatInt(was.IdleMinutes, 10),
	} {
		if details[field] != before {
			details["was."+field] = before
		}
	}
	if in.SireneKey != "" && in.SireneKey != was.SireneKey {
		details["sireneKey"] = "replaced"
	}
	values = map[string]string{"name": in.Name}
	if in.Name != was.Name {
		values["name"] = was.Name + " → " + in.Name
	}
	return details, values
}
