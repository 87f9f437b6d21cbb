package bridge

import (
	"context"

	"habilis/internal/view"
)

// Wish is one change that a page asks for: its kind, and its input as JSON. Fingerprint is the preview's, where the page showed one. Skip asks for a
// later page of the preview.
type Wish struct {
	Kind        string `json:"kind"`
	Input       string `json:"input"`
	Fingerprint string `json:"fingerprint"`
	Skip        int    `json:"skip,omitempty"`
}

// Outcome is what a change leaves: the number of what it created, an activation code to hand over, shown once, and what is still to be done in
// other portals.
type Outcome struct {
	Created   int64           `json:"created"`
	Code      string          `json:"code"`
	FollowUps []view.FollowUp `json:"followUps"`
}

// Changes previews and runs every change of rights.
type Changes struct {
	s    *Services
	seat *Seat
}

// Preview returns what a change would do to rights, and changes nothing.
func (h *Changes) Preview(in Wish) (view.Effect, error) {
	return read(h.seat, func(ctx context.Context) (view.Effect, error) {
		c, err := h.s.Changes.Make(ctx, in.Kind, []byte(in.Input))
		if err != nil {
			return view.Effect{}, err
		}
		return h.s.Views.Preview(ctx, c, in.Skip)
	})
}

// Submit carries a change out, or nothing of it.
func (h *Changes) Submit(in Wish) (Outcome, error) {
	return call(h.seat, func(ctx context.Context) (Outcome, error) {
		c, err := h.s.Changes.Make(ctx, in.Kind, []byte(in.Input))
		if err != nil {
			return Outcome{FollowUps: []view.FollowUp{}}, err
		}
		made, left, err := h.s.Flow.Carry(ctx, in.Fingerprint, c)
		return Outcome{made.Created, made.Code, left}, err
	})
}
