package register

import (
	"context"
	"fmt"
	"sync"
	"time"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/right"
)

// Check is a run of « Vérifier »: how far it has come. A run goes on while the pages do something else, at the pace that the register allows.
type Check struct {
	Running bool   `json:"running"`
	Done    int    `json:"done"`
	Total   int    `json:"total"`
	Closed  int    `json:"closed"`  // closed at INSEE
	Unknown int    `json:"unknown"` // not found
	Failed  int    `json:"failed"`  // the register did not answer
	Reason  string `json:"reason"`  // of the last failure
}

// checks holds the run of each user: one at a time.
type checks struct {
	mu  sync.Mutex
	all map[int64]*run
}

type run struct {
	Check
	stop context.CancelFunc
}

type whileKey struct{}

// While makes a run that is started in a context stop as soon as alive says no: when the session that started it ends.
func While(ctx context.Context, alive func() bool) context.Context {
	return context.WithValue(ctx, whileKey{}, alive)
}

func over(ctx context.Context) bool {
	alive, told := ctx.Value(whileKey{}).(func() bool)
	return ctx.Err() != nil || told && !alive()
}

// StartCheck begins to ask the register about structures, or about all that are to be verified where none is named. Those that the actor may
// not update, and those without a SIRET, are left out. It fails with Refused where no register is allowed, or a run goes on.
func (s *Service) StartCheck(ctx context.Context, ids []int64) (Check, error) {
	registry := s.allowed(ctx)
	if registry == nil {
		return Check{}, fault.New(fault.Refused, "insee.not_allowed")
	}
	list, user, err := s.checkable(ctx, ids)
	if err != nil {
		return Check{}, err
	}
	s.checks.mu.Lock()
	defer s.checks.mu.Unlock()
	if s.checks.all == nil {
		s.checks.all = map[int64]*run{}
	}
	if r := s.checks.all[user]; r != nil && r.Running {
		return r.Check, fault.New(fault.Refused, "insee.running")
	}
	alone, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &run{Check: Check{Running: true, Total: len(list)}, stop: stop}
	s.checks.all[user] = r
	go s.check(alone, r, registry, list)
	return r.Check, nil
}

// checkable lists the structures of a run.
func (s *Service) checkable(ctx context.Context, ids []int64) (list []sqlc.ToVerifyRow, user int64, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.RequireAnywhere(ctx, tx, right.StructureActivate)
		if err != nil {
			return err
		}
		user = actor.User
		sight := actor.Rights.See(right.StructureActivate, tx.At)
		if len(ids) > 0 {
			rows, err := tx.StructuresIn(ctx, db.List(ids))
			for _, r := range rows {
				if r.IdentifierType == identifier.SIRET && sight.Holds(right.Structure(r.ID)) {
					list = append(list, sqlc.ToVerifyRow{ID: r.ID, Identifier: r.Identifier})
				}
			}
			return err
		}
		for after := int64(0); ; {
			rows, err := tx.ToVerify(ctx, sqlc.ToVerifyParams{After: after, Size: 1000})
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, r := range rows {
				after = r.ID
				if sight.Holds(right.Structure(r.ID)) {
					list = append(list, r)
				}
			}
		}
	})
	return list, user, err
}

// check asks about one structure after the other. It stops when told to, when the session has ended, or when the register fails three times running.
func (s *Service) check(ctx context.Context, r *run, registry insee.Registry, list []sqlc.ToVerifyRow) {
	defer r.stop()
	failed := 0
	for _, x := range list {
		if over(ctx) || failed == 3 {
			break
		}
		found, told := s.asked(ctx, registry, x.Identifier)
		if !told {
			break
		}
		reason := ""
		if found.Verdict == insee.Unverifiable {
			failed++
			reason = found.Reason
		} else if err := s.settle(ctx, x.ID, found); err != nil {
			failed, reason = 3, "insee.stopped"
			if f, told := fault.As(err); told && f.Code != fault.Unauthenticated {
				failed = 0 // the right has gone, or the record: the others go on
			}
		} else {
			failed = 0
		}
		s.checks.mu.Lock()
		r.Done++
		switch found.Verdict {
		case insee.Closed:
			r.Closed++
		case insee.Unknown:
			r.Unknown++
		}
		if reason != "" {
			r.Failed++
			r.Reason = reason
		}
		s.checks.mu.Unlock()
		s.db.Tell(Topic)
	}
	s.checks.mu.Lock()
	r.Running = false
	s.checks.mu.Unlock()
	s.db.Tell(Topic)
}

// Topic is what is told as a run goes on, and when it is over.
const Topic = "check"

// asked asks the register about one SIRET of a run. A register that says to come back later is asked about the same one again then. told is false where the
// run is to stop.
func (s *Service) asked(ctx context.Context, registry insee.Registry, siret string) (found insee.Found, told bool) {
	for patience := 1; ; patience++ {
		found = ask(insee.Bulk(ctx), registry, siret)
		if over(ctx) {
			return found, false
		}
		later := found.Reason == "insee.rate_limited" && (found.RetryAfter > 0 || patience < mostUnsaid)
		down := found.Reason == "insee.down" && found.RetryAfter > 0 && patience < mostDown
		if !later && !down {
			return found, true
		}
		pause := time.Duration(found.RetryAfter) * time.Second
		if pause == 0 {
			pause = time.Second << patience
		}
		if !linger(ctx, pause) {
			return found, false
		}
	}
}

// mostDown is how often a register that is down, and says when to come back, is asked about the same SIRET.
const mostDown = 10

// mostUnsaid is how often a register that does not say when to come back is asked about the same SIRET.
const mostUnsaid = 3

// linger waits, unless the run is to stop.
func linger(ctx context.Context, pause time.Duration) bool {
	const step = 100 * time.Millisecond
	for end := time.Now().Add(pause); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(min(step, time.Until(end))):
		}
		if over(ctx) {
			return false
		}
	}
	return !over(ctx)
}

// Checking returns how the actor's run stands.
func (s *Service) Checking(ctx context.Context) (Check, error) {
	user, err := s.actor(ctx)
	if err != nil {
		return Check{}, err
	}
	s.checks.mu.Lock()
	defer s.checks.mu.Unlock()
	if r := s.checks.all[user]; r != nil {
		return r.Check, nil
	}
	return Check{}, nil
}

// StopCheck stops the actor's run; what was verified stays so.
func (s *Service) StopCheck(ctx context.Context) error {
	user, err := s.actor(ctx)
	if err != nil {
		return err
	}
	s.checks.mu.Lock()
	defer s.checks.mu.Unlock()
	if r := s.checks.all[user]; r != nil {
		r.stop()
	}
	return nil
}

// StopAll stops every run, and forgets how they stood.
func (s *Service) StopAll() {
	s.checks.mu.Lock()
	defer s.checks.mu.Unlock()
	for _, r := range s.checks.all {
		r.stop()
	}
	clear(s.checks.all)
}

func (s *Service) actor(ctx context.Context) (int64, error) {
	var user int64
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		a, err := access.Who(ctx, tx)
		if err != nil {
			return fmt.Errorf("who: %w", err)
		}
		user = a.User
		return nil
	})
	return user, err
}
