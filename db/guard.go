package db

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"habilis/internal/fault"
)

// regular refuses whatever stands where the file, its log, its lock or its note should be and is none: opening a pipe would wait for ever.
func regular(path string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal", ".lock", ".holder", ".new", ".new-wal", ".new-shm", ".new-journal"} {
		info, err := os.Lstat(path + end)
		if err == nil && !info.Mode().IsRegular() {
			return fault.New(fault.Unusable, "file.foreign")
		}
	}
	return nil
}

// noJournal refuses a rollback journal beside the file: Habilis leaves none, so it is another program's, and SQLite would play it into the file.
func noJournal(path string) error {
	if info, err := os.Lstat(path + "-journal"); err == nil && info.Size() > 0 {
		return fault.New(fault.Unusable, "file.journal_foreign")
	}
	return nil
}

// private makes an empty file that its owner alone may read; SQLite keeps its mode for the log and the index too.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// own takes the file and what stands beside it from everybody else.
func own(path string) {
	for _, end := range []string{"", "-wal", "-shm", ".lock", ".holder"} {
		if info, err := os.Lstat(path + end); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
			_ = os.Chmod(path+end, 0o600) // a file system without modes has none to change
		}
	}
}

type progressKey struct{}

// Watching lets f be told, while a file is looked at after an unclean end, how many bytes of how many have been read.
func Watching(ctx context.Context, f func(done, total int64)) context.Context {
	return context.WithValue(ctx, progressKey{}, f)
}

// proveLog refuses a log that is not proven to belong to the file: another file, or an older copy, put beside a log that a crash left would be altered by
// it in silence. The proof is made on a private copy of both, so that refused ones stay byte-identical.
func (d *DB) proveLog(ctx context.Context) error {
	info, err := os.Stat(d.path + "-wal")
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil // a clean end
	}
	if err != nil {
		return fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(d.path))
	}
	folder, err := os.MkdirTemp(filepath.Dir(d.path), ".proof-")
	if err != nil {
		return fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(d.path))
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a leftover is no harm
	alone, both := filepath.Join(folder, "alone.db"), filepath.Join(folder, "both.db")
	c := copying{ctx: ctx}
	if main, err := os.Stat(d.path); err == nil {
		c.total = 2*main.Size() + info.Size()
	}
	if err := errors.Join(c.copy(d.path, alone), c.copy(d.path, both), c.copy(d.path+"-wal", both+"-wal")); err != nil {
		return d.translate(err)
	}
	if err := belongs(ctx, alone, both, d.path+"-wal"); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w (%w)", fault.New(fault.Unusable, "file.log_foreign"), err)
	}
	return nil
}

// copying copies files and tells how far it is.
type copying struct {
	ctx         context.Context
	done, total int64
}

func (c *copying) copy(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.TeeReader(in, c))
	return errors.Join(err, out.Close())
}

// Write counts what is copied.
func (c *copying) Write(p []byte) (int, error) {
	c.done += int64(len(p))
	if f, watched := c.ctx.Value(progressKey{}).(func(done, total int64)); watched {
		f(c.done, c.total)
	}
	return len(p), c.ctx.Err()
}

// mark is what tells a file and its state: its own id, what its last write drew, and the last line of its journal.
type mark struct {
	id, drawn, hash []byte
	seq             int64
}

// belongs compares the file alone with the file and its log. Where a cut checkpoint left the file alone unreadable, the whole chain must hold.
func belongs(ctx context.Context, alone, both, log string) error {
	whole, err := look(both, "rw")
	if err != nil {
		return err
	}
	defer whole.Close() //nolint:errcheck // a copy
	var verdict string
	if err := whole.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil || verdict != "ok" {
		return fmt.Errorf("quick check: %s %w", verdict, err)
	}
	after, err := markOf(ctx, whole)
	if err != nil {
		return err
	}
	page, err := pageOfMark(ctx, whole)
	if err != nil {
		return err
	}
	said, err := marksIn(log, page, after.id)
	if err != nil {
		return err
	}
	before := mark{hash: make([]byte, 32)}
	file, err := look(alone, "ro&immutable=1")
	if err == nil {
		defer file.Close() //nolint:errcheck // a copy
		if m, err := markOf(ctx, file); err == nil {
			before = m
			if !bytes.Equal(before.id, after.id) {
				return errors.New("the log is another file's")
			}
			if !said.follow(before.drawn) {
				return errors.New("the log goes on from another state of the file")
			}
		}
	}
	return chained(ctx, whole, before)
}

