package serve

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// stream tells a browser which topics change, as server-sent events, until its session ends. A seat has one: a new one ends the one before. What tells
// who asks is the token, which only pages of this origin have.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	seat := s.sitting(r)
	if seat == nil || seat.seat.User() == 0 {
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		return
	}
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	s.mu.Lock()
	if seat.streaming != nil {
		seat.streaming()
	}
	seat.streaming = stop
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // a stream lasts longer than a request takes to be read
	write := func(text string) error {
		if err := control.SetWriteDeadline(time.Now().Add(sending)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		if _, err := w.Write([]byte(text)); err != nil {
			return err
		}
		return control.Flush()
	}
	_ = seat.seat.Watch(ctx, func(topics []string) error { // whoever has gone, or has to sign in again, asks anew
		text := ":\n\n" // a line that says nothing, by which each end sees that the other is there
		if len(topics) > 0 {
			list, _ := json.Marshal(topics) // strings always marshal
			text = "data: " + string(list) + "\n\n"
		}
		if err := write(text); err != nil {
			return err
		}
		if seat.seat.User() == 0 {
			return errEnded
		}
		return nil
	})
}
