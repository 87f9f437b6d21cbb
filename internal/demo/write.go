package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/profile"
	"habilis/internal/structure"
	"habilis/internal/uid"
)

// writer writes the rows in bulk: many a statement. The administrator of the set-up is user 1; the people of the firm follow.
type writer struct {
	ctx      context.Context
	tx       *db.Tx
	size     Size
	line     int64 // of the journal, under which rows are written
	under    int   // rows written under it
	day      int64 // the instant it is made, for counting days back and on
	private  []int64
	site     int64 // Cabinet · Site · Collaborateur
	pending  map[string][]any
	counts   map[string]int
	grants   int
	members  int64
	rooms    int64
	load     *db.Loader
	failures error
}

func newWriter(ctx context.Context, tx *db.Tx, size Size) (*writer, error) {
	w := &writer{ctx: ctx, tx: tx, size: size, day: tx.At, pending: map[string][]any{}, counts: map[string]int{}}
	all, err := access.LoadProfiles(ctx, tx)
	if err != nil {
		return nil, err
	}
	for id := int64(1); id <= int64(len(all)); id++ {
		p := all[id]
		switch {
		case p.Family == profile.PortailPublic && p.Audience != "public":
			w.private = append(w.private, id)
		case p.Family == profile.Cabinet && strings.HasPrefix(p.Key, "Site · Collaborateur"):
			w.site = id
		}
	}
	return w, w.newLine()
}

// lineRows is how many rows a line of the journal stands for at most: it holds a hash of every few of them.
const lineRows = 10_000

// newLine goes on under another line of the journal.
func (w *writer) newLine() error {
	line, err := journal.Reserve(w.ctx, w.tx)
	if err != nil {
		return err
	}
	w.line, w.under = line.Seq(), 0
	ledger.Bulk(w.tx, w.line)
	return line.Fill(&access.Actor{User: 1}, journal.Entry{Action: "demo.filled", Kind: "firm", Object: 1, Details: map[string]string{
		"structures": fmt.Sprint(w.size.Structures), "people": fmt.Sprint(w.size.People), "grants": fmt.Sprint(w.size.Grants),
	}})
}

// all writes everything.
func (w *writer) all() error {
	w.exec("UPDATE firm SET sample = 1 WHERE id = 1")
	// What the profiles contain begins with the data, not with the set-up: a past day answers too.
	w.exec(`INSERT INTO profile_contents (profile_id, permissions, from_at, until_at, opened_by)
		SELECT profile_id, permissions, ?, from_at, ? FROM profile_contents WHERE until_at = ?`, w.days(start), w.line, period.Open)
	if w.failures == nil {
		w.failures = w.tx.Load(w.ctx, w.loaded(), w.rows)
	}
	return w.failures
}

// loaded are the tables whose indexes are built once all is written: where few rows are, none.
func (w *writer) loaded() []string {
	if w.size.Grants <= 10_000 {
		return nil
	}
	return []string{"users", "user_states", "memberships", "grants", "principals", "structures", "structure_states"}
}

// rows writes everything, parents before children.
func (w *writer) rows(l *db.Loader) error {
	w.load = l
	for i, trade := range trades {
		w.exec("INSERT INTO labels (id, name, name_key) VALUES (?, ?, ?)", i+1, trade, fold.Key(trade))
	}
	for i := range w.size.Structures {
		w.structure(i)
	}
	w.flush()
	for i := range w.size.People {
		w.person(i)
	}
	w.flush()
	for i := range w.size.People {
		w.memberships(i)
	}
	w.flush()
	w.firmGrants()
	w.flush()
	w.requests()
	w.flush()
	return w.failures
}

func (w *writer) exec(query string, args ...any) {
	if w.failures == nil {
		w.failures = w.tx.Exec(w.ctx, query, args...)
	}
}

// batch is how many values of a table wait at most.
const batch = 16_000

// add keeps a row for the next statement of its table.
func (w *writer) add(table string, values ...any) {
	if w.under++; w.under > lineRows && w.failures == nil {
		w.failures = w.newLine()
	}
	w.pending[table] = append(w.pending[table], values...)
	w.counts[table] = len(values)
	if len(w.pending[table]) >= batch {
		w.flush() // parents first, whatever table is full
	}
}