func look(path, mode string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()+"?mode="+mode+"&_dqs=0")
}

func markOf(ctx context.Context, file *sql.DB) (mark, error) {
	var m mark
	if err := file.QueryRowContext(ctx, "SELECT id, mark FROM file").Scan(&m.id, &m.drawn); err != nil {
		return m, fmt.Errorf("id of the file: %w", err)
	}
	err := file.QueryRowContext(ctx, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").Scan(&m.seq, &m.hash)
	if errors.Is(err, sql.ErrNoRows) {
		m.hash = make([]byte, 32)
		return m, nil
	}
	return m, err
}

func pageOfMark(ctx context.Context, file *sql.DB) (page uint32, err error) {
	if err = file.QueryRowContext(ctx, "SELECT rootpage FROM sqlite_master WHERE name = 'file'").Scan(&page); err != nil {
		return 0, fmt.Errorf("page of the mark: %w", err)
	}
	return page, nil
}

// chained walks the journal from the file's last line to the log's: each line holds the hash of the one before.
func chained(ctx context.Context, whole *sql.DB, from mark) error {
	rows, err := whole.QueryContext(ctx, "SELECT seq, prev, hash FROM journal WHERE seq >= ? ORDER BY seq", from.seq)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells below
	seq, hash, met := from.seq, from.hash, from.seq == 0
	for rows.Next() {
		var line mark
		var prev []byte
		if err := rows.Scan(&line.seq, &prev, &line.hash); err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		if line.seq == from.seq {
			if met = bytes.Equal(line.hash, from.hash); !met {
				break
			}
			continue
		}
		if line.seq != seq+1 || !bytes.Equal(prev, hash) {
			return fmt.Errorf("the journal breaks at line %d", line.seq)
		}
		seq, hash = line.seq, line.hash
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if !met {
		return errors.New("the file's last line is not the log's")
	}
	return nil
}

// Tmp returns the folder for files on their way out. It is emptied at each start, and made again where something has taken it away since.
func (d *DB) Tmp() string {
	tmp := filepath.Join(filepath.Dir(d.path), "tmp")
	if info, err := os.Lstat(tmp); err == nil && !info.IsDir() {
		_ = os.Remove(tmp) // a link leads elsewhere
	}
	_ = os.Mkdir(tmp, 0o700) // where it is there, it stays; where it cannot be made, writing into it says so
	return tmp
}

// Holds reports whether a path is the file, or what stands beside it, by whatever name.
func (d *DB) Holds(path string) bool {
	info, err := os.Stat(path)
	for _, end := range []string{"", "-wal", "-shm", ".lock", ".holder"} {
		own, missing := os.Stat(d.path + end)
		if missing == nil && err == nil && os.SameFile(info, own) {
			return true
		}
		if whole, failed := filepath.Abs(path); failed == nil && whole == d.path+end {
			return true
		}
	}
	return false
}

// leftovers are what an unclean end of ours leaves, by their names: files on their way out, and those of workbooks that are being made; copies that a proof
// was made on. Nothing else in the folder is ours.
var leftovers = []string{"tmp/export-*", "tmp/excelize-*", ".proof-*/alone.db*", ".proof-*/both.db*", ".proof-*"}

// emptyTmp makes the folder for files on their way out, and throws away what an unclean end left. A link in its place is not followed; what somebody else
// keeps there stays.
func (d *DB) emptyTmp() error {
	for _, name := range leftovers {
		found, err := filepath.Glob(filepath.Join(escaped(filepath.Dir(d.path)), filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		for _, f := range found {
			_ = os.Remove(f) // a file that is held, or a folder that is not empty, stays
		}
	}
	inside, err := os.ReadDir(d.Tmp())
	if err == nil && len(inside) == 0 {
		_ = os.Chmod(d.Tmp(), 0o700) //nolint:gosec // a folder; one in which somebody keeps something stays as it is
	}
	return err
}

// escaped writes a folder so that none of its letters is a pattern's.
func escaped(folder string) string {
	if filepath.Separator == '\\' {
		return folder // there nothing escapes; a folder with brackets keeps its leftovers
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(folder)
}
