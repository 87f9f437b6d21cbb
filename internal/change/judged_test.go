package change_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/dbtest"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/ledger"
	"habilis/internal/oracle"
	"habilis/internal/right"
)

// The instants of the worlds below: the change is made now.
const (
	past   = oracle.RandomBase - 100*24*3600*1000
	now    = oracle.RandomBase
	soon   = now + 20*24*3600*1000
	later  = now + 40*24*3600*1000
	latest = now + 60*24*3600*1000
)

func during(from, until int64) oracle.Period { return oracle.Period{From: from, Until: until} }

var always = during(past, oracle.OpenEnd)

func states(list ...oracle.State) []oracle.State { return list }

func state(word string, p oracle.Period) oracle.State { return oracle.State{State: word, Period: p} }

// content is what a profile states over a period, written "permission=value" and separated by spaces.
func content(p oracle.Period, pairs string) oracle.Content {
	c := oracle.Content{Permissions: map[string]string{}, Period: p}
	for pair := range strings.FieldsSeq(pairs) {
		permission, value, _ := strings.Cut(pair, "=")
		c.Permissions[permission] = value
	}
	return c
}

// small is a firm with an administrator, boss, and a structure s1 with a department d1, managed by chief. Each profile is given as
// what it contains always.
func small(profiles map[string]string) oracle.World {
	administrator, _ := oracle.Standard().Preset("habilis", "Administrateur")
	w := oracle.World{
		TimeZone:    "Europe/Paris",
		Structures:  []oracle.Structure{{ID: "s1", States: states(state("active", always))}},
		Departments: []oracle.Department{{ID: "d1", Structure: "s1", States: states(state("active", always)), Validity: []oracle.Period{always}}},
		Profiles: []oracle.Profile{{
			ID: "p0", Family: "habilis", Key: "Administrateur", Name: "Administrateur",
			Contents: []oracle.Content{{Permissions: administrator, Period: always}},
		}},
		Principals: []oracle.Principal{{ID: "rchief", User: "chief", Structure: "s1", Period: always}},
	}
	for _, key := range slices.Sorted(maps.Keys(profiles)) {
		w.Profiles = append(w.Profiles, oracle.Profile{ID: key, Family: "maison", Key: key, Name: key, Contents: []oracle.Content{content(always, profiles[key])}})
	}
	addUser(&w, "boss", "")
	addUser(&w, "chief", "s1")
	w.Grants = append(w.Grants, oracle.Grant{ID: "gboss", User: "boss", Profile: "p0", Scope: oracle.Firm(), Options: []string{}, Period: always})
	return w
}

// addUser adds somebody actif who may enter, attached to a structure where one is named.
func addUser(w *oracle.World, id, structure string) {
	w.Users = append(w.Users, oracle.User{ID: id, Kind: "interne", SignIn: "ouvert", States: states(state("actif", always))})
	if structure != "" {
		w.Memberships = append(w.Memberships, oracle.Membership{ID: "m" + id, User: id, Scope: oracle.InStructure(structure), Period: always})
	}
}

// given adds a grant: at the firm, or on s1 by the membership of the user there.
func given(w *oracle.World, user, profile string, scope oracle.Scope, p oracle.Period) oracle.Grant {
	g := oracle.Grant{ID: fmt.Sprintf("g%d", len(w.Grants)), User: user, Profile: profile, Scope: scope, Options: []string{}, Period: p}
	if !scope.Firm {
		g.Membership = "m" + user
	}
	w.Grants = append(w.Grants, g)
	return g
}

func userOf(w *oracle.World, id string) *oracle.User {
	return &w.Users[slices.IndexFunc(w.Users, func(u oracle.User) bool { return u.ID == id })]
}

func profileOf(w *oracle.World, id string) *oracle.Profile {
	return &w.Profiles[slices.IndexFunc(w.Profiles, func(p oracle.Profile) bool { return p.ID == id })]
}

