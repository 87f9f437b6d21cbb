package platform

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/field"
	"habilis/internal/identifier"
	"habilis/internal/journal"
	"habilis/internal/place"
	"habilis/internal/right"
	"habilis/internal/uid"
)

// List is the official list of platforms as the firm last pasted it.
type List struct {
	Text  string `json:"text"` // a line each: matricule; name; state
	Count int    `json:"count"`
}

var platformStates = map[string]string{
	"immatriculée": "registered", "immatriculee": "registered", "registered": "registered", "": "registered", "en cours": "pending", "pending": "pending",
	"retirée": "withdrawn", "retiree": "withdrawn", "withdrawn": "withdrawn",
}

// Registered returns the official list. It asks structure.create on some scope.
func (s *Service) Registered(ctx context.Context) (List, error) {
	var out List
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.RequireAnywhere(ctx, tx, right.StructureCreate); err != nil {
			return err
		}
		rows, err := tx.RegisteredPlatforms(ctx)
		var lines []string
		for _, r := range rows {
			lines = append(lines, r.Matricule+";"+r.Name+";"+r.State)
		}
		out = List{strings.Join(lines, "\n"), len(rows)}
		return err
	})
	return out, err
}

// SetPlatforms replaces the official list by a pasted one: a line each, matricule, name and state (immatriculée where it is left out) separated by
// semicolons or tabs.
type SetPlatforms struct {
	Text string `json:"text"`
}

// Kind names the change.
func (c SetPlatforms) Kind() string { return "platform.list" }

// Need is firm.admin.
func (c SetPlatforms) Need(context.Context, *db.Tx) ([]access.Need, error) {
	return []access.Need{{Permission: right.FirmAdmin, Scope: right.Firm}}, nil
}

// Check fails with Invalid naming the first line that is none.
func (c SetPlatforms) Check(context.Context, *change.Work) error {
	_, err := c.rows()
	return err
}

func (c SetPlatforms) rows() ([]sqlc.AddRegisteredPlatformParams, error) {
	if len(c.Text) > 1<<20 {
		return nil, fault.Field("text", "field.too_long", "max", "1000000")
	}
	var rows []sqlc.AddRegisteredPlatformParams
	seen := map[string]bool{}
	for i, line := range strings.Split(c.Text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		row, err := platformLine(line)
		if err != nil {
			return nil, fault.Field("text", "platform.list.line", "line", fmt.Sprint(i+1))
		}
		if seen[row.Matricule] {
			return nil, fault.Field("text", "platform.list.twice", "line", fmt.Sprint(i+1), "matricule", row.Matricule)
		}
		seen[row.Matricule] = true
		rows = append(rows, row)
	}
	return rows, nil
}

// Apply writes the list.
func (c SetPlatforms) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	rows, err := c.rows()
	if err != nil {
		return none, err
	}
	if err := w.ForgetRegisteredPlatforms(ctx); err != nil {
		return none, fmt.Errorf("registered platforms: %w", err)
	}
	for _, row := range rows {
		if err := w.AddRegisteredPlatform(ctx, row); err != nil {
			return none, fmt.Errorf("registered platform: %w", err)
		}
	}
	details := map[string]string{"count": fmt.Sprint(len(rows))}
	return none, w.Record(ctx, journal.Entry{Action: "platform.listed", Kind: "firm", Object: 1, Details: details})
}

func platformLine(line string) (sqlc.AddRegisteredPlatformParams, error) {
	parts := append(strings.Split(strings.ReplaceAll(line, "\t", ";"), ";"), "", "")
	field.Trim(&parts[0], &parts[1], &parts[2])
	matricule, err := identifier.Parse(identifier.Platform, parts[0])
	state, known := platformStates[strings.ToLower(parts[2])]
	var l fault.List
	field.Text(&l, "name", parts[1], 200)
	if err != nil || !known || parts[1] == "" || l.Err() != nil {
		return sqlc.AddRegisteredPlatformParams{}, fault.Field("text", "platform.list.line")
	}
	return sqlc.AddRegisteredPlatformParams{Matricule: matricule, Name: parts[1], State: state}, nil
}

// Powers are what a contract may let a platform do for its client.
var Powers = []string{"issue", "receive", "status", "reporting", "directory"}

