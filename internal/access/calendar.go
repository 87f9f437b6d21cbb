package access

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"habilis/db"
	"habilis/internal/fault"
	"habilis/internal/period"
)

// Zone returns the firm's time zone, in which people give days. Before the set-up it is UTC.
func Zone(ctx context.Context, tx *db.Tx) (*time.Location, error) {
	row, err := tx.Firm(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return time.UTC, nil
	}
	if err != nil {
		return nil, fmt.Errorf("firm: %w", err)
	}
	if zone, known := zones.Load(row.TimeZone); known {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(row.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	zones.Store(row.TimeZone, zone)
	return zone, nil
}

// zones keeps what was read of the system's files, by name.
var zones sync.Map

// Days turns the days of a form into a period: « du » starts at 00:00 of that day, or now if empty or today; « jusqu'au »
// ends at 24:00, or never if empty. It fails with Invalid beside the field; no form takes a past day.
func Days(ctx context.Context, tx *db.Tx, from, until string) (period.Span, error) {
	s := period.Span{From: tx.At, Until: period.Open}
	if from == "" && until == "" {
		return s, nil
	}
	zone, err := Zone(ctx, tx)
	if err != nil {
		return period.Span{}, err
	}
	today := period.Day(tx.At, zone)
	var l fault.List
	if from != "" && from != today {
		s.From, err = period.Start(from, zone)
		switch {
		case err != nil:
			l.Add("from", "day.malformed")
		case s.From < tx.At:
			l.Add("from", "day.past")
		}
	}
	if until != "" {
		end, err := period.End(until, zone)
		switch {
		case err != nil:
			l.Add("until", "day.malformed")
		case until < today:
			l.Add("until", "day.past")
		case end <= s.From:
			l.Add("until", "day.crossed")
		default:
			s.Until = end
		}
	}
	return s, l.Err()
}

// DayEnd returns the instant that a page of a day shows: the day's last millisecond (rights.md, A02), or now for an empty day or today. A day
// before the first of what is held is refused: nothing held is not no.
func DayEnd(ctx context.Context, tx *db.Tx, day string) (int64, error) {
	zone, err := Zone(ctx, tx)
	if err != nil {
		return 0, err
	}
	if day == "" || day == period.Day(tx.At, zone) {
		return tx.At, nil
	}
	end, err := period.End(day, zone)
	if err != nil {
		return 0, fault.Field("day", "day.malformed")
	}
	since, err := tx.HeldSince(ctx)
	if err != nil {
		return 0, fmt.Errorf("first instant: %w", err)
	}
	if end-1 < since {
		return 0, fault.Field("day", "day.before_data", "day", period.Day(since, zone))
	}
	return end - 1, nil
}
