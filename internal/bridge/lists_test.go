package bridge_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/directory"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/journal"
	"habilis/internal/list"
	"habilis/internal/people"
	"habilis/internal/request"
	"habilis/internal/view"
)

// explained is how the engine finds the pages of each declared list.
func explained(ctx context.Context, tx *db.Tx) (all []map[string][]string, err error) {
	for _, explain := range []func() (map[string][]string, error){
		func() (map[string][]string, error) {
			return people.Users.Explained(ctx, tx, func(q list.Query) people.Query { return people.Query{Query: q} })
		},
		func() (map[string][]string, error) {
			return directory.Structures.Explained(ctx, tx, func(q list.Query) directory.Wanted { return directory.Wanted{Query: q} })
		},
		func() (map[string][]string, error) {
			return journal.Lines.Explained(ctx, tx, func(q list.Query) journal.Query { return journal.Query{Query: q} })
		},
		func() (map[string][]string, error) {
			return request.Rows.Explained(ctx, tx, func(q list.Query) request.Wanted {
				return request.Wanted{Query: q, Tab: map[string]string{"": "pending", "decided": "decided"}[q.Order]}
			})
		},
		func() (map[string][]string, error) { return view.Endings.Explained(ctx, tx, same) },
		func() (map[string][]string, error) { return view.OpenSteps.Explained(ctx, tx, same) },
		func() (map[string][]string, error) {
			return view.EndedGrants.Explained(ctx, tx, func(q list.Query) view.EndedWanted { return view.EndedWanted{Query: q} })
		},
	} {
		plans, err := explain()
		if err != nil {
			return nil, err
		}
		all = append(all, plans)
	}
	return all, nil
}

func same(q list.Query) list.Query { return q }

// TestAnIndexServesEveryOrder: no page of any declared list is put in order row by row, nor found by reading a table from its beginning to its end.
func TestAnIndexServesEveryOrder(t *testing.T) {
	w := build(t)
	seen := 0
	require.NoError(t, w.d.Read(access.WithActor(t.Context(), w.people["admin"], "test"), func(tx *db.Tx) error {
		all, err := explained(access.WithActor(t.Context(), w.people["admin"], "test"), tx)
		for _, plans := range all {
			seen++
			for what, steps := range plans {
				text := strings.Join(steps, "\n")
				assert.NotContains(t, text, "USE TEMP B-TREE FOR ORDER BY", what)
				for _, step := range steps { // the order of making is that of the table itself, which the walk leaves once the page is full
					assert.False(t, scanned.MatchString(step) && !strings.Contains(what, `"created"`), "%s\n%s", what, text)
				}
			}
		}
		return err
	}))
	assert.Equal(t, declared(t), seen, "a list that is declared is missing above")
}

var scanned = regexp.MustCompile(`^SCAN (t|grants|memberships)$`)

// declared counts the lists that the code declares.
func declared(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path) //nolint:gosec // the code of this module
		n += len(regexp.MustCompile(`(?m)^var \w+ = list\.List\[`).FindAll(text, -1))
		return err
	}))
	return n
}

