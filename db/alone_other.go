//go:build !linux

package db

import "os"

// alone leaves it to the lock beside the file: a lock on the file itself would keep SQLite out.
func alone(*os.File) bool { return true }
