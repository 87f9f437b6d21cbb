package flow

import (
	"cmp"
	"context"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/right"
)

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
