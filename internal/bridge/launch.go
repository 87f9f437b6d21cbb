package bridge

import (
	"context"
	"crypto/rand"
	"crypto/subtle"

	"habilis/internal/fault"
)

// launch is what setting an empty file up asks over HTTP: whoever calls first would be its administrator.
type launch struct {
	token  string // of the address that was printed; empty in a window
	closed bool   // the address is not this computer's own
}

// Launch makes the token of a first launch, empty where the file has a firm. From then on set-up asks for it.
func (s *Services) Launch(ctx context.Context) (string, error) {
	there, err := s.Flow.IsSetUp(ctx)
	if err != nil || there {
		return "", err
	}
	s.launch.token = rand.Text()
	return s.launch.token, nil
}

// NoLaunch lets nobody set the file up: it is reached from other computers.
func (s *Services) NoLaunch(context.Context) error {
	s.launch.closed = true
	return nil
}

// first lets through whoever may set the file up.
func (s *Services) first(token string) error {
	switch {
	case s.launch.closed:
		return fault.New(fault.Refused, "setup.not_here")
	case s.launch.token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.launch.token)) != 1:
		return fault.New(fault.Refused, "setup.token")
	}
	return nil
}
