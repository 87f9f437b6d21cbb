package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// binary is the program with its window, which every mode is started from.
func binary() string {
	if runtime.GOOS == "windows" {
		return filepath.Join("build", "habilis.exe")
	}
	return filepath.Join("build", "habilis")
}

func buildProgram() command {
	return native("build", "-tags", windowTags(), "-o", binary(), ".")
}

// prepared sets up and builds the pages, where they are older than their sources, and the program.
func prepared(ctx context.Context, testing bool) error {
	if err := setup(ctx, testing); err != nil {
		return err
	}
	if !program() {
		return errors.New("there is no main.go to build yet")
	}
	stale, err := pagesAreStale()
	if err != nil {
		return err
	}
	if stale {
		err := timed("built the pages", func() error {
			_, err := cmd("npm", "run", "build").in("frontend").output(ctx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return timed("built "+binary(), func() error {
		_, err := buildProgram().output(ctx)
		return err
	})
}

// run builds Habilis and starts it: its window, or where there is no display its pages for a browser, whose address it prints.
func run(ctx context.Context, args []string) error {
	if err := prepared(ctx, false); err != nil {
		return err
	}
	words := []string{absolute(binary())}
	named := len(args) > 0 && !strings.HasPrefix(args[0], "-")
	if !display() && !named {
		words = append(words, "serve")
	}
	err := cmd(append(words, args...)...).show(ctx)
	if ctx.Err() != nil {
		return nil // stopped by hand
	}
	return err
}

func display() bool {
	return runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// pagesAreStale reports whether a source of the pages is younger than what was built from it.
func pagesAreStale() (bool, error) {
	built, err := os.Stat("frontend/dist/index.html")
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	newest := time.Time{}
	for _, source := range []string{"src", "public", "index.html", "vite.config.ts", "package-lock.json"} {
		err := filepath.WalkDir(filepath.Join("frontend", source), func(_ string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && info.ModTime().After(newest) {
				newest = info.ModTime()
			}
			return err
		})
		if err != nil {
			return false, err
		}
	}
	return newest.After(built.ModTime()), nil
}

// shots builds Habilis and takes the contact sheets of its pages.
func shots(ctx context.Context) error {
	if err := prepared(ctx, true); err != nil {
		return err
	}
	if !exists("frontend/e2e/shots.mjs") {
		return errors.New("there is no frontend/e2e/shots.mjs yet")
	}
	return cmd("node", "e2e/shots.mjs").in("frontend").with("HABILIS_BINARY=" + absolute(binary())).show(ctx)
}
