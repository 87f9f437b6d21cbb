package signin

import (
	"context"
	"fmt"

	"habilis/db"
	"habilis/db/sqlc"
)

// Notice is what a person is told after entering: who was shown a code that opens their account, since they were last here, and when last. By is empty
// where nobody was.
type Notice struct {
	At int64
	By []int64 // the latest first
}

// codesShown returns who was shown codes of a person since an instant, but for the code of one line.
func codesShown(ctx context.Context, tx *db.Tx, user, since, but int64) (Notice, error) {
	rows, err := tx.CodesShown(ctx, sqlc.CodesShownParams{PersonID: &user, Since: since, But: but})
	if err != nil {
		return Notice{}, fmt.Errorf("codes shown: %w", err)
	}
	var n Notice
	for _, row := range rows {
		n.At = max(n.At, row.At)
		if row.ActorID != nil {
			n.By = append(n.By, *row.ActorID)
		}
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
