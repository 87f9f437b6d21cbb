// Package period holds the calendar of rights: instants in UTC milliseconds, periods [from, until), and the days that
// people give, read in the firm's time zone.
package period

import (
	"time"

	_ "time/tzdata" // the zones travel with the program: a bare machine has none
)

// Open is the end of a period without an end: the last millisecond of the year 9999.
const Open int64 = 253402300799999

// DayMillis is the usual length of a day; a day with a change of hour differs, so use Start and End for calendar days.
const DayMillis int64 = 24 * 60 * 60 * 1000

// Layout is how a day is written on the wire.
const Layout = "2006-01-02"

// Span is a period [From, Until).
type Span struct{ From, Until int64 }

// Has reports whether the instant lies in the period. A cancelled one (Until = From) has none.
func (s Span) Has(at int64) bool { return s.From <= at && at < s.Until }

// Start returns the first instant of a day in a zone. It fails where day is not a date.
func Start(day string, zone *time.Location) (int64, error) {
	t, err := time.Parse(Layout, day)
	if err != nil {
		return 0, err
	}
	return first(t, zone), nil
}

// End returns the instant at which a day has ended: the start of the next one, whatever the day's length.
func End(day string, zone *time.Location) (int64, error) {
	t, err := time.Parse(Layout, day)
	if err != nil {
		return 0, err
	}
	next := t.AddDate(0, 0, 1)
	if next.Year() > 9999 { // the last day that there is: it has no end
		return Open, nil
	}
	return first(next, zone), nil
}

// first finds the first instant of a day. Where the hour changes at midnight, 00:00 may not exist or come twice: so it is the
// instant at which the zone's calendar turns to that day, looked for by halves.
func first(day time.Time, zone *time.Location) int64 {
	name := day.Format(Layout)
	before, after := day.Add(-26*time.Hour).UnixMilli(), day.Add(26*time.Hour).UnixMilli()
	for before+1 < after {
		if middle := (before + after) / 2; Day(middle, zone) < name {
			before = middle
		} else {
			after = middle
		}
	}
	return after
}

// Day returns the day of an instant in a zone.
func Day(at int64, zone *time.Location) string {
	return time.UnixMilli(at).In(zone).Format(Layout)
}

// LastDay returns the last day that a period ending at until still holds, empty for an open end.
func LastDay(until int64, zone *time.Location) string {
	if until >= Open {
		return ""
	}
	return Day(until-1, zone)
}
