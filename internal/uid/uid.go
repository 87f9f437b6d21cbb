// Package uid makes the names of records that leave the file: UUID version 7 (RFC 9562), ordered by time.
package uid

import "github.com/google/uuid"

// New returns a new one, unique by its making: 16 bytes.
func New() []byte {
	id := uuid.Must(uuid.NewV7())
	return id[:]
}
