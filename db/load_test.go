package db_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
)

// world are rows on which memberships and grants stand: two structures, a department of the first, a person.
var world = []string{
	"INSERT INTO users (id, uid, email, contact_email, first_name, last_name, name_key, phone, kind, pigp, language, sign_in, created_at, last_sign_in_at, " +
		"version) VALUES (1, x'01', 'a@b.example', '', 'A', 'B', 'b a', '', 'external', 0, 'fr', 'none', 0, 0, 1)",
	"INSERT INTO families (id, key, in_use) VALUES (1, 'f', 1)",
	"INSERT INTO profiles (id, family_id, key, name, audience, fixed, version) VALUES (1, 1, 'p', 'P', '', 0, 1)",
	structureRow(1), structureRow(2),
	"INSERT INTO departments (id, uid, structure_id, code, code_key, label, description, address, phone, commitment_required, created_at, version) " +
		"VALUES (1, x'02', 1, 'A', 'a', 'A', '', '', '', 0, 0, 1)",
	"INSERT INTO structure_states (structure_id, state, from_at, until_at, opened_by) SELECT id, 'active', 0, 253402300799999, 1 FROM structures",
}

func structureRow(id int) string {
	n := string(rune('0' + id))
	return "INSERT INTO structures (id, uid, sphere, identifier_type, identifier, name, name_key, label, email, phone, address1, address2, address3, postcode, " +
		"town, town_key, country, vat, rcs, activity, activity_list, legal_category, verdict, verdict_reason, verdict_source, verified_at, closed_on, " +
		"partial_diffusion, created_at, version, active, managed, found_by, found_as) VALUES (" + n + ", x'0" + n + "', 'private', 'pending', 'P" + n +
		"', 'N', 'n', '', '', '', '', '', '', '', '', '', 'FR', '', '', '', '', '', 'none', '', '', 0, '', 0, 0, 1, 1, 0, '', '')"
}

