package ledger

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"habilis/db"
	"habilis/db/sqlc"
)

// Each line of the journal says which rows it opened and which ends it moved: by table, runs of rows whose numbers follow, each with one hash over
// its rows in their order, as they were when they were opened. The line is chained, so a row that anything else wrote, changed or took away is found.

// Table is a table of periods, the one of the ends that were moved, or what the guards are told of beside them.
type Table string

// MovedEnds holds the moves of their ends.
const MovedEnds Table = "moved_ends"

// What else the guards are told of, though it is no table of periods.
const (
	SignIns   Table = "sign_ins"
	Decisions Table = "decisions"
)

// tables are those whose rows the journal vouches for.
var tables = append(slices.Clone(periods), MovedEnds)

// Seals is what a line says of its rows, by table: "first-last:hash", separated by spaces.
type Seals map[Table]string

const (
	longest = 32 // rows of a run: a proof reads one
	width   = 16 // bytes kept of a hash: whoever edits must find a second row with the same, not any two
)

// run is rows of one table, opened by one line, whose numbers follow.
type run struct {
	first, last int64
	sum         string
}

func (r run) String() string { return fmt.Sprintf("%d-%d:%s", r.first, r.last, r.sum) }

// sealing gathers the rows of one line and table, in the order of their numbers.
type sealing struct {
	done []string
	run
	hash hash.Hash
}

func (s *sealing) add(id int64, cells []any) {
	if s.hash != nil && (id != s.last+1 || s.last-s.first+1 == longest) {
		s.end()
	}
	if s.hash == nil {
		s.hash, s.first = sha256.New(), id
	}
	s.last = id
	for _, c := range cells {
		hashCell(s.hash, c)
	}
}

func (s *sealing) end() {
	if s.hash == nil {
		return
	}
	s.sum = base64.RawURLEncoding.EncodeToString(s.hash.Sum(nil)[:width])
	s.done = append(s.done, s.run.String())
	s.hash = nil
}

// hashCell hashes a value with its kind and length, so that no two rows read alike.
func hashCell(h hash.Hash, cell any) {
	var head [9]byte
	text := ""
	switch v := cell.(type) {
	case nil:
		head[0] = 'n'
	case int64:
		head[0] = 'i'
		binary.BigEndian.PutUint64(head[1:], uint64(v)) //nolint:gosec // a bit pattern to hash
	case string:
		head[0], text = 't', v
		binary.BigEndian.PutUint64(head[1:], uint64(len(v)))
	default: // what no column of these tables holds
		head[0], text = 'x', fmt.Sprint(v)
		binary.BigEndian.PutUint64(head[1:], uint64(len(text)))
	}
	h.Write(head[:])
	h.Write([]byte(text))
}

// cellsOf returns the values of a row that was inserted, behind its number, in the order of its columns.
func cellsOf(id int64, row any) []any {
	v := reflect.ValueOf(row)
	cells := make([]any, 0, v.NumField()+1)
	cells = append(cells, id)
	for i := range v.NumField() {
		switch x := v.Field(i).Interface().(type) {
		case *int64:
			if x == nil {
				cells = append(cells, nil)
			} else {
				cells = append(cells, *x)
			}
		default:
			cells = append(cells, x)
		}
	}
	return cells
}

type bulkKey struct{}

// Bulk tells that these lines open rows that were written without the functions of this package, in bulk.
func Bulk(tx *db.Tx, lines ...int64) {
	all, _ := tx.Value(bulkKey{}).(map[int64]bool)
	if all == nil {
		all = map[int64]bool{}
		tx.SetValue(bulkKey{}, all)
	}
	for _, line := range lines {
		all[line] = true
	}
}

// Sealed returns what each line of this transaction is to say of the rows that it opened.
func Sealed(ctx context.Context, tx *db.Tx) (map[int64]Seals, error) {
	open := map[int64]map[Table]*sealing{}
	at := func(line int64, t Table) *sealing {
		if open[line] == nil {
			open[line] = map[Table]*sealing{}
		}
		if open[line][t] == nil {
			open[line][t] = &sealing{}
		}
		return open[line][t]
	}
	for _, w := range Writes(tx) {
		switch {
		case w.row != nil && w.Opened:
			at(w.line, w.Kind).add(w.ID, cellsOf(w.ID, w.row))
		case w.row != nil:
			at(w.line, MovedEnds).add(w.move, cellsOf(w.move, w.row))
		}
	}
	if bulk, _ := tx.Value(bulkKey{}).(map[int64]bool); len(bulk) > 0 {
		if err := sealBulk(ctx, tx, bulk, at); err != nil {
			return nil, err
		}
	}
	list := map[int64]Seals{}
	for line, byTable := range open {
		list[line] = Seals{}
		for t, s := range byTable {
			s.end()
			list[line][t] = strings.Join(s.done, " ")
		}
	}
	return list, nil
}

