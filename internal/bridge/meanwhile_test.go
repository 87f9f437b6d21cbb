package bridge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/bridge"
	"habilis/internal/change"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/firm"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/list"
	"habilis/internal/register"
	"habilis/internal/request"
	"habilis/internal/structure"
)

// TestRightLostMeanwhile: who lost their right while the register was being asked changes nothing.
func TestRightLostMeanwhile(t *testing.T) {
	for name, ask := range map[string]func(w *world) (method string, arg any){
		"arrived": func(w *world) (string, any) {
			return "Changes.Submit", structure.Identify{ID: w.structures["pend"], SIRET: siret(90)}
		},
		"refresh": func(w *world) (string, any) {
			shown := []register.Difference{{Field: "address1", Old: canary("alphaaddress"), New: canary("alphastreet")}}
			return "Changes.Submit", structure.Refresh{ID: w.structures["alpha"], Take: []string{"address1"}, Verdict: insee.Active, Shown: shown}
		},
		"check": func(w *world) (string, any) { return "Structures.StartCheck", []int64{w.structures["alpha"]} },
	} {
		for _, lost := range []bool{false, true} {
			t.Run(name+map[bool]string{true: " without the right", false: ""}[lost], func(t *testing.T) {
				w := build(t)
				manager := w.seats["manager"]
				w.submit(grant.Attach{User: w.people["manager"], Structure: w.structures["pend"], Profiles: w.choices(manage)})
				for siret, found := range w.register.known {
					found.Verdict = insee.Active
					w.register.known[siret] = found
				}
				method, arg := ask(w)
				state := func() int64 { // what any of the three would write
					return w.number(`SELECT count(*) FROM structures WHERE identifier_type = 'siret' OR address1 = ?`, canary("alphastreet")) +
						w.number("SELECT count(*) FROM journal WHERE action IN ('structure.identified', 'structure.refreshed')")
				}
				before := state()
				w.register.gate = func() {
					w.register.gate = nil
					if lost {
						w.detach("manager", "alpha")
						w.detach("manager", "pend")
					}
				}

				_, failure := w.invoke(manager, method, arg)
				w.rest(manager, method, failure)

				if lost {
					assert.Equal(t, before, state())
				} else {
					require.Empty(t, failure)
					assert.NotEqual(t, before, state())
				}
			})
		}
	}
}

// TestCancelledIsNowhere: a creation that was cancelled leaves lists, counts, files, labels and searches; its identifier is free again, and nobody
// reaches it by its number.
func TestCancelledIsNowhere(t *testing.T) {
	dbtest.Single(t)
	w := build(t)
	made := structure.Create{Input: structure.Input{IdentifierType: "pending", Identifier: canary("voidid"), Fields: structure.Fields{
		Name: canary("void"), Label: canary("voidlabel"), Labels: []string{canary("voidtag")},
	}}}
	before := w.reads("admin")
	void := w.submit(made).Created

	w.submit(structure.Cancel{Structure: void})

	for asked, answer := range w.reads("admin") {
		method := strings.SplitN(asked, " ", 2)[0]
		if !strings.HasPrefix(method, "Journal.") && method != "Grants.Of" { // which keep it: what was done, and who was attached
			assert.NotContains(t, answer, canary("void"), asked)
		}
		if strings.HasPrefix(method, "Structures.List") || strings.HasPrefix(method, "Structures.Count") || strings.HasPrefix(method, "Structures.Export") || method == "Structures.Labels" {
			assert.Equal(t, before[asked], answer, asked)
		}
	}
	for _, wanted := range []directory.Wanted{
		{Query: list.Query{Search: canary("void")}}, {Query: list.Query{Search: canary("voidlabel")}}, {Query: list.Query{Search: canary("voidid")}},
		{Tag: canary("voidtag")}, {Only: []int64{void}}, {Type: "pending", Only: []int64{void}}, {State: "inactive", Only: []int64{void}},
	} {
		assert.Zero(t, w.must(w.admin, "Structures.Count", wanted).(list.Total).N, call(wanted))
		assert.Empty(t, w.must(w.admin, "Structures.List", wanted).(directory.Page).Rows, call(wanted))
	}
	for _, method := range []string{"Structures.Get", "Structures.Departments", "Structures.Compare", "Structures.Copies"} {
		_, failure := w.invoke(w.admin, method, void)
		assert.Contains(t, failure, `"not_found"`, method)
	}
	for name, wish := range map[string]change.Change{
		"SetState":         structure.SetState{Structure: void, Active: true},
		"SetStates":        structure.SetStates{Structures: []int64{void}, Active: true},
		"Cancel":           structure.Cancel{Structure: void},
		"Duplicate":        duplicated(void, "X2"),
		"Transfer":         transferred(void, w.people["admin"]),
		"CreateDepartment": department.CreateDepartment{Structure: void, Code: "x", Fields: department.Fields{Label: "X"}},
		"Attach":           grant.Attach{User: w.people["alone"], Structure: void},
	} {
		_, failure := w.invoke(w.admin, "Changes.Submit", wish)
		assert.Regexp(t, `"not_found"|"forbidden"`, failure, name) // it is inactive for ever
	}
	assert.False(t, w.must(w.admin, "Structures.Look", structure.Typed{IdentifierType: "pending", Identifier: canary("voidid")}).(structure.Look).Exists)
	assert.NotEqual(t, void, w.submit(made).Created)
}

// TestRequestNamesTheResponsible: who is to answer is whom the structure's record names.
func TestRequestNamesTheResponsible(t *testing.T) {
	w := build(t)
	approvers := func(seat *bridge.Seat) []string {
		var list []string
		for _, a := range w.must(seat, "Requests.Get", w.requests["qalpha"]).(request.Request).Approvers {
			list = append(list, a.Name)
		}
		return list
	}
	w.edit("alpha", func(f *structure.Fields) { f.Responsible, f.ResponsibleID = "principal", 0 })
	principal := approvers(w.admin)
	require.Len(t, principal, 1)

	w.edit("alpha", func(f *structure.Fields) { f.Responsible = "firm" })
	assert.Equal(t, []string{w.must(w.admin, "Firm.Settings").(firm.Settings).Name}, approvers(w.admin))

	w.edit("alpha", func(f *structure.Fields) { f.Responsible, f.ResponsibleID = "user", w.people["guardian"] })
	assert.Equal(t, []string{"Jo " + canary("guardian")}, approvers(w.admin))
	assert.Equal(t, principal, approvers(w.seats["manager"]), "one whom he may not see is not told him by name")
}
