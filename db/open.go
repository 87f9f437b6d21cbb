package db

import (
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"

	"habilis/db/sqlc"
	"habilis/internal/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// FileName is the name of the file in the data folder.
const FileName = "habilis.db"

// applicationID marks the files of Habilis ("HBLS") at offset 68 of the header.
const applicationID = 0x48424c53

// settings go in the DSN: database/sql opens connections when it likes, and a PRAGMA by Exec would reach one of them.
// WAL with synchronous FULL lost no acknowledged change in simulated power cuts.
const settings = "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
	"&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)&_pragma=secure_delete(1)&_pragma=recursive_triggers(1)&_pragma=cache_size(-8000)" +
	"&_pragma=temp_store(2)&_defensive=1&_dqs=0"

// Holder is who holds a file: told to a second program that wants it.
type Holder struct {
	PID   int    `json:"pid"`
	Host  string `json:"host"`
	Mode  string `json:"mode"`
	Since int64  `json:"since"`
}

// Open opens the file of a data folder, makes it on a first start, and brings its tables up to date after copying it.
//
// It reads the header before touching anything and refuses, as fault.Unusable and leaving the file byte-identical: a file
// held by another program, foreign, newer, empty, truncated or damaged ones, and a folder that cannot be written.
func Open(ctx context.Context, folder, mode string, now func() time.Time) (*DB, error) {
	_, missing := os.Stat(folder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fault.New(fault.Unusable, "file.folder", "folder", folder)
	}
	if errors.Is(missing, fs.ErrNotExist) {
		_ = closeToOthers(folder) // where it cannot be, it is said that others may enter
	}
	if on := networked(folder); on != "" {
		return nil, fault.New(fault.Unusable, "file.network", "folder", folder, "system", on)
	}
	path := filepath.Join(folder, FileName)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // the lock is of the file itself, by whatever name it is opened
		if on := networked(filepath.Dir(path)); on != "" {
			return nil, fault.New(fault.Unusable, "file.network", "folder", filepath.Dir(path), "system", on)
		}
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSymlink != 0 { // it was not resolved above
		return nil, fault.New(fault.Unusable, "file.link_lost", "file", path)
	}
	if err := errors.Join(regular(path), noJournal(path)); err != nil {
		return nil, err
	}
	lock, err := take(path, mode, now())
	if err != nil {
		return nil, err
	}
	d := &DB{path: path, lock: lock, open: openToOthers(filepath.Dir(path)), plain: withoutRights(filepath.Dir(path)), turn: make(chan struct{}, 1), now: now, driver: driverOf(ctx), statements: newStatements(), told: func([]string) {}}
	if err := d.start(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *DB) start(ctx context.Context) error {
	newest, err := newestVersion()
	if err != nil {
		return err
	}
	version, err := inspect(d.path, newest)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(d.path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.Unusable, "file.log_alone") // a new file would take in the rows of the one that is gone
		}
		if err := d.create(ctx, newest); err != nil {
			return d.translate(err)
		}
		version = newest
	case err != nil:
		return err
	default:
		if err := d.proveLog(ctx); err != nil {
			return err
		}
	}
	own(d.path)
	if d.file, err = hold(d.path); err != nil {
		return err
	}
	if err := d.connect(); err != nil {
		return err
	}
	if version < newest {
		if err := d.migrate(ctx, version, newest); err != nil {
			return d.translate(err)
		}
	}
	if err := d.unload(ctx); err != nil {
		return d.damaged(err)
	}
	if d.writeQ, err = sqlc.Prepare(ctx, d.write); err != nil {
		return d.damaged(err)
	}
	if d.readQ, err = sqlc.Prepare(ctx, d.read); err != nil {
		return d.damaged(err)
	}
	head, err := d.readQ.JournalHead(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return d.damaged(err)
	}
	d.last.Store(head.At)
	own(d.path)
	if err := d.emptyTmp(); err != nil {
		return fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(d.path))
	}
	if err := d.file.know(ctx, d.read, d.write, d.path); err != nil {
		return d.damaged(err)
	}
	return nil
}

// unload puts the rules in force again that another program has put aside: no load leaves its row.
func (d *DB) unload(ctx context.Context) error {
	var left bool
	err := d.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM loading)").Scan(&left)
	if err == nil && left {
		_, err = d.write.ExecContext(ctx, "DELETE FROM loading")
	}
	return err
}

