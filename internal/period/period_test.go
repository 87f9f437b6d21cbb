package period_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/period"
)

// frenchZones are those of a firm in France or overseas.
var frenchZones = []string{
	"Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne", "America/Miquelon", "Indian/Reunion", "Indian/Mayotte",
	"Pacific/Noumea", "Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier", "Pacific/Wallis",
}

// oddZones change their hour at midnight, by half an hour, or have lost a day.
var oddZones = []string{
	"UTC", "America/Havana", "America/Santiago", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia",
	"Pacific/Chatham", "Asia/Kathmandu", "Africa/Casablanca", "Atlantic/Azores",
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

func start(t testing.TB, day string, z *time.Location) int64 {
	t.Helper()
	at, err := period.Start(day, z)
	require.NoError(t, err)
	return at
}

func end(t testing.TB, day string, z *time.Location) int64 {
	t.Helper()
	at, err := period.End(day, z)
	require.NoError(t, err)
	return at
}

func instant(t testing.TB, rfc3339 string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, rfc3339)
	require.NoError(t, err)
	return at.UnixMilli()
}

func TestStartAndEnd(t *testing.T) {
	for _, c := range []struct{ name, zone, day, start, end string }{
		{"winter in Paris", "Europe/Paris", "2026-01-15", "2026-01-14T23:00:00Z", "2026-01-15T23:00:00Z"},
		{"summer in Paris", "Europe/Paris", "2026-07-15", "2026-07-14T22:00:00Z", "2026-07-15T22:00:00Z"},
		{"the short day in Paris", "Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		{"the long day in Paris", "Europe/Paris", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		{"a leap day", "Europe/Paris", "2028-02-29", "2028-02-28T23:00:00Z", "2028-02-29T23:00:00Z"},
		{"the end of a year", "Europe/Paris", "2026-12-31", "2026-12-30T23:00:00Z", "2026-12-31T23:00:00Z"},
		{"Nouméa", "Pacific/Noumea", "2026-03-29", "2026-03-28T13:00:00Z", "2026-03-29T13:00:00Z"},
		{"Nouméa, its summer hour of 1996", "Pacific/Noumea", "1996-12-01", "1996-11-30T13:00:00Z", "1996-12-01T12:00:00Z"},
		{"Tahiti", "Pacific/Tahiti", "2026-03-29", "2026-03-29T10:00:00Z", "2026-03-30T10:00:00Z"},
		{"no midnight in Havana", "America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"},
		{"no midnight in Santiago", "America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			z := zone(t, c.zone)

			assert.Equal(t, instant(t, c.start), start(t, c.day, z))
			assert.Equal(t, instant(t, c.end), end(t, c.day, z))
			assert.Equal(t, c.day, period.LastDay(end(t, c.day, z), z))
		})
	}
}

func TestStartRefuses(t *testing.T) {
	for _, day := range []string{"", " ", "2026", "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-01-00", "26-01-01", "2026-1-1",
		" 2026-01-01", "2026-01-01 ", "2026-01-01T00:00:00Z", "01/02/2026", "10000-01-01", "-001-01-01", "２０２６-01-01", "2026-01-01\x00", "demain"} {
		_, err := period.Start(day, time.UTC)
		assert.Error(t, err, "start of %q", day)

		_, err = period.End(day, time.UTC)
		assert.Error(t, err, "end of %q", day)
	}
}

// assertDay holds what is true of a day in a zone, told by the calendar alone.
func assertDay(t *testing.T, z *time.Location, yesterday, day, tomorrow string) bool {
	t.Helper()
	from, until := start(t, day, z), end(t, day, z)
	shown := func(at int64) string { return time.UnixMilli(at).In(z).Format(time.DateOnly) }
	return assert.Equal(t, day, shown(from), "%s %s begins", z, day) &&
		assert.Equal(t, yesterday, shown(from-1), "%s %s begins at its first instant", z, day) &&
		assert.Equal(t, day, shown(until-1), "%s %s lasts", z, day) &&
		assert.Equal(t, tomorrow, shown(until), "%s %s has ended", z, day) &&
		assert.Equal(t, day, period.LastDay(until, z), "%s the last day of a period until the end of %s", z, day) &&
		assert.Equal(t, day, period.Day(from, z)) &&
		assert.Equal(t, day, period.Day(until-1, z)) &&
		assert.Equal(t, tomorrow, period.Day(until, z)) &&
		assert.Equal(t, start(t, tomorrow, z), until, "%s what ends with %s is followed without a gap", z, day)
}

