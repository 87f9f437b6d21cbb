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
	served bool   // over HTTP; in a window nothing is asked
	closed bool   // the address is not this computer's own
	token  string // of the address that was printed, or that whoever threw the example away was told
}

// Launch makes the token of the address that a server prints. From then on set-up asks for it, and whoever brings it is no stranger at the door. own tells
// that the address is this computer's own; at another nobody sets up.
func (s *Services) Launch(_ context.Context, own bool) (string, error) {
	s.launch.mu.Lock()
	defer s.launch.mu.Unlock()
	s.launch.served, s.launch.closed = true, !own
	return s.printed(), nil
}

// printed makes a new token.
func (s *Services) printed() string {
	s.launch.token = rand.Text()
	if s.SignIn != nil {
		s.SignIn.Vouch(s.launch.token)
	}
	return s.launch.token
}

// relaunch makes another token, before the file is emptied: at no moment can somebody else set it up. It is empty in a window.
func (s *Services) relaunch() string {
	s.launch.mu.Lock()
	defer s.launch.mu.Unlock()
	if !s.launch.served {
		return ""
	}
	return s.printed()
}

// elsewhere tells that the address is not this computer's own.
func (s *Services) elsewhere() bool {
	s.launch.mu.Lock()
	defer s.launch.mu.Unlock()
	return s.launch.closed
}

// first lets through whoever may set the file up.
func (s *Services) first(token string) error {
	s.launch.mu.Lock()
	defer s.launch.mu.Unlock()
	switch {
	case s.launch.closed:
		return fault.New(fault.Refused, "setup.not_here")
	case s.launch.served && (s.launch.token == "" || subtle.ConstantTimeCompare([]byte(token), []byte(s.launch.token)) != 1):
		return fault.New(fault.Refused, "setup.token")
	}
	return nil
}
