package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"habilis/internal/fault"
)

// opened is what tells the open file from any other, and from itself once something else has written over it: nothing is acknowledged into a file that
// is gone.
type opened struct {
	*os.File // open as long as the connections are
	log      os.FileInfo
	page     []byte // room for the page that holds the mark
	at       int64  // where that page begins
	id       []byte
	marks    [][]byte // of the states that the file alone may be in: what is later stands in the log
}

// hold opens the file, before the connections do, and takes it: one file has one program, under whatever names it is reached (a hard link has a lock and
// a log of its own). It fails with Unusable (file.held_elsewhere) where another has it.
func hold(path string) (*opened, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(path))
	}
	if !alone(f) {
		return nil, errors.Join(fault.New(fault.Unusable, "file.held_elsewhere"), f.Close())
	}
	return &opened{File: f}, nil
}

// know reads which state of the file the connections have opened.
func (o *opened) know(ctx context.Context, read, write *sql.DB, path string) error {
	page, err := pageOfMark(ctx, read)
	if err != nil {
		return err
	}
	var size int64
	if err := read.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return err
	}
	now, err := markOf(ctx, read)
	if err != nil {
		return err
	}
	o.at, o.page, o.id = int64(page-1)*size, make([]byte, size), now.id
	alone, err := o.mark()
	if err != nil { // a cut checkpoint left none: another writes the page
		if _, err = write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err == nil {
			alone, err = o.mark()
		}
	}
	if err != nil {
		return err
	}
	o.marks = [][]byte{alone, now.drawn}
	if o.log, err = os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		return nil // the first write makes it
	}
	return err
}

// mark reads the mark in the file without its log.
func (o *opened) mark() ([]byte, error) {
	if _, err := o.ReadAt(o.page, o.at); err != nil {
		return nil, err
	}
	var m marks
	if m.read(o.page, o.id); len(m.drawn) == 0 {
		return nil, errors.New("the page holds no mark")
	}
	return m.drawn[0], nil
}

// marked keeps a mark that a write has drawn.
func (o *opened) marked(mark []byte) { o.marks = append(o.marks, mark) }

// there fails where the file at a path, or its log, is not what was opened, or what its writes have made of it.
func (o *opened) there(path string) error {
	replaced := fault.New(fault.Unusable, "file.replaced")
	before, err := o.Stat()
	if err != nil {
		return replaced
	}
	now, err := os.Stat(path)
	if err != nil || !os.SameFile(before, now) {
		return replaced
	}
	log, err := os.Stat(path + "-wal")
	if err != nil || o.log != nil && !os.SameFile(o.log, log) {
		return replaced
	}
	cut := o.log != nil && log.Size() < o.log.Size() // which only loses nothing once all of it is in the file
	o.log = log
	alone, err := o.mark()
	if err != nil {
		return replaced
	}
	for i, mark := range o.marks {
		if bytes.Equal(mark, alone) {
			if cut && i < len(o.marks)-1 {
				return replaced
			}
			o.marks = o.marks[i:] // a checkpoint goes forward only
			return nil
		}
	}
	return replaced
}