// calendar returns the days that a zone had, in order: Apia had no 30 December 2011.
func calendar(z *time.Location, from, to int) []string {
	var days []string
	for at := time.Date(from, 1, 1, 12, 0, 0, 0, z); at.Year() < to; at = at.Add(6 * time.Hour) {
		if d := at.Format(time.DateOnly); len(days) == 0 || d != days[len(days)-1] {
			days = append(days, d)
		}
	}
	return days
}

// The property is tried on all days, not on random ones: 33 years in 24 zones.
func TestEveryDay(t *testing.T) {
	for _, name := range append(frenchZones, oddZones...) {
		t.Run(name, func(t *testing.T) {
			z := zone(t, name)
			days := calendar(z, 2008, 2041)
			require.Greater(t, len(days), 12_000)
			for i := 1; i+1 < len(days); i++ {
				if days[i] == "2011-12-29" && name == "Pacific/Apia" {
					continue // its tomorrow never came, and Start of that tomorrow is nobody's business
				}
				if !assertDay(t, z, days[i-1], days[i], days[i+1]) {
					return
				}
			}
		})
	}
}

func TestLastDay(t *testing.T) {
	paris := zone(t, "Europe/Paris")

	assert.Empty(t, period.LastDay(period.Open, paris), "an open end has none")
	assert.Equal(t, "2026-03-31", period.LastDay(instant(t, "2026-03-31T22:00:00Z"), paris), "at midnight the day before is the last")
	assert.Equal(t, "2026-04-01", period.LastDay(instant(t, "2026-03-31T22:00:00.001Z"), paris), "a millisecond later the day has begun")
	assert.Equal(t, "2026-03-31", period.LastDay(instant(t, "2026-03-31T09:30:00Z"), paris), "ended at once, in the morning")
}

// TestEndOfTheLastDay: the last day of the calendar has no end, in whatever zone; the one before it ends as any other.
func TestEndOfTheLastDay(t *testing.T) {
	for _, name := range append(frenchZones, oddZones...) {
		t.Run(name, func(t *testing.T) {
			z := zone(t, name)

			last, before := end(t, "9999-12-31", z), end(t, "9999-12-30", z)

			assert.Equal(t, period.Open, last)
			assert.Empty(t, period.LastDay(last, z))
			assert.Less(t, before, period.Open)
			assert.Equal(t, "9999-12-30", period.LastDay(before, z))
			assert.Equal(t, start(t, "9999-12-31", z), before)
		})
	}
}

func TestDay(t *testing.T) {
	at := instant(t, "2026-06-15T22:30:00Z")

	assert.Equal(t, "2026-06-15", period.Day(at, time.UTC))
	assert.Equal(t, "2026-06-16", period.Day(at, zone(t, "Europe/Paris")))
	assert.Equal(t, "2026-06-15", period.Day(at, zone(t, "Pacific/Tahiti")))
}

func TestHas(t *testing.T) {
	s := period.Span{From: 10, Until: 20}

	assert.False(t, s.Has(9))
	assert.True(t, s.Has(10))
	assert.True(t, s.Has(19))
	assert.False(t, s.Has(20), "the end is outside")
	assert.False(t, period.Span{From: 10, Until: 10}.Has(10), "a cancelled one holds nothing")
	assert.True(t, period.Span{From: 0, Until: period.Open}.Has(period.Open-1))
}

// "Instants are UTC milliseconds in INTEGER columns (open end 253402300799999)" (architecture, Rights).
func TestOpenIsTheOpenEnd(t *testing.T) {
	assert.EqualValues(t, 253402300799999, period.Open)
}