// tried is a case put into a file of its own.
type tried struct {
	c       oracle.GuardCase
	d       *db.DB
	raw     *sql.DB
	ids     map[string]int64
	changes *change.Service
	ctx     context.Context
}

// blank is a file with nothing in it yet: migrating one for every case would take most of the time.
var blank = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "blank")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a test
	d, err := db.Open(context.Background(), dir, "test", (&dbtest.Clock{At: dbtest.Morning}).Now)
	if err != nil {
		return nil, err
	}
	if err := d.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(d.Path())
})

func try(t *testing.T, c oracle.GuardCase) *tried {
	t.Helper()
	data, err := blank()
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, db.FileName), data, 0o600))
	d, err := db.Open(context.Background(), dir, "test", (&dbtest.Clock{At: dbtest.Morning}).Now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	raw, err := sql.Open("sqlite", "file:"+d.Path()+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)&_pragma=synchronous(0)")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	ids, err := oracle.ToDB(context.Background(), raw, &c.World)
	require.NoError(t, err)
	return &tried{c, d, raw, ids, change.NewService(d), access.WithConfirmed(access.WithActor(context.Background(), ids[c.Actor], "test"))}
}

func (x *tried) change() change.Change {
	return &scripted{c: x.c, ids: x.ids, raw: x.raw, by: ledger.By{Line: 1}}
}

func (x *tried) run() error { return x.changes.Run(x.ctx, x.change()) }

func ask(w oracle.World, actor string, writes ...oracle.Written) oracle.GuardCase {
	return oracle.GuardCase{At: now, Actor: actor, World: w, Change: oracle.GuardedChange{Writes: writes}}
}

// assertGuard: the guard named stands against the change, none where it is empty. The brute force says the same.
func assertGuard(t *testing.T, guard string, c oracle.GuardCase) {
	t.Helper()
	want := c.World.Judge(c)
	require.Equal(t, guard, want.Guard, "the brute force: %+v", want)
	assertVerdict(t, want, try(t, c).run())
}