func (w *writer) send(table string) {
	values, width := w.pending[table], w.counts[table]
	if len(values) == 0 {
		return
	}
	if w.failures == nil {
		w.failures = w.load.Insert(w.ctx, table, width, values)
	}
	w.pending[table] = w.pending[table][:0]
}

// structureColumns are those that the demo fills; the others keep their defaults.
const structureColumns = `structures (id, uid, sphere, identifier_type, identifier, name, name_key, label, email, phone, address1, address2, address3, postcode,
	town, town_key, country, vat, rcs, activity, activity_list, legal_category, verdict, verdict_reason, verdict_source, verified_at, closed_on,
	partial_diffusion, created_at, version, active, managed, found_by, found_as)`

// The full-text indexes that the demo fills, with their columns.
var (
	searchColumns = db.Indexed("structure_search", "words")
	partColumns   = db.Indexed("structure_parts", "parts")
	nameColumns   = db.Indexed("user_search", "words")
)

// order is that of parents before children.
var order = []string{
	structureColumns, "structure_states", searchColumns, partColumns, "structure_labels", "departments", "department_states", "department_validities", "ceilings", "users",
	"user_states", nameColumns, "memberships", "principals", "grants", "requests",
}

func (w *writer) flush() {
	for _, table := range order {
		w.send(table)
	}
}

// days returns an instant some days from now.
func (w *writer) days(n int) int64 { return w.day + int64(n)*period.DayMillis }

const start = -1460 // four years ago, when everything began

func (w *writer) structure(i int) {
	id := int64(i + 1)
	name, postcode, town := company(i)
	number := siret(i)
	street := fmt.Sprintf("%d, %s", 1+i%97, streets[i%len(streets)])
	active := 1
	if i%12 == 11 {
		active = 0
	}
	email := ""
	if i%4 == 0 {
		email = "contact" + domain
	}
	verdict, reason, closed := w.verdict(i)
	text := structure.SearchTextOf(name, "", "", town, number)
	w.add(structureColumns, id, uid.New(), "private", identifier.SIRET, number, name, fold.Key(name), "", email, "", street, "", "",
		postcode, town, fold.Key(town), "FR", identifier.VATOf(number[:9]), "", "", "", "", verdict, reason, insee.SourceAnnuaire, w.days(-30), closed, 0, w.days(start), 1, active, 1,
		text.All, text.Identity)
	w.add(partColumns, id, text.All)
	w.add(searchColumns, id, text.Words)
	if i/len(trades)%5 == 0 {
		w.add("structure_labels", int64(i%len(trades)+1), id)
	}
	if i%12 == 11 {
		w.add("structure_states", nil, id, "active", w.days(start), w.days(-365), w.line)
		w.add("structure_states", nil, id, "inactive", w.days(-365), period.Open, w.line)
	} else {
		w.add("structure_states", nil, id, "active", w.days(start), period.Open, w.line)
	}
	if i%10 == 3 {
		w.add("ceilings", nil, id, "documents archive", w.days(-90), period.Open, w.line)
	}
	for k := 0; k < departments(i); k++ {
		w.rooms++
		d := services[k]
		w.add("departments", w.rooms, uid.New(), id, d[0], strings.ToLower(d[0]), d[1], "", "", "", 0, w.days(start), 1)
		w.add("department_states", nil, w.rooms, "active", w.days(start), period.Open, w.line)
		w.add("department_validities", nil, w.rooms, w.days(start), period.Open, w.line)
	}
}

// verdict returns what the register would have said of a structure a month ago: most are open, some did not get an answer, a few have closed.
func (w *writer) verdict(i int) (verdict, reason, closed string) {
	switch {
	case i%25 == 7:
		return string(insee.Unverifiable), "insee.slow", ""
	case i%50 == 14:
		return string(insee.Closed), "", time.UnixMilli(w.days(-60)).UTC().Format(time.DateOnly)
	}
	return string(insee.Active), "", ""
}

