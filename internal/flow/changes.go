package flow

import (
	"context"

	"habilis/internal/change"
	"habilis/internal/signin"
)

// Kinds lists the changes that cross domains.
func (s *Service) Kinds() []change.Kind {
	return []change.Kind{
		change.Of(change.Form, func(_ context.Context, c AddPerson) (AddPerson, error) {
			if c.Enters {
				c.Code, c.CodeHash = signin.NewCode()
			}
			return c, nil
		}),
		change.Of(change.Form, func(ctx context.Context, c Duplicate) (Duplicate, error) {
			var err error
			c.Identifier, c.Found, err = s.structures.Candidate(ctx, c.From, c.Identifier)
			return c, err
		}),
		change.Of[Transfer](change.Form, nil),
	}
}
