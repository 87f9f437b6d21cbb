package main

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

//go:embed all:frontend/dist
var dist embed.FS

// pages returns the built front end.
func pages() fs.FS {
	sub, err := fs.Sub(dist, "frontend/dist")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
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
