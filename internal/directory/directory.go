package directory

import (
	"habilis/db"
)

// Service lists the structures that the actor may see.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }
