package firm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/period"
)

// ZoneAsked asks what another time zone would do to the days of periods.
type ZoneAsked struct {
	TimeZone string `json:"timeZone"`
}

// ZoneEffect is what another time zone does to days, where they are not kept: how many periods would read otherwise, and the first of their days.
type ZoneEffect struct {
	Count int       `json:"count"`
	Days  []ZoneDay `json:"days"`
}

// ZoneDay is one day on which periods begin or end, and the day and hour at which they would in the other zone.
type ZoneDay struct {
	Day     string `json:"day"`
	Begins  bool   `json:"begins"`
	Becomes string `json:"becomes"`
	Hour    string `json:"hour"`
	Count   int    `json:"count"`
}

// sample is how many days a ZoneEffect names.
const sample = 5

// Zone tells what another time zone would do to the days of memberships, grants and validities still to begin or to end. It asks firm.admin.
func (s *Service) Zone(ctx context.Context, in ZoneAsked) (ZoneEffect, error) {
	out := ZoneEffect{Days: []ZoneDay{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Require(ctx, tx, access.FirmAdmin, access.Firm); err != nil {
			return err
		}
		row, _, err := Row(ctx, tx)
		if err != nil {
			return err
		}
		z, err := between(tx, row.TimeZone, in.TimeZone)
		if err != nil {
			return err
		}
		list, err := readDated(ctx, tx)
		if err != nil {
			return err
		}
		out = z.effect(list)
		return nil
	})
	return out, err
}

// zones is a change of zone at an instant.
type zones struct {
	old, new *time.Location
	at       int64
}

func between(tx *db.Tx, old, new string) (zones, error) {
	z := zones{at: tx.At}
	var err error
	if z.old, err = time.LoadLocation(old); err != nil {
		return z, fmt.Errorf("time zone: %w", err)
	}
	if z.new, err = time.LoadLocation(new); err != nil || new == "" || new == "Local" {
		return z, fault.Field("timeZone", "firm.time_zone.unknown")
	}
	return z, nil
}

// end gives the instant at which the day that ends at an instant in the old zone ends in the new one: not before now. What ends within a day stays.
func (z zones) end(until int64) int64 {
	day := period.LastDay(until, z.old)
	if was, err := period.End(day, z.old); err != nil || was != until {
		return until
	}
	now, err := period.End(day, z.new)
	if err != nil {
		return until
	}
	return max(now, z.at)
}

// start gives the instant at which the day that begins at an instant in the old zone begins in the new one: not before now.
func (z zones) start(from int64) int64 {
	day := period.Day(from, z.old)
	if was, err := period.Start(day, z.old); err != nil || was != from {
		return from
	}
	now, err := period.Start(day, z.new)
	if err != nil {
		return from
	}
	return max(now, z.at)
}

// span gives the days of a row not yet begun in the new zone.
func (z zones) span(from, until int64) period.Span {
	return period.Span{From: z.start(from), Until: z.end(until)}
}