// TestRunKnowsOnePersonByAllTheirAccounts: accounts are linked by same_as whichever points to which, and through others.
func TestRunKnowsOnePersonByAllTheirAccounts(t *testing.T) {
	// Rows are numbered in this order; each link says which account points to which.
	shapes := map[string]map[string]string{
		"the later points to the earlier":         {"y": "x"},
		"the earlier points to the later":         {"x": "y"},
		"both point to a third":                   {"x": "z", "y": "z"},
		"a third between, from the first":         {"x": "z", "z": "y"},
		"a third between, from the last":          {"y": "z", "z": "x"},
		"a third before both, to the first":       {"a": "x", "y": "a"},
		"a third before both, to both in a chain": {"y": "a", "a": "x"},
		"nobody":       {},
		"others alone": {"x": "z", "y": "a"},
	}
	for name, links := range shapes {
		for _, turned := range []bool{false, true} {
			actor, other := "x", "y"
			if turned {
				actor, other = "y", "x"
			}
			one := name != "nobody" && name != "others alone"
			world := func() oracle.World {
				w := small(map[string]string{"decider": "request.decide=all grant.edit=all site.manage=all", "recorded": "accounting.enter=all", "spender": "expense.create=all"})
				for _, id := range []string{"a", "x", "y", "z"} {
					addUser(&w, id, "s1")
				}
				for from, to := range links {
					userOf(&w, from).SameAs = to
				}
				return w
			}
			t.Run(fmt.Sprintf("%s/%s acts", name, actor), func(t *testing.T) {
				w := world()
				given(&w, actor, "decider", oracle.Firm(), always)
				g := oracle.Grant{ID: "new", User: other, Profile: "recorded", Scope: oracle.InStructure("s1"), Membership: "m" + other, Options: []string{}, Period: during(now, oracle.OpenEnd)}

				assertGuard(t, map[bool]string{true: oracle.GuardOwnGrant}[one], ask(w, actor, oracle.Open("grants", g, false)))
			})
			if name != "the earlier points to the later" && name != "a third between, from the last" && one {
				continue // every guard asks the same of the links
			}
			for _, part := range []string{"requester", "beneficiary"} {
				t.Run(fmt.Sprintf("%s/%s decides, the other is %s", name, actor, part), func(t *testing.T) {
					w := world()
					given(&w, actor, "decider", oracle.Firm(), always)
					q := oracle.Request{ID: "q", State: "pending", Scope: oracle.InStructure("s1"), Requester: "chief", Beneficiary: "chief", TypedBy: "chief"}
					if part == "requester" {
						q.Requester = other
					} else {
						q.Beneficiary = other
					}
					w.Requests = []oracle.Request{q}
					c := ask(w, actor)
					c.Change.Decides = &oracle.Decides{Requests: []string{"q"}, Comment: "vu"}

					assertGuard(t, map[bool]string{true: oracle.GuardOwnRequest}[one], c)
				})
			}
			t.Run(fmt.Sprintf("%s/%s decides on their own, the other alone could", name, actor), func(t *testing.T) {
				w := world()
				userOf(&w, "boss").SignIn, userOf(&w, "chief").SignIn = "aucun", "aucun"
				given(&w, actor, "p0", oracle.Firm(), always)
				given(&w, other, "decider", oracle.Firm(), always)
				w.Requests = []oracle.Request{{ID: "q", State: "pending", Scope: oracle.InStructure("s1"), Requester: actor, Beneficiary: actor, TypedBy: actor}}
				c := ask(w, actor)
				c.Change.Decides = &oracle.Decides{Requests: []string{"q"}, Comment: "vu"}

				assertGuard(t, map[bool]string{false: oracle.GuardOwnRequest}[one], c)
			})
			t.Run(fmt.Sprintf("%s/%s widens a ceiling for the other", name, actor), func(t *testing.T) {
				w := world()
				given(&w, actor, "decider", oracle.Firm(), always)
				given(&w, other, "spender", oracle.InStructure("s1"), always)
				w.Ceilings = []oracle.Ceiling{{ID: "c", Structure: "s1", Modules: []string{}, Period: always}}

				assertGuard(t, map[bool]string{false: oracle.GuardMoreThanHeld}[one], ask(w, actor, oracle.End("ceilings", "c", now)))
			})
		}
	}
}

