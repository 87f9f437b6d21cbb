package bridge_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/bridge"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/followup"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/people"
	"habilis/internal/period"
	"habilis/internal/platform"
	"habilis/internal/profile"
	"habilis/internal/request"
	"habilis/internal/right"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// paper holds nothing that Habilis itself applies: anybody may give it.
const paper = "court_fee.consultation"

// holders makes people who hold single permissions, each on its scope.
type holders struct {
	*world
	only map[right.Permission]int64 // a profile of that permission alone
}

// add makes a person who holds exactly these.
func (h *holders) add(needs []access.Need) (user int64) {
	h.t.Helper()
	ctx := access.WithConfirmed(access.WithActor(context.Background(), h.people["admin"], "test"))
	err := h.d.Write(ctx, func(tx *db.Tx) error {
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		draft, err := journal.Reserve(ctx, tx)
		if err != nil {
			return err
		}
		line := draft.Seq()
		email := fmt.Sprintf("holder%d@exemple.example", line)
		if user, err = people.Insert(ctx, tx, people.Identity{Email: email, FirstName: "H", LastName: "H", Kind: "internal"}, "fr", ledger.By{Line: line}); err != nil {
			return err
		}
		if err := h.grant(ctx, tx, user, needs, ledger.By{Line: line}); err != nil {
			return err
		}
		return draft.Fill(actor, journal.Entry{Action: "test.holder", Kind: "user", Object: user})
	})
	require.NoError(h.t, err)
	return user
}

