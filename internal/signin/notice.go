package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
)

// Notice is what a person is told after entering: when, since they were last here, somebody was shown a code that opens their account, and who. At is 0
// where nobody was.
type Notice struct {
	At int64
	By int64
}

func codeShown(ctx context.Context, tx *db.Tx, u sqlc.User) (Notice, error) {
	if u.LastSignInAt == 0 { // the code that opens an account for the first time is the person's own
		return Notice{}, nil
	}
	row, err := tx.CodeShown(ctx, sqlc.CodeShownParams{PersonID: &u.ID, Since: u.LastSignInAt})
	if errors.Is(err, sql.ErrNoRows) {
		return Notice{}, nil
	}
	if err != nil {
		return Notice{}, fmt.Errorf("codes shown: %w", err)
	}
	n := Notice{At: row.At}
	if row.ActorID != nil {
		n.By = *row.ActorID
	}
	return n, nil
}

// notify keeps with a session what its person is to be told.
func (s *Sessions) notify(id string, n Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session, ok := s.all[id]; ok {
		session.notice = n
	}
}

// Notice returns what the person of a session is to be told.
func (s *Sessions) Notice(id string) Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session, ok := s.all[id]; ok {
		return session.notice
	}
	return Notice{}
}