// TestRunLooksAtAnEditedProfileLater: what an edit adds counts whenever the profile contains it while somebody holds it.
func TestRunLooksAtAnEditedProfileLater(t *testing.T) {
	const little, much = "structure.view=all", "structure.view=all bank.reveal=all"
	cases := map[string]struct {
		before, after []oracle.Content
		held          oracle.Period
		guard         string
	}{
		"at once, held now":       {[]oracle.Content{content(always, little)}, []oracle.Content{content(during(past, now), little), content(during(now, oracle.OpenEnd), much)}, always, oracle.GuardMoreThanHeld},
		"later, held now":         {[]oracle.Content{content(always, little)}, []oracle.Content{content(during(past, soon), little), content(during(soon, oracle.OpenEnd), much)}, always, oracle.GuardMoreThanHeld},
		"later, for a while":      {[]oracle.Content{content(during(past, soon), little), content(during(later, oracle.OpenEnd), little)}, []oracle.Content{content(during(past, soon), little), content(during(later, oracle.OpenEnd), little), content(during(soon, later), much)}, always, oracle.GuardMoreThanHeld},
		"held to come":            {[]oracle.Content{content(always, little)}, []oracle.Content{content(during(past, now), little), content(during(now, oracle.OpenEnd), much)}, during(later, oracle.OpenEnd), oracle.GuardMoreThanHeld},
		"later, held to come":     {[]oracle.Content{content(always, little)}, []oracle.Content{content(during(past, later), little), content(during(later, oracle.OpenEnd), much)}, during(soon, latest), oracle.GuardMoreThanHeld},
		"later, given up by then": {[]oracle.Content{content(always, little)}, []oracle.Content{content(during(past, later), little), content(during(later, oracle.OpenEnd), much)}, during(past, later), ""},
		"over before it is held":  {[]oracle.Content{content(during(past, soon), little), content(during(soon, oracle.OpenEnd), little)}, []oracle.Content{content(during(past, now), little), content(during(soon, oracle.OpenEnd), little), content(during(now, soon), much)}, during(soon, oracle.OpenEnd), ""},
		"held and over":           {[]oracle.Content{content(always, little)}, []oracle.Content{content(during(past, now), little), content(during(now, oracle.OpenEnd), much)}, during(past, now), ""},
		"cancelled before":        {[]oracle.Content{content(always, little)}, []oracle.Content{content(during(past, now), little), content(during(now, oracle.OpenEnd), much)}, during(soon, soon), ""},
		"kept beyond its end":     {[]oracle.Content{content(during(past, soon), much)}, []oracle.Content{content(during(past, later), much)}, always, oracle.GuardMoreThanHeld},
		"replaced beyond its end": {[]oracle.Content{content(during(past, soon), much)}, []oracle.Content{content(during(past, now), much), content(during(now, oracle.OpenEnd), much)}, always, oracle.GuardMoreThanHeld},
		"replaced by the same":    {[]oracle.Content{content(during(past, soon), much)}, []oracle.Content{content(during(past, now), much), content(during(now, soon), much)}, always, ""},
		"taken out":               {[]oracle.Content{content(always, much)}, []oracle.Content{content(during(past, soon), much), content(during(soon, oracle.OpenEnd), little)}, always, ""},
	}
	for name, c := range cases {
		for _, scope := range []oracle.Scope{oracle.Firm(), oracle.InStructure("s1")} {
			t.Run(fmt.Sprintf("%s/%v", name, scope), func(t *testing.T) {
				w := small(map[string]string{"editor": "profile.edit=all", "p": ""})
				addUser(&w, "x", "s1")
				addUser(&w, "y", "s1")
				profileOf(&w, "p").Contents = c.before
				given(&w, "x", "editor", oracle.Firm(), always)
				given(&w, "y", "p", scope, c.held)

				assertGuard(t, c.guard, ask(w, "x", oracle.Set("profiles", "p", map[string]any{"contents": c.after})))
			})
		}
	}
}

