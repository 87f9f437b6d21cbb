package structure

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/journal"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/place"
	"habilis/internal/right"
)

// SetState activates or deactivates a structure, from now on. Activating may name its principal manager, who must be attached there.
type SetState struct {
	Structure int64 `json:"structure"`
	Active    bool  `json:"active"`
	Manager   int64 `json:"manager,omitempty"`
}

// Kind names the change.
func (c SetState) Kind() string { return "structure.set_state" }

// Grave tells that the passphrase is asked again where a principal manager is named.
func (c SetState) Grave() bool { return c.Manager != 0 }

// Need is structure.activate on the structure, and principal.transfer where a manager is named (rights.md, A35).
func (c SetState) Need(context.Context, *db.Tx) ([]access.Need, error) {
	needs := []access.Need{{Permission: right.StructureActivate, Scope: right.Structure(c.Structure)}}
	if c.Manager != 0 {
		needs = append(needs, access.Need{Permission: right.PrincipalTransfer, Scope: right.Structure(c.Structure)})
	}
	return needs, nil
}

// Check fails with Refused where the structure is already as asked.
func (c SetState) Check(ctx context.Context, w *change.Work) error {
	_, active, err := place.Find(ctx, w.Tx, c.Structure)
	if err == nil && active == c.Active {
		err = already(active)
	}
	return err
}

func already(active bool) error {
	return fault.New(fault.Refused, "structure.already."+map[bool]string{true: "active", false: "inactive"}[active])
}

// Apply closes the state in force and opens the other. It fails with Invalid where the manager named cannot be it.
func (c SetState) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	line, err := w.Journal(ctx)
	if err != nil {
		return none, err
	}
	tx, by := w.Tx, ledger.By{Line: line.Seq()}
	if err := endStates(ctx, tx, c.Structure, by); err != nil {
		return none, err
	}
	if _, err := ledger.OpenStructureState(ctx, tx, c.Structure, c.Active, period.Span{From: tx.At, Until: period.Open}, by); err != nil {
		return none, err
	}
	if !c.Active {
		if err := place.Close(ctx, tx, w.Actor, right.Structure(c.Structure), "structure.deactivated"); err != nil {
			return none, err
		}
	}
	action := map[bool]string{true: "structure.activated", false: "structure.deactivated"}[c.Active]
	if err := line.Fill(w.Actor, journal.Entry{Action: action, Kind: "structure", Object: c.Structure, Structure: c.Structure}); err != nil {
		return none, err
	}
	if !c.Active || c.Manager == 0 {
		return none, nil
	}
	problem, err := Appoint(ctx, tx, w.Actor, c.Structure, c.Manager)
	if err == nil && problem != "" && problem != "transfer.same" {
		err = fault.Field("manager", problem)
	}
	return none, err
}

// SetStates activates or deactivates several structures, all or none. Those that are so already are left out.
type SetStates struct {
	Structures []int64 `json:"structures"`
	Active     bool    `json:"active"`
}

// Kind names the change.
func (c SetStates) Kind() string { return "structure.set_states" }

// Need is structure.activate on each structure.
func (c SetStates) Need(context.Context, *db.Tx) ([]access.Need, error) {
	needs := []access.Need{}
	for _, id := range c.Structures {
		needs = append(needs, access.Need{Permission: right.StructureActivate, Scope: right.Structure(id)})
	}
	if len(needs) == 0 {
		needs = append(needs, access.Need{Permission: right.StructureActivate, Anywhere: true})
	}
	return needs, nil
}

// Check has nothing to tell of several: what stands against one is told as it is changed.
func (c SetStates) Check(context.Context, *change.Work) error { return nil }

// Apply does what SetState does, structure by structure. It fails with Refused where none is to be changed.
func (c SetStates) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	done := 0
	for _, id := range c.Structures {
		_, active, err := place.Find(ctx, w.Tx, id)
		if err != nil {
			return none, err
		}
		if active == c.Active {
			continue
		}
		if _, err := (SetState{Structure: id, Active: c.Active}).Apply(ctx, w); err != nil {
			return none, err
		}
		done++
	}
	if done == 0 {
		return none, already(c.Active)
	}
	return none, nil
}

// endStates ends the states of a structure that are in force or to come.
func endStates(ctx context.Context, tx *db.Tx, structure int64, by ledger.By) error {
	states, err := tx.StatesOfStructure(ctx, structure)
	if err != nil {
		return fmt.Errorf("structure states: %w", err)
	}
	for _, st := range states {
		if st.UntilAt <= tx.At || st.FromAt == st.UntilAt {
			continue
		}
		if err := ledger.EndStructureState(ctx, tx, st.ID, max(tx.At, st.FromAt), by); err != nil {
			return err
		}
	}
	return nil
}