func (d *DB) damaged(err error) error {
	if translated := d.translate(err); fault.Is(translated, fault.Unusable) {
		return translated
	}
	return fmt.Errorf("%w (%w)", fault.New(fault.Unusable, "file.damaged"), err)
}

func newestVersion() (int64, error) {
	entries, err := fs.ReadDir(migrations, "migrations")
	if err != nil {
		return 0, err
	}
	return goose.NumericComponent(entries[len(entries)-1].Name())
}

func mustSub() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// take takes the lock that says which process owns the file, and writes down who holds it.
func take(path, mode string, now time.Time) (*flock.Flock, error) {
	lock := flock.New(path + ".lock")
	got, err := lock.TryLock()
	if err != nil {
		return nil, fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(path))
	}
	note := path + ".holder"
	if !got {
		var h Holder
		if text, err := os.ReadFile(note); err == nil {
			_ = json.Unmarshal(text, &h) // an unreadable note only leaves the sentence less precise
		}
		return nil, fault.New(fault.Unusable, "file.held", "pid", fmt.Sprint(h.PID), "host", h.Host, "mode", h.Mode)
	}
	host, _ := os.Hostname()
	text, _ := json.Marshal(Holder{PID: os.Getpid(), Host: host, Mode: mode, Since: now.UnixMilli()})
	err = os.Remove(note) // a link in its place is not followed
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.WriteFile(note, text, 0o600)
	}
	if errors.Is(err, syscall.ENOSPC) {
		return nil, errors.Join(fault.New(fault.Unusable, "file.disk_full"), lock.Unlock())
	}
	if err != nil {
		return nil, errors.Join(fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(path)), lock.Unlock())
	}
	return lock, nil
}

// inspect reads the header of a file and gives its version. It fails with fs.ErrNotExist where there is no file yet.
// The offsets are those of the SQLite file format.
func inspect(path string, newest int64) (int64, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	if err != nil {
		return 0, fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(path))
	}
	defer f.Close() //nolint:errcheck // only read
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if info.Size() == 0 {
		return 0, fault.New(fault.Unusable, "file.empty")
	}
	header := make([]byte, 100)
	if _, err := io.ReadFull(f, header); err != nil {
		return 0, fault.New(fault.Unusable, "file.truncated")
	}
	if string(header[:16]) != "SQLite format 3\x00" || binary.BigEndian.Uint32(header[68:]) != applicationID {
		return 0, fault.New(fault.Unusable, "file.foreign")
	}
	version := int64(binary.BigEndian.Uint32(header[60:]))
	page := pageSize(header)
	switch {
	case version > newest:
		return 0, fault.New(fault.Unusable, "file.newer")
	case version < 1 || page == 0: // a file is never without a version: it is made whole before it has its name
		return 0, fault.New(fault.Unusable, "file.damaged")
	case short(path, info.Size(), header, page):
		return 0, fault.New(fault.Unusable, "file.truncated")
	}
	return version, writable(path)
}

// pageSize reads how large pages are: a power of two from 512 to 65536, the last written as 1. It gives 0 for what is none.
func pageSize(header []byte) int64 {
	page := int64(binary.BigEndian.Uint16(header[16:]))
	if page == 1 {
		return 65536
	}
	if page < 512 || page&(page-1) != 0 {
		return 0
	}
	return page
}

// short reports whether pages that the header counts are neither in the file nor in the log that a crash may have left.
func short(path string, size int64, header []byte, page int64) bool {
	pages := int64(binary.BigEndian.Uint32(header[28:]))
	logged, grown := logged(path+"-wal", page)
	pages = max(pages, grown)
	for p := size/page + 1; p <= pages; p++ {
		if !logged[p] {
			return true
		}
	}
	return false
}

// logged reads which pages a write-ahead log holds, and how many the file has once it is applied (0: as the header says). A frame is a header
// of 24 bytes and a page; frames of an older log have another salt.
func logged(path string, page int64) (pages map[int64]bool, grown int64) {
	pages = map[int64]bool{}
	f, err := os.Open(path)
	if err != nil {
		return pages, 0
	}
	defer f.Close() //nolint:errcheck // only read
	const start, frame = 32, 24
	head, header := make([]byte, start), make([]byte, frame)
	if _, err := io.ReadFull(f, head); err != nil {
		return pages, 0
	}
	for at := int64(start); ; at += frame + page {
		if _, err := f.ReadAt(header, at); err != nil || string(header[8:16]) != string(head[16:24]) {
			return pages, grown
		}
		if _, err := f.ReadAt(make([]byte, 1), at+frame+page-1); err != nil {
			return pages, grown // the last frame was not written whole
		}
		pages[int64(binary.BigEndian.Uint32(header))] = true
		if n := int64(binary.BigEndian.Uint32(header[4:])); n != 0 {
			grown = n
		}
	}
}

