package structure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/department"
	"habilis/internal/fault"
	"habilis/internal/place"
	"habilis/internal/platform"
	"habilis/internal/structure"
)

// platform lists a matricule as registered, and creates its platform.
func (w *world) platform(matricule, name string) int64 {
	w.t.Helper()
	old, err := platform.NewService(w.d).Registered(w.admin)
	require.NoError(w.t, err)
	require.NoError(w.t, w.changes.Run(w.admin, platform.SetPlatforms{Text: old.Text + "\n" + matricule + ";" + name + ";immatriculée"}))
	return w.create(structure.Input{IdentifierType: "platform", Identifier: matricule, Fields: structure.Fields{Name: name}})
}

func TestCreatePlatform(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.changes.Run(w.admin, platform.SetPlatforms{Text: "A001;Première;immatriculée\nB002\tDeuxième\n\nC003;Troisième;en cours\nD004;Quatrième;retirée"}))

	id := w.create(structure.Input{IdentifierType: "platform", Identifier: " a001 ", Sphere: "private"})

	s := w.get(id)
	assert.Equal(t, "platform", s.Sphere)
	assert.Equal(t, "A001", s.Raw)
	assert.Equal(t, "Première", s.Name, "of the official list")
	assert.Equal(t, "registered", s.Registration)
	assert.True(t, s.Active)
	w.create(structure.Input{IdentifierType: "platform", Identifier: "B002", Fields: structure.Fields{Name: "Deuxième"}})
}

func TestCreatePlatformRefuses(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.changes.Run(w.admin, platform.SetPlatforms{Text: "A001;Première;immatriculée\nC003;Troisième;en cours\nD004;Quatrième;retirée"}))
	w.create(structure.Input{IdentifierType: "platform", Identifier: "A001"})
	for what, matricule := range map[string]string{
		"not listed": "Z999", "pending": "C003", "withdrawn": "D004", "three characters": "A00", "five characters": "A0011", "empty": "", "not letters": "A-01",
		"already here": "A001",
	} {
		err := w.unchanged(func() error {
			_, err := w.tryCreate(w.admin, structure.Input{IdentifierType: "platform", Identifier: matricule, Fields: structure.Fields{Name: "Plate"}})
			return err
		})
		assert.Contains(t, problems(t, err, fault.Invalid), "identifier", what)
	}
}

func TestLookOfAPlatform(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.changes.Run(w.admin, platform.SetPlatforms{Text: "A001;Première;immatriculée\nC003;Troisième;en cours\nD004;Quatrième;retirée"}))
	id := w.create(structure.Input{IdentifierType: "platform", Identifier: "A001"})
	for matricule, want := range map[string]string{"A001": "registered", "C003": "pending", "D004": "withdrawn", "Z999": ""} {
		look, err := w.structures.Look(w.admin, structure.Typed{IdentifierType: "platform", Identifier: matricule})
		require.NoError(t, err)
		assert.Equal(t, want, look.Platform, matricule)
		assert.Equal(t, matricule == "A001", look.Exists, matricule)
		if look.Exists {
			assert.Equal(t, id, look.ID)
		}
	}
}

func TestSetPlatformsRefuses(t *testing.T) {
	w := newWorld(t)
	id := w.pending("UN", "")
	_, manager := w.person("internal", "gerant", id, 0, manage)
	require.NoError(t, w.changes.Run(w.admin, platform.SetPlatforms{Text: "A001;Première;immatriculée"}))
	for line, text := range map[string]string{
		"2": "A001;Première;immatriculée\nTROPLONG;Deuxième", "1": ";Première;immatriculée", "3": "A001;Un\nB002;Deux\nC003;Trois;parfois",
	} {
		err := w.unchanged(func() error { return w.changes.Run(w.admin, platform.SetPlatforms{Text: text}) })
		f, told := fault.As(err)
		require.True(t, told, "%v", err)
		assert.Equal(t, fault.Invalid, f.Code)
		assert.Equal(t, line, f.Problems[0].Params["line"], text)
	}
	assert.Error(t, w.unchanged(func() error {
		return w.changes.Run(w.admin, platform.SetPlatforms{Text: "A001;Un\na001;Deux"})
	}), "one matricule twice")
	assert.True(t, fault.Is(w.unchanged(func() error { return w.changes.Run(manager, platform.SetPlatforms{}) }), fault.Forbidden))
	list, err := platform.NewService(w.d).Registered(w.admin)
	require.NoError(t, err)
	assert.Equal(t, 1, list.Count)
}

// TestSetPlatformsRefusesAnEmptyName: an empty column does not move the next one into its place.
func TestSetPlatformsRefusesAnEmptyName(t *testing.T) {
	w := newWorld(t)
	for _, text := range []string{"A001;;immatriculée", "A001\t\tretirée", "A001;;", "A001"} {
		err := w.changes.Run(w.admin, platform.SetPlatforms{Text: text})
		assert.True(t, fault.Is(err, fault.Invalid), "%q: %v", text, err)
	}
	assert.Zero(t, w.number("SELECT count(*) FROM registered_platforms"))
}

