package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"habilis/internal/fault"
)

// patience is how long starting over waits for those who still read.
const patience = 10 * time.Second

// StartOver throws everything in the file away and begins a new one in its place. It waits for the write and the reads that go on, and is refused
// where some do not end. Whoever asks has checked that nothing real is lost.
func (d *DB) StartOver(ctx context.Context) error {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := d.alone(ctx); err != nil {
		return err
	}
	defer d.gate.Unlock()
	if d.file == nil {
		return errNone
	}
	if err := d.file.there(d.path); err != nil {
		return err // what stands there now is not what was to be thrown away
	}
	err := errors.Join(d.disconnect(), d.remove())
	d.writeQ, d.readQ, d.write, d.read, d.file = nil, nil, nil, nil, nil
	d.statements = newStatements()
	d.cached.Clear()
	for i := range d.serials {
		d.serials[i].Add(1)
	}
	return errors.Join(err, d.start(ctx))
}

// alone waits until nobody reads, without holding up those who begin meanwhile: a read may begin another.
func (d *DB) alone(ctx context.Context) error {
	for until := time.Now().Add(patience); !d.gate.TryLock(); {
		if time.Now().After(until) {
			return fault.New(fault.Unusable, "file.busy")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

func (d *DB) remove() error {
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(d.path + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("file: %w", err)
		}
	}
	return nil
}
