//go:build !windows

package db

import "os"

// openToOthers reports whether others on this computer may enter a folder.
func openToOthers(folder string) bool {
	info, err := os.Stat(folder)
	return err == nil && info.Mode().Perm()&0o077 != 0
}

// closeToOthers has nothing to do: a folder is made with a mode.
func closeToOthers(string) error { return nil }
