// Package platform keeps the official list of platforms, and their contracts with structures.
package platform

import (
	"habilis/db"
	"habilis/internal/change"
)

// Service reads the official list of platforms, and their contracts.
type Service struct{ db *db.DB }

// NewService makes a service.
func NewService(d *db.DB) *Service { return &Service{d} }

// Kinds lists the changes of the official list and of contracts.
func Kinds() []change.Kind {
	return []change.Kind{change.Of[SetPlatforms](change.Form, nil), change.Of[AddContract](change.Form, nil), change.Of[EndContract](change.Form, nil)}
}