func sealBulk(ctx context.Context, tx *db.Tx, lines map[int64]bool, at func(int64, Table) *sealing) error {
	for _, t := range tables {
		if t == MovedEnds {
			continue
		}
		err := t.read(ctx, tx, math.MinInt64, math.MaxInt64, -1, func(r stored) {
			if lines[r.line] {
				at(r.line, t).add(r.id, r.cells)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// stored is a row as the file holds it.
type stored struct {
	id, line int64
	until    int // the place of its end among the cells, -1 for none
	cells    []any
}

// read gives the rows of a table between two numbers, in their order, and no more than most (-1: all). The cells are the reader's until the next row.
func (t Table) read(ctx context.Context, tx *db.Tx, first, last int64, most int, f func(stored)) error {
	rows, err := tx.Select(ctx, "SELECT * FROM "+string(t)+" WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?", first, last, most)
	if err != nil {
		return fmt.Errorf("%s: %w", t, err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	names, err := rows.Columns()
	if err != nil {
		return fmt.Errorf("%s: %w", t, err)
	}
	cells, places := make([]any, len(names)), make([]any, len(names))
	for i := range cells {
		places[i] = &cells[i]
	}
	id, until, line := slices.Index(names, "id"), slices.Index(names, "until_at"), slices.Index(names, "opened_by")
	if t == MovedEnds {
		until, line = -1, slices.Index(names, "moved_by")
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		r := stored{until: until, cells: cells}
		r.id, _ = cells[id].(int64)
		r.line, _ = cells[line].(int64)
		f(r)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", t, err)
	}
	return nil
}

// MovesHold reports whether the ends that lines moved are as these say, all read at once.
func MovesHold(ctx context.Context, tx *db.Tx, lines []int64, said map[int64]Seals) (bool, error) {
	if len(lines) == 0 {
		return true, nil
	}
	rows, err := tx.MovesBy(ctx, db.List(lines))
	if err != nil {
		return false, fmt.Errorf("moved ends: %w", err)
	}
	byLine := map[int64]*sealing{}
	for _, r := range rows {
		if byLine[r.MovedBy] == nil {
			byLine[r.MovedBy] = &sealing{}
		}
		byLine[r.MovedBy].add(r.ID, []any{r.ID, r.MovedBy, r.Kind, r.RowID, r.Was, r.UntilAt})
	}
	for _, line := range lines {
		sum := ""
		if s := byLine[line]; s != nil {
			s.end()
			sum = strings.Join(s.done, " ")
		}
		if sum != said[line][MovedEnds] {
			return false, nil
		}
	}
	return true, nil
}

// HoldsRow reports whether a line opened the row of a table, and the row is as it says.
func (s Seals) HoldsRow(ctx context.Context, tx *db.Tx, t Table, id int64) (bool, error) {
	for r, known := range runs(s[t]) {
		if known && r.first <= id && id <= r.last {
			return t.holds(ctx, tx, r, known)
		}
	}
	return false, nil
}

// runs reads what Sealed wrote, and tells of each run whether it can be read.
func runs(text string) func(yield func(run, bool) bool) {
	return func(yield func(run, bool) bool) {
		for part := range strings.FieldsSeq(text) {
			numbers, sum, ok := strings.Cut(part, ":")
			a, b, both := strings.Cut(numbers, "-")
			first, err1 := strconv.ParseInt(a, 10, 64)
			last, err2 := strconv.ParseInt(b, 10, 64)
			if !yield(run{first, last, sum}, ok && both && err1 == nil && err2 == nil) {
				return
			}
		}
	}
}

// holds reports whether the rows of a run are those that were opened, and end where the last move left them.
func (t Table) holds(ctx context.Context, tx *db.Tx, r run, known bool) (bool, error) {
	if !known {
		return false, nil
	}
	ends, err := t.ends(ctx, tx, r)
	if err != nil {
		return false, err
	}
	s, whole, next := sealing{}, true, r.first
	err = t.read(ctx, tx, r.first, r.last, -1, func(row stored) {
		whole = whole && row.id == next && row.opened(ends[row.id])
		next++
		s.add(row.id, row.cells)
	})
	s.end()
	return err == nil && whole && next == r.last+1 && slices.Equal(s.done, []string{r.String()}), err
}

// ends returns the moves of the ends of a run's rows, in their order.
func (t Table) ends(ctx context.Context, tx *db.Tx, r run) (map[int64][]sqlc.MovedEnd, error) {
	if t == MovedEnds {
		return nil, nil
	}
	rows, err := tx.MovedEnds(ctx, sqlc.MovedEndsParams{Kind: string(t), First: r.first, Last: r.last})
	if err != nil {
		return nil, fmt.Errorf("moved ends: %w", err)
	}
	list := map[int64][]sqlc.MovedEnd{}
	for _, e := range rows {
		list[e.RowID] = append(list[e.RowID], e)
	}
	return list, nil
}

// opened brings a row back to what it was when it was opened, and reports whether its end is where its moves, one after the other, left it.
func (s stored) opened(moves []sqlc.MovedEnd) bool {
	if len(moves) == 0 {
		return true
	}
	until := moves[0].Was
	for _, m := range moves {
		if m.Was != until {
			return false
		}
		until = m.UntilAt
	}
	now, ok := s.cells[s.until].(int64)
	s.cells[s.until] = moves[0].Was
	return ok && now == until
}

// EndsOf returns the moves of the end of one row, in their order.
func EndsOf(ctx context.Context, tx *db.Tx, t Table, id int64) ([]sqlc.MovedEnd, error) {
	list, err := t.ends(ctx, tx, run{first: id, last: id})
	return list[id], err
}

// claim is a run of rows that a line says it opened.
type claim struct {
	run
	line int64
}

// Claims gathers what the lines of the journal say that they opened, to hold each row against its line, and to find rows that none of them opened.
type Claims struct {
	byTable map[Table][]claim
	bad     int64 // the first line that says something unreadable, 0 for none
}

// Add takes the runs of a line.
func (c *Claims) Add(line int64, s Seals) {
	if c.byTable == nil {
		c.byTable = map[Table][]claim{}
	}
	for t, text := range s {
		for r, known := range runs(text) {
			if !known {
				c.foul(line)
				continue
			}
			c.byTable[t] = append(c.byTable[t], claim{r, line})
		}
	}
}

func (c *Claims) foul(line int64) {
	if c.bad == 0 || line < c.bad {
		c.bad = line
	}
}

// together is how many runs are held at a time: one question for their rows, and one for the moves of their ends.
const together = 1000

// Hold returns the first line whose rows are not as it says, 0 where all are. whole tells that every line was added: then a row that none of them opened is
// found too, by the line that it names.
func (c *Claims) Hold(ctx context.Context, tx *db.Tx, whole bool) (int64, error) {
	for t := range c.byTable {
		if !slices.Contains(tables, t) {
			c.foul(c.byTable[t][0].line)
		}
	}
	for _, t := range tables {
		list := c.byTable[t]
		slices.SortFunc(list, func(a, b claim) int { return cmp.Compare(a.first, b.first) })
		after := int64(math.MinInt64) // rows up to it are accounted for
		for part := range slices.Chunk(list, together) {
			if whole {
				if err := c.stray(ctx, tx, t, after, part[0].first-1); err != nil {
					return 0, err
				}
			}
			if err := c.part(ctx, tx, t, part, whole); err != nil {
				return 0, err
			}
			after = part[len(part)-1].last + 1
		}
		if whole {
			if err := c.stray(ctx, tx, t, after, math.MaxInt64); err != nil {
				return 0, err
			}
		}
	}
	return c.bad, nil
}

// stray looks for a row between two numbers, where no line opened any.
func (c *Claims) stray(ctx context.Context, tx *db.Tx, t Table, first, last int64) error {
	if first > last {
		return nil
	}
	return t.read(ctx, tx, first, last, 1, func(row stored) { c.foul(max(1, row.line)) })
}

// part holds runs whose numbers follow, though rows may lie between them.
func (c *Claims) part(ctx context.Context, tx *db.Tx, t Table, list []claim, whole bool) error {
	ends, err := t.ends(ctx, tx, run{first: list[0].first, last: list[len(list)-1].last})
	if err != nil {
		return err
	}
	i, next, s, sound := 0, list[0].first, sealing{}, true
	done := func() {
		s.end()
		if r := list[i]; !sound || next != r.last+1 || !slices.Equal(s.done, []string{r.String()}) {
			c.foul(r.line)
		}
		if i++; i < len(list) {
			if list[i].first <= list[i-1].last {
				c.foul(list[i].line) // two lines for one row
			}
			next, s, sound = list[i].first, sealing{}, true
		}
	}
	err = t.read(ctx, tx, list[0].first, list[len(list)-1].last, -1, func(row stored) {
		for i < len(list) && row.id > list[i].last {
			done()
		}
		if i >= len(list) || row.id < list[i].first {
			if whole {
				c.foul(max(1, row.line))
			}
			return
		}
		sound = sound && row.id == next && row.opened(ends[row.id])
		next++
		s.add(row.id, row.cells)
	})
	for err == nil && i < len(list) {
		done()
	}
	return err
}
