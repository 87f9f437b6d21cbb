package bridge

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"sync"

	"habilis/internal/fault"
)

// launch is what setting an empty file up asks over HTTP: whoever calls first would be its administrator.
type launch struct {
	mu     sync.Mutex
	token  string // of the address that was printed; empty in a window
	closed bool   // the address is not this computer's own
	served bool
}

// Launch makes the token of a first launch, empty where the file has a firm. From then on set-up asks for it.
func (s *Services) Launch(ctx context.Context) (string, error) {
	s.launch.served = true
	there, err := s.Flow.IsSetUp(ctx)
	if err != nil || there {
		return "", err
	}
	token := rand.Text()
	s.launch.mu.Lock()
	defer s.launch.mu.Unlock()
	s.launch.token = token
	return token, nil
}

// NoLaunch lets nobody set the file up: it is reached from other computers.
func (s *Services) NoLaunch(context.Context) error {
	s.launch.closed = true
	return nil
}

// first lets through whoever may set the file up.
func (s *Services) first(token string) error {
	s.launch.mu.Lock()
	defer s.launch.mu.Unlock()
	switch {
	case s.launch.closed:
		return fault.New(fault.Refused, "setup.not_here")
	case s.launch.token != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.launch.token)) != 1:
		return fault.New(fault.Refused, "setup.token")
	}
	return nil
}