func (h *holders) grant(ctx context.Context, tx *db.Tx, user int64, needs []access.Need, by ledger.By) error {
	now := period.Span{From: tx.At, Until: period.Open}
	memberships := map[int64]int64{}
	for _, n := range needs {
		scope := n.Scope
		if n.Anywhere {
			scope = right.Structure(h.structures["beta"])
		}
		if scope.Structure != 0 && memberships[scope.Structure] == 0 {
			id, err := ledger.OpenMembership(ctx, tx, user, right.Structure(scope.Structure), now, by)
			if err != nil {
				return err
			}
			memberships[scope.Structure] = id
		}
		profile, err := h.profile(ctx, tx, n.Permission, now, by)
		if err != nil {
			return err
		}
		_, err = ledger.OpenGrant(ctx, tx, ledger.Given{User: user, Profile: profile, Membership: memberships[scope.Structure], Scope: scope, Span: now}, by)
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *holders) profile(ctx context.Context, tx *db.Tx, p right.Permission, now period.Span, by ledger.By) (int64, error) {
	if h.only[p] != 0 {
		return h.only[p], nil
	}
	id, err := tx.AddProfile(ctx, sqlc.AddProfileParams{FamilyID: 1, Key: "only " + p.String(), Name: "only " + p.String(), Audience: "both"})
	if err != nil {
		return 0, err
	}
	c, err := right.ParseContent(p.String() + "=all")
	if err != nil {
		return 0, err
	}
	_, err = ledger.OpenContent(ctx, tx, id, c, now, by)
	h.only[p] = id
	return id, err
}

// instead returns what a person holds to whom one need is missing: the same permission elsewhere, and on a department of the structure that is not the one
// asked about. What is asked anywhere they hold nowhere.
func (h *holders) instead(n access.Need) []access.Need {
	if n.Anywhere {
		return nil
	}
	list := []access.Need{{Permission: n.Permission, Scope: right.Structure(h.structures["pend"])}}
	if n.Scope.Structure == h.structures["alpha"] {
		list = append(list, access.Need{Permission: n.Permission, Scope: right.Department(n.Scope.Structure, h.departments["a2"])})
	}
	return list
}

// asking is a change, made anew for each who tries it, and what it asks for. Where it is refused even to one who holds everything, refused says by what.
type asking struct {
	part, name string
	make       func() change.Change
	needs      []access.Need
	refused    string
}

func on(p right.Permission, s right.Scope) access.Need {
	return access.Need{Permission: p, Scope: s}
}

func somewhere(p right.Permission) access.Need { return access.Need{Permission: p, Anywhere: true} }

// TestNeeds: one who holds everything that a change asks for but one thing, which they hold elsewhere, is told what is missing; with it the change goes
// through.
func TestNeeds(t *testing.T) {
	w := build(t)
	h := &holders{w, map[right.Permission]int64{}}
	parts := map[string]bool{}
	for _, c := range slices.Concat(h.aboutPeople(), h.aboutPlaces(), h.aboutRecords()) {
		parts[partOf(c.make())] = true
		t.Run(c.part+"/"+c.name, func(t *testing.T) {
			for i, n := range c.needs {
				t.Run(fmt.Sprintf("without %s", n.Permission), func(t *testing.T) {
					held := append(append(append([]access.Need{}, c.needs[:i]...), c.needs[i+1:]...), h.instead(n)...)

					_, err := w.s.Changes.Preview(access.WithConfirmed(access.WithActor(context.Background(), h.add(held), "test")), c.make())

					f, told := fault.As(err)
					require.True(t, told, "%v", err)
					assert.Equal(t, fault.Forbidden, f.Code, f)
					assert.Equal(t, n.Permission.String(), f.Problems[0].Params["permission"])
				})
			}
			t.Run("with everything", func(t *testing.T) {
				_, err := w.s.Changes.Preview(access.WithConfirmed(access.WithActor(context.Background(), h.add(c.needs), "test")), c.make())

				if c.refused == "" {
					assert.NoError(t, err)
				} else {
					assert.ErrorContains(t, err, c.refused)
				}
			})
		})
	}
	for _, k := range w.s.Kinds() {
		assert.True(t, parts[k.Input.String()], "a new kind of change: add %s to this test", k.Input)
	}
}

func (h *holders) aboutPeople() []asking {
	s, d := h.structures["alpha"], h.departments["a1"]
	alpha, a1 := right.Structure(s), right.Department(s, d)
	paper := h.choices(paper)
	h.addProfile("paperfirm", "figures.view=all") // of family 0: given at the firm, and anybody may give it
	everywhere := h.choices("paperfirm")
	h.submit(grant.Give{User: h.people["ina"], Structure: s, Profiles: paper, Until: "2026-06-20"})
	given := h.number("SELECT max(id) FROM grants")
	h.submit(grant.Attach{User: h.people["alone"], Structure: h.structures["beta"], Until: "2026-06-20", Profiles: paper})
	dated := h.number("SELECT max(id) FROM memberships")
	h.submit(grant.Give{User: h.people["alone"], Profiles: everywhere, Until: "2026-06-20"})
	atFirm := h.number("SELECT max(id) FROM grants")
	_, hash := signin.NewCode()
	someone := func(kind string) people.Identity {
		return people.Identity{Email: "x@exemple.example", FirstName: "X", LastName: "X", Kind: kind}
	}
	member, give := right.MembershipEdit, right.GrantEdit
	external, internal := somewhere(right.UserCreateExternal), on(right.UserCreateInternal, right.Firm)
	return []asking{
		{"Attach", "alone", func() change.Change { return &grant.Attach{User: h.people["alone"], Structure: s} }, []access.Need{on(member, alpha)}, ""},
		{"Attach", "with profiles", func() change.Change { return &grant.Attach{User: h.people["alone"], Structure: s, Profiles: paper} }, []access.Need{on(member, alpha), on(give, alpha)}, ""},
		{"Attach", "department", func() change.Change {
			return &grant.Attach{User: h.people["alone"], Structure: s, Department: d, Profiles: paper}
		}, []access.Need{on(member, a1), on(give, a1)}, ""},
		{"Detach", "structure", func() change.Change { return &grant.Detach{User: h.people["ina"], Structure: s, Comment: "x"} }, []access.Need{on(member, alpha)}, ""},
		{"Detach", "department", func() change.Change {
			return &grant.Detach{User: h.people["ina1"], Structure: s, Department: d, Comment: "x"}
		}, []access.Need{on(member, a1)}, ""},
		{"Give", "structure", func() change.Change { return &grant.Give{User: h.people["both"], Structure: s, Profiles: paper} }, []access.Need{on(give, alpha)}, ""},
		{"Give", "department", func() change.Change {
			return &grant.Give{User: h.people["ina1"], Structure: s, Department: d, Profiles: paper}
		}, []access.Need{on(give, a1)}, ""},
		{"Give", "firm", func() change.Change { return &grant.Give{User: h.people["both"], Profiles: everywhere} }, []access.Need{on(give, right.Firm)}, ""},
		{"End", "structure", func() change.Change { return &grant.End{Grant: given} }, []access.Need{on(give, alpha)}, ""},
		{"End", "firm", func() change.Change { return &grant.End{Grant: atFirm} }, []access.Need{on(give, right.Firm)}, ""},
		{"Extend", "structure", func() change.Change { return &grant.Extend{Grant: given, Until: "2026-06-21"} }, []access.Need{on(give, alpha)}, ""},
		{"ExtendMembership", "structure", func() change.Change {
			return &grant.ExtendMembership{Membership: dated, Until: "2026-06-21"}
		}, []access.Need{on(member, right.Structure(h.structures["beta"]))}, ""},
		{"ExtendMembership", "with its profiles", func() change.Change {
			return &grant.ExtendMembership{Membership: dated, Until: "2026-06-21", Grants: true}
		}, []access.Need{on(member, right.Structure(h.structures["beta"])), on(give, right.Structure(h.structures["beta"]))}, ""},
		{"Extend", "firm", func() change.Change { return &grant.Extend{Grant: atFirm, Until: "2026-06-21"} }, []access.Need{on(give, right.Firm)}, ""},
		{"AddPerson", "external", func() change.Change {
			return &flow.AddPerson{Identity: someone("external"), Structure: s, Profiles: paper}
		}, []access.Need{external, on(member, alpha), on(give, alpha)}, ""},
		{"AddPerson", "external in a department", func() change.Change {
			return &flow.AddPerson{Identity: someone("external"), Structure: s, Department: d, Profiles: paper}
		}, []access.Need{external, on(member, a1), on(give, a1)}, ""},
		{"AddPerson", "external nowhere", func() change.Change { return &flow.AddPerson{Identity: someone("external")} }, []access.Need{external, on(member, right.Firm)}, ""},
		{"AddPerson", "external nowhere, with profiles", func() change.Change {
			return &flow.AddPerson{Identity: someone("external"), Profiles: everywhere}
		}, []access.Need{external, on(member, right.Firm), on(give, right.Firm)}, ""},
		{"AddPerson", "internal nowhere", func() change.Change { return &flow.AddPerson{Identity: someone("internal")} }, []access.Need{internal}, ""},
		{"AddPerson", "internal", func() change.Change {
			return &flow.AddPerson{Identity: someone("internal"), Structure: s, Profiles: paper}
		}, []access.Need{internal, on(member, alpha), on(give, alpha)}, ""},
		{"AddPerson", "who enters", func() change.Change {
			return &flow.AddPerson{Identity: someone("internal"), Enters: true, CodeHash: hash}
		}, []access.Need{internal, on(right.FirmAdmin, right.Firm)}, ""},
		{"SetSignIn", "none", func() change.Change { return h.s.SignIn.ChangeSignIn(h.people["alone"], "none", "") }, []access.Need{on(right.FirmAdmin, right.Firm)}, ""},
		{"Decide", "structure", func() change.Change {
			return h.s.Requests.Decision(request.Decide{Request: h.requests["qalpha"], Comment: "x"})
		}, []access.Need{on(right.RequestDecide, alpha)}, ""},
		{"Decide", "department", func() change.Change {
			return h.s.Requests.Decision(request.Decide{Request: h.requests["qa1"], Comment: "x"})
		}, []access.Need{on(right.RequestDecide, a1)}, ""},
		{"Decide", "approval", func() change.Change {
			return h.s.Requests.Decision(request.Decide{Request: h.requests["qalpha"], Approve: true, Confirmed: true})
		}, []access.Need{on(right.RequestDecide, alpha), on(member, alpha)}, ""},
	}
}

func (h *holders) aboutPlaces() []asking {
	s, d := h.structures["alpha"], h.departments["a1"]
	alpha, beta, a1 := right.Structure(s), right.Structure(h.structures["beta"]), right.Department(s, d)
	fresh := h.submit(structure.Create{Input: structure.Input{IdentifierType: "pending", Identifier: "VIDE", Fields: structure.Fields{Name: "Vide"}}}).Created
	admin := access.WithConfirmed(access.WithActor(context.Background(), h.people["admin"], "test"))
	create := func() change.Change {
		c, err := h.s.Structures.Creation(admin, structure.Input{IdentifierType: "pending", Identifier: "NEUF", Fields: structure.Fields{Name: "Neuf"}})
		require.NoError(h.t, err)
		return c
	}
	activate, edit, transfer := right.StructureActivate, right.DepartmentEdit, right.PrincipalTransfer
	move := func(of, to string) flow.Move { return flow.Move{Structure: h.structures[of], To: h.people[to]} }
	return []asking{
		{"Create", "", create, []access.Need{somewhere(right.StructureCreate)}, ""},
		{"SetState", "", func() change.Change { return &structure.SetState{Structure: s} }, []access.Need{on(activate, alpha)}, ""},
		{"SetStates", "two", func() change.Change { return &structure.SetStates{Structures: []int64{s, h.structures["beta"]}} }, []access.Need{on(activate, alpha), on(activate, beta)}, ""},
		{"SetStates", "none", func() change.Change { return &structure.SetStates{} }, []access.Need{somewhere(activate)}, "structure.already"},
		// One who holds it there is attached there, which the firm's own would not be.
		{"Cancel", "", func() change.Change { return &structure.Cancel{Structure: fresh} }, []access.Need{on(activate, right.Structure(fresh))}, "structure.cancel.used"},
		{"Duplicate", "", func() change.Change { return &flow.Duplicate{From: s, Identifier: siret(92)} },
			[]access.Need{somewhere(right.StructureCreate), on(activate, alpha), on(right.StructureEdit, alpha)}, ""},
		{"Transfer", "two", func() change.Change {
			return &flow.Transfer{Moves: []flow.Move{move("alpha", "plain"), move("beta", "elsewhere")}}
		}, []access.Need{on(transfer, alpha), on(transfer, beta)}, ""},
		{"Transfer", "none", func() change.Change { return &flow.Transfer{} }, []access.Need{somewhere(transfer)}, "transfer.empty"},
		{"CreateDepartment", "", func() change.Change {
			return &department.CreateDepartment{Structure: s, Code: "x", Fields: department.Fields{Label: "X"}}
		}, []access.Need{on(edit, alpha)}, ""},
		{"EditDepartment", "", func() change.Change { return h.renamed("a1", "X") }, []access.Need{on(edit, a1)}, ""},
		{"EditDepartment", "unknown", func() change.Change { return &department.EditDepartment{Department: 987654} }, []access.Need{on(edit, right.Firm)}, "department.not_found"},
		{"SwitchDepartment", "", func() change.Change { return &department.SwitchDepartment{Structure: s, Department: d} }, []access.Need{on(edit, alpha)}, ""},
	}
}

func (h *holders) aboutRecords() []asking {
	s, plat := h.structures["alpha"], h.structures["plat"]
	altered := func(f *structure.Fields) { f.Connections += " 2" }
	edit, admin := on(right.StructureEdit, right.Structure(s)), on(right.FirmAdmin, right.Firm)
	step := h.number("SELECT min(id) FROM follow_ups WHERE structure_id = ? AND department_id IS NULL", s)
	settings := firm.Edit{Name: "Cabinet", TimeZone: "Europe/Paris", Language: "fr", Registry: "none", IdleMinutes: 10, Version: h.number("SELECT version FROM firm")}
	contract := platform.AddContract{Platform: plat, Client: s, Reference: "R", Powers: []string{"issue"}, From: "2026-06-01"}
	return []asking{
		{"Edit", "", func() change.Change { return h.edited("alpha", altered) }, []access.Need{edit}, ""},
		{"Relabel", "two", func() change.Change {
			return structure.Relabel{Structures: []int64{s, h.structures["beta"]}, Add: []string{"neuf"}}
		}, []access.Need{edit, on(right.StructureEdit, right.Structure(h.structures["beta"]))}, ""},
		{"SetPlatforms", "", func() change.Change { return platforms }, []access.Need{admin}, ""},
		{"SetRegistration", "", func() change.Change { return structure.SetRegistration{ID: plat, State: "pending"} }, []access.Need{on(right.StructureEdit, right.Structure(plat))}, ""},
		{"AddContract", "of a platform out of sight", func() change.Change { return contract }, []access.Need{edit}, "contract.platform"},
		{"AddContract", "without parties", func() change.Change { return platform.AddContract{} }, []access.Need{somewhere(right.StructureEdit)}, "contract.reference.empty"},
		{"EndContract", "", func() change.Change {
			return platform.EndContract{ID: h.contracts["alpha"], Version: 1, Until: "2026-12-31"}
		}, []access.Need{edit}, ""},
		{"MarkFollowUp", "", func() change.Change { return followup.MarkFollowUp{ID: step, Done: true} }, []access.Need{on(right.GrantEdit, right.Structure(s))}, ""},
		{"Edit", "of the firm", func() change.Change { return settings }, []access.Need{admin}, ""},
		{"Use", "", func() change.Change { return profile.Use{Families: []string{"cabinet"}} }, []access.Need{admin}, ""},
		{"Identify", "", func() change.Change {
			return structure.Identify{ID: h.structures["beta"], SIRET: siret(90)}
		}, []access.Need{on(right.StructureEdit, right.Structure(h.structures["beta"]))}, "structure.not_pending"},
		{"Refresh", "", func() change.Change { return structure.Refresh{ID: s, Verdict: insee.Closed} }, []access.Need{on(right.StructureActivate, right.Structure(s))}, "insee.changed"},
		{"Ask", "for oneself", func() change.Change {
			return h.s.Requests.Asking(request.Ask{Subject: "membership", IdentifierType: "pending", Identifier: "AILLEURS"})
		}, []access.Need{}, ""},
		{"LinkAccounts", "", func() change.Change {
			return people.LinkAccounts{User: h.people["ina"], Account: h.people["ina"], Linked: true}
		}, []access.Need{admin}, "user.not_found"},
		{"SetPIGP", "of somebody out of sight", func() change.Change { return people.SetPIGP{User: h.people["ina"], Has: true} }, []access.Need{}, "user.not_found"},
	}
}

// TestWishIsOneChange: a wish of no kind or an unknown one, or whose input is not exactly one input of its kind, is refused before anything is asked
// or done.
func TestWishIsOneChange(t *testing.T) {
	w := build(t)
	refuses := func(t *testing.T, key string, wish bridge.Wish) {
		t.Helper()
		before := w.seq()
		for _, method := range []string{"Changes.Preview", "Changes.Submit"} {
			result, failure := w.invoke(w.admin, method, wish)
			assert.JSONEq(t, fmt.Sprintf(`{"code":"protocol","problems":[{"field":"","key":%q,"params":{"kind":%q}}]}`, key, wish.Kind), failure, text(result, failure))
		}
		assert.Equal(t, before, w.seq())
		assert.Empty(t, w.register.heard())
	}
	for _, kind := range []string{"", "grant", "grant.give ", "GRANT.GIVE", "firm.erase"} {
		t.Run("kind "+kind, func(t *testing.T) {
			refuses(t, "change.unknown", bridge.Wish{Kind: kind, Input: "{}", Fingerprint: "x"})
		})
	}
	good := wish(grant.Detach{User: w.people["ina"], Structure: w.structures["alpha"], Comment: "x"})
	other := wish(structure.SetState{Structure: w.structures["beta"]})
	for name, input := range map[string]string{
		"none": "", "a text": `"x"`, "a list": "[]", "a number": "1", "half": good.Input[:len(good.Input)-1], "two": good.Input + other.Input, "twice": good.Input + good.Input,
		"another's": other.Input, "more": strings.Replace(good.Input, "{", `{"reason":"request",`, 1), "rubbish after": good.Input + "}",
	} {
		t.Run(name, func(t *testing.T) { refuses(t, "change.malformed", bridge.Wish{Kind: good.Kind, Input: input}) })
	}
	for _, k := range w.s.Kinds() {
		for field := range strings.FieldsSeq("codeHash code found created sessions service reason Found Code CodeHash") {
			t.Run(k.Name+" with "+field, func(t *testing.T) {
				if f, there := k.Input.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, field) }); there && f.Tag.Get("json") == strings.ToLower(field) {
					return // its own: the code of a department
				}
				refuses(t, "change.malformed", bridge.Wish{Kind: k.Name, Input: fmt.Sprintf(`{%q:"x"}`, field)})
			})
		}
	}
}