func (z zones) effect(list dated) ZoneEffect {
	type key struct {
		at     int64
		begins bool
	}
	count, out := map[key]int{}, ZoneEffect{Days: []ZoneDay{}}
	for _, s := range list.spans() {
		ends, begins := s.Until < period.Open && z.end(s.Until) != s.Until, s.From > z.at && z.start(s.From) != s.From
		if ends {
			count[key{s.Until, false}]++
		}
		if begins {
			count[key{s.From, true}]++
		}
		if ends || begins {
			out.Count++
		}
	}
	for k, n := range count {
		d := ZoneDay{Begins: k.begins, Count: n, Hour: time.UnixMilli(k.at).In(z.new).Format("15:04"), Becomes: period.Day(k.at, z.new)}
		if d.Day = period.LastDay(k.at, z.old); k.begins {
			d.Day = period.Day(k.at, z.old)
		}
		out.Days = append(out.Days, d)
	}
	slices.SortFunc(out.Days, func(a, b ZoneDay) int { return cmp.Or(cmp.Compare(a.Day, b.Day), compareBools(a.Begins, b.Begins)) })
	out.Days = out.Days[:min(sample, len(out.Days))]
	return out
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// dated holds the rows with a day still to come, in the order of their numbers.
type dated struct {
	memberships []sqlc.Membership
	grants      []sqlc.Grant
	validities  []sqlc.DatedValiditiesRow
}

func (l dated) spans() []period.Span {
	var all []period.Span
	for _, m := range l.memberships {
		all = append(all, period.Span{From: m.FromAt, Until: m.UntilAt})
	}
	for _, g := range l.grants {
		all = append(all, period.Span{From: g.FromAt, Until: g.UntilAt})
	}
	for _, v := range l.validities {
		all = append(all, period.Span{From: v.DepartmentValidity.FromAt, Until: v.DepartmentValidity.UntilAt})
	}
	return all
}

func readDated(ctx context.Context, tx *db.Tx) (l dated, err error) {
	if l.memberships, err = tx.DatedMemberships(ctx, tx.At); err != nil {
		return l, fmt.Errorf("memberships: %w", err)
	}
	if l.grants, err = tx.DatedGrants(ctx, tx.At); err != nil {
		return l, fmt.Errorf("grants: %w", err)
	}
	if l.validities, err = tx.DatedValidities(ctx, tx.At); err != nil {
		return l, fmt.Errorf("validities: %w", err)
	}
	return l, nil
}

// keeper moves rows to the days that they had in another zone.
type keeper struct {
	zones
	ctx   context.Context
	tx    *db.Tx
	by    access.By
	ends  map[int64]int64 // of memberships whose end moves
	moved int
}

// until gives the end of a grant in the new zone: with its membership's at the latest. Where the zone changed before without keeping days, an end may
// stand within a day.
func (k *keeper) until(g sqlc.Grant) int64 {
	until := k.end(g.UntilAt)
	if g.MembershipID != nil {
		if end, moved := k.ends[*g.MembershipID]; moved {
			until = min(until, end)
		}
	}
	return until
}

// keepDays moves the ends still to come to the same days in the new zone, and opens anew what has not begun. It gives how many rows it touched
// (rights.md, A40).
func keepDays(ctx context.Context, tx *db.Tx, old, new string, by access.By) (int, error) {
	z, err := between(tx, old, new)
	if err != nil {
		return 0, err
	}
	list, err := readDated(ctx, tx)
	if err != nil {
		return 0, err
	}
	k := &keeper{zones: z, ctx: ctx, tx: tx, by: by, ends: map[int64]int64{}}
	for _, m := range list.memberships {
		k.ends[m.ID] = z.end(m.UntilAt)
	}
	coming := k.coming(&list)
	for _, step := range []func() error{
		func() error { return k.cancel(coming) },
		func() error { return k.grants(list, func(g sqlc.Grant) bool { return k.until(g) < g.UntilAt }) },
		func() error { return k.memberships(list) },
		func() error { return k.grants(list, func(g sqlc.Grant) bool { return k.until(g) > g.UntilAt }) },
		func() error { return k.validities(list) },
		func() error { return k.reopen(coming) },
		k.followUps,
	} {
		if err := step(); err != nil {
			return 0, err
		}
	}
	return k.moved, nil
}

// coming takes out of a list the rows that have not begun and whose days move.
func (k *keeper) coming(list *dated) dated {
	later := func(from, until int64) bool {
		return from > k.at && k.span(from, until) != (period.Span{From: from, Until: until})
	}
	var c dated
	standing := map[int64]bool{} // memberships that are opened anew, and their grants with them
	for _, m := range list.memberships {
		if later(m.FromAt, m.UntilAt) {
			standing[m.ID] = true
			c.memberships = append(c.memberships, m)
		}
	}
	for _, g := range list.grants {
		if later(g.FromAt, g.UntilAt) || g.MembershipID != nil && standing[*g.MembershipID] {
			c.grants = append(c.grants, g)
		}
	}
	for _, v := range list.validities {
		if later(v.DepartmentValidity.FromAt, v.DepartmentValidity.UntilAt) {
			c.validities = append(c.validities, v)
		}
	}
	list.memberships = slices.DeleteFunc(list.memberships, func(m sqlc.Membership) bool { return m.FromAt > k.at })
	list.grants = slices.DeleteFunc(list.grants, func(g sqlc.Grant) bool { return g.FromAt > k.at })
	list.validities = slices.DeleteFunc(list.validities, func(v sqlc.DatedValiditiesRow) bool { return v.DepartmentValidity.FromAt > k.at })
	return c
}

func (k *keeper) cancel(c dated) error {
	k.moved += len(c.grants) + len(c.memberships) + len(c.validities)
	for _, g := range c.grants {
		if err := access.EndGrant(k.ctx, k.tx, g.ID, g.FromAt, k.by); err != nil {
			return err
		}
	}
	for _, m := range c.memberships {
		if err := access.EndMembershipAlone(k.ctx, k.tx, m, m.FromAt, k.by); err != nil {
			return err
		}
	}
	for _, v := range c.validities {
		if err := access.EndValidity(k.ctx, k.tx, v.DepartmentValidity.ID, v.DepartmentValidity.FromAt, k.by); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) grants(list dated, which func(sqlc.Grant) bool) error {
	for _, g := range list.grants {
		if !which(g) {
			continue
		}
		k.moved++
		if err := access.EndGrant(k.ctx, k.tx, g.ID, k.until(g), k.by); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) memberships(list dated) error {
	for _, m := range list.memberships {
		if until := k.end(m.UntilAt); until != m.UntilAt {
			k.moved++
			if err := access.EndMembershipAlone(k.ctx, k.tx, m, until, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *keeper) validities(list dated) error {
	for _, v := range list.validities {
		if until := k.end(v.DepartmentValidity.UntilAt); until != v.DepartmentValidity.UntilAt {
			k.moved++
			if err := access.EndValidity(k.ctx, k.tx, v.DepartmentValidity.ID, until, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

// reopen opens anew what had not begun; a period whose days have passed in the new zone stays cancelled.
func (k *keeper) reopen(c dated) error {
	anew, begins := map[int64]int64{}, map[int64]int64{}
	for _, m := range c.memberships {
		span := k.span(m.FromAt, m.UntilAt)
		if span.Until <= span.From {
			continue
		}
		id, err := access.OpenMembership(k.ctx, k.tx, m.UserID, access.ScopeOf(m.StructureID, m.DepartmentID), span, k.by)
		if err != nil {
			return err
		}
		anew[m.ID], begins[m.ID] = id, span.From
	}
	for _, g := range c.grants {
		given := access.Given{
			User: g.UserID, Profile: g.ProfileID, Scope: access.GrantScope(g), Options: access.ParseSet(g.Options), Reason: g.Reason,
			Span: period.Span{From: k.start(g.FromAt), Until: k.until(g)},
		}
		if g.MembershipID != nil {
			given.From = max(given.From, begins[*g.MembershipID])
			given.Membership = cmp.Or(anew[*g.MembershipID], *g.MembershipID)
		}
		if given.Until <= given.From {
			continue
		}
		if _, err := access.OpenGrant(k.ctx, k.tx, given, k.by); err != nil {
			return err
		}
	}
	for _, v := range c.validities {
		span := k.span(v.DepartmentValidity.FromAt, v.DepartmentValidity.UntilAt)
		if span.Until <= span.From {
			continue
		}
		if _, err := access.OpenValidity(k.ctx, k.tx, access.Department(v.StructureID, v.DepartmentValidity.DepartmentID), span, k.by); err != nil {
			return err
		}
	}
	return nil
}

// followUps keeps the days of the steps that are still to be done in portals.
func (k *keeper) followUps() error {
	rows, err := k.tx.DatedFollowUps(k.ctx, k.at)
	if err != nil {
		return fmt.Errorf("follow-ups: %w", err)
	}
	for _, r := range rows {
		p := sqlc.MoveFollowUpParams{ID: r.ID, HoldsFrom: r.HoldsFrom, HoldsUntil: r.HoldsUntil}
		if r.HoldsFrom > k.at {
			p.HoldsFrom = k.start(r.HoldsFrom)
		}
		if r.HoldsUntil > k.at && r.HoldsUntil < period.Open {
			p.HoldsUntil = k.end(r.HoldsUntil)
		}
		if err := k.tx.MoveFollowUp(k.ctx, p); err != nil {
			return fmt.Errorf("follow-up: %w", err)
		}
	}
	return nil
}
