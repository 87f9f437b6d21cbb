package dbtest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"modernc.org/sqlite"

	"habilis/db"
)

// Statements counts what is asked of a file that OpenCounted opened: transactions apart.
type Statements struct{ n, begun atomic.Int64 }

// During returns how many statements a piece of work asks.
func (s *Statements) During(work func()) int { return during(&s.n, work) }

// Transactions returns how many transactions a piece of work begins.
func (s *Statements) Transactions(work func()) int { return during(&s.begun, work) }

func during(n *atomic.Int64, work func()) int {
	before := n.Load()
	work()
	return int(n.Load() - before)
}

var counted Statements

func init() { sql.Register("sqlite-counted", countingDriver{&sqlite.Driver{}}) }

// OpenCounted opens the file of a folder so that its statements are counted. Tests that use it do not run beside others of their package.
func OpenCounted(t testing.TB, folder string, c *Clock) (*db.DB, *Statements) {
	t.Helper()
	d, err := db.Open(db.WithDriver(context.Background(), "sqlite-counted"), folder, "test", c.Now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return d, &counted
}

type countingDriver struct{ driver.Driver }

func (d countingDriver) Open(name string) (driver.Conn, error) {
	c, err := d.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return countingConn{c}, nil
}

type countingConn struct{ driver.Conn }

func (c countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	return countingStmt{s}, nil
}

func (c countingConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	counted.begun.Add(1)
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func (c countingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	counted.n.Add(1)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c countingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	counted.n.Add(1)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

type countingStmt struct{ driver.Stmt }

func (s countingStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	counted.n.Add(1)
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (s countingStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	counted.n.Add(1)
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}
