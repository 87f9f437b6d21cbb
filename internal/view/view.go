// Package view holds what pages read across domains: the home page, matrices, proofs, steps to carry over, the names in a preview.
package view

import (
	"habilis/db"
	"habilis/internal/change"
)

// Service reads what pages show of several domains.
type Service struct {
	db      *db.DB
	changes *change.Service
}

// NewService makes a service.
func NewService(d *db.DB, changes *change.Service) *Service { return &Service{d, changes} }