// TestRunLooksAtAWidenedCeilingLater: a ceiling that lets a module through gives what others hold of it, whenever both meet.
func TestRunLooksAtAWidenedCeilingLater(t *testing.T) {
	closed := func(p oracle.Period) oracle.Ceiling {
		return oracle.Ceiling{ID: "c", Structure: "s1", Modules: []string{"archive"}, Period: p}
	}
	opened := func(p oracle.Period, modules ...string) oracle.Written {
		return oracle.Open("ceilings", oracle.Ceiling{ID: "new", Structure: "s1", Modules: modules, Period: p}, false)
	}
	cases := map[string]struct {
		ceiling oracle.Ceiling
		writes  []oracle.Written
		held    oracle.Period
		profile []oracle.Content
		guard   string
	}{
		"ended now":              {closed(always), []oracle.Written{oracle.End("ceilings", "c", now)}, always, nil, oracle.GuardMoreThanHeld},
		"ended later":            {closed(always), []oracle.Written{oracle.End("ceilings", "c", soon)}, always, nil, oracle.GuardMoreThanHeld},
		"another from later on":  {closed(always), []oracle.Written{oracle.End("ceilings", "c", soon), opened(during(soon, oracle.OpenEnd), "expenses")}, always, nil, oracle.GuardMoreThanHeld},
		"another for a while":    {closed(always), []oracle.Written{oracle.End("ceilings", "c", soon), opened(during(later, oracle.OpenEnd), "archive")}, always, nil, oracle.GuardMoreThanHeld},
		"held to come":           {closed(always), []oracle.Written{oracle.End("ceilings", "c", now)}, during(soon, oracle.OpenEnd), nil, oracle.GuardMoreThanHeld},
		"later, held to come":    {closed(always), []oracle.Written{oracle.End("ceilings", "c", later)}, during(soon, latest), nil, oracle.GuardMoreThanHeld},
		"held until then":        {closed(always), []oracle.Written{oracle.End("ceilings", "c", soon)}, during(past, soon), nil, ""},
		"over before it is held": {closed(always), []oracle.Written{oracle.End("ceilings", "c", now), opened(during(soon, oracle.OpenEnd))}, during(soon, oracle.OpenEnd), nil, ""},
		"the same again":         {closed(always), []oracle.Written{oracle.End("ceilings", "c", soon), opened(during(soon, oracle.OpenEnd), "archive")}, always, nil, ""},
		"it would end then":      {closed(during(past, soon)), []oracle.Written{oracle.End("ceilings", "c", later)}, always, nil, ""},
		"narrowed where nothing": {closed(during(past, now)), []oracle.Written{opened(during(soon, oracle.OpenEnd), "archive")}, always, nil, ""},
		"the profile contains it later": {
			closed(always), []oracle.Written{oracle.End("ceilings", "c", now)}, always,
			[]oracle.Content{content(during(past, soon), "structure.view=all"), content(during(soon, oracle.OpenEnd), "expense.create=all")}, oracle.GuardMoreThanHeld,
		},
		"the profile contained it": {
			closed(always), []oracle.Written{oracle.End("ceilings", "c", soon)}, always,
			[]oracle.Content{content(during(past, soon), "expense.create=all"), content(during(soon, oracle.OpenEnd), "structure.view=all")}, "",
		},
	}
	for name, c := range cases {
		for _, scope := range []oracle.Scope{oracle.Firm(), oracle.InStructure("s1"), oracle.InDepartment("d1")} {
			t.Run(fmt.Sprintf("%s/%v", name, scope), func(t *testing.T) {
				w := small(map[string]string{"manager": "site.manage=all", "p": "expense.create=all"})
				addUser(&w, "x", "s1")
				addUser(&w, "y", "s1")
				if c.profile != nil {
					profileOf(&w, "p").Contents = c.profile
				}
				given(&w, "x", "manager", oracle.Firm(), always)
				given(&w, "y", "p", scope, c.held)
				w.Ceilings = []oracle.Ceiling{c.ceiling}

				assertGuard(t, c.guard, ask(w, "x", c.writes...))
			})
		}
	}
}

// TestRunAsksOfACeilingWhereItIsWidened: what others gain is to be held where they gain it: in the structure for a grant at the firm, in the
// department for one given there.
func TestRunAsksOfACeilingWhereItIsWidened(t *testing.T) {
	const firm, structure, department = 0, 1, 2
	scopes := []oracle.Scope{oracle.Firm(), oracle.InStructure("s1"), oracle.InDepartment("d1")}
	for theirs, gained := range scopes {
		for mine, held := range scopes {
			t.Run(fmt.Sprintf("%v gained, %v held", gained, held), func(t *testing.T) {
				w := small(map[string]string{"manager": "site.manage=all", "p": "expense.create=all"})
				addUser(&w, "x", "s1")
				addUser(&w, "y", "s1")
				given(&w, "x", "manager", oracle.Firm(), always)
				given(&w, "x", "p", held, always)
				given(&w, "y", "p", gained, always)
				w.Ceilings = []oracle.Ceiling{{ID: "c", Structure: "s1", Modules: []string{}, Period: always}}
				enough := mine == firm || mine == structure || theirs == department

				assertGuard(t, map[bool]string{false: oracle.GuardMoreThanHeld}[enough], ask(w, "x", oracle.End("ceilings", "c", now)))
			})
		}
	}
}

