package journal

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/list"
	"habilis/internal/period"
	"habilis/internal/right"
)

// Line is one line as the pages show it. The names are those of now.
type Line struct {
	Seq         int64             `json:"seq"`
	At          int64             `json:"at"`
	Actor       string            `json:"actor"`
	Action      string            `json:"action"`
	ObjectKind  string            `json:"objectKind"`
	ObjectID    int64             `json:"objectId"`
	StructureID int64             `json:"structureId"`
	Structure   string            `json:"structure"`
	PersonID    int64             `json:"personId"`
	Person      string            `json:"person"`
	Department  string            `json:"department"`
	Details     map[string]string `json:"details"`
	Values      map[string]string `json:"values"`
	details     string
}

// Page is one page, the newest line first.
type Page struct {
	Rows []Line `json:"rows"`
	Next string `json:"next"`
}

// Query narrows the journal: to a structure, the person concerned, who did it, an action's noun, and days, both included and empty for no bound.
type Query struct {
	list.Query
	Structure int64  `json:"structure"`
	Person    int64  `json:"person"`
	Actor     int64  `json:"actor"`
	Noun      string `json:"noun"`
	From      string `json:"from"`
	Until     string `json:"until"`
}

// Service reads the journal.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }

// Lines is the list of the journal's lines, the newest first: all with journal.view at the firm, else those of the structures where it is held. A day
// that cannot be read is Invalid beside its field.
var Lines = list.List[Query, Line]{
	Table:  "journal",
	Key:    "seq",
	Orders: map[string]list.Order{"": {Column: "seq"}},
	Latest: true,
	Sight: func(ctx context.Context, tx *db.Tx, _ Query) (right.Sight, error) {
		actor, err := access.RequireAnywhere(ctx, tx, right.JournalView)
		if err != nil {
			return right.Sight{}, err
		}
		sight := actor.Rights.See(right.JournalView, tx.At)
		if !sight.Everywhere && len(sight.Structures) == 0 {
			return sight, access.Forbidden(right.JournalView) // lines are about structures: held on a department alone, it shows none
		}
		return sight, nil
	},
	Narrow: narrow,
	Settle: list.Chosen[Query, Line],
	Columns: list.Read(`t.seq, t.at, coalesce((SELECT a.first_name || ' ' || a.last_name FROM users a WHERE a.id = t.actor_id), ''),
		t.action, t.object_kind, t.object_id, coalesce(t.structure_id, 0), coalesce((SELECT s.name FROM structures s WHERE s.id = t.structure_id), ''),
		coalesce(t.person_id, 0), coalesce((SELECT p.first_name || ' ' || p.last_name FROM users p WHERE p.id = t.person_id), ''), t.details`),
	Fields: func(l *Line) []any {
		return []any{&l.Seq, &l.At, &l.Actor, &l.Action, &l.ObjectKind, &l.ObjectID, &l.StructureID, &l.Structure, &l.PersonID, &l.Person, &l.details}
	},
	Complete: complete,
}

// List returns a page of the lines that the actor may see.
func (s *Service) List(ctx context.Context, q Query) (Page, error) {
	rows, next, err := Lines.Over(s.db).Page(ctx, q)
	return Page{rows, next}, err
}

func narrow(ctx context.Context, tx *db.Tx, p *list.Plan, q Query, sight right.Sight) error {
	if !sight.Everywhere {
		p.Where(db.In("t.structure_id"), db.List(sight.Structures))
	}
	p.Equal("structure_id", q.Structure)
	p.Equal("person_id", q.Person)
	p.Equal("actor_id", q.Actor)
	if q.Noun != "" {
		p.Where("t.action >= ? AND t.action < ?", q.Noun+".", q.Noun+"/") // the character after the dot
	}
	first, end, err := numbers(ctx, tx, q)
	p.Where("t.seq >= ? AND t.seq < ?", first, end)
	return err
}

// complete adds to lines what they are about.
func complete(ctx context.Context, tx *db.Tx, lines []Line, _ right.Sight) error {
	for i := range lines {
		l := &lines[i]
		var d struct {
			Details map[string]string `json:"details"`
		}
		if err := json.Unmarshal([]byte(l.details), &d); err != nil {
			return fmt.Errorf("journal line %d: %w", l.Seq, err)
		}
		l.Values, l.Details = map[string]string{}, d.Details
		if l.Details == nil {
			l.Details = map[string]string{}
		}
	}
	if err := values(ctx, tx, lines); err != nil {
		return err
	}
	return departments(ctx, tx, lines)
}

// numbers returns the first line on or after the day From, and the first after the day Until: instants grow with numbers, so days need no index.
func numbers(ctx context.Context, tx *db.Tx, q Query) (first, end int64, err error) {
	h, err := tx.JournalHead(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	first, end = 1, h.Seq+1
	if err != nil || q.From == "" && q.Until == "" {
		return first, end, err
	}
	zone, err := access.Zone(ctx, tx)
	if err != nil {
		return 0, 0, err
	}
	var l fault.List
	instant := func(field, day string, of func(day string, zone *time.Location) (int64, error)) int64 {
		at, err := of(day, zone)
		if err != nil && day != "" {
			l.Add(field, "day.malformed")
		}
		return at
	}
	from, until := instant("from", q.From, period.Start), instant("until", q.Until, period.End)
	if err := l.Err(); err != nil {
		return 0, 0, err
	}
	if q.From != "" {
		if first, err = firstAt(ctx, tx, from, h.Seq); err != nil {
			return 0, 0, err
		}
	}
	if q.Until != "" {
		end, err = firstAt(ctx, tx, until, h.Seq)
	}
	return first, end, err
}

// firstAt returns the number of the first line written at an instant or later, one beyond the last where there is none.
func firstAt(ctx context.Context, tx *db.Tx, at, last int64) (int64, error) {
	var failure error
	before := sort.Search(int(last), func(i int) bool {
		line, err := tx.JournalInstant(ctx, int64(i)+1)
		failure = cmp.Or(failure, err)
		return line >= at
	})
	return int64(before) + 1, failure
}

func values(ctx context.Context, tx *db.Tx, lines []Line) error {
	at := map[int64]int{}
	var seqs []int64
	for i, l := range lines {
		at[l.Seq] = i
		seqs = append(seqs, l.Seq)
	}
	rows, err := tx.JournalValuesIn(ctx, db.List(seqs))
	if err != nil {
		return fmt.Errorf("journal values: %w", err)
	}
	for _, r := range rows {
		lines[at[r.Seq]].Values[r.Field] = r.Value
	}
	return nil
}

// departments names the departments that lines are about.
func departments(ctx context.Context, tx *db.Tx, lines []Line) error {
	var ids []int64
	about := map[int]int64{}
	for i, l := range lines {
		text := l.Details["department"]
		if l.ObjectKind == "department" {
			text = strconv.FormatInt(l.ObjectID, 10)
		}
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			ids = append(ids, id)
			about[i] = id
		}
	}
	rows, err := tx.DepartmentLabels(ctx, db.List(ids))
	if err != nil {
		return fmt.Errorf("departments: %w", err)
	}
	names := map[int64]string{}
	for _, r := range rows {
		names[r.ID] = r.Label
	}
	for i, id := range about {
		lines[i].Department = names[id]
	}
	return nil
}

// Check verifies the whole chain. It asks journal.view at the firm.
func (s *Service) Check(ctx context.Context) (Verdict, error) {
	var v Verdict
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Require(ctx, tx, right.JournalView, right.Firm); err != nil {
			return err
		}
		var err error
		v, err = Verify(ctx, tx)
		return err
	})
	return v, err
}
