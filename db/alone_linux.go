package db

import (
	"errors"
	"os"
	"syscall"
)

// alone takes a file for this program, and tells whether it could. A file system that knows no such locks is left to the lock beside the file.
func alone(f *os.File) bool {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	return !errors.Is(err, syscall.EWOULDBLOCK)
}