// TestPlatformsPasteBack: what the page shows can be submitted again.
func TestPlatformsPasteBack(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.changes.Run(w.admin, platform.SetPlatforms{Text: "A001;Première;immatriculée\nC003;Troisième;en cours\nD004;Quatrième;retirée"}))
	list, err := platform.NewService(w.d).Registered(w.admin)
	require.NoError(t, err)
	rows := w.digest("SELECT * FROM registered_platforms ORDER BY matricule")

	require.NoError(t, w.changes.Run(w.admin, platform.SetPlatforms{Text: list.Text}))

	assert.Equal(t, rows, w.digest("SELECT * FROM registered_platforms ORDER BY matricule"))
}

// TestNotForPlatforms: INSEE refresh and departments are not for platforms; duplication is tested where it lives.
func TestNotForPlatforms(t *testing.T) {
	w := newWorld(t)
	id := w.platform("A001", "Plate")

	_, err := w.structures.Compare(w.admin, id)
	assert.True(t, fault.Is(err, fault.Refused), "%v", err)
	_, err = w.refreshes(w.admin, structure.Refresh{ID: id})
	assert.True(t, fault.Is(err, fault.Refused), "%v", err)
	err = w.unchanged(func() error {
		return w.changes.Run(w.admin, &department.CreateDepartment{Structure: id, Code: "A", Fields: department.Fields{Label: "A"}})
	})
	assert.True(t, fault.Is(err, fault.Refused), "%v", err)
}

func TestSetRegistration(t *testing.T) {
	w := newWorld(t)
	id, other := w.platform("A001", "Plate"), w.pending("UN", "")

	require.NoError(t, w.changes.Run(w.admin, structure.SetRegistration{ID: id, State: "withdrawn"}))

	assert.Equal(t, "withdrawn", w.get(id).Registration)
	assert.Error(t, w.unchanged(func() error {
		return w.changes.Run(w.admin, structure.SetRegistration{ID: id, State: "parfois"})
	}))
	assert.Error(t, w.unchanged(func() error {
		return w.changes.Run(w.admin, structure.SetRegistration{ID: other, State: "withdrawn"})
	}))
}

func TestContracts(t *testing.T) {
	w := newWorld(t)
	dealer, client := w.platform("A001", "Plate"), w.pending("CLIENT", "")
	good := platform.AddContract{Platform: dealer, Client: client, Reference: "C-1", Powers: []string{"issue", "receive"}, From: "2026-06-01", Until: "2026-12-31"}

	made, err := w.changes.Carry(w.admin, "", good)

	require.NoError(t, err)
	id := made[0].Created
	for _, side := range []int64{dealer, client} {
		list, err := platform.NewService(w.d).Contracts(w.admin, side)
		require.NoError(t, err)
		require.Len(t, list, 1)
		c := list[0]
		assert.Equal(t, id, c.ID)
		assert.Equal(t, place.Link{ID: dealer, Name: "Plate"}, c.Platform)
		assert.Equal(t, client, c.Client.ID)
		assert.Equal(t, []string{"issue", "receive"}, c.Powers)
		assert.True(t, c.Current)
		assert.True(t, c.Endable)
		assert.Positive(t, c.Line, "its proof")
	}
	for what, alter := range map[string]func(c *platform.AddContract){
		"reference": func(c *platform.AddContract) { c.Reference = " " },
		"platform":  func(c *platform.AddContract) { c.Platform = client },
		"client":    func(c *platform.AddContract) { c.Client = dealer },
		"powers":    func(c *platform.AddContract) { c.Powers = nil },
		"from":      func(c *platform.AddContract) { c.From = "" },
		"until":     func(c *platform.AddContract) { c.Until = "2026-05-31" },
	} {
		bad := good
		alter(&bad)
		err := w.unchanged(func() error { return w.changes.Run(w.admin, bad) })
		assert.Contains(t, problems(t, err, fault.Invalid), what)
	}
	require.NoError(t, w.changes.Run(w.admin, platform.EndContract{ID: id, Version: 1, Until: "2026-06-10"}))
	list, err := platform.NewService(w.d).Contracts(w.admin, client)
	require.NoError(t, err)
	assert.False(t, list[0].Current, "its last day is past")
	assert.True(t, fault.Is(w.unchanged(func() error {
		return w.changes.Run(w.admin, platform.EndContract{ID: id, Version: 1, Until: "2026-06-20"})
	}), fault.Conflict))
	assert.True(t, fault.Is(w.unchanged(func() error {
		return w.changes.Run(w.admin, platform.EndContract{ID: id, Version: 2, Until: "2026-06-05"})
	}), fault.Refused), "it has ended already")

	good.Until = "2026-12-31"
	id = w.make(good)
	later := w.unchanged(func() error {
		return w.changes.Run(w.admin, platform.EndContract{ID: id, Version: 1, Until: "2027-01-01"})
	})
	assert.Contains(t, problems(t, later, fault.Invalid), "until", "an agreed end is not put off by ending")
}
