package firm

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/followup"
	"habilis/internal/guard"
	"habilis/internal/ledger"
	"habilis/internal/period"
	"habilis/internal/right"
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

// Zone returns what another time zone would do to the days of memberships, grants and validities still to begin or to end. It asks firm.admin.
func (s *Service) Zone(ctx context.Context, in ZoneAsked) (ZoneEffect, error) {
	out := ZoneEffect{Days: []ZoneDay{}}
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := access.Require(ctx, tx, right.FirmAdmin, right.Firm); err != nil {
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

// end returns the instant at which the day that ends at an instant in the old zone ends in the new one: not before now. What ends within a day stays.
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

// start returns the instant at which the day that begins at an instant in the old zone begins in the new one: not before now.
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

// differ reports whether an instant reads otherwise in the two zones.
func (z zones) differ(at int64) bool {
	t := time.UnixMilli(at)
	return t.In(z.old).Format(time.DateTime) != t.In(z.new).Format(time.DateTime)
}

func (z zones) effect(list dated) ZoneEffect {
	type key struct {
		at     int64
		begins bool
	}
	count, out := map[key]int{}, ZoneEffect{Days: []ZoneDay{}}
	for _, s := range list.spans() {
		ends, begins := s.Until < period.Open && z.differ(s.Until), s.From > z.at && z.differ(s.From)
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
	ctx         context.Context
	tx          *db.Tx
	actor       *access.Actor
	by          ledger.By
	memberships map[int64]period.Span // where each row is to stand, by its number
	grants      map[int64]period.Span
	validities  map[int64]period.Span
	anew        map[int64]int64 // memberships that were opened anew, by the number before
	moved       int
}

// keepDays moves the ends still to come to the same days in the new zone, and opens anew what has not begun. It gives how many rows it touched
// (rights.md, A40).
func keepDays(ctx context.Context, tx *db.Tx, actor *access.Actor, old, new string, by ledger.By) (int, error) {
	z, err := between(tx, old, new)
	if err != nil {
		return 0, err
	}
	list, err := readDated(ctx, tx)
	if err != nil {
		return 0, err
	}
	k := &keeper{
		zones: z, ctx: ctx, tx: tx, actor: actor, by: by, memberships: map[int64]period.Span{}, grants: map[int64]period.Span{}, validities: map[int64]period.Span{},
		anew: map[int64]int64{},
	}
	if err := k.plan(list); err != nil {
		return 0, err
	}
	for _, step := range []func() error{
		func() error { return k.cancel(list) },
		func() error { return k.endGrants(list, func(was, until int64) bool { return until < was }) },
		func() error { return k.endMemberships(list) },
		func() error { return k.endGrants(list, func(was, until int64) bool { return until > was }) },
		func() error { return k.endValidities(list) },
		func() error { return k.reopenMemberships(list) },
		func() error { return k.reopenGrants(list) },
		func() error { return k.reopenValidities(list) },
		func() error { return followup.KeepDays(k.ctx, k.tx, k.start, k.end) },
	} {
		if err := step(); err != nil {
			return 0, err
		}
	}
	return k.moved, nil
}

// day returns where a row is to stand: its end, and its beginning where that is still to come.
func (k *keeper) day(from, until int64) period.Span {
	if from > k.at {
		from = k.start(from)
	}
	return period.Span{From: from, Until: k.end(until)}
}

// plan finds where each row is to stand. A row that ends before the next of its kind begins still does; a grant stays within its membership.
func (k *keeper) plan(list dated) error {
	var rows []placed
	for _, m := range list.memberships {
		was := period.Span{From: m.FromAt, Until: m.UntilAt}
		rows = append(rows, placed{fmt.Sprint(m.UserID, right.ScopeOf(m.StructureID, m.DepartmentID)), m.ID, was, k.day(was.From, was.Until)})
	}
	inTurn(rows, k.memberships)
	rows = nil
	for _, g := range list.grants {
		span, err := k.ofGrant(g)
		if err != nil {
			return err
		}
		rows = append(rows, placed{fmt.Sprint(g.UserID, g.ProfileID, ledger.GrantScope(g)), g.ID, period.Span{From: g.FromAt, Until: g.UntilAt}, span})
	}
	inTurn(rows, k.grants)
	rows = nil
	for _, v := range list.validities {
		was := period.Span{From: v.DepartmentValidity.FromAt, Until: v.DepartmentValidity.UntilAt}
		rows = append(rows, placed{fmt.Sprint(v.DepartmentValidity.DepartmentID), v.DepartmentValidity.ID, was, k.day(was.From, was.Until)})
	}
	inTurn(rows, k.validities)
	return nil
}

// placed is a row of a key, where it stands and where it is to.
type placed struct {
	key     string
	id      int64
	was, is period.Span
}

// inTurn keeps, of the rows of one key, each before the next.
func inTurn(rows []placed, to map[int64]period.Span) {
	slices.SortFunc(rows, func(a, b placed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.was.From, b.was.From)) })
	for i, r := range rows {
		if i+1 < len(rows) && rows[i+1].key == r.key && rows[i+1].was.From >= r.was.Until {
			r.is.Until = min(r.is.Until, max(rows[i+1].is.From, r.is.From))
		}
		to[r.id] = r.is
	}
}

// ofGrant is where a grant is to stand: within its membership. Where the actor could not prolong it, it ends no later than with
// the day for which somebody last gave it, however often the zone changes.
func (k *keeper) ofGrant(g sqlc.Grant) (period.Span, error) {
	is := k.day(g.FromAt, g.UntilAt)
	if is.Until > g.UntilAt {
		may, err := guard.MayProlong(k.ctx, k.tx, k.actor, g.ID)
		if err != nil {
			return is, err
		}
		if !may {
			given, err := k.given(g)
			if err != nil {
				return is, err
			}
			is.Until = min(is.Until, max(g.UntilAt, given))
		}
	}
	if g.MembershipID != nil {
		if m, dated := k.memberships[*g.MembershipID]; dated {
			is.Until = min(is.Until, m.Until)
			if g.FromAt > k.at {
				is.From = max(is.From, m.From)
			}
		}
	}
	return is, nil
}

// given is when the day ends, in the new zone, for which somebody last gave a grant: it was a day of the zone that the firm had then.
func (k *keeper) given(g sqlc.Grant) (int64, error) {
	until, line, err := ledger.GivenUntil(k.ctx, k.tx, g, Edited)
	if err != nil {
		return 0, err
	}
	text, err := k.tx.ZoneAtLine(k.ctx, line)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("time zone at line %d: %w", line, err)
	}
	then := k.zones
	if zone, err := time.LoadLocation(text); err == nil && text != "" {
		then.old = zone
	}
	return then.end(until), nil
}