// TestRunWantsACommentOnOnesOwnRequest: where nobody else could decide, a firm administrator may, with words that can be read.
func TestRunWantsACommentOnOnesOwnRequest(t *testing.T) {
	for _, blank := range []string{"", " ", "\t", "\n", " \n ", "\u00a0", "\u2003"} {
		t.Run(fmt.Sprintf("%q", blank), func(t *testing.T) {
			w := small(nil)
			userOf(&w, "chief").SignIn = "aucun"
			w.Requests = []oracle.Request{{ID: "q", State: "pending", Scope: oracle.InStructure("s1"), Requester: "boss", Beneficiary: "boss", TypedBy: "boss"}}
			c := ask(w, "boss")
			c.Change.Decides = &oracle.Decides{Requests: []string{"q"}, Comment: blank}

			err := try(t, c).run()

			f, told := fault.As(err)
			require.True(t, told, "%v", err)
			assert.Equal(t, "guard.own_request", f.Problems[0].Key)
			c.Change.Decides.Comment = blank + "seul ici" + blank
			assert.NoError(t, try(t, c).run())
		})
	}
}

// judgements is how many random changes are judged.
func judgements() int {
	if n, err := strconv.Atoi(os.Getenv("HABILIS_JUDGEMENTS")); err == nil {
		return n
	}
	return 120
}

// TestRunJudgesAsTheBruteForce: on random worlds, random changes made by random people meet the same end as in the brute force.
func TestRunJudgesAsTheBruteForce(t *testing.T) {
	counts := map[string]int{}
	for seed := range judgements() {
		c := randomCase(rand.New(rand.NewSource(int64(31000 + seed))))
		want, idle := c.World.Judge(c), c.World.Judge(ask(c.World, c.Actor))
		if want.Guard == idle.Guard { // it stood before, and nothing that is written here bears on it
			want = oracle.Verdict{Outcome: "allowed"}
		}
		counts[want.Outcome+" "+want.Guard]++
		t.Run(fmt.Sprint(31000+seed), func(t *testing.T) {
			assertVerdict(t, want, try(t, c).run())
		})
	}
	t.Logf("%d judged: %v", judgements(), counts)
	if judgements() >= 120 {
		for _, guard := range []string{oracle.GuardMoreThanHeld, oracle.GuardOwnGrant, oracle.GuardOwnRequest} {
			assert.Positive(t, counts["refused "+guard], guard)
		}
		assert.Positive(t, counts["allowed "])
	}
}

// randomCase is a change that bears on what is given: grants, profiles, ceilings, decisions.
func randomCase(r *rand.Rand) oracle.GuardCase {
	w := oracle.Random(r, oracle.Small())
	for i, p := range w.Profiles { // rows of states are told apart by their beginnings
		w.Profiles[i].Contents = slices.DeleteFunc(p.Contents, func(c oracle.Content) bool { return c.From == c.Until })
	}
	w.Users = append(w.Users, oracle.User{ID: "boss", Kind: "interne", SignIn: "ouvert", States: states(state("actif", during(past*2-now, oracle.OpenEnd)))})
	w.Grants = append(w.Grants, oracle.Grant{ID: "gboss", User: "boss", Profile: "p1", Scope: oracle.Firm(), Options: []string{}, Period: during(past*2-now, oracle.OpenEnd)})
	var able []string
	for _, u := range w.Users {
		if slices.ContainsFunc(u.States, func(s oracle.State) bool { return s.State == "actif" && s.Contains(now) }) {
			able = append(able, u.ID)
		}
	}
	c := ask(*w, pick(r, able))
	wishes := []func(*rand.Rand, *oracle.GuardCase){wishGrant, wishGrant, wishMove, wishEdit, wishEdit, wishCeiling, wishCeiling, wishDecide}
	for len(c.Change.Writes) == 0 && c.Change.Decides == nil {
		pick(r, wishes)(r, &c)
	}
	return c
}

// instant is now, or one of those to come.
func instant(r *rand.Rand, w *oracle.World) int64 {
	list := slices.DeleteFunc(w.Boundaries(), func(at int64) bool { return at < now })
	return pick(r, append(list, now))
}

