// Package change is the one way to alter anything that bears on a right: a Change is checked, applied, guarded and journaled in
// one transaction, or rehearsed for its preview.
package change

import (
	"context"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/guard"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/right"
)

// Change is a serialisable value: its fields are its input, its kind names it in requests and the journal. Applying never alters it.
type Change interface {
	// Kind names it: <noun>.<what>.
	Kind() string
	// Need tells what the actor must hold. Reading the rows it names is allowed; an unknown one is NotFound.
	Need(ctx context.Context, tx *db.Tx) ([]access.Need, error)
	// Check tells every problem of the input, each beside its field. A rehearsal leaves out what is only missing (fault.List.Miss).
	Check(ctx context.Context, w *Work) error
	// Apply writes the rows of a change that was checked, through access, and its journal line. It touches nothing but the transaction; effects
	// outside are AfterCommit.
	Apply(ctx context.Context, w *Work) (Outcome, error)
}

// Outcome is what a change leaves behind: the number of what it created, and an activation code to hand over, shown once.
type Outcome struct {
	Created int64
	Code    string
}

// Work is the transaction of a change under way, and who acts in it.
type Work struct {
	*db.Tx
	Actor     *access.Actor
	rehearsed bool
}

// At returns the work of one who acts in a transaction that may write.
func At(tx *db.Tx, actor *access.Actor) *Work { return &Work{Tx: tx, Actor: actor} }

// Rehearsing is At for what is undone again: what is only missing from a form does not stand against it.
func Rehearsing(tx *db.Tx, actor *access.Actor) *Work { return &Work{tx, actor, true} }

// Journal reserves the line of a change: the rows that it opens name its number. A line that is not filled fails the change.
func (w *Work) Journal(ctx context.Context) (*journal.Draft, error) {
	return journal.Reserve(ctx, w.Tx)
}

// Record writes the line of a change whose rows name none.
func (w *Work) Record(ctx context.Context, e journal.Entry) error {
	return journal.Record(ctx, w.Tx, w.Actor, e)
}

// Do checks and applies a change that is part of another, which answers for its Needs.
func (w *Work) Do(ctx context.Context, c Change) (Outcome, error) {
	err := c.Check(ctx, w)
	if w.rehearsed {
		err = fault.Typed(err)
	}
	if err != nil {
		return Outcome{}, err
	}
	return c.Apply(ctx, w)
}

// Grave is a change for which the passphrase is asked again: a session that was left open does not carry it out.
type Grave interface {
	Change
	Grave() bool
}

// Service runs and previews changes.
type Service struct {
	db    *db.DB
	kinds map[string]Kind
}

// NewService makes a service that knows no kind yet.
func NewService(d *db.DB) *Service { return &Service{db: d, kinds: map[string]Kind{}} }

// Run carries out changes in one transaction, or none: Needs, Check, Apply, guards, commit. A Need is met if it is held when the list begins or
// at its turn; the guards run once, after the last Apply (rights.md, A21).
func (s *Service) Run(ctx context.Context, list ...Change) error {
	_, err := s.Carry(ctx, "", list...)
	return err
}

// RunSeen is Run for what was previewed: where the effect on rights is another by now, it fails with Conflict and changes nothing.
func (s *Service) RunSeen(ctx context.Context, fingerprint string, list ...Change) error {
	_, err := s.carry(ctx, &fingerprint, list)
	return err
}

// Carry is Run, or RunSeen where there is a fingerprint, and returns what each change left behind.
func (s *Service) Carry(ctx context.Context, fingerprint string, list ...Change) ([]Outcome, error) {
	if fingerprint == "" {
		return s.carry(ctx, nil, list)
	}
	return s.carry(ctx, &fingerprint, list)
}

// carry performs changes for good, once: their effect is read off what they wrote. The passphrase is asked last, so only for what would be done.
func (s *Service) carry(ctx context.Context, fingerprint *string, list []Change) (made []Outcome, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if made, err = perform(ctx, tx, list, false); err != nil {
			return err
		}
		if fingerprint != nil {
			seen, err := effect(ctx, tx, Part{})
			if err != nil {
				return err
			}
			if seen.Fingerprint != *fingerprint {
				return fault.New(fault.Conflict, "change.other_effect")
			}
		}
		for _, c := range list {
			if g, ok := c.(Grave); ok && g.Grave() {
				return access.RequireConfirmed(ctx)
			}
		}
		return nil
	})
	return made, err
}

// Preview returns what changes would do to rights, and changes nothing. It fails exactly where Run would, but for the passphrase, which is not asked again.
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

// perform runs the changes, each at its turn, then the guards. Where one of several fails, its problems say which.
func perform(ctx context.Context, tx *db.Tx, list []Change, rehearsed bool) ([]Outcome, error) {
	actor, err := access.Who(ctx, tx)
	if err != nil {
		return nil, err
	}
	met, err := atStart(ctx, tx, actor, list)
	if err != nil {
		return nil, err
	}
	w := &Work{tx, actor, rehearsed}
	made := make([]Outcome, len(list))
	for i, c := range list {
		if made[i], err = turn(ctx, w, c, met[i]); err != nil {
			if len(list) > 1 {
				err = fault.Of(i+1, err)
			}
			return nil, err
		}
	}
	if err := journal.Settled(tx); err != nil {
		return nil, err
	}
	return made, guard.Guard(ctx, tx, actor)
}

// atStart returns which changes have all their Needs met before the first Apply. One whose rows do not exist yet has its turn to come.
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

// Turn is Do for a change that stands on its own within another, as the one that an approval runs: its Needs are checked too.
func (w *Work) Turn(ctx context.Context, c Change) (Outcome, error) { return turn(ctx, w, c, false) }

// turn checks the Needs of one change, unless they were met when the list began, and does it.
func turn(ctx context.Context, w *Work, c Change, met bool) (Outcome, error) {
	if !met {
		needs, err := c.Need(ctx, w.Tx)
		if err != nil {
			return Outcome{}, err
		}
		now := w.Actor.Rights
		if ledger.Wrote(w.Tx) {
			if now, err = access.Load(ctx, w.Tx, w.Actor.User); err != nil {
				return Outcome{}, err
			}
		}
		missing, err := unmet(ctx, w.Tx, now, needs)
		if err != nil {
			return Outcome{}, err
		}
		if missing != nil {
			return Outcome{}, access.Forbidden(missing.Permission)
		}
	}
	return w.Do(ctx, c)
}

func unmet(ctx context.Context, tx *db.Tx, r *right.Rights, needs []access.Need) (*access.Need, error) {
	for _, n := range needs {
		ok, err := access.Can(ctx, tx, r, right.Question{Permission: n.Permission, Scope: n.Scope, Ending: n.Ending, Anywhere: n.Anywhere, At: tx.At})
		if err != nil {
			return nil, err
		}
		if !ok && !(n.Inactive && r.Administrator(tx.At) && r.Stopped(n.Scope.Structure, tx.At)) {
			return &n, nil
		}
	}
	return nil, nil
}
