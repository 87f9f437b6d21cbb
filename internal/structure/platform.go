package structure

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
	"habilis/internal/fault"
	"habilis/internal/identifier"
	"habilis/internal/journal"
	"habilis/internal/uid"
)

// registration gives what the official list of platforms, as last pasted, says of a matricule: a name and a state, empty where it is not on the list.
func registration(ctx context.Context, tx *db.Tx, matricule string) (sqlc.RegisteredPlatform, error) {
	row, err := tx.RegisteredPlatform(ctx, matricule)
	if errors.Is(err, sql.ErrNoRows) {
		return sqlc.RegisteredPlatform{}, nil
	}
	if err != nil {
		return row, fmt.Errorf("registered platform: %w", err)
	}
	return row, nil
}

// checkRegistered refuses a matricule that the official list does not know as registered.
func checkRegistered(ctx context.Context, tx *db.Tx, matricule string) error {
	row, err := registration(ctx, tx, matricule)
	if err != nil {
		return err
	}
	if row.State != "registered" {
		return fault.Field("identifier", "platform.not_registered")
	}
	return nil
}

// PlatformList is the official list of platforms as the firm last pasted it.
type PlatformList struct {
	Text  string `json:"text"` // a line each: matricule; name; state
	Count int    `json:"count"`
}

var platformStates = map[string]string{
	"immatriculée": "registered", "immatriculee": "registered", "registered": "registered", "": "registered", "en cours": "pending", "pending": "pending",
	"retirée": "withdrawn", "retiree": "withdrawn", "withdrawn": "withdrawn",
}

// Platforms gives the official list. It asks structure.create on some scope.
func (s *Service) Platforms(ctx context.Context) (PlatformList, error) {
	var out PlatformList
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.RequireAnywhere(ctx, tx, access.StructureCreate); err != nil {
			return err
		}
		rows, err := tx.RegisteredPlatforms(ctx)
		var lines []string
		for _, r := range rows {
			lines = append(lines, r.Matricule+";"+r.Name+";"+r.State)
		}
		out = PlatformList{strings.Join(lines, "\n"), len(rows)}
		return err
	})
	return out, err
}

// SetPlatforms replaces the official list by a pasted one: a line each, matricule, name and state (immatriculée where it is left out) separated by
// semicolons or tabs. It asks firm.admin, and fails with Invalid naming the first line that is not so.
func (s *Service) SetPlatforms(ctx context.Context, in PlatformList) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		actor, err := access.Require(ctx, tx, access.FirmAdmin, access.Firm)
		if err != nil {
			return err
		}
		if len(in.Text) > 1<<20 {
			return fault.Field("text", "field.too_long", "max", "1000000")
		}
		if err := tx.ForgetRegisteredPlatforms(ctx); err != nil {
			return fmt.Errorf("registered platforms: %w", err)
		}
		n, seen := 0, map[string]bool{}
		for i, line := range strings.Split(in.Text, "\n") {
			if strings.TrimSpace(line) == "" {
				continue
			}
			row, err := platformLine(line)
			if err != nil {
				return fault.Field("text", "platform.list.line", "line", fmt.Sprint(i+1))
			}
			if seen[row.Matricule] {
				return fault.Field("text", "platform.list.twice", "line", fmt.Sprint(i+1), "matricule", row.Matricule)
			}
			seen[row.Matricule] = true
			if err := tx.AddRegisteredPlatform(ctx, row); err != nil {
				return fmt.Errorf("registered platform: %w", err)
			}
			n++
		}
		return journal.Record(ctx, tx, actor, journal.Entry{Action: "platform.listed", Kind: "firm", Object: 1, Details: map[string]string{"count": fmt.Sprint(n)}})
	})
}

func platformLine(line string) (sqlc.AddRegisteredPlatformParams, error) {
	parts := append(strings.Split(strings.ReplaceAll(line, "\t", ";"), ";"), "", "")
	trim(&parts[0], &parts[1], &parts[2])
	matricule, err := identifier.Parse(identifier.Platform, parts[0])
	state, known := platformStates[strings.ToLower(parts[2])]
	var l fault.List
	text(&l, "name", parts[1], 200)
	if err != nil || !known || parts[1] == "" || l.Err() != nil {
		return sqlc.AddRegisteredPlatformParams{}, fault.Field("text", "platform.list.line")
	}
	return sqlc.AddRegisteredPlatformParams{Matricule: matricule, Name: parts[1], State: state}, nil
}

// Registration is a platform's state of registration: pending, registered or withdrawn.
type Registration struct {
	ID    int64  `json:"id"`
	State string `json:"state"`
}

// SetRegistration changes a platform's state of registration. It asks structure.edit there.
func (s *Service) SetRegistration(ctx context.Context, in Registration) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		actor, err := access.Require(ctx, tx, access.StructureEdit, access.Structure(in.ID))
		if err != nil {
			return err
		}
		row, _, err := find(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if row.Sphere != "platform" || !slices.Contains([]string{"pending", "registered", "withdrawn"}, in.State) {
			return fault.New(fault.Refused, "platform.state.unknown")
		}
		if err := tx.RegisterStructure(ctx, sqlc.RegisterStructureParams{ID: in.ID, Registration: in.State}); err != nil {
			return fmt.Errorf("platform: %w", err)
		}
		return journal.Record(ctx, tx, actor, journal.Entry{
			Action: "platform.registration", Kind: "structure", Object: in.ID, Structure: in.ID, Details: map[string]string{"from": row.Registration, "to": in.State},
		})
	})
}

// Powers are what a contract may let a platform do for its client.
var Powers = []string{"issue", "receive", "status", "reporting", "directory"}

