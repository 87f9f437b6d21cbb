package structure

import (
	"context"

	"habilis/internal/change"
)

// Kinds lists the changes of structures.
func (s *Service) Kinds() []change.Kind {
	return []change.Kind{
		change.Of(change.Form, func(ctx context.Context, c Create) (Create, error) { return s.Creation(ctx, c.Input) }),
		change.Of[SetState](change.Form, nil), change.Of[SetStates](change.Form, nil), change.Of[Cancel](change.Form, nil),
		change.Of(change.Form, s.Identifying), change.Of(change.Form, s.Refreshing), change.Of[Edit](change.Form, nil), change.Of[Relabel](change.Form, nil),
		change.Of[SetRegistration](change.Form, nil),
	}
}
