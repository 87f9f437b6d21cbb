package view

import (
	"context"
	"fmt"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/export"
	"habilis/internal/list"
	"habilis/internal/right"
)

// Ended is a grant that is over. User is 0 where the record of whoever held it is no longer in sight: their name stays told with what they held.
type Ended struct {
	ID                    int64  `json:"id"`
	User                  int64  `json:"user"`
	Name                  string `json:"name"`
	Profile               string `json:"profile"`
	Place                 string `json:"place"` // empty for the firm
	From                  int64  `json:"from"`
	Until                 int64  `json:"until"`
	Withdrawn             bool   `json:"withdrawn"` // taken back before the day that had been said
	structure, department int64
}

// EndedWanted is what the list of ended grants is asked: those of a profile, in a structure, of people found by name.
type EndedWanted struct {
	list.Query
	Profile   int64 `json:"profile"`
	Structure int64 `json:"structure"`
}

// EndedPage is one page of ended grants, the last that ended first.
type EndedPage struct {
	Rows []Ended `json:"rows"`
	Next string  `json:"next"`
}

// EndedExport is what ended grants are exported as.
type EndedExport struct {
	list.Export
	Wanted EndedWanted `json:"wanted"`
}

// EndedGrants is the list of the grants that are over, where user.view is held: whoever holds it there was shown them on each of their days. From a
// department, whoever is attached to the whole structure is out of sight (rights.md, A26).
var EndedGrants = list.List[EndedWanted, Ended]{
	Table:  "grants",
	Orders: list.By("until", list.Order{Column: "until_at", Index: "grants_ending", Number: true}),
	Latest: true,
	Sight:  usersSight[EndedWanted],
	Narrow: func(ctx context.Context, tx *db.Tx, p *list.Plan, q EndedWanted, sight right.Sight) error {
		p.Where(db.Ends("t.until_at")+" AND t.until_at <= ? AND t.until_at > t.from_at", tx.At)
		p.Places(sight)
		p.Equal("profile_id", q.Profile)
		p.Equal("structure_id", q.Structure)
		p.People("user_id")
		actor, err := access.Who(ctx, tx)
		if err == nil && !sight.Everywhere {
			p.Where("(t.user_id = ? OR "+db.In("t.structure_id")+" OR EXISTS (SELECT 1 FROM memberships m WHERE m.id = t.membership_id AND m.department_id IS NOT NULL))",
				actor.User, db.List(sight.Structures))
		}
		return err
	},
	Columns: list.Read(`t.id, t.user_id, (SELECT u.first_name || ' ' || u.last_name FROM users u WHERE u.id = t.user_id),
		(SELECT p.name FROM profiles p WHERE p.id = t.profile_id), coalesce(t.structure_id, 0), coalesce(t.department_id, 0), t.from_at, t.until_at,
		coalesce((SELECT e.was > e.until_at FROM moved_ends e WHERE e.kind = 'grants' AND e.row_id = t.id ORDER BY e.id DESC LIMIT 1), 0)`),
	Fields: func(r *Ended) []any {
		return []any{&r.ID, &r.User, &r.Name, &r.Profile, &r.structure, &r.department, &r.From, &r.Until, &r.Withdrawn}
	},
	Complete: func(ctx context.Context, tx *db.Tx, rows []Ended, _ right.Sight) error {
		return newNames(ctx, tx).about(len(rows), func(i int) (user *int64, place *string, scope right.Scope) {
			r := &rows[i]
			return &r.User, &r.Place, right.Scope{Structure: r.structure, Department: r.department}
		})
	},
	Cells: map[string]list.Cell[Ended]{
		"name":      {Kind: export.Code, Text: func(r Ended, _ *time.Location) string { return r.Name }},
		"profile":   {Kind: export.Text, Text: func(r Ended, _ *time.Location) string { return r.Profile }},
		"place":     {Kind: export.Code, Text: func(r Ended, _ *time.Location) string { return r.Place }},
		"from":      {Kind: export.Day, Text: func(r Ended, zone *time.Location) string { return list.Day(r.From, zone) }},
		"until":     {Kind: export.Day, Text: func(r Ended, zone *time.Location) string { return list.Day(r.Until-1, zone) }},
		"withdrawn": {Kind: export.Text, Words: []string{"true", "false"}, Text: func(r Ended, _ *time.Location) string { return fmt.Sprint(r.Withdrawn) }},
	},
}

// Ended serves the list of the grants that are over.
func (s *Service) Ended() list.Served[EndedWanted, Ended] { return EndedGrants.Over(s.db) }