// crowd writes many rows of each list that had an end before: decided and pending requests, accesses that end soon, some in the same instant, and steps.
func crowd(w *world, many int) {
	alpha, plain := w.structures["alpha"], w.people["plain"]
	soon := w.clock.At.UnixMilli() + 24*3600*1000
	for i := range many {
		at, until := w.clock.At.UnixMilli()-int64(i/3), soon+int64(i/7)
		for _, state := range []string{"pending", "approved"} {
			w.exec(`INSERT INTO requests (uid, state, subject, change_kind, change_input, beneficiary_id, requester_id, typed_by, structure_id, department_id, identifier_type,
				identifier, department_code, comment, received_on, asked_at, decided_at, decided_by, decision_comment, version)
				SELECT randomblob(16), ?, subject, change_kind, change_input, beneficiary_id, requester_id, typed_by, ?, NULL, identifier_type, '', '', comment, '', ?, ?, NULL, '', 1
				FROM requests WHERE state = 'pending' ORDER BY id LIMIT 1`, state, alpha, at, map[string]int64{"approved": at}[state])
		}
		w.exec("INSERT INTO users SELECT NULL, randomblob(16), 'foule' || ?1 || '@exemple.example', contact_email, 'Foule', 'Numéro ' || ?1, 'foule ' || ?1, phone, kind, pigp, language, 'none', NULL, created_at, 0, 1 FROM users WHERE id = ?2", i, plain)
		user := w.number("SELECT max(id) FROM users")
		w.exec("INSERT INTO user_states (user_id, state, from_at, until_at, opened_by) VALUES (?, 'active', 0, 253402300799999, 1)", user)
		w.exec("INSERT INTO memberships (user_id, structure_id, from_at, until_at, opened_by) VALUES (?, ?, 0, ?, 1)", user, alpha, until)
		for _, span := range [][2]int64{{0, at}, {at, until}} { // one that is over, then one that ends soon
			w.exec(`INSERT INTO grants (user_id, profile_id, structure_id, membership_id, options, reason, from_at, until_at, opened_by)
				VALUES (?, ?, ?, ?, '', '', ?, ?, 1)`, user, w.choices(consult)[0].Profile, alpha, w.number("SELECT max(id) FROM memberships"), span[0], span[1])
		}
		w.exec(`INSERT INTO follow_ups (seq, user_id, structure_id, family_key, what, holds_from, holds_until, created_at, done_at, withdrawn_at)
			VALUES (1, ?, ?, 'portail-public', 'detach', 0, 0, ?, 0, 0)`, user, alpha, at)
	}
}

// TestNoListHasAnEnd: requests, endings, steps and ended grants are read to the last one, each once and in order, by an administrator and by a manager.
func TestNoListHasAnEnd(t *testing.T) {
	w := build(t)
	crowd(w, 230)
	for _, caller := range []string{"admin", "boss"} {
		t.Run(caller, func(t *testing.T) {
			seat := w.seat(caller)
			read := func(page func(after string) (ids, order []int64, next string)) (all []int64) {
				seen, last, after := map[int64]bool{}, []int64{}, ""
				for range 100 {
					ids, order, next := page(after)
					for i, id := range ids {
						require.False(t, seen[id], "twice")
						seen[id], all, last = true, append(all, id), append(last, order[i])
					}
					if after = next; after == "" {
						break
					}
				}
				assert.True(t, slices.IsSorted(last) || slices.IsSortedFunc(last, func(a, b int64) int { return int(b - a) }), "in order")
				return all
			}
			requests := func(tab string) []int64 {
				return read(func(after string) (ids, order []int64, next string) {
					p := w.must(seat, "Requests.List", request.Wanted{Query: list.Query{After: after}, Tab: tab}).(request.Page)
					for _, r := range p.Rows {
						ids, order = append(ids, r.ID), append(order, map[string]int64{"pending": r.AskedAt, "decided": r.DecidedAt}[tab])
					}
					return ids, order, p.Next
				})
			}
			assert.GreaterOrEqual(t, len(requests("pending")), 230)
			assert.GreaterOrEqual(t, len(requests("decided")), 230)
			assert.Len(t, requests("pending"), w.must(seat, "Requests.Count").(int))
			endings := 0
			read(func(after string) (ids, order []int64, next string) {
				p := w.must(seat, "Grants.Endings", list.Query{After: after}).(view.EndingPage)
				for _, e := range p.Rows {
					endings++
					ids, order = append(ids, int64(endings)), append(order, e.Until)
				}
				return ids, order, p.Next
			})
			assert.GreaterOrEqual(t, endings, 460, "grants and memberships")
			steps := read(func(after string) (ids, order []int64, next string) {
				p := w.must(seat, "Grants.Steps", list.Query{After: after}).(view.StepPage)
				for _, f := range p.Rows {
					ids, order = append(ids, f.ID), append(order, f.At)
				}
				return ids, order, p.Next
			})
			assert.GreaterOrEqual(t, len(steps), 230)

			ended := read(func(after string) (ids, order []int64, next string) {
				p := w.must(seat, "Grants.Ended", view.EndedWanted{Query: list.Query{After: after}}).(view.EndedPage)
				for _, g := range p.Rows {
					ids, order = append(ids, g.ID), append(order, g.Until)
				}
				return ids, order, p.Next
			})
			assert.GreaterOrEqual(t, len(ended), 230)
		})
	}
}

