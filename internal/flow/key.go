package flow

import (
	"cmp"
	"context"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/right"
)

// LookFirst checks the identifier of the first structure, while the file has no firm, and asks a register about a SIRET; nothing is found of the others.
func (s *Service) LookFirst(ctx context.Context, kind, text, registry, key string) (insee.Found, error) {
	if there, err := s.IsSetUp(ctx); err != nil || there {
		return insee.Found{}, fault.First(err, fault.New(fault.Refused, "firm.set_up_already"))
	}
	canonical, err := identifier.Parse(kind, text)
	if err != nil || kind != identifier.SIRET {
		return insee.Found{}, err
	}
	client := s.registry(registry, key)
	if client == nil {
		return insee.Found{SIRET: canonical, Verdict: insee.Unverifiable, Reason: "insee.not_allowed"}, nil
	}
	return client.Look(ctx, canonical), nil
}

// TryKey asks the Sirene service whether a key is good: the one given, or the one that is kept where none is. It gives "" or the reason why not, as
// insee tells reasons. It asks firm.admin, and fails with Invalid beside the field where there is no key.
func (s *Service) TryKey(ctx context.Context, key string) (string, error) {
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Require(ctx, tx, right.FirmAdmin, right.Firm); err != nil {
			return err
		}
		row, _, err := firm.Row(ctx, tx)
		if err != nil {
			return err
		}
		key = cmp.Or(key, row.SireneKey)
		var l fault.List
		firm.CheckKey(&l, firm.Sirene, key, false)
		return l.Err()
	})
	if err != nil {
		return "", err
	}
	service, there := s.registry(firm.Sirene, key).(interface {
		Try(ctx context.Context) string
	})
	if !there {
		return "insee.not_allowed", nil
	}
	return service.Try(ctx), nil
}
