// Package change is the one way to alter anything that bears on a right: a Change is checked, applied, guarded and journaled in
// one transaction, or rehearsed for its preview.
package change

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/journal"
)

// Change is a serialisable wish: its fields are its input, its kind names it in requests and the journal.
type Change interface {
	// Kind names it: <noun>.<what>.
	Kind() string
	// Need tells what the actor must hold. Reading the rows it names is allowed; an unknown one is NotFound.
	Need(ctx context.Context, tx *db.Tx) ([]access.Need, error)
	// Apply writes the rows, through access, and its journal line. It touches nothing but tx; effects outside are tx.AfterCommit.
	Apply(ctx context.Context, tx *db.Tx, actor *access.Actor) error
}

// Grave is a change for which the passphrase is asked again: a session that was left open does not carry it out.
type Grave interface {
	Change
	Grave() bool
}

// Stored is a change as a request keeps it.
type Stored struct {
	Kind  string          `json:"kind"`
	Input json.RawMessage `json:"input"`
}

// Store writes a change down.
func Store(c Change) (Stored, error) {
	input, err := json.Marshal(c)
	if err != nil {
		return Stored{}, fmt.Errorf("change %s: %w", c.Kind(), err)
	}
	return Stored{c.Kind(), input}, nil
}

// Service runs and previews changes.
type Service struct {
	db    *db.DB
	kinds map[string]func() Change
}

// NewService makes a service that knows no kind yet.
func NewService(d *db.DB) *Service { return &Service{db: d, kinds: map[string]func() Change{}} }

// Register makes a kind known, so that requests can carry it. make gives an empty one to decode into.
func (s *Service) Register(make func() Change) { s.kinds[make().Kind()] = make }

// Kinds lists the kinds that are known.
func (s *Service) Kinds() []string {
	var list []string
	for k := range s.kinds {
		list = append(list, k)
	}
	return list
}

// Load gives back a change that was stored. An unknown kind or field is fault.Protocol.
func (s *Service) Load(stored Stored) (Change, error) {
	make, ok := s.kinds[stored.Kind]
	if !ok {
		return nil, fault.New(fault.Protocol, "change.unknown", "kind", stored.Kind)
	}
	c := make()
	d := json.NewDecoder(bytes.NewReader(stored.Input))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, fault.New(fault.Protocol, "change.malformed", "kind", stored.Kind)
	}
	return c, nil
}

// Run carries out changes in one transaction, or none: Needs, Apply, guards, commit. A Need is met if it is held when the list begins or
// at its turn; the guards run once, after the last Apply (rights.md, A21).
func (s *Service) Run(ctx context.Context, list ...Change) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return carryOut(ctx, tx, list) })
}

// RunSeen is Run for what was previewed: where the effect on rights is another by now, it fails with Conflict and changes nothing.
func (s *Service) RunSeen(ctx context.Context, fingerprint string, list ...Change) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		seen, err := preview(ctx, tx, list, Part{})
		if err != nil {
			return err
		}
		if seen.Fingerprint != fingerprint {
			return fault.New(fault.Conflict, "change.other_effect")
		}
		return carryOut(ctx, tx, list)
	})
}

// carryOut performs changes for good. The passphrase is asked last, so only for what would be done.
func carryOut(ctx context.Context, tx *db.Tx, list []Change) error {
	if err := perform(ctx, tx, list); err != nil {
		return err
	}
	for _, c := range list {
		if g, ok := c.(Grave); ok && g.Grave() {
			return access.RequireConfirmed(ctx)
		}
	}
	return nil
}

// Preview tells what changes would do to rights, and changes nothing. It fails exactly where Run would, but for the passphrase, which is not asked again.
func (s *Service) Preview(ctx context.Context, list ...Change) (Preview, error) {
	return s.PreviewPart(ctx, everything, list...)
}

// PreviewPart is Preview that lists a part of the lines.
func (s *Service) PreviewPart(ctx context.Context, part Part, list ...Change) (Preview, error) {
	var p Preview
	err := s.db.Rehearse(ctx, func(tx *db.Tx) error {
		var err error
		p, err = preview(ctx, tx, list, part)
		return err
	})
	return p, err
}

func perform(ctx context.Context, tx *db.Tx, list []Change) error {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return err
	}
	met, err := atStart(ctx, tx, actor, list)
	if err != nil {
		return err
	}
	for i, c := range list {
		if err := Turn(ctx, tx, actor, c, met[i]); err != nil {
			return err
		}
	}
	if err := journal.Settled(tx); err != nil {
		return err
	}
	return access.Guard(ctx, tx, actor)
}

// atStart tells which changes have all their Needs met before the first Apply. One whose rows do not exist yet has its turn to come.
func atStart(ctx context.Context, tx *db.Tx, actor *access.Actor, list []Change) ([]bool, error) {
	met := make([]bool, len(list))
	if len(list) < 2 {
		return met, nil // its turn is the start
	}
	for i, c := range list {
		needs, err := c.Need(ctx, tx)
		if _, told := fault.As(err); told {
			continue
		}
		if err != nil {
			return nil, err
		}
		missing, err := unmet(ctx, tx, actor.Rights, needs)
		if err != nil {
			return nil, err
		}
		met[i] = missing == nil
	}
	return met, nil
}

// Turn checks the Needs of one change, unless they were met when the list began, and applies it. An approval uses it to run the change
// of its request in the approver's name.
func Turn(ctx context.Context, tx *db.Tx, actor *access.Actor, c Change, met bool) error {
	if !met {
		needs, err := c.Need(ctx, tx)
		if err != nil {
			return err
		}
		now := actor.Rights
		if access.Wrote(tx) {
			if now, err = access.Load(ctx, tx, actor.User); err != nil {
				return err
			}
		}
		missing, err := unmet(ctx, tx, now, needs)
		if err != nil {
			return err
		}
		if missing != nil {
			return access.Forbidden(missing.Permission)
		}
	}
	return c.Apply(ctx, tx, actor)
}

func unmet(ctx context.Context, tx *db.Tx, r *access.Rights, needs []access.Need) (*access.Need, error) {
	for _, n := range needs {
		ok, err := r.Can(ctx, tx, access.Question{Permission: n.Permission, Scope: n.Scope, Ending: n.Ending, Anywhere: n.Anywhere, At: tx.At})
		if err != nil {
			return nil, err
		}
		if !ok && !(n.Inactive && r.Administrator(tx.At) && r.Stopped(n.Scope.Structure, tx.At)) {
			return &n, nil
		}
	}
	return nil, nil
}
