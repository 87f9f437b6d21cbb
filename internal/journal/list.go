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
	"strings"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/page"
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
}

// Page is one page, the newest line first. Next asks for the one after (0 on the last).
type Page struct {
	Lines []Line `json:"lines"`
	Next  int64  `json:"next"`
}

// Query narrows the journal: to a structure, the person concerned, who did it, an action's noun, and days, both included and empty for no bound.
// Before asks for the page of lines older than that number.
type Query struct {
	Structure int64  `json:"structure"`
	Person    int64  `json:"person"`
	Actor     int64  `json:"actor"`
	Noun      string `json:"noun"`
	From      string `json:"from"`
	Until     string `json:"until"`
	Before    int64  `json:"before"`
}

// Service reads the journal.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }

// List gives a page of the lines that the actor may see: all with journal.view at the firm, else those of the structures where they hold it. A day
// that cannot be read is Invalid beside its field.
func (s *Service) List(ctx context.Context, q Query) (Page, error) {
	out := Page{Lines: []Line{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, right.JournalView)
		if err != nil {
			return err
		}
		sight := actor.Rights.See(right.JournalView, tx.At)
		if !sight.Everywhere && len(sight.Structures) == 0 {
			return access.Forbidden(right.JournalView) // lines are about structures: held on a department alone, it shows none
		}
		first, end, err := numbers(ctx, tx, q)
		if err != nil {
			return err
		}
		if q.Before == 0 || end < q.Before {
			q.Before = end
		}
		query, args := listQuery(q, first, sight)
		rows, err := tx.Select(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		if out.Lines, err = scan(rows); err != nil {
			return err
		}
		if len(out.Lines) > page.Size {
			out.Lines = out.Lines[:page.Size]
			out.Next = out.Lines[page.Size-1].Seq
		}
		if err := values(ctx, tx, out.Lines); err != nil {
			return err
		}
		return departments(ctx, tx, out.Lines)
	})
	return out, err
}

// numbers gives the first line on or after the day From, and the first after the day Until: instants grow with numbers, so days need no index.
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

// firstAt gives the number of the first line written at an instant or later, one beyond the last where there is none.
func firstAt(ctx context.Context, tx *db.Tx, at, last int64) (int64, error) {
	var failure error
	before := sort.Search(int(last), func(i int) bool {
		line, err := tx.JournalInstant(ctx, int64(i)+1)
		failure = cmp.Or(failure, err)
		return line >= at
	})
	return int64(before) + 1, failure
}

// listQuery writes the query from a closed set of pieces.
func listQuery(q Query, first int64, sight right.Sight) (string, []any) {
	var where []string
	var args []any
	add := func(clause string, value any) {
		where = append(where, clause)
		args = append(args, value)
	}
	if !sight.Everywhere {
		add("j.structure_id IN (SELECT value FROM json_each(?))", db.List(sight.Structures))
	}
	if q.Structure != 0 {
		add("j.structure_id = ?", q.Structure)
	}
	if q.Person != 0 {
		add("j.person_id = ?", q.Person)
	}
	if q.Actor != 0 {
		add("j.actor_id = ?", q.Actor)
	}
	if q.Noun != "" {
		add("j.action >= ?", q.Noun+".")
		add("j.action < ?", q.Noun+"/") // the character after the dot
	}
	add("j.seq >= ?", first)
	add("j.seq < ?", q.Before)
	text := `SELECT j.seq, j.at, coalesce(a.first_name || ' ' || a.last_name, ''), j.action, j.object_kind, j.object_id,
		coalesce(j.structure_id, 0), coalesce(s.name, ''), coalesce(j.person_id, 0), coalesce(p.first_name || ' ' || p.last_name, ''), j.details
		FROM journal j
		LEFT JOIN users a ON a.id = j.actor_id
		LEFT JOIN structures s ON s.id = j.structure_id
		LEFT JOIN users p ON p.id = j.person_id`
	return text + " WHERE " + strings.Join(where, " AND ") + fmt.Sprintf(" ORDER BY j.seq DESC LIMIT %d", page.Size+1), args
}

func scan(rows *sql.Rows) ([]Line, error) {
	defer rows.Close() //nolint:errcheck // Err tells below
	list := []Line{}
	for rows.Next() {
		l := Line{Values: map[string]string{}}
		var details string
		if err := rows.Scan(&l.Seq, &l.At, &l.Actor, &l.Action, &l.ObjectKind, &l.ObjectID, &l.StructureID, &l.Structure, &l.PersonID, &l.Person, &details); err != nil {
			return nil, fmt.Errorf("journal: %w", err)
		}
		var d struct {
			Details map[string]string `json:"details"`
		}
		if err := json.Unmarshal([]byte(details), &d); err != nil {
			return nil, fmt.Errorf("journal line %d: %w", l.Seq, err)
		}
		if l.Details = d.Details; l.Details == nil {
			l.Details = map[string]string{}
		}
		list = append(list, l)
	}
	return list, rows.Err()
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
