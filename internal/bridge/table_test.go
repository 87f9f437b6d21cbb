package bridge_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"habilis/internal/bridge"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/followup"
	"habilis/internal/grant"
	"habilis/internal/journal"
	"habilis/internal/list"
	"habilis/internal/oracle"
	"habilis/internal/people"
	"habilis/internal/platform"
	"habilis/internal/profile"
	"habilis/internal/register"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
	"habilis/internal/view"
)

// need is one thing that a call asks for.
type need struct {
	permission            string
	structure, department int64
	how                   string // ending, anywhere
}

// never is held by nobody: a call that asks for it has to fail.
var never = need{how: "never"}

// row is one call: its argument (nothing for a method without one, several in a []any), and what it asks for.
type row struct {
	arg   any
	needs []need
}

func args(arg any) []any {
	if list, several := arg.([]any); several {
		return list
	}
	if arg == nil {
		return nil
	}
	return []any{arg}
}

func sorted[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// allows reports whether the brute force gives the caller all that a call asks for.
func (s sight) allows(caller string, r row) bool {
	if caller == "none" {
		return false
	}
	for _, n := range r.needs {
		q := oracle.Question{User: s.user, Permission: n.permission, Scope: s.scope(n.structure, n.department), Ending: n.how == "ending", At: s.at}
		if n.how == "anywhere" {
			q.Scope = oracle.Anywhere()
		}
		if n == never || !s.o.Evaluate(q).Allowed && !(n.how == "member" && s.leadsStopped(n.structure)) {
			return false
		}
	}
	return true
}

// leadsStopped reports whether the caller is a firm administrator and the structure inactive: such a one may give it members all the same (rights.md, A35).
func (s sight) leadsStopped(structure int64) bool {
	return s.w.number(`SELECT count(*) FROM grants g JOIN profiles p ON p.id = g.profile_id WHERE p.key = 'Administrateur' AND p.family_id = (SELECT id FROM families WHERE key = 'habilis') AND g.user_id = ? AND g.structure_id IS NULL
			AND g.from_at <= ? AND g.until_at > ?`, number(s.user), s.at, s.at) > 0 &&
		s.w.number("SELECT count(*) FROM structure_states WHERE structure_id = ? AND state = 'inactive' AND from_at <= ? AND until_at > ?", structure, s.at, s.at) > 0
}

// writing are the methods that change something or begin to, Changes.Submit aside.
var writing = []string{
	"Structures.StartCheck", "Structures.StopCheck", "Files.Expect",
}

// writes reports whether a call leaves something behind.
func writes(method string) bool {
	return slices.Contains(writing, method) || strings.HasPrefix(method, "Session.") || strings.HasPrefix(method, "Changes.Submit")
}

type rows map[string][]row

func (t rows) add(method string, args ...any) {
	for _, a := range args {
		t.ask(method, a)
	}
}

// ask adds a row; that of a change is previewed and submitted.
func (t rows) ask(method string, arg any, needs ...need) {
	methods := []string{method}
	if c, isChange := arg.(change.Change); isChange {
		methods = []string{"Changes.Preview:" + partOf(c), "Changes.Submit:" + partOf(c)}
	}
	for _, m := range methods {
		t[m] = append(t[m], row{arg, needs})
	}
}

// partOf names the type of a change.
func partOf(c change.Change) string { return strings.TrimPrefix(reflect.TypeOf(c).String(), "*") }

// table returns the calls of every bound method, naming everything there is. Changes.Preview and Changes.Submit have theirs in wishes.
func table(w *world) rows {
	t := rows{}
	for _, method := range []string{"Firm.Settings", "Firm.Home", "Firm.Me", "Profiles.List", "Requests.Count", "Session.State", "Session.Here", "Session.Leave", "Session.Lock"} {
		t.add(method, nil)
	}
	t.ask("Journal.Verify", nil, need{permission: "journal.view"})
	t.ask("Session.StartOver", nil, need{permission: "firm.admin"}) // refused all the same: this is no example
	for _, version := range []int64{99, w.number("SELECT version FROM firm")} {
		in := firm.Edit{Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", IdleMinutes: 10, Version: version}
		t.ask("", in, need{permission: "firm.admin"})
	}
	t.ask("Firm.Zone", firm.ZoneAsked{TimeZone: "Pacific/Noumea"}, need{permission: "firm.admin"})
	t.ask("Firm.TryKey", "x", need{permission: "firm.admin"})
	t.ask("", profile.Use{Families: []string{"portail-public", "cabinet"}}, need{permission: "firm.admin"})
	t.add("Session.SetUp", flow.SetUp{Kind: "own", Name: "X", Email: "x@exemple.example", FirstName: "X", LastName: "X", Passphrase: passphrase}, flow.SetUp{Kind: "sample"})
	t.add("Session.LookFirst", bridge.FirstLook{Type: "siret", Identifier: w.sirets["secret"], Registry: "annuaire"})
	t.add("Session.Strength", bridge.Phrase{Passphrase: "x", Personal: []string{}})
	t.add("Session.Activate", signin.Invitation{Email: canary("alone") + "@exemple.example", Code: "ABCD-EFGH", Passphrase: passphrase})
	t.add("Session.Unlock", "wrong")
	t.add("Session.Confirm", "wrong")
	for _, name := range sorted(w.people) {
		t.add("Session.Enter", signin.Credentials{Email: canary(name) + "@exemple.example", Passphrase: "wrong"})
	}
	t.add("Session.Enter", signin.Credentials{Email: canary("disabled") + "@exemple.example", Passphrase: passphrase})
	t.add("Files.Save", "nothing")
	t.add("Files.Expect", bridge.Announcement{Size: 6}, bridge.Announcement{Size: 1 << 40})
	t.add("Files.Keep", bridge.Picture{Name: "plan.svg", Handle: "x"}, bridge.Picture{Name: "../plan.svg", Handle: "x"}, bridge.Picture{Name: "plan.html", Handle: "x"})
	lists(w, t)
	records(w, t)
	if len(w.structures) > 0 { // not on the firm that has just been set up
		structures(w, t)
		platformRows(w, t)
	}
	rights(w, t)
	return t
}

var anywhere = need{permission: "structure.view", how: "anywhere"}

// queries are what lists are asked, whatever they list.
func queries(w *world) []list.Query {
	all := []list.Query{
		{}, {Order: "town"}, {Order: "label"}, {Order: "identifier", Desc: true}, {Order: "email"}, {Order: "created"}, {Search: w.sirets["secret"]}, {Search: "zq"},
		{Search: "jo"},
	}
	for _, name := range slices.Concat(sorted(w.structures), sorted(w.people)) {
		all = append(all, list.Query{Search: canary(name)}, list.Query{Search: canary(name + "label")}, list.Query{Search: canary(name + "town"), Order: "town"})
	}
	for _, siret := range w.sirets {
		all = append(all, list.Query{Search: siret[:2]}, list.Query{Search: siret[3:9]})
	}
	return all
}

// endedQueries are what the list of ended grants is asked: everything, somebody by name, a place, a profile.
func endedQueries(w *world) []view.EndedWanted {
	all := []view.EndedWanted{{}, {Query: list.Query{Order: "until"}}, {Profile: w.choices(consult)[0].Profile}}
	for _, id := range w.structures {
		all = append(all, view.EndedWanted{Structure: id})
	}
	for _, name := range sorted(w.people) {
		all = append(all, view.EndedWanted{Query: list.Query{Search: canary(name)}})
	}
	return all
}

// filters narrow a list of structures, by each filter and by some at once.
func filters(w *world) []directory.Wanted {
	all := []directory.Wanted{
		{State: "active"}, {State: "inactive"}, {Type: "siret"}, {Type: "pending"}, {Type: "platform"}, {Type: "other"}, {Sphere: "private"}, {Sphere: "public"},
		{Sphere: "platform"}, {Sphere: "local"}, {Check: "unverified"}, {Check: "closed"}, {Lone: true}, {Tag: "nowhere"}, {Tag: "commune"},
		{Query: list.Query{Order: "label", Desc: true}, State: "active", Lone: true}, {Holding: "membership", Check: "unverified", Tag: "commune"},
	}
	ids := []int64{987654}
	for _, name := range sorted(w.structures) {
		ids = append(ids, w.structures[name])
		all = append(all, directory.Wanted{Tag: canary(name + "tag")}, directory.Wanted{Only: []int64{w.structures[name]}},
			directory.Wanted{Query: list.Query{Search: canary(name)}, Tag: canary(name + "tag")})
	}
	return append(all, directory.Wanted{Only: ids}, directory.Wanted{Only: ids, Check: "unverified"}, directory.Wanted{Only: ids, Lone: true})
}

// exported is what a page exports of a list: every column.
func exported(wanted directory.Wanted, format string) directory.Export {
	in := directory.Export{Wanted: wanted, Format: format, Title: "Structures", Words: map[string]string{"state.active": "Active"}}
	for _, key := range []string{
		"identifier", "identifierType", "name", "label", "sphere", "postcode", "town", "email", "phone", "verdict", "labels", "manager", "state", "created",
	} {
		in.Columns = append(in.Columns, list.Column{Key: key, Title: key})
	}
	return in
}

func lists(w *world, t rows) {
	wanted := filters(w)
	for _, q := range queries(w) {
		wanted = append(wanted, directory.Wanted{Query: q})
		t.ask("People.List", people.Query{Query: q}, need{permission: "user.view", how: "anywhere"})
	}
	for _, holding := range []string{"membership.edit", "structure.view", "structure.activate", "membership", "firm.admin"} {
		wanted = append(wanted, directory.Wanted{Holding: holding})
	}
	for _, filter := range []string{"all", "disabled", "internal", "external"} {
		t.ask("People.List", people.Query{Filter: filter}, need{permission: "user.view", how: "anywhere"})
	}
	for _, name := range sorted(w.people) {
		t.ask("People.List", people.Query{Query: list.Query{Search: canary(name)}, Filter: "all"}, need{permission: "user.view", how: "anywhere"})
	}
	malformed := []directory.Wanted{{State: "other"}, {Check: "other"}, {Query: list.Query{Order: "email"}}, {Query: list.Query{After: "?"}}, {Holding: "other"}}
	for _, q := range append(wanted, malformed...) {
		t.ask("Structures.List", q, anywhere)
		t.ask("Structures.Count", q, anywhere)
		t.ask("Structures.Export", exported(q, "csv"), anywhere)
	}
	t.ask("Structures.Export", exported(directory.Wanted{}, "xlsx"), anywhere)
	t.add("Structures.Export", directory.Export{Format: "csv", Title: "X"}, exported(directory.Wanted{}, "exe"))
	t.ask("Structures.Labels", nil, anywhere)
	t.add("Journal.List", journal.Query{}, journal.Query{Noun: "request"}, journal.Query{Noun: "department"}, journal.Query{Query: list.Query{After: list.Key{ID: 40}.Write()}})
	for _, id := range w.structures {
		t.add("Journal.List", journal.Query{Structure: id})
	}
	for _, id := range w.people {
		t.add("Journal.List", journal.Query{Person: id})
	}
	seen := need{permission: "user.view", how: "anywhere"}
	for _, q := range endedQueries(w) {
		t.ask("Grants.Ended", q, seen)
		t.ask("Grants.CountEnded", q, seen)
		in := view.EndedExport{Wanted: q, Export: list.Export{Format: "csv", Title: "Terminées"}}
		for _, key := range sorted(view.EndedGrants.Cells) {
			in.Columns = append(in.Columns, list.Column{Key: key, Title: key})
		}
		t.ask("Grants.ExportEnded", in, seen)
	}
	t.ask("Grants.Endings", list.Query{}, seen)
	t.add("Grants.Steps", list.Query{})
	for _, tab := range []string{"pending", "decided", "mine", "other"} {
		t.add("Requests.List", request.Wanted{Tab: tab}, request.Wanted{Tab: tab, Query: list.Query{Search: "zq"}})
	}
}

func records(w *world, t rows) {
	for _, name := range sorted(w.structures) {
		id := w.structures[name]
		t.add("Structures.Get", id)
		t.add("Structures.Departments", id)
		t.add("Grants.In", id)
		t.add("Structures.Look", structure.Typed{IdentifierType: "siret", Identifier: w.sirets[name], Ask: true})
		t.add("", request.Ask{Subject: "membership", Structure: id}, request.Ask{Subject: "membership", IdentifierType: "siret", Identifier: w.sirets[name]})
		for _, room := range sorted(w.departments) { // a code elsewhere would be told to whoever answers, as it was typed
			if w.number("SELECT structure_id FROM departments WHERE id = ?", w.departments[room]) != id {
				continue
			}
			t.add("", request.Ask{Subject: "membership", IdentifierType: "siret", Identifier: w.sirets[name], DepartmentCode: canary(room)})
		}
	}
	t.add("Structures.Look", structure.Typed{IdentifierType: "platform", Identifier: "ZQ01"}, structure.Typed{IdentifierType: "siret", Identifier: siret(90), Ask: true})
	for _, name := range sorted(w.people) {
		id := w.people[name]
		t.add("People.Get", id)
		t.add("Grants.Of", id)
		t.add("People.Steps", id)
		t.add("", people.SetPIGP{User: id, Has: true})
		t.ask("", people.LinkAccounts{User: id, Account: w.people["admin"], Linked: true}, need{permission: "firm.admin"})
		t.add("", request.Ask{Subject: "profiles", Beneficiary: id, Requester: id, Structure: w.structures["alpha"], Profiles: w.choices(consult)})
	}
	for _, name := range sorted(w.requests) {
		t.add("Requests.Get", w.requests[name])
	}
	for id := range w.number("SELECT coalesce(max(id), 1) FROM follow_ups") {
		of := w.number("SELECT coalesce(max(structure_id), 0) FROM follow_ups WHERE id = ?", id+1)
		inside := w.number("SELECT coalesce(max(department_id), 0) FROM follow_ups WHERE id = ?", id+1)
		t.ask("", followup.MarkFollowUp{ID: id + 1, Done: true}, need{"grant.edit", of, inside, "ending"})
		t.ask("", followup.MarkFollowUp{ID: id + 1}, need{"grant.edit", of, inside, "ending"})
	}
}

// structures adds what is asked of one structure, and of several.
func structures(w *world, t rows) {
	t.add("Structures.Requires", structure.Parameters{CodeRequired: true, CommitmentOrCode: true})
	t.add("Structures.Suggest", structure.Foreign{Country: "CH", Name: "Müller & Cie"})
	t.add("Structures.Checking", nil)
	t.add("Structures.StopCheck", nil)
	t.add("Structures.Transferable", int64(0))
	for _, name := range sorted(w.structures) {
		id := w.structures[name]
		edit, activate := need{permission: "structure.edit", structure: id}, need{permission: "structure.activate", structure: id}
		t.ask("", w.edited(name, func(f *structure.Fields) { f.Connections += " 2" }), edit)
		t.ask("", structure.Edit{ID: id, Version: 77, Mine: structure.Fields{Name: "X"}}, edit)
		t.ask("", w.edited(name, func(f *structure.Fields) { f.Responsible, f.ResponsibleID = "user", w.people["ins1"] }), edit)
		t.ask("", structure.Relabel{Structures: []int64{id}, Add: []string{"neuf"}, Remove: []string{canary("nowhere")}}, edit)
		t.ask("", structure.Relabel{Structures: []int64{w.structures["alpha"], id}, Add: []string{"commune"}}, edit, need{permission: "structure.edit", structure: w.structures["alpha"]})
		t.ask("Structures.Compare", id, activate)
		t.ask("", structure.Refresh{ID: id, Take: []string{"name", "town"}, Shown: []register.Difference{{Field: "name", Old: "a", New: "b"}}}, activate)
		t.ask("", w.compared(name), activate)
		t.ask("", structure.Identify{ID: id, SIRET: siret(90)}, edit)
		t.ask("Structures.Copies", id, activate)
		for _, format := range []string{"csv", "pdf"} {
			in := directory.Codes{Structure: id, Format: format, Title: "Codes", Columns: []string{"a", "b", "c"}, Words: map[string]string{"nothing": "rien"}}
			t.ask("Structures.Codes", in, need{permission: "department.view", structure: id})
		}
		t.ask("Structures.Transferable", id, need{permission: "principal.transfer", structure: id})
		t.ask("Structures.StartCheck", []int64{id}, need{permission: "structure.activate", how: "anywhere"})
	}
	t.ask("Structures.StartCheck", []int64{}, need{permission: "structure.activate", how: "anywhere"})
	t.ask("Structures.StartCheck", []int64{w.structures["alpha"], w.structures["secret"], 987654}, need{permission: "structure.activate", how: "anywhere"})
}

// compared takes the address as a comparison with the register would show it now.
func (w *world) compared(name string) structure.Refresh {
	in := structure.Refresh{ID: w.structures[name], Take: []string{"address1"}, Shown: []register.Difference{}}
	result, failure := w.invoke(w.admin, "Structures.Compare", in.ID)
	w.register.heard()
	if failure == "" {
		c := result.(structure.Comparison)
		in.Verdict, in.Shown = c.Found.Verdict, c.Differences
	}
	return in
}

func platformRows(w *world, t rows) {
	t.ask("Platforms.Listed", nil, need{permission: "structure.create", how: "anywhere"})
	t.ask("", platforms, need{permission: "firm.admin"})
	t.ask("", platform.SetPlatforms{Text: "?"}, need{permission: "firm.admin"})
	for _, name := range sorted(w.structures) {
		id, plat := w.structures[name], w.structures["plat"]
		edit := need{permission: "structure.edit", structure: id}
		t.ask("Platforms.Contracts", id, need{permission: "structure.view", structure: id})
		t.ask("", structure.SetRegistration{ID: id, State: "registered"}, edit)
		for _, dealer := range []int64{plat, w.structures["secret"]} {
			t.ask("", platform.AddContract{
				Platform: dealer, Client: id, Reference: "x", Powers: []string{"receive"}, From: "2026-06-01", Until: "2026-12-31",
			}, edit, need{permission: "structure.view", structure: dealer})
		}
	}
	for _, name := range sorted(w.contracts) {
		for _, version := range []int64{1, 99} {
			in := platform.EndContract{ID: w.contracts[name], Version: version, Until: "2026-12-31"}
			t.ask("", in, need{permission: "structure.edit", structure: w.structures[name]})
		}
	}
}

func rights(w *world, t rows) {
	for _, date := range []string{"", "2026-06-11", "2026-06-20"} {
		for name, id := range w.structures {
			t.add("Rights.OfStructure", view.View{Structure: id, Day: date})
			for _, p := range []string{"structure.view", "user.view", "grant.edit", "journal.view"} {
				t.add("Rights.Who", view.Asked{Permission: p, Structure: id, Day: date})
			}
			for _, person := range []string{"admin", "everywhere", "ina", "ina2", "ins1", name} {
				t.add("Rights.Prove", view.Asked{User: w.people[person], Permission: "user.view", Structure: id, Day: date})
			}
		}
		for _, room := range []string{"alpha/a1", "alpha/a2", "beta/b1", "gamma/g1", "secret/s1", "alpha/s1", "/s1"} {
			of, in := w.place(room)
			t.add("Rights.OfStructure", view.View{Structure: of, Department: in, Day: date})
			t.add("Rights.Who", view.Asked{Permission: "department.view", Structure: of, Department: in, Day: date})
			for _, person := range []string{"admin", "ina2", "inb", "ins1", "gone", "plain"} {
				t.add("Rights.Prove", view.Asked{User: w.people[person], Permission: "department.view", Structure: of, Department: in, Day: date})
			}
		}
		for _, id := range w.people {
			t.add("Rights.OfPerson", view.View{User: id, Day: date})
			t.add("Rights.Prove", view.Asked{User: id, Permission: "structure.view", Day: date})
		}
	}
	t.add("Rights.Who", view.Asked{Permission: "firm.admin"})
}

// wishes returns the calls of Changes.Preview and Changes.Submit, by the type of the change.
func wishes(w *world) rows {
	t := rows{}
	for _, person := range []string{"alone", "ina2", "ins1", "guardian", "roomer"} {
		id := w.people[person]
		for _, place := range []string{"alpha", "alpha/a1", "alpha/a2", "beta", "beta/b1", "gamma", "secret", "secret/s1", "secret/a1"} {
			s, d := w.place(place)
			attach, give := need{"membership.edit", s, d, "member"}, need{"grant.edit", s, d, ""}
			end := need{"membership.edit", s, d, "ending"}
			if place == "secret/a1" {
				attach, give, end = never, never, never
			}
			t.ask("", grant.Attach{User: id, Structure: s, Department: d, Profiles: w.choices(consult)}, attach, give)
			t.ask("", grant.Attach{Email: canary(person) + "@exemple.example", Structure: s, Department: d}, attach)
			t.ask("", grant.Give{User: id, Structure: s, Department: d, Profiles: w.choices(manage, read)}, give)
			t.ask("", grant.Detach{User: id, Structure: s, Department: d, Comment: "x"}, end)
			t.ask("", flow.AddPerson{
				Identity:  people.Identity{Email: canary(person) + "@exemple.example", FirstName: "N", LastName: "N", Kind: "external"},
				Structure: s, Department: d, Profiles: w.choices(consult),
			}, need{permission: "user.create_external", how: "anywhere"}, attach, give)
		}
		for _, kind := range []string{"external", "internal"} {
			needs := []need{{permission: "user.create_external", how: "anywhere"}, {permission: "membership.edit"}}
			if kind == "internal" {
				needs = []need{{permission: "user.create_internal"}}
			}
			who := people.Identity{Email: "nouveau." + kind + "@exemple.example", FirstName: "N", LastName: "N", Kind: kind}
			t.ask("", flow.AddPerson{Identity: who}, needs...)
			t.ask("", flow.AddPerson{Identity: who, Enters: true}, append(needs, need{permission: "firm.admin"})...)
			t.ask("", flow.AddPerson{Identity: who, Profiles: w.choices(read)}, append(needs, need{permission: "grant.edit"})...)
		}
		t.ask("", grant.Give{User: id, Profiles: w.choices(read)}, need{permission: "grant.edit"})
		t.ask("", signin.SetSignIn{User: id, SignIn: "none"}, need{permission: "firm.admin"})
	}
	for _, name := range sorted(w.people) {
		id := w.grants[name]
		s := w.number("SELECT coalesce(max(structure_id), 0) FROM grants WHERE id = ?", id)
		d := w.number("SELECT coalesce(max(department_id), 0) FROM grants WHERE id = ?", id)
		edit, end := need{"grant.edit", s, d, ""}, need{"grant.edit", s, d, "ending"}
		if id == 0 {
			edit, end = never, never
		}
		t.ask("", grant.Extend{Grant: id, Until: "2026-07-30"}, edit)
		t.ask("", grant.End{Grant: id}, end)
		if m := w.number("SELECT coalesce(max(membership_id), 0) FROM grants WHERE id = ?", id); m != 0 {
			t.ask("", grant.ExtendMembership{Membership: m, Until: "2026-07-30"}, need{"membership.edit", s, d, ""})
		}
	}
	places(w, t)
	rooms(w, t)
	return t
}

func places(w *world, t rows) {
	alpha := w.structures["alpha"]
	create := need{permission: "structure.create", how: "anywhere"}
	for _, name := range sorted(w.structures) {
		id := w.structures[name]
		in := func(permission string) need { return need{permission: permission, structure: id} }
		t.ask("", department.CreateDepartment{Structure: id, Code: "x1", Fields: department.Fields{Label: "X"}}, in("department.edit"))
		t.ask("", structure.SetState{Structure: id, Active: name == "gamma"}, in("structure.activate"))
		t.ask("", structure.Create{Input: structure.Input{IdentifierType: "siret", Identifier: w.sirets[name], Fields: structure.Fields{Name: "Copie"}}}, create)
		t.ask("", structure.Create{Input: structure.Input{IdentifierType: "pending", Identifier: "COPIE " + name, Fields: structure.Fields{
			Name: "Copie", Responsible: "user", ResponsibleID: w.people["guardian"],
		}}}, create)
		for _, active := range []bool{true, false} {
			t.ask("", structure.SetStates{Structures: []int64{alpha, id}, Active: active}, in("structure.activate"), need{permission: "structure.activate", structure: alpha})
		}
		t.ask("", flow.Duplicate{From: id, Identifier: siret(91), Label: "Copie"}, create, in("structure.activate"), in("structure.edit"))
		t.ask("", flow.Duplicate{From: id, Identifier: w.sirets["secret"], Label: "Copie"}, create, in("structure.activate"), in("structure.edit"))
		for _, person := range []string{"ina", "ina1", "inb", "boss", "guardian", "alone"} {
			move := flow.Move{Structure: id, To: w.people[person]}
			t.ask("", flow.Transfer{Moves: []flow.Move{move}}, in("principal.transfer"))
		}
		t.ask("", flow.Transfer{Moves: []flow.Move{{Structure: alpha, To: w.people["ina"]}, {Structure: id, To: w.people["guardian"]}}},
			in("principal.transfer"), need{permission: "principal.transfer", structure: alpha})
		t.ask("", structure.Cancel{Structure: id}, in("structure.activate"))
	}
	fresh := w.submit(structure.Create{Input: structure.Input{IdentifierType: "pending", Identifier: fmt.Sprintf("VIDE%d", w.seq()), Fields: structure.Fields{Name: "Vide"}}}).Created
	t.ask("", structure.Cancel{Structure: fresh}, need{permission: "structure.activate", structure: fresh})
	t.ask("", structure.SetStates{Structures: []int64{}}, need{permission: "structure.activate", how: "anywhere"})
	t.ask("", flow.Transfer{Moves: []flow.Move{}}, need{permission: "principal.transfer", how: "anywhere"})
	for _, name := range sorted(w.requests) {
		id := w.requests[name]
		for _, approve := range []bool{true, false} {
			t.ask("", request.Decide{Request: id, Approve: approve, Confirmed: true, Comment: "x"}, w.decision(id))
		}
	}
}

// decision is what deciding on a request asks for.
func (w *world) decision(id int64) need {
	s := w.number("SELECT structure_id FROM requests WHERE id = ?", id)
	d := w.number("SELECT coalesce(department_id, 0) FROM requests WHERE id = ?", id)
	return need{"request.decide", s, d, ""}
}

func rooms(w *world, t rows) {
	for _, name := range sorted(w.departments) {
		d := w.departments[name]
		s := w.number("SELECT structure_id FROM departments WHERE id = ?", d)
		inside, whole := need{"department.edit", s, d, ""}, need{permission: "department.edit", structure: s}
		t.ask("", w.renamed(name, canary(name)+" autre"), inside)
		t.ask("", department.EditDepartment{Department: d, Version: 77, Mine: department.Fields{Label: "X"}}, inside)
		days := w.renamed(name, canary(name))
		days.Days, days.Mine.Until = true, "2026-12-31"
		t.ask("", days, inside)
		for _, active := range []bool{false, true} {
			t.ask("", department.SwitchDepartment{Structure: s, Department: d, Active: active}, whole)
			t.ask("", department.SwitchDepartment{Structure: w.structures["alpha"], Department: d, Active: active}, need{permission: "department.edit", structure: w.structures["alpha"]})
		}
	}
}

// everything returns the calls of every bound method in the order in which they are made: the changes after the reads, the session last.
func everything(w *world) (methods []string, all rows) {
	all = table(w)
	for method, list := range wishes(w) {
		all[method] = append(all[method], list...)
	}
	order := slices.Concat([]string{""}, writing, []string{"Changes.Preview", "Changes.Submit", "Session.Lock", "Session.Unlock", "Session.Leave"})
	rank := func(method string) int { return slices.Index(order, bound(method)) }
	methods = sorted(all)
	slices.SortStableFunc(methods, func(a, b string) int {
		return cmp.Or(rank(a)-rank(b), grave(a)-grave(b), strings.Compare(a[strings.LastIndex(a, ".")+1:], b[strings.LastIndex(b, ".")+1:]))
	})
	return methods, all
}

// grave puts the changes that touch no right before the others: what these make (a copy bears the names of what it was made from) is not told apart.
func grave(method string) int {
	_, part, _ := strings.Cut(method, ":")
	light := []string{
		"firm.Edit", "followup.MarkFollowUp", "people.SetPIGP", "people.LinkAccounts", "profile.Use", "request.Ask", "structure.Edit", "structure.Relabel", "structure.Refresh",
		"structure.Identify", "platform.SetPlatforms", "structure.SetRegistration", "platform.AddContract", "platform.EndContract",
	}
	if i := slices.Index(light, part); i >= 0 {
		return i
	}
	return len(light)
}

// bound is the method of a row's name, without the type of the change.
func bound(name string) string { return strings.SplitN(name, ":", 2)[0] }

// call writes the argument of a call down, as a test tells of it.
func call(arg any) string {
	data, _ := json.Marshal(arg)
	return short(string(data))
}

func short(text string) string { return text[:min(len(text), 400)] }

// known are the codes that a page is told.
var known = []fault.Code{
	fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict, fault.Unauthenticated, fault.Refused, fault.Unusable, fault.Protocol,
}