// departments returns how many a structure has: three in every fifth one.
func departments(i int) int {
	if i%5 == 0 {
		return 3
	}
	return 0
}

// room returns the number of the k-th department of a structure that has some.
func room(i, k int) int64 { return int64(i/5)*3 + int64(k) + 1 }

func (w *writer) person(i int) {
	id := int64(i + 2)
	first, last := person(i)
	mail, kind := address(i), "external"
	if i%10 == 0 {
		kind = "internal"
	}
	w.add("users", id, uid.New(), mail, "", first, last, fold.Key(last+" "+first), "", kind, i%5/4, "fr", "none", nil, w.days(start), 0, 1)
	w.add(nameColumns, id, fold.Index(first+" "+last+" "+strings.TrimSuffix(mail, domain)))
	if i%40 == 39 {
		w.add("user_states", nil, id, "active", w.days(start), w.days(-30), w.line)
		w.add("user_states", nil, id, "disabled", w.days(-30), period.Open, w.line)
		return
	}
	w.add("user_states", nil, id, "active", w.days(start), period.Open, w.line)
}

// memberships attaches a person to their structure: the first of each is its principal manager, some are attached to a department only, some were
// elsewhere before. Their grants stand on it.
func (w *writer) memberships(i int) {
	user, s := int64(i+2), i%w.size.Structures
	structure := int64(s + 1)
	var department any
	if turn := i / w.size.Structures; departments(s) > 0 && turn > 0 && turn%2 == 0 {
		department = room(s, turn/2%3)
	}
	if i%9 == 8 && w.size.Structures > 1 {
		w.former(user, (s+1)%w.size.Structures, i)
	}
	w.members++
	w.add("memberships", w.members, user, structure, department, w.days(start), period.Open, w.line)
	if i < w.size.Structures {
		w.add("principals", nil, user, structure, "created", w.days(start), period.Open, w.line)
	}
	left := w.size.Grants*(i+1)/w.size.People - w.size.Grants*i/w.size.People
	if i%9 == 8 && w.size.Structures > 1 {
		left--
	}
	for k := range left {
		w.grant(user, structure, department, i, k)
	}
}

func (w *writer) former(user int64, s, i int) {
	w.members++
	until := w.days(-100 - i%300)
	w.add("memberships", w.members, user, int64(s+1), nil, w.days(start), until, w.line)
	w.add("grants", nil, user, w.private[i%len(w.private)], int64(s+1), nil, w.members, "", "", w.days(start), until, w.line)
}

// grant gives the k-th profile of a person: most run, some are past, to come, or end soon.
func (w *writer) grant(user, structure int64, department any, i, k int) {
	from, until := w.days(start+30+(i*7+k*13)%1300), period.Open
	switch (i + k*3) % 20 {
	case 5, 6:
		until = from + int64(20+i%60)*period.DayMillis
		until = min(until, w.days(-1))
	case 9:
		from, until = w.days(10+i%40), w.days(200+i%200)
	case 13:
		until = w.days(3 + i%25)
	}
	w.grants++
	w.add("grants", nil, user, w.private[(i*5+k)%len(w.private)], structure, department, w.members, "", "", from, until, w.line)
}

// firmGrants gives a few people of the practice the site's profile: it reaches every structure.
func (w *writer) firmGrants() {
	for i := 0; i < min(50, max(3, w.size.People/200)); i++ {
		w.add("grants", nil, int64(i*10+2), w.site, nil, nil, nil, "", "", w.days(start), period.Open, w.line)
	}
}

// requests leaves three to decide on.
func (w *writer) requests() {
	for i := range min(3, w.size.Structures-1) {
		user, structure := int64(w.size.Structures+i+2), int64(i+2)
		input := fmt.Sprintf(`{"user":%d,"email":"","structure":%d,"department":0,"from":"","until":"","profiles":[]}`, user, structure)
		w.add("requests", nil, uid.New(), "pending", "membership", "membership.open", input, user, user, user, structure, nil,
			"", "", "", "", "", w.days(-2-i), 0, nil, "", 1)
	}
}