func wishGrant(r *rand.Rand, c *oracle.GuardCase) {
	w := &c.World
	g := oracle.Grant{ID: "new", Profile: pick(r, w.Profiles).ID, User: pick(r, w.Users).ID, Scope: oracle.Firm(), Options: []string{}, Period: during(instant(r, w), oracle.OpenEnd)}
	if len(w.Memberships) > 0 && r.Intn(4) > 0 {
		m := pick(r, w.Memberships)
		g.User, g.Scope, g.Membership, g.Until = m.User, m.Scope, m.ID, m.Until
	}
	for _, content := range profileOf(w, g.Profile).Contents {
		for permission, value := range content.Permissions {
			if strings.HasPrefix(value, "option") && len(permission)%2 == 0 && !slices.Contains(g.Options, permission) {
				g.Options = append(g.Options, permission)
			}
		}
	}
	slices.Sort(g.Options)
	if g.From < g.Until && (g.User != c.Actor || r.Intn(4) == 0) {
		c.Change.Writes = append(c.Change.Writes, oracle.Open("grants", g, r.Intn(12) == 0))
	}
}

// wishMove moves the end of a grant: of one that is to come only further off.
func wishMove(r *rand.Rand, c *oracle.GuardCase) {
	open := slices.DeleteFunc(slices.Clone(c.World.Grants), func(g oracle.Grant) bool { return g.Until <= now || g.Until <= g.From || g.ID == "gboss" })
	if len(open) == 0 {
		return
	}
	g, until := pick(r, open), pick(r, []int64{instant(r, &c.World), oracle.OpenEnd})
	if until != g.Until && (g.From <= now || until > g.Until) {
		c.Change.Writes = append(c.Change.Writes, oracle.End("grants", g.ID, until))
	}
}

// wishEdit gives a profile what another contains, from now or later on, until its content would have ended.
func wishEdit(r *rand.Rand, c *oracle.GuardCase) {
	i := r.Intn(len(c.World.Profiles))
	p := c.World.Profiles[i]
	other := pick(r, c.World.Profiles)
	if p.ID == "p1" && r.Intn(6) > 0 || len(other.Contents) == 0 {
		return
	}
	next := slices.Clone(p.Contents)
	for k, old := range next {
		if at := max(instant(r, &c.World), old.From); old.Contains(at) && (at > old.From || old.From < now) {
			next[k].Until = at
			next = append(next, oracle.Content{Permissions: pick(r, other.Contents).Permissions, Period: during(at, old.Until)})
			c.Change.Writes = append(c.Change.Writes, oracle.Set("profiles", p.ID, map[string]any{"contents": next}))
			return
		}
	}
}

// wishCeiling ends a ceiling now or later, and mostly opens another.
func wishCeiling(r *rand.Rand, c *oracle.GuardCase) {
	for _, old := range c.World.Ceilings {
		at := instant(r, &c.World)
		if !old.Contains(at) || at == old.From {
			continue
		}
		c.Change.Writes = append(c.Change.Writes, oracle.End("ceilings", old.ID, at))
		if r.Intn(3) > 0 {
			next := oracle.Ceiling{ID: "new", Structure: old.Structure, Modules: []string{}, Period: during(at, old.Until)}
			for _, m := range right.Modules() {
				if r.Intn(2) == 0 {
					next.Modules = append(next.Modules, m)
				}
			}
			c.Change.Writes = append(c.Change.Writes, oracle.Open("ceilings", next, r.Intn(12) == 0))
		}
		return
	}
}

func wishDecide(r *rand.Rand, c *oracle.GuardCase) {
	w := &c.World
	q := oracle.Request{ID: "q", State: "pending", Scope: oracle.InStructure(pick(r, w.Structures).ID), Requester: pick(r, w.Users).ID, Beneficiary: pick(r, w.Users).ID}
	q.TypedBy = q.Requester
	w.Requests = append(w.Requests, q)
	c.Change.Decides = &oracle.Decides{Requests: []string{"q"}, Comment: pick(r, []string{"", "vu"})}
}