// again reports whether a row that has not begun is to be opened anew.
func (k *keeper) again(from, until int64, is period.Span) bool {
	return from > k.at && is != period.Span{From: from, Until: until}
}

func (k *keeper) againGrant(g sqlc.Grant, memberships map[int64]bool) bool {
	return k.again(g.FromAt, g.UntilAt, k.grants[g.ID]) || g.MembershipID != nil && memberships[*g.MembershipID]
}

// anewMemberships names the memberships that are opened anew, and their grants with them.
func (k *keeper) anewMemberships(list dated) map[int64]bool {
	set := map[int64]bool{}
	for _, m := range list.memberships {
		if k.again(m.FromAt, m.UntilAt, k.memberships[m.ID]) {
			set[m.ID] = true
		}
	}
	return set
}

func (k *keeper) cancel(list dated) error {
	anew := k.anewMemberships(list)
	for _, g := range list.grants {
		if k.againGrant(g, anew) {
			k.moved++
			if err := ledger.EndGrant(k.ctx, k.tx, g.ID, g.FromAt, k.by); err != nil {
				return err
			}
		}
	}
	for _, m := range list.memberships {
		if anew[m.ID] {
			k.moved++
			if err := ledger.EndMembershipAlone(k.ctx, k.tx, m, m.FromAt, k.by); err != nil {
				return err
			}
		}
	}
	for _, v := range list.validities {
		if v := v.DepartmentValidity; k.again(v.FromAt, v.UntilAt, k.validities[v.ID]) {
			k.moved++
			if err := ledger.EndValidity(k.ctx, k.tx, v.ID, v.FromAt, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *keeper) endGrants(list dated, which func(was, until int64) bool) error {
	for _, g := range list.grants {
		if until := k.grants[g.ID].Until; g.FromAt <= k.at && which(g.UntilAt, until) {
			k.moved++
			if err := ledger.EndGrant(k.ctx, k.tx, g.ID, until, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *keeper) endMemberships(list dated) error {
	for _, m := range list.memberships {
		if until := k.memberships[m.ID].Until; m.FromAt <= k.at && until != m.UntilAt {
			k.moved++
			if err := ledger.EndMembershipAlone(k.ctx, k.tx, m, until, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *keeper) endValidities(list dated) error {
	for _, v := range list.validities {
		if v := v.DepartmentValidity; v.FromAt <= k.at && k.validities[v.ID].Until != v.UntilAt {
			k.moved++
			if err := ledger.EndValidity(k.ctx, k.tx, v.ID, k.validities[v.ID].Until, k.by); err != nil {
				return err
			}
		}
	}
	return nil
}

// reopenMemberships opens anew what had not begun; a period whose days have passed in the new zone stays cancelled, and so do the others.
func (k *keeper) reopenMemberships(list dated) error {
	for _, m := range list.memberships {
		is := k.memberships[m.ID]
		if !k.again(m.FromAt, m.UntilAt, is) {
			continue
		}
		if is.Until > is.From {
			id, err := ledger.OpenMembership(k.ctx, k.tx, m.UserID, right.ScopeOf(m.StructureID, m.DepartmentID), is, k.by)
			if err != nil {
				return err
			}
			k.anew[m.ID] = id
		}
		if err := followup.Announce(k.ctx, k.tx, 0, 0, m.ID, k.anew[m.ID]); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) reopenGrants(list dated) error {
	anew := k.anewMemberships(list)
	for _, g := range list.grants {
		if !k.againGrant(g, anew) {
			continue
		}
		given := ledger.Given{
			User: g.UserID, Profile: g.ProfileID, Scope: ledger.GrantScope(g), Options: right.ParseSet(g.Options), Reason: g.Reason, Span: k.grants[g.ID],
		}
		there := true
		if g.MembershipID != nil {
			given.Membership = *g.MembershipID
			if anew[*g.MembershipID] {
				given.Membership, there = k.anew[*g.MembershipID], k.anew[*g.MembershipID] != 0
			}
		}
		id := int64(0)
		if there && given.Until > given.From {
			var err error
			if id, err = ledger.OpenGrant(k.ctx, k.tx, given, k.by); err != nil {
				return err
			}
		}
		if err := followup.Announce(k.ctx, k.tx, g.ID, id, 0, 0); err != nil {
			return err
		}
	}
	return nil
}

func (k *keeper) reopenValidities(list dated) error {
	for _, v := range list.validities {
		row := v.DepartmentValidity
		is := k.validities[row.ID]
		if !k.again(row.FromAt, row.UntilAt, is) || is.Until <= is.From {
			continue
		}
		if _, err := ledger.OpenValidity(k.ctx, k.tx, right.Department(v.StructureID, row.DepartmentID), is, k.by); err != nil {
			return err
		}
	}
	return nil
}