func writable(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fault.New(fault.Unusable, "file.read_only")
	}
	return f.Close()
}

type driverKey struct{}

// WithDriver has Open reach the file through another driver of the same engine, by the name under which it is registered: tests count statements so.
func WithDriver(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, driverKey{}, name)
}

func driverOf(ctx context.Context) string {
	if name, named := ctx.Value(driverKey{}).(string); named {
		return name
	}
	return "sqlite"
}

// warmReaders is how many readers keep their connection, with all that it has prepared.
const warmReaders = 8

func (d *DB) connect() error {
	base := "file:" + (&url.URL{Path: filepath.ToSlash(d.path)}).EscapedPath() + "?" + settings
	var err error
	if d.write, err = sql.Open(d.driver, base+"&mode=rwc&_txlock=immediate"); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	if d.read, err = sql.Open(d.driver, base+"&mode=rw&_pragma=query_only(1)&_txlock=deferred"); err != nil {
		return err
	}
	// A bounded, warm pool: each connection prepares its statements once. A reader that prepares a statement takes a second one, so the bound lies far
	// above what is kept.
	d.read.SetMaxIdleConns(warmReaders)
	d.read.SetMaxOpenConns(8 * warmReaders)
	return nil
}

// create makes a new file under another name and gives it its own once it is whole: a crash leaves no half-made file in its place.
func (d *DB) create(ctx context.Context, newest int64) error {
	fresh := &DB{path: d.path + ".new", now: d.now, driver: d.driver}
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(fresh.path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(d.path))
		}
	}
	if err := private(fresh.path); err != nil {
		return fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(d.path))
	}
	if err := fresh.connect(); err != nil {
		return err
	}
	if err := errors.Join(fresh.migrate(ctx, 0, newest), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.path, d.path)
}

// migrate copies the file beside itself, brings the tables up to date, and marks the header.
func (d *DB) migrate(ctx context.Context, version, newest int64) error {
	if version > 0 {
		copied := fmt.Sprintf("%s.v%d-%s", d.path, version, d.now().UTC().Format("20060102-150405"))
		if err := d.Snapshot(ctx, copied); err != nil {
			return err
		}
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, d.write, mustSub())
	if err != nil {
		return err
	}
	if version > 0 {
		if _, err := d.write.ExecContext(ctx, "UPDATE file SET mark_before = mark, mark = randomblob(16)"); err != nil {
			return err // what follows is of this file, if it stays in the log
		}
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	_, err = d.write.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id=%d; PRAGMA user_version=%d; PRAGMA wal_checkpoint(TRUNCATE)", applicationID, newest))
	return err
}

// Snapshot writes a whole, consistent copy of the file to a path that does not exist yet. Copying the open file would lose
// what is still in its log.
func (d *DB) Snapshot(ctx context.Context, path string) error {
	if err := private(path); err != nil {
		return fault.New(fault.Unusable, "file.folder", "folder", filepath.Dir(path))
	}
	if _, err := d.write.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return d.translate(err)
	}
	return d.translate(sever(ctx, path))
}

// sever gives a copy a mark of its own: its pages stand elsewhere, so no log of the original goes on from it.
func sever(ctx context.Context, path string) error {
	copied, err := look(path, "rw")
	if err != nil {
		return err
	}
	_, err = copied.ExecContext(ctx, "UPDATE file SET mark_before = mark, mark = randomblob(16)")
	return errors.Join(err, copied.Close())
}

// Close gives the file back.
func (d *DB) Close() error {
	errs := []error{d.disconnect()}
	if d.lock != nil {
		_ = os.Remove(d.path + ".holder") // a leftover note is replaced by the next holder
		errs = append(errs, d.lock.Unlock())
	}
	return errors.Join(errs...)
}

func (d *DB) disconnect() error {
	var errs []error
	if d.readQ != nil {
		errs = append(errs, d.readQ.Close())
	}
	if d.writeQ != nil {
		errs = append(errs, d.writeQ.Close())
	}
	if d.read != nil {
		errs = append(errs, d.read.Close())
	}
	if d.write != nil {
		errs = append(errs, d.write.Close())
	}
	if d.file != nil { // last: closing it gives up every lock of this process on the file
		errs = append(errs, d.file.Close())
	}
	return errors.Join(errs...)
}
