package list

import (
	"context"
	"io"

	"habilis/db"
)

// Served is a list over a file.
type Served[Q Asked, Row any] struct {
	*List[Q, Row]
	db *db.DB
}

// Over serves a list over a file.
func (l *List[Q, Row]) Over(d *db.DB) Served[Q, Row] { return Served[Q, Row]{l, d} }

// Page returns a page of what the one who acts may see, and what asks for the next one, empty on the last.
func (s Served[Q, Row]) Page(ctx context.Context, q Q) (rows []Row, next string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		rows, next, err = s.List.Page(ctx, tx, q)
		return err
	})
	return rows, next, err
}

// Count returns how many rows the list holds in all.
func (s Served[Q, Row]) Count(ctx context.Context, q Q) (n Total, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		n, err = s.List.Count(ctx, tx, q)
		return err
	})
	return n, err
}

// CheckExport refuses a file that cannot be made, before a page asks for it. The passphrase is asked again: a file leaves with everything.
func (s Served[Q, Row]) CheckExport(ctx context.Context, q Q, in Export) error {
	return s.checkExport(ctx, s.db, q, in)
}

// Write writes the file: exactly the rows that the list shows to the one who acts, in its order.
func (s Served[Q, Row]) Write(ctx context.Context, q Q, in Export, w io.Writer) error {
	return s.write(ctx, s.db, q, in, w)
}