func load(d *db.DB, statements ...string) error {
	return d.Write(context.Background(), func(tx *db.Tx) error {
		return tx.Load(context.Background(), []string{"memberships", "grants"}, func(*db.Loader) error {
			for _, s := range statements {
				if err := tx.Exec(context.Background(), s); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

const (
	member = "INSERT INTO memberships (id, user_id, structure_id, department_id, from_at, until_at, opened_by) VALUES "
	given  = "INSERT INTO grants (user_id, profile_id, structure_id, department_id, membership_id, options, reason, from_at, until_at, opened_by) VALUES "
)

// TestLoadChecksEachRule: what a trigger refuses of a row, a load refuses of all, and nothing of it stays; what they take, it takes.
func TestLoadChecksEachRule(t *testing.T) {
	for name, c := range map[string]struct {
		rule       string
		statements []string
	}{
		"sound": {"", []string{member + "(1, 1, 1, NULL, 0, 10, 1), (2, 1, 1, NULL, 10, 20, 1), (3, 1, 2, NULL, 5, 15, 1), (4, 1, 1, 1, 25, 30, 1)"}},
		"a row that was cancelled overlaps nothing": {"", []string{member + "(1, 1, 1, NULL, 0, 10, 1), (2, 1, 1, NULL, 5, 5, 1)"}},
		"two overlap":                 {"period.overlap", []string{member + "(1, 1, 1, NULL, 0, 10, 1), (2, 1, 1, NULL, 9, 20, 1)"}},
		"two that are not neighbours": {"period.overlap", []string{member + "(1, 1, 1, NULL, 0, 90, 1), (2, 1, 1, NULL, 5, 6, 1), (3, 1, 1, NULL, 80, 99, 1)"}},
		"overlap in a department":     {"period.overlap", []string{member + "(1, 1, 1, 1, 0, 10, 1), (2, 1, 1, 1, 9, 20, 1)"}},
		"covered":                     {"membership.covered", []string{member + "(1, 1, 1, NULL, 0, 10, 1), (2, 1, 1, 1, 2, 10, 1)"}},
		"a grant outlasts":            {"grant.membership", []string{member + "(1, 1, 1, NULL, 0, 10, 1)", given + "(1, 1, 1, NULL, 1, '', '', 0, 11, 1)"}},
		"a grant begins before":       {"grant.membership", []string{member + "(1, 1, 1, NULL, 5, 10, 1)", given + "(1, 1, 1, NULL, 1, '', '', 4, 8, 1)"}},
		"a grant elsewhere":           {"grant.membership", []string{member + "(1, 1, 1, NULL, 0, 10, 1)", given + "(1, 1, 2, NULL, 1, '', '', 0, 10, 1)"}},
		"a grant above a department":  {"grant.membership", []string{member + "(1, 1, 1, 1, 0, 10, 1)", given + "(1, 1, 1, NULL, 1, '', '', 0, 10, 1)"}},
		"a grant within":              {"", []string{member + "(1, 1, 1, NULL, 0, 10, 1)", given + "(1, 1, 1, 1, 1, '', '', 0, 10, 1)"}},
		"the state is not followed": {"structure.followed", []string{"INSERT INTO structure_states (structure_id, state, from_at, until_at, opened_by) " +
			"SELECT 1, 'inactive', 253402300799999, 253402300799999, 1", "UPDATE structures SET active = 0 WHERE id = 2"}},
		"the manager is not followed": {"principal.followed", []string{"INSERT INTO principals (user_id, structure_id, reason, from_at, until_at, opened_by) " +
			"VALUES (1, 1, 'created', 0, 253402300799999, 1)"}},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := dbtest.Open(t)
			require.NoError(t, load(d, world...))
			rules := schema(t, d)

			err := load(d, c.statements...)

			rows := count(t, d, "SELECT count(*) FROM memberships") + count(t, d, "SELECT count(*) FROM principals")
			if c.rule == "" {
				require.NoError(t, err)
				assert.NotZero(t, rows)
			} else {
				require.ErrorContains(t, err, c.rule)
				assert.Zero(t, rows, "nothing of it stays")
			}
			assert.Equal(t, rules, schema(t, d), "every trigger and index is there")
			assert.Zero(t, count(t, d, "SELECT count(*) FROM loading"))
		})
	}
}

// TestLoadLeavesTheTriggersInForce: the next row is refused as ever, and so it is where another program has put the rules aside.
func TestLoadLeavesTheTriggersInForce(t *testing.T) {
	folder := dbtest.Folder(t)
	d, err := db.Open(t.Context(), folder, "test", (&dbtest.Clock{At: dbtest.Morning}).Now)
	require.NoError(t, err)
	require.NoError(t, load(d, world...))
	require.NoError(t, load(d, member+"(1, 1, 1, NULL, 0, 10, 1)"))
	overlap := func() error {
		return d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(t.Context(), member+"(2, 1, 1, NULL, 5, 20, 1)") })
	}
	assert.ErrorContains(t, overlap(), "period.overlap")
	require.NoError(t, d.Close())
	raw, err := sql.Open("sqlite", filepath.Join(folder, db.FileName))
	require.NoError(t, err)
	_, err = raw.ExecContext(t.Context(), "INSERT INTO loading (one, since) VALUES (1, 0)")
	require.NoError(t, errors.Join(err, raw.Close()))

	d, err = db.Open(t.Context(), folder, "test", (&dbtest.Clock{At: dbtest.Morning}).Now)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Close()) })
	assert.ErrorContains(t, overlap(), "period.overlap")
}

// schema returns the triggers and indexes of a file.
func schema(t *testing.T, d *db.DB) (all []string) {
	t.Helper()
	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) error {
		rows, err := tx.Select(t.Context(), "SELECT name FROM sqlite_schema WHERE type IN ('trigger', 'index') ORDER BY name")
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // Err tells below
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			all = append(all, name)
		}
		return rows.Err()
	}))
	return all
}

func count(t *testing.T, d *db.DB, query string) (n int64) {
	t.Helper()
	require.NoError(t, d.Read(t.Context(), func(tx *db.Tx) error {
		rows, err := tx.Select(t.Context(), query)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // Err tells below
		rows.Next()
		return errors.Join(rows.Scan(&n), rows.Err())
	}))
	return n
}