// TestATabOfRequestsHasItsOwnOrder: whatever order is asked, a tab answers in its own, and with no failure.
func TestATabOfRequestsHasItsOwnOrder(t *testing.T) {
	w := build(t)
	for _, tab := range []string{"pending", "decided", "mine"} {
		for _, desc := range []bool{false, true} {
			plain := w.must(w.admin, "Requests.List", request.Wanted{Query: list.Query{Desc: desc}, Tab: tab})
			assert.Equal(t, plain, w.must(w.admin, "Requests.List", request.Wanted{Query: list.Query{Order: "decided", Desc: !desc}, Tab: tab}), tab)
		}
	}
}

// TestAListOfGrantsFindsNamesAlone: whoever is told a name is not told an address, and cannot find by it.
func TestAListOfGrantsFindsNamesAlone(t *testing.T) {
	w := build(t)
	crowd(w, 3)
	w.exec("UPDATE users SET first_name = 'Siobhán', last_name = 'O’Neil', name_key = 'o neil siobhan' WHERE email = 'foule1@exemple.example'")
	w.exec("INSERT INTO user_search (rowid, words) SELECT id, 'o neil oneil siobhan secretnom' FROM users WHERE email = 'foule1@exemple.example'")
	find := func(search string) int {
		return len(w.must(w.admin, "Grants.Ended", view.EndedWanted{Query: list.Query{Search: search}}).(view.EndedPage).Rows)
	}
	for _, search := range []string{"o'neil", "O’Neil", "oneil", "neil siob", "siobhán o", "O NEIL"} {
		assert.Equal(t, 1, find(search), search)
	}
	for _, search := range []string{"secretnom", "secretnom siobhan", "!?", "nei siobhan zz"} {
		assert.Zero(t, find(search), search)
	}
}

// TestASaveTakesTwoTransactions: somebody attached by their number, as a page does it: one that writes, and one that reads what is to be done elsewhere.
func TestASaveTakesTwoTransactions(t *testing.T) {
	w := build(t)
	folder := t.TempDir()
	w.exec("VACUUM INTO ?", filepath.Join(folder, db.FileName))
	d, statements := dbtest.OpenCounted(t, folder, w.clock)
	changes := change.NewService(d)
	grants := grant.NewService(d)
	changes.Know(grants.Kinds()...)
	carry := flow.NewService(d, changes, nil, nil, nil)
	ctx := access.WithActor(t.Context(), w.people["admin"], "test")
	input, err := json.Marshal(grant.Attach{User: w.people["nobody"], Structure: w.structures["beta"]})
	require.NoError(t, err)

	n := statements.Transactions(func() {
		c, err := changes.Make(ctx, "membership.open", input)
		require.NoError(t, err)
		_, _, err = carry.Carry(ctx, "", c)
		require.NoError(t, err)
	})

	assert.Equal(t, 2, n)
}

// TestHomeAsksFewQuestions: the home page with fifty endings and fifty steps asks at most twelve.
func TestHomeAsksFewQuestions(t *testing.T) {
	w := build(t)
	crowd(w, 60)
	folder := t.TempDir()
	w.exec("VACUUM INTO ?", filepath.Join(folder, db.FileName))
	d, statements := dbtest.OpenCounted(t, folder, w.clock)
	views := view.NewService(d, nil)
	for _, caller := range []string{"admin", "boss", "roomer"} {
		ctx := access.WithActor(t.Context(), w.people[caller], "test")
		home, err := views.Home(ctx)
		require.NoError(t, err)
		if caller != "roomer" {
			require.Len(t, home.Endings, list.Size)
			require.Len(t, home.FollowUps, list.Size)
		}

		n := statements.During(func() { _, err = views.Home(ctx) })

		require.NoError(t, err)
		assert.LessOrEqual(t, n, 12, caller)
		t.Log(caller, n)
	}
}
