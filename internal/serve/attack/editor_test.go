package attack_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// periods lists the tables whose rows bear on a right over a period and name the line that opened them.
func (s *site) periods() []string {
	s.t.Helper()
	return s.column(`SELECT m.name FROM sqlite_master m WHERE m.type = 'table'
		AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'until_at')
		AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'opened_by') ORDER BY 1`)
}

// disarm takes the triggers away, as whoever has a database editor can.
func (s *site) disarm() {
	s.t.Helper()
	s.exec("PRAGMA foreign_keys = 0")
	for _, name := range s.column("SELECT name FROM sqlite_master WHERE type = 'trigger'") {
		s.exec("DROP TRIGGER " + name)
	}
}

// copied is the statement that writes a row of a table once more, with some columns otherwise.
func (s *site) copied(table string, id int64, otherwise map[string]string) string {
	s.t.Helper()
	names, values := []string{}, []string{}
	for _, name := range s.column("SELECT name FROM pragma_table_info(?)", table) {
		names = append(names, name)
		switch value, other := otherwise[name]; {
		case name == "id":
			values = append(values, "NULL")
		case other:
			values = append(values, value)
		default:
			values = append(values, name)
		}
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s WHERE id = %d", table, strings.Join(names, ", "), strings.Join(values, ", "), table, id)
}

// edits are what a database editor does to a row: a statement, or nothing where the table has no such column.
func (s *site) edits(table string, id int64) map[string]string {
	s.t.Helper()
	columns := s.column("SELECT name FROM pragma_table_info(?)", table)
	set := func(column, value string) string {
		if !slices.Contains(columns, column) {
			return ""
		}
		return fmt.Sprintf("UPDATE %s SET %s = %s WHERE id = %d", table, column, value, id)
	}
	list := map[string]string{
		"added again later":    s.copied(table, id, map[string]string{"from_at": "from_at + 1", "until_at": "until_at"}),
		"ends sooner":          set("until_at", "max(from_at, until_at - 1)"),
		"begins sooner":        set("from_at", "from_at - 1000"),
		"begins later":         set("from_at", "from_at + 1"),
		"another user":         set("user_id", "1 + user_id % (SELECT max(id) FROM users)"),
		"another profile":      set("profile_id", "1 + profile_id % (SELECT max(id) FROM profiles)"),
		"another structure":    set("structure_id", "1 + structure_id % (SELECT max(id) FROM structures)"),
		"no structure":         set("structure_id", "NULL"),
		"a box ticked":         set("options", "options || ' firm.admin'"),
		"other permissions":    set("permissions", "permissions || ' firm.admin=all'"),
		"other modules":        set("modules", "'bank'"),
		"another state":        set("state", "CASE state WHEN 'active' THEN iif(?1 = 'user_states', 'disabled', 'inactive') ELSE 'active' END"),
		"another line":         set("opened_by", "1 + opened_by % (SELECT max(seq) FROM journal)"),
		"another reason":       set("reason", "'import'"),
		"taken away":           fmt.Sprintf("DELETE FROM %s WHERE id = %d", table, id),
		"added for another":    "",
		"another membership":   set("membership_id", "NULL"),
		"another department":   set("department_id", "1 + coalesce(department_id, 0) % (SELECT max(id) FROM departments)"),
		"the end taken back":   fmt.Sprintf("UPDATE %s SET until_at = 253402300799999 WHERE id = (SELECT max(id) FROM %s WHERE until_at < 253402300799999)", table, table),
		"an end of an old one": "",
	}
	if slices.Contains(columns, "user_id") {
		list["added for another"] = s.copied(table, id, map[string]string{"user_id": "1 + user_id % (SELECT max(id) FROM users)"})
	}
	for name, statement := range list {
		list[name] = strings.ReplaceAll(statement, "?1", "'"+table+"'")
	}
	return list
}

// lived is a firm in which every kind of row was opened, and some ended, by pages.
func lived(t *testing.T) *site {
	t.Helper()
	s := firmOf(t)
	s.structure("alpha")
	s.structure("beta")
	s.department("alpha", "a1")
	s.department("alpha", "a2")
	s.person("innocent", s.choice(administrateur))
	s.attached("member", "alpha", s.choice(consult))
	s.attached("roomer", "alpha/a1", s.choice(consult))
	s.attached("leaver", "beta", s.choice(consult))
	s.submit(object{"detach": object{"user": s.people["leaver"], "structure": s.structures["beta"], "comment": "x"}})
	s.submit(object{"transfer": object{"moves": []object{{"structure": s.structures["alpha"], "to": s.people["member"]}}}})
	s.submit(object{"switchDepartment": object{"structure": s.structures["alpha"], "department": s.departments["a2"], "active": false}})
	s.submit(object{"setState": object{"structure": s.structures["beta"], "active": false}})
	s.person("intruder", s.choice(reader))
	return s
}

type verified struct {
	Bad int64  `json:"bad"`
	Why string `json:"why"`
}

func (v *visitor) verified() verified {
	v.t.Helper()
	return decoded[verified](v.t, v.must("Journal.Verify").Result)
}

// TestVerificationFindsEditedRows: H7. Each row of rights is held against the line that opened it and the line that ended it:
// whatever a database editor does to one is found.
func TestVerificationFindsEditedRows(t *testing.T) {
	s := lived(t)
	require.Equal(t, verified{}, s.enter("admin").verified(), "a file that pages alone wrote")
	must := []string{
		"department_states", "grants", "memberships", "principals", "profile_contents", "structure_states", "user_states",
	}
	require.Subset(t, s.periods(), must)
	s.disarm()
	v := s.enter("admin")
	for _, table := range s.periods() {
		var ids []int64
		for _, which := range []string{"min(id)", "max(id)"} {
			if id := s.number("SELECT coalesce(" + which + ", 0) FROM " + table + s.others(table)); id != 0 && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if slices.Contains(must, table) {
			require.NotEmpty(t, ids, table)
		}
		for _, id := range ids {
			for name, statement := range s.edits(table, id) {
				if statement == "" {
					continue
				}
				t.Run(fmt.Sprintf("%s/%d/%s", table, id, name), func(t *testing.T) {
					// given a row that was edited
					keep := s.kept(table)
					defer s.put(table)
					if _, err := s.raw.ExecContext(context.Background(), statement); err != nil {
						return // not even an editor can: a column that takes no such value
					}
					changed := s.kept(table) != keep

					// when the journal is verified
					found := v.call("Journal.Verify")

					// then it is found, or nothing was changed
					if changed {
						require.Empty(t, found.Error)
						assert.NotEqual(t, verified{}, decoded[verified](t, found.Result), statement)
					}
				})
			}
		}
	}
}

// others leaves out the rows of the administrator who asks, and of what they hold.
func (s *site) others(table string) string {
	s.t.Helper()
	columns := s.column("SELECT name FROM pragma_table_info(?)", table)
	switch {
	case slices.Contains(columns, "user_id"):
		return " WHERE user_id > 1"
	case slices.Contains(columns, "profile_id"):
		return fmt.Sprintf(" WHERE profile_id <> %d", s.profiles[administrateur])
	}
	return ""
}

// kept returns a table as text, and keeps a copy of it the first time.
func (s *site) kept(table string) string {
	s.t.Helper()
	s.exec("CREATE TABLE IF NOT EXISTS kept_" + table + " AS SELECT * FROM " + table)
	names := strings.Join(s.column("SELECT 'quote(' || name || ')' FROM pragma_table_info(?)", table), " || ',' || ")
	return strings.Join(s.column("SELECT "+names+" FROM "+table+" ORDER BY id"), "\n")
}

// put gives a table back its rows.
func (s *site) put(table string) {
	s.t.Helper()
	s.exec("DELETE FROM " + table)
	s.exec("INSERT INTO " + table + " SELECT * FROM kept_" + table)
}

// TestAnEditedRowNamesNobody: H7. The proof of a right that a database editor wrote names no innocent, nor does anything else.
func TestAnEditedRowNamesNobody(t *testing.T) {
	for name, edit := range map[string]func(s *site, line int64){
		"written by an editor": func(s *site, line int64) {
			s.exec(s.copied("grants", s.number("SELECT min(id) FROM grants WHERE user_id = 1"), map[string]string{
				"user_id": fmt.Sprint(s.people["intruder"]), "opened_by": fmt.Sprint(line), "from_at": "from_at + 1",
			}))
		},
		"another profile": func(s *site, line int64) {
			s.exec("UPDATE grants SET profile_id = ?, opened_by = ? WHERE user_id = ?", s.profiles[administrateur], line, s.people["intruder"])
		},
		"somebody else's": func(s *site, line int64) {
			s.exec("UPDATE grants SET user_id = ? WHERE opened_by = ?", s.people["intruder"], line)
		},
		"made longer": func(s *site, line int64) {
			s.exec("UPDATE grants SET user_id = ?, until_at = until_at - 1 WHERE opened_by = ?", s.people["intruder"], line)
		},
	} {
		t.Run(name, func(t *testing.T) {
			// given a right that names a line in which an innocent gave somebody else something
			s := lived(t)
			innocent := s.enter("innocent")
			_, a := innocent.submit(object{"give": object{
				"user": s.people["member"], "structure": s.structures["alpha"], "profiles": []object{s.choice(manage)},
			}})
			require.Empty(t, a.Error)
			s.submit(object{"addPerson": object{"email": address("x"), "firstName": "X", "lastName": "X", "kind": "internal", "profiles": []object{}}})
			_, a = innocent.submit(object{"give": object{"user": s.number("SELECT max(id) FROM users"), "profiles": []object{s.choice(administrateur)}}})
			require.Empty(t, a.Error)
			line := s.number("SELECT max(opened_by) FROM grants")
			require.Equal(t, s.people["innocent"], s.number("SELECT actor_id FROM journal WHERE seq = ?", line))
			s.disarm()
			edit(s, line)

			// when it is proved
			v := s.enter("admin")
			proof := v.must("Rights.Prove", object{"user": s.people["intruder"], "permission": "firm.admin"})

			// then nobody is named
			require.Contains(t, proof.Text, `"allowed":true`, "the row gives the right: it is there")
			assert.NotContains(t, proof.Text, canary("innocent"))
			assert.NotContains(t, proof.Text, `"givenBy":"Jo`)
		})
	}
}

// TestARevivedRowNamesNobody: H7. A right that was ended, and whose end a database editor took back with every trace of it beside the journal, names
// nobody who gave it.
func TestARevivedRowNamesNobody(t *testing.T) {
	for name, end := range map[string]func(s *site, v *visitor, grant int64) reply{
		"withdrawn": func(_ *site, v *visitor, grant int64) reply {
			_, a := v.submit(object{"end": object{"grant": grant}})
			return a
		},
		"detached": func(s *site, v *visitor, _ int64) reply {
			_, a := v.submit(object{"detach": object{"user": s.people["member"], "structure": s.structures["alpha"], "comment": "x"}})
			return a
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := firmOf(t)
			s.structure("alpha")
			s.attached("member", "alpha")
			s.person("innocent", s.choice(administrateur))
			innocent := s.enter("innocent")
			_, a := innocent.submit(object{"give": object{
				"user": s.people["member"], "structure": s.structures["alpha"], "profiles": []object{s.choice(manage)},
			}})
			require.Empty(t, a.Error)
			grant := s.number("SELECT max(id) FROM grants")
			require.Empty(t, end(s, innocent, grant).Error)
			s.disarm()
			for _, table := range []string{"grants", "memberships"} {
				s.exec("UPDATE "+table+" SET until_at = 253402300799999 WHERE user_id = ?", s.people["member"])
			}
			s.exec("DELETE FROM moved_ends")

			proof := s.enter("admin").must("Rights.Prove", object{
				"user": s.people["member"], "permission": "structure.edit", "structure": s.structures["alpha"],
			})

			require.Contains(t, proof.Text, `"allowed":true`, "the row gives the right: it is there")
			assert.Contains(t, proof.Text, `"unproven":true`)
			assert.NotContains(t, proof.Text, canary("innocent"))
		})
	}
}