// Contract is a contract of services between a platform and a client structure, as either record shows it. The other party's name is told to one
// who may see it.
type Contract struct {
	ID        int64      `json:"id"`
	Platform  place.Link `json:"platform"`
	Client    place.Link `json:"client"`
	Reference string     `json:"reference"`
	Powers    []string   `json:"powers"`
	From      string     `json:"from"`
	Until     string     `json:"until"`
	Current   bool       `json:"current"`
	Endable   bool       `json:"endable"`
	Line      int64      `json:"line"` // of the journal, that opened it: the proof
	Version   int64      `json:"version"`
}

// Contracts lists the contracts of a platform or of a client structure. It asks structure.view there.
func (s *Service) Contracts(ctx context.Context, id int64) ([]Contract, error) {
	list := []Contract{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.Require(ctx, tx, right.StructureView, right.Structure(id))
		if err != nil {
			return err
		}
		rows, err := tx.ContractsWith(ctx, id)
		if err != nil {
			return fmt.Errorf("contracts: %w", err)
		}
		zone, err := access.Zone(ctx, tx)
		if err != nil {
			return err
		}
		today := time.UnixMilli(tx.At).In(zone).Format(time.DateOnly)
		for _, r := range rows {
			c := Contract{
				ID: r.ID, Reference: r.Reference, Powers: strings.Fields(r.Powers), From: r.FromOn, Until: r.UntilOn, Line: r.OpenedBy, Version: r.Version,
				Current: r.FromOn <= today && (r.UntilOn == "" || r.UntilOn >= today),
			}
			if c.Platform, err = place.Linked(ctx, tx, actor, &r.PlatformID); err != nil {
				return err
			}
			if c.Client, err = place.Linked(ctx, tx, actor, &r.ClientID); err != nil {
				return err
			}
			held, err := actor.Can(ctx, tx, right.Question{Permission: right.StructureEdit, Scope: right.Structure(r.ClientID), At: tx.At})
			if err != nil {
				return err
			}
			c.Endable = held && r.EndedBy == 0
			list = append(list, c)
		}
		return nil
	})
	return list, err
}

// AddContract opens a contract. Days are written 2006-01-02; an empty Until has no end.
type AddContract struct {
	Platform  int64    `json:"platform"`
	Client    int64    `json:"client"`
	Reference string   `json:"reference"`
	Powers    []string `json:"powers"`
	From      string   `json:"from"`
	Until     string   `json:"until"`
}

// Kind names the change.
func (c AddContract) Kind() string { return "contract.open" }

// Need is structure.edit on the client; somewhere while a party is missing.
func (c AddContract) Need(context.Context, *db.Tx) ([]access.Need, error) {
	if c.Platform == 0 || c.Client == 0 {
		return []access.Need{{Permission: right.StructureEdit, Anywhere: true}}, nil
	}
	return []access.Need{{Permission: right.StructureEdit, Scope: right.Structure(c.Client)}}, nil
}

// Check tells every problem of the form. A platform that the one who acts does not see is none to them.
func (c AddContract) Check(ctx context.Context, w *change.Work) error {
	if c.Platform == 0 || c.Client == 0 {
		return c.incomplete()
	}
	seen, err := w.Actor.Can(ctx, w.Tx, right.Question{Permission: right.StructureView, Scope: right.Structure(c.Platform), At: w.At})
	if err == nil && !seen {
		err = fault.Field("platform", "contract.platform")
	}
	if err != nil {
		return err
	}
	return c.checkWith(ctx, w.Tx)
}

// Apply writes the contract.
func (c AddContract) Apply(ctx context.Context, w *change.Work) (made change.Outcome, err error) {
	field.Trim(&c.Reference)
	line, err := w.Journal(ctx)
	if err != nil {
		return made, err
	}
	made.Created, err = w.AddContract(ctx, sqlc.AddContractParams{
		Uid: uid.New(), PlatformID: c.Platform, ClientID: c.Client, Reference: c.Reference, Powers: strings.Join(c.Powers, " "), FromOn: c.From,
		UntilOn: c.Until, OpenedBy: line.Seq(),
	})
	if err != nil {
		return made, fmt.Errorf("contract: %w", err)
	}
	return made, line.Fill(w.Actor, journal.Entry{
		Action: "contract.opened", Kind: "structure", Object: c.Client, Structure: c.Client,
		Details: map[string]string{"platform": fmt.Sprint(c.Platform), "powers": strings.Join(c.Powers, " ")}, Values: map[string]string{"reference": c.Reference},
	})
}

