package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"path/filepath"

	"modernc.org/sqlite"

	"habilis/db/sqlc"
)

// WriteThrough opens the write pool again with a test's own connector around SQLite's, so that the test sees, and can fail, each call of a
// transaction. It is there for the tests of this folder alone.
func (d *DB) WriteThrough(ctx context.Context, wrap func(driver.Connector) driver.Connector) error {
	base, err := sqlite.NewConnector("file:" + (&url.URL{Path: filepath.ToSlash(d.path)}).EscapedPath() + "?" + settings + "&mode=rwc&_txlock=immediate")
	if err != nil {
		return err
	}
	pool := sql.OpenDB(wrap(base))
	pool.SetMaxOpenConns(1)
	prepared, err := sqlc.Prepare(ctx, pool)
	if err != nil {
		return err
	}
	if err := d.writeQ.Close(); err != nil {
		return err
	}
	if err := d.write.Close(); err != nil {
		return err
	}
	d.write, d.writeQ = pool, prepared
	return nil
}