// Contract is a contract of services between a platform and a client structure, as either record shows it. The other party's name is told to one
// who may see it.
type Contract struct {
	ID        int64    `json:"id"`
	Platform  Link     `json:"platform"`
	Client    Link     `json:"client"`
	Reference string   `json:"reference"`
	Powers    []string `json:"powers"`
	From      string   `json:"from"`
	Until     string   `json:"until"`
	Current   bool     `json:"current"`
	Endable   bool     `json:"endable"`
	Line      int64    `json:"line"` // of the journal, that opened it: the proof
	Version   int64    `json:"version"`
}

// Contracts lists the contracts of a platform or of a client structure. It asks structure.view there.
func (s *Service) Contracts(ctx context.Context, id int64) ([]Contract, error) {
	list := []Contract{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.Require(ctx, tx, access.StructureView, access.Structure(id))
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
			if c.Platform, err = link(ctx, tx, actor, &r.PlatformID); err != nil {
				return err
			}
			if c.Client, err = link(ctx, tx, actor, &r.ClientID); err != nil {
				return err
			}
			held, err := actor.Can(ctx, tx, access.Question{Permission: access.StructureEdit, Scope: access.Structure(r.ClientID), At: tx.At})
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

// NewContract is what a form gives of a contract. Days are written 2006-01-02; an empty Until has no end.
type NewContract struct {
	Platform  int64    `json:"platform"`
	Client    int64    `json:"client"`
	Reference string   `json:"reference"`
	Powers    []string `json:"powers"`
	From      string   `json:"from"`
	Until     string   `json:"until"`
}

// AddContract writes a contract. It asks structure.edit on the client and structure.view on the platform; it fails with Invalid, all problems at once.
func (s *Service) AddContract(ctx context.Context, in NewContract) (int64, error) {
	id := int64(0)
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := access.RequireAnywhere(ctx, tx, access.StructureEdit); err != nil {
			return err
		}
		if in.Platform == 0 || in.Client == 0 {
			return in.incomplete()
		}
		actor, err := access.Require(ctx, tx, access.StructureEdit, access.Structure(in.Client))
		if err != nil {
			return err
		}
		if _, err := access.Require(ctx, tx, access.StructureView, access.Structure(in.Platform)); err != nil {
			return fault.Field("platform", "contract.platform")
		}
		if err := in.checkWith(ctx, tx); err != nil {
			return err
		}
		line, err := journal.Reserve(ctx, tx)
		if err != nil {
			return err
		}
		id, err = tx.AddContract(ctx, sqlc.AddContractParams{
			Uid: uid.New(), PlatformID: in.Platform, ClientID: in.Client, Reference: in.Reference, Powers: strings.Join(in.Powers, " "), FromOn: in.From,
			UntilOn: in.Until, OpenedBy: line.Seq(),
		})
		if err != nil {
			return fmt.Errorf("contract: %w", err)
		}
		return line.Fill(actor, journal.Entry{
			Action: "contract.opened", Kind: "structure", Object: in.Client, Structure: in.Client,
			Details: map[string]string{"platform": fmt.Sprint(in.Platform), "powers": strings.Join(in.Powers, " ")}, Values: map[string]string{"reference": in.Reference},
		})
	})
	return id, err
}

// incomplete tells of the party that is missing, and of all else that is wrong.
func (in *NewContract) incomplete() error {
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
func (in *NewContract) checkWith(ctx context.Context, tx *db.Tx) error {
	var l fault.List
	if err := in.check(&l); err != nil {
		return err
	}
	platform, _, err := find(ctx, tx, in.Platform)
	if err != nil {
		return err
	}
	client, _, err := find(ctx, tx, in.Client)
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
func (in *NewContract) check(l *fault.List) error {
	trim(&in.Reference)
	if in.Reference == "" {
		l.Add("reference", "contract.reference.empty")
	}
	text(l, "reference", in.Reference, 100)
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

// EndContract ends a contract on a day. It asks structure.edit on the client; it fails with Conflict where somebody changed it since Version.
func (s *Service) EndContract(ctx context.Context, in EndContract) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		row, err := tx.ContractRow(ctx, in.ID)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("contract: %w", err)
		}
		actor, err := access.Require(ctx, tx, access.StructureEdit, access.Structure(row.ClientID))
		if err != nil {
			return err
		}
		if row.ID == 0 {
			return fault.New(fault.NotFound, "contract.not_found")
		}
		switch {
		case row.Version != in.Version:
			return fault.New(fault.Conflict, "record.changed")
		case row.EndedBy != 0:
			return fault.New(fault.Refused, "contract.ended_already")
		}
		if _, err := time.Parse(time.DateOnly, in.Until); err != nil {
			return fault.Field("until", "day.malformed")
		}
		if in.Until < row.FromOn {
			return fault.Field("until", "day.crossed")
		}
		if row.UntilOn != "" && in.Until > row.UntilOn {
			return fault.Field("until", "contract.ends_already")
		}
		line, err := journal.Reserve(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.EndContract(ctx, sqlc.EndContractParams{ID: in.ID, Version: in.Version, UntilOn: in.Until, EndedBy: line.Seq()}); err != nil {
			return fmt.Errorf("contract: %w", err)
		}
		return line.Fill(actor, journal.Entry{
			Action: "contract.ended", Kind: "structure", Object: row.ClientID, Structure: row.ClientID,
			Details: map[string]string{"platform": fmt.Sprint(row.PlatformID)}, Values: map[string]string{"reference": row.Reference, "until": in.Until},
		})
	})
}
