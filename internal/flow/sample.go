package flow

import (
	"context"

	"habilis/db"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/firm"
	"habilis/internal/right"
)

// Sample is how to enter the example; empty where the file holds anything else, or an example of which somebody chose the passphrase.
type Sample struct {
	Email      string `json:"email"`
	Passphrase string `json:"passphrase"`
}

// Start reports whether the file has a firm, and how to enter it where it is the example. It is open to anyone: the page must know what to show first.
func (s *Service) Start(ctx context.Context) (there bool, sample Sample, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		row, found, err := firm.Row(ctx, tx)
		there = found
		if err != nil || row.SamplePhrase == "" {
			return err
		}
		u, err := tx.UserRow(ctx, firstUser)
		sample = Sample{u.Email, row.SamplePhrase}
		return err
	})
	return there, sample, err
}

// StartOver throws the example away: the file is as before a set-up. It asks firm.admin at the firm, and is refused where the file is no example.
// ready runs before anything is thrown away, once it may be.
func (s *Service) StartOver(ctx context.Context, ready func()) error {
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Require(ctx, tx, right.FirmAdmin, right.Firm); err != nil {
			return err
		}
		row, there, err := firm.Row(ctx, tx)
		if err == nil && (!there || !row.Sample) {
			err = fault.New(fault.Refused, "sample.not")
		}
		return err
	})
	if err != nil {
		return err
	}
	ready()
	s.structures.Register().StopAll()
	if err := s.db.StartOver(ctx); err != nil {
		return err
	}
	s.signin.Forget()
	return nil
}