// incomplete tells of the party that is missing, and of all else that is wrong.
func (in *AddContract) incomplete() error {
	var l fault.List
	if err := in.check(&l); err != nil {
		return err
	}
	if in.Platform == 0 {
		l.Add("platform", "contract.platform")
	}
	if in.Client == 0 {
		l.Add("client", "contract.client")
	}
	return l.Err()
}

// checkWith adds to check what the structures themselves say.
func (in *AddContract) checkWith(ctx context.Context, tx *db.Tx) error {
	var l fault.List
	if err := in.check(&l); err != nil {
		return err
	}
	platform, _, err := place.Find(ctx, tx, in.Platform)
	if err != nil {
		return err
	}
	client, _, err := place.Find(ctx, tx, in.Client)
	if err != nil {
		return err
	}
	if platform.Sphere != "platform" {
		l.Add("platform", "contract.platform")
	}
	if client.Sphere == "platform" {
		l.Add("client", "contract.client")
	}
	return l.Err()
}

// check adds what is wrong with what is typed. It fails with Protocol on powers that no page offers.
func (in *AddContract) check(l *fault.List) error {
	field.Trim(&in.Reference)
	if in.Reference == "" {
		l.Add("reference", "contract.reference.empty")
	}
	field.Text(l, "reference", in.Reference, 100)
	if len(in.Powers) == 0 {
		l.Add("powers", "contract.powers.empty")
	}
	for _, p := range in.Powers {
		if !slices.Contains(Powers, p) {
			return fault.New(fault.Protocol, "contract.powers.unknown")
		}
	}
	for field, day := range map[string]string{"from": in.From, "until": in.Until} {
		if _, err := time.Parse(time.DateOnly, day); err != nil && (day != "" || field == "from") {
			l.Add(field, "day.malformed")
		}
	}
	if in.Until != "" && in.Until < in.From {
		l.Add("until", "day.crossed")
	}
	return nil
}

// EndContract is the last day of a contract.
type EndContract struct {
	ID      int64  `json:"id"`
	Version int64  `json:"version"`
	Until   string `json:"until"`
}

// Kind names the change.
func (c EndContract) Kind() string { return "contract.end" }

// Need is structure.edit on the client.
func (c EndContract) Need(ctx context.Context, tx *db.Tx) ([]access.Need, error) {
	row, err := tx.ContractRow(ctx, c.ID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("contract: %w", err)
	}
	return []access.Need{{Permission: right.StructureEdit, Scope: right.Structure(row.ClientID)}}, nil
}

// Check tells of a day that is none, or outside the contract. It fails with Conflict where somebody changed it since Version.
func (c EndContract) Check(ctx context.Context, w *change.Work) error {
	row, err := c.find(ctx, w.Tx)
	if err != nil {
		return err
	}
	switch _, malformed := time.Parse(time.DateOnly, c.Until); {
	case row.Version != c.Version:
		return fault.New(fault.Conflict, "record.changed")
	case row.EndedBy != 0:
		return fault.New(fault.Refused, "contract.ended_already")
	case malformed != nil:
		return fault.Field("until", "day.malformed")
	case c.Until < row.FromOn:
		return fault.Field("until", "day.crossed")
	case row.UntilOn != "" && c.Until > row.UntilOn:
		return fault.Field("until", "contract.ends_already")
	}
	return nil
}

func (c EndContract) find(ctx context.Context, tx *db.Tx) (sqlc.Contract, error) {
	row, err := tx.ContractRow(ctx, c.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return row, fault.New(fault.NotFound, "contract.not_found")
	}
	if err != nil {
		return row, fmt.Errorf("contract: %w", err)
	}
	return row, nil
}

// Apply writes the end.
func (c EndContract) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	row, err := c.find(ctx, w.Tx)
	if err != nil {
		return none, err
	}
	line, err := w.Journal(ctx)
	if err != nil {
		return none, err
	}
	if _, err := w.EndContract(ctx, sqlc.EndContractParams{ID: c.ID, Version: c.Version, UntilOn: c.Until, EndedBy: line.Seq()}); err != nil {
		return none, fmt.Errorf("contract: %w", err)
	}
	return none, line.Fill(w.Actor, journal.Entry{
		Action: "contract.ended", Kind: "structure", Object: row.ClientID, Structure: row.ClientID,
		Details: map[string]string{"platform": fmt.Sprint(row.PlatformID)}, Values: map[string]string{"reference": row.Reference, "until": c.Until},
	})
}
