package oracle

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// Permission is one row of permissions.csv.
type Permission struct {
	Key      string
	Module   string
	Enforced bool
	// OnInactive is yes, no, or ending (only to end a row).
	OnInactive string
	// Asked is firm (never below it), anywhere (some scope suffices) or scope.
	Asked string
}

// Cell is what a ready-made profile says of one permission: no, all, own, option or option-own.
type Cell struct {
	Family, Profile, Permission, Value string
	// Implied marks a value that follows from an implication alone.
	Implied bool
}

// PublicProfile is a ready-made profile of Portail public and the structures it is offered to: both, private or public.
type PublicProfile struct {
	Key, Label, For string
}

// Tables holds the reference tables of the families.
type Tables struct {
	Permissions []Permission
	Cells       []Cell
	Public      []PublicProfile
	// Principal is the principal manager's implied grant: Organisation modification, and four more.
	Principal map[string]string
	byKey     map[string]Permission
}

// Families are the keys of the family tables, in the order of their numbers.
var Families = []string{"habilis", "portail-public", "cabinet", "portail-client", "dossier"}

// LoadTables reads permissions.csv, the family tables and portail-public-profiles.csv in a directory.
func LoadTables(dir string) (*Tables, error) {
	t := &Tables{byKey: map[string]Permission{}}
	rows, err := readCSV(filepath.Join(dir, "permissions.csv"), 5)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		p := Permission{Key: r[0], Module: r[1], Enforced: r[2] == "yes", OnInactive: r[3], Asked: r[4]}
		t.Permissions = append(t.Permissions, p)
		t.byKey[p.Key] = p
	}
	for _, family := range Families {
		rows, err := readCSV(filepath.Join(dir, family+".csv"), 4)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			t.Cells = append(t.Cells, Cell{Family: family, Profile: r[0], Permission: r[1], Value: r[2], Implied: r[3] == "yes"})
		}
	}
	rows, err = readCSV(filepath.Join(dir, "portail-public-profiles.csv"), 3)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		t.Public = append(t.Public, PublicProfile{Key: r[0], Label: r[1], For: r[2]})
	}
	t.Principal, _ = t.Preset("portail-public", "organisation.modification")
	for _, p := range []string{"structure.activate", "principal.transfer", "bank.reveal", "bank.approve"} {
		t.Principal[p] = "all"
	}
	return t, nil
}

// Standard is the tables of this repository, found from the working directory upwards; it panics where there are none.
var Standard = sync.OnceValue(func() *Tables {
	root, err := moduleRoot()
	if err != nil {
		panic(err)
	}
	t, err := LoadTables(filepath.Join(root, "internal", "profile", "families"))
	if err != nil {
		panic(err)
	}
	return t
})

// Permission finds a row of permissions.csv; it panics where the key is unknown.
func (t *Tables) Permission(key string) Permission {
	p, ok := t.byKey[key]
	if !ok {
		panic("oracle: unknown permission " + key)
	}
	return p
}

// Preset returns what a ready-made profile states, implied values left out; ok is false where the tables have no such profile.
func (t *Tables) Preset(family, profile string) (values map[string]string, ok bool) {
	values = map[string]string{}
	for _, c := range t.Cells {
		if c.Family != family || c.Profile != profile {
			continue
		}
		ok = true
		if !c.Implied && c.Value != "no" {
			values[c.Permission] = c.Value
		}
	}
	return values, ok
}

// Profiles returns the profile keys of one family, in the order of its table.
func (t *Tables) Profiles(family string) []string {
	var keys []string
	for _, c := range t.Cells {
		if c.Family == family && !slices.Contains(keys, c.Profile) {
			keys = append(keys, c.Profile)
		}
	}
	return keys
}

func readCSV(path string, columns int) ([][]string, error) {
	data, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer data.Close() //nolint:errcheck // only read
	r := csv.NewReader(data)
	r.FieldsPerRecord = columns
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(rows) < 2 {
		return nil, fmt.Errorf("%s: no rows", path)
	}
	return rows[1:], nil
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("oracle: no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
}
