package flow

import (
	"context"

	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/view"
)

// Carry runs a change, as it was seen where a fingerprint is given, and returns what it left behind and the steps that it asks for in other portals.
func (s *Service) Carry(ctx context.Context, fingerprint string, c change.Change) (change.Outcome, []view.FollowUp, error) {
	now, last := s.db.Clock()
	since := max(now, last)
	made, err := s.changes.Carry(ctx, fingerprint, c)
	if err != nil {
		return change.Outcome{}, []view.FollowUp{}, err
	}
	list, err := s.views.Noted(ctx, since)
	if _, told := fault.As(err); told {
		return made[0], []view.FollowUp{}, nil // the change is made, and took from the one who acts the right to read on
	}
	return made[0], list, err
}
