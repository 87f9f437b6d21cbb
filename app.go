package main

import (
	"context"
	"embed"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/bridge"
	"habilis/internal/change"
	"habilis/internal/demo"
	"habilis/internal/department"
	"habilis/internal/directory"
	"habilis/internal/firm"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/journal"
	"habilis/internal/people"
	"habilis/internal/platform"
	"habilis/internal/profile"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
	"habilis/internal/view"
)

//go:embed all:frontend/dist
var dist embed.FS

// pages gives the built front end.
func pages() fs.FS {
	sub, err := fs.Sub(dist, "frontend/dist")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// settings is what the command line decides.
type settings struct {
	folder   string
	annuaire string // where the registers are asked; the real ones by default
	sirene   string
}

// dataFolder is the platform's own place for data.
func dataFolder() string {
	home, _ := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		if local := os.Getenv("LOCALAPPDATA"); local != "" {
			return filepath.Join(local, "Habilis")
		}
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "Habilis")
	}
	if data := os.Getenv("XDG_DATA_HOME"); data != "" {
		return filepath.Join(data, "habilis")
	}
	return filepath.Join(home, ".local", "share", "habilis")
}

// fill opens the file and wires the packages. Where the file cannot be opened, every call answers why.
func fill(ctx context.Context, s *bridge.Services, set settings, mode string) *db.DB {
	d, err := db.Open(ctx, set.folder, mode, time.Now)
	if err != nil {
		s.Fail(err)
		return nil
	}
	client := insee.Client()
	registry := registers(client, set)
	settings := firm.NewService(d)
	sessions := signin.NewSessions(time.Now, settings.Idle)
	signIn := signin.NewService(d, time.Now, sync.OnceValue(signin.Calibrate), signin.Floor, sessions)
	changes := change.NewService(d)
	structures := structure.NewService(d, time.Now, func(ctx context.Context) insee.Registry { return allowed(ctx, d, registry) })
	requests := request.NewService(d, changes.Load, granted)
	s.Changes, s.SignIn, s.Structures, s.Requests = changes, signIn, structures, requests
	s.Firm, s.Grants, s.Journal = settings, grant.NewService(d), journal.NewService(d)
	s.People, s.Profiles = people.NewService(d), profile.NewService(d)
	s.Flow = flow.NewService(d, changes, signIn, structures, registry)
	s.Directory = directory.NewService(d)
	s.Views, s.Departments, s.Platforms = view.NewService(d, changes), department.NewService(d), platform.NewService(d)
	s.Explore = func(ctx context.Context, in flow.SetUp) (string, error) { return demo.Explore(ctx, s.Flow, in) }
	changes.Know(s.Kinds()...)
	s.Ready()
	return d
}

// granted makes the change that grants a wish.
func granted(w request.Wish) change.Change {
	if w.Subject == "profiles" {
		return grant.Give{User: w.User, Structure: w.Scope.Structure, Department: w.Scope.Department, Profiles: w.Profiles}
	}
	return grant.Attach{User: w.User, Structure: w.Scope.Structure, Department: w.Scope.Department, Profiles: w.Profiles}
}

// registers makes the clients once each, so that their rates hold across calls.
func registers(client *http.Client, set settings) func(kind, key string) insee.Registry {
	annuaire := insee.NewAnnuaire(client, set.annuaire)
	var mu sync.Mutex
	sirene := map[string]*insee.Sirene{}
	return func(kind, key string) insee.Registry {
		switch {
		case kind == firm.Annuaire:
			return annuaire
		case kind == firm.Sirene && key != "":
			mu.Lock()
			defer mu.Unlock()
			if sirene[key] == nil {
				sirene[key] = insee.NewSirene(client, set.sirene, key)
			}
			return sirene[key]
		}
		return nil
	}
}

func allowed(ctx context.Context, d *db.DB, registry func(kind, key string) insee.Registry) insee.Registry {
	var found insee.Registry
	_ = d.Read(ctx, func(tx *db.Tx) error { // without a firm, or a file that reads, no register is asked
		if _, err := access.Who(ctx, tx); err != nil {
			return err
		}
		row, _, err := firm.Row(ctx, tx)
		found = registry(row.Registry, row.SireneKey)
		return err
	})
	return found
}
