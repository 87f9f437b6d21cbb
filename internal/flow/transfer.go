package flow

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/identifier"
	"habilis/internal/right"
	"habilis/internal/structure"
)

// Transfer is « Transférer le gestionnaire principal »: some structures, each to the person named for it, all or none.
type Transfer struct {
	Moves []Move `json:"moves"`
}

// Move gives the role in one structure to one person.
type Move struct {
	Structure int64 `json:"structure"`
	To        int64 `json:"to"`
}

// Kind names the change.
func (c Transfer) Kind() string { return "principal.transfer" }

// Grave tells that the passphrase is asked again.
func (c Transfer) Grave() bool { return true }

// Need is principal.transfer on each structure.
func (c Transfer) Need(context.Context, *db.Tx) ([]access.Need, error) {
	needs := []access.Need{}
	for _, m := range c.Moves {
		needs = append(needs, access.Need{Permission: right.PrincipalTransfer, Scope: right.Structure(m.Structure)})
	}
	if len(needs) == 0 { // an empty wish asks for something nobody has by accident, then says what is missing
		needs = append(needs, access.Need{Permission: right.PrincipalTransfer, Anywhere: true})
	}
	return needs, nil
}

// Check tells of structures or people that are missing.
func (c Transfer) Check(context.Context, *change.Work) error {
	if len(c.Moves) == 0 {
		return fault.Field("structures", "transfer.empty")
	}
	return nil
}

// Apply ends each principal manager's period and opens the other's. It fails with Invalid beside the person (field to.<structure>) who is not
// named, not attached, is the manager already, or has no PIGP account for a public structure outside the State.
func (c Transfer) Apply(ctx context.Context, w *change.Work) (none change.Outcome, err error) {
	var l fault.List
	seen := map[int64]bool{}
	for _, m := range c.Moves {
		field := fmt.Sprintf("to.%d", m.Structure)
		if m.To == 0 || seen[m.Structure] {
			l.Add(field, "transfer.person")
			continue
		}
		seen[m.Structure] = true
		problem, err := structure.Appoint(ctx, w.Tx, w.Actor, m.Structure, m.To)
		if err != nil {
			return none, err
		}
		if problem != "" {
			l.Add(field, problem)
		}
	}
	return none, l.Err()
}

// Managed is a structure whose role can be transferred, with the people who could take it over.
type Managed struct {
	Structure  int64       `json:"structure"`
	Name       string      `json:"name"`
	Identifier string      `json:"identifier"`
	Local      bool        `json:"local"` // public outside the State: the next manager needs a PIGP account
	Mine       bool        `json:"mine"`  // the one who asks is its principal manager
	Manager    string      `json:"manager"`
	Candidates []Candidate `json:"candidates"`
}

// Candidate is a person attached to a structure.
type Candidate struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	PIGP bool   `json:"pigp"`
}

// most bounds how many structures one transfer shows.
const most = 2000

// Transferable lists the structures of which the actor is principal manager, with the people attached to each; or, where one is named, that one alone
// if they may transfer its role.
func (s *Service) Transferable(ctx context.Context, one int64) ([]Managed, error) {
	list := []Managed{}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		actor, err := access.Who(ctx, tx)
		if err != nil {
			return err
		}
		var ids []int64
		if one != 0 {
			if actor, err = access.Require(ctx, tx, right.PrincipalTransfer, right.Structure(one)); err != nil {
				return err
			}
			ids = append(ids, one)
		} else {
			principals, err := tx.PrincipalsOfUser(ctx, actor.User)
			if err != nil {
				return fmt.Errorf("principals: %w", err)
			}
			for _, p := range principals {
				if p.FromAt <= tx.At && tx.At < p.UntilAt && len(ids) < most {
					ids = append(ids, p.StructureID)
				}
			}
		}
		list, err = transferable(ctx, tx, actor, ids)
		return err
	})
	return list, err
}

func transferable(ctx context.Context, tx *db.Tx, actor *access.Actor, ids []int64) ([]Managed, error) {
	list := []Managed{}
	rows, err := tx.StructuresIn(ctx, db.List(ids))
	if err != nil {
		return nil, fmt.Errorf("structures: %w", err)
	}
	people, err := tx.AttachedIn(ctx, sqlc.AttachedInParams{Structures: db.List(ids), At: tx.At})
	if err != nil {
		return nil, fmt.Errorf("people attached: %w", err)
	}
	managers, err := tx.ManagersOf(ctx, sqlc.ManagersOfParams{Structures: db.List(ids), At: tx.At})
	if err != nil {
		return nil, fmt.Errorf("principal managers: %w", err)
	}
	var users []int64
	for _, p := range people {
		users = append(users, p.ID)
	}
	for _, m := range managers {
		users = append(users, m.ID)
	}
	seen, err := access.SeenAmong(ctx, tx, users)
	if err != nil {
		return nil, err
	}
	at := map[int64]int{}
	for i, r := range rows {
		at[r.ID] = i
		list = append(list, Managed{
			Structure: r.ID, Name: r.Name, Identifier: identifier.Format(r.IdentifierType, r.Identifier), Local: r.Sphere == "local", Candidates: []Candidate{},
		})
	}
	manager := map[int64]int64{}
	for _, m := range managers {
		x := &list[at[m.StructureID]]
		manager[m.StructureID], x.Mine = m.ID, m.ID == actor.User
		if seen[m.ID] {
			x.Manager = m.FirstName + " " + m.LastName
		}
	}
	for _, p := range people {
		if seen[p.ID] && manager[p.StructureID] != p.ID {
			x := &list[at[p.StructureID]]
			x.Candidates = append(x.Candidates, Candidate{p.ID, p.FirstName + " " + p.LastName, p.Pigp})
		}
	}
	return list, nil
}
