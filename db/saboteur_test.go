package db_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// errSabotage is what a sabotaged call answers.
var errSabotage = errors.New("sabotaged call")

// saboteur stands between database/sql and SQLite: it numbers the calls of a transaction and fails one of them. A call is a statement (prepared,
// run or asked), each row that is read, the begin and the commit. Rollback is never failed: it is what is tested.
type saboteur struct {
	mu    sync.Mutex
	armed bool
	rows  bool // rows count as calls too
	at    int  // which call fails; 0 for none
	calls []string
}

// arm begins to count anew.
func (s *saboteur) arm(at int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed, s.at, s.calls = true, at, nil
}

func (s *saboteur) disarm() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed = false
	return s.calls
}

func (s *saboteur) hit(what, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.armed {
		return nil
	}
	s.calls = append(s.calls, what+" "+strings.Join(strings.Fields(text), " "))
	if len(s.calls) == s.at {
		return errSabotage
	}
	return nil
}

// wrap is what DB.WriteThrough asks.
func (s *saboteur) wrap(c driver.Connector) driver.Connector { return sabotagedConnector{c, s} }

type sabotagedConnector struct {
	driver.Connector
	s *saboteur
}

func (c sabotagedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := conn.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("a connection of SQLite is a %T", conn)
	}
	return &sabotagedConn{whole, c.s}, nil
}

// sqliteConn is all that database/sql looks for in a connection of the driver.
type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type sabotagedConn struct {
	sqliteConn
	s *saboteur
}

func (c *sabotagedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.s.hit("prepare", query); err != nil {
		return nil, err
	}
	stmt, err := c.sqliteConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	whole, ok := stmt.(sqliteStmt)
	if !ok {
		return nil, fmt.Errorf("a statement of SQLite is a %T", stmt)
	}
	return &sabotagedStmt{whole, query, c.s}, nil
}

func (c *sabotagedConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

func (c *sabotagedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.s.hit("exec", query); err != nil {
		return nil, err
	}
	return c.sqliteConn.ExecContext(ctx, query, args)
}

func (c *sabotagedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.s.hit("query", query); err != nil {
		return nil, err
	}
	rows, err := c.sqliteConn.QueryContext(ctx, query, args)
	return c.s.read(rows, query), err
}

func (c *sabotagedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if err := c.s.hit("begin", ""); err != nil {
		return nil, err
	}
	tx, err := c.sqliteConn.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &sabotagedTx{tx, c.s}, nil
}

type sabotagedTx struct {
	driver.Tx
	s *saboteur
}

// Commit fails as a full disk does: SQLite rolls back by itself.
func (t *sabotagedTx) Commit() error {
	if err := t.s.hit("commit", ""); err != nil {
		return errors.Join(err, t.Tx.Rollback())
	}
	return t.Tx.Commit()
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type sabotagedStmt struct {
	sqliteStmt
	query string
	s     *saboteur
}

func (s *sabotagedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.s.hit("exec", s.query); err != nil {
		return nil, err
	}
	return s.sqliteStmt.ExecContext(ctx, args)
}

func (s *sabotagedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.s.hit("query", s.query); err != nil {
		return nil, err
	}
	rows, err := s.sqliteStmt.QueryContext(ctx, args)
	return s.s.read(rows, s.query), err
}

func (s *saboteur) read(rows driver.Rows, query string) driver.Rows {
	if rows == nil || !s.rows {
		return rows
	}
	return &sabotagedRows{rows, query, s}
}

type sabotagedRows struct {
	driver.Rows
	query string
	s     *saboteur
}

func (r *sabotagedRows) Next(dest []driver.Value) error {
	if err := r.s.hit("row of", r.query); err != nil {
		return err
	}
	return r.Rows.Next(dest)
}
