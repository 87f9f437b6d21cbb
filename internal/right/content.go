package right

import (
	"fmt"
	"sort"
	"strings"
)

// Reach says on which objects a permission holds.
type Reach uint8

// The reaches, the narrower first.
const (
	NoReach Reach = iota
	Own           // what the user deposited, or what waits for their approval
	Whole         // everything in the scope ("all")
)

// Set is a set of permissions.
type Set [2]uint64

// Add puts a permission in the set.
func (s *Set) Add(p Permission) { s[p>>6] |= 1 << (p & 63) }

// Has reports whether the permission is in the set.
func (s Set) Has(p Permission) bool { return s[p>>6]&(1<<(p&63)) != 0 }

// Names lists the permissions of the set in the order of the table, as stored: separated by spaces.
func (s Set) Names() string {
	var names []string
	for p := range PermissionCount {
		if s.Has(p) {
			names = append(names, p.String())
		}
	}
	return strings.Join(names, " ")
}

// ParseSet reads names separated by spaces, leaving out unknown ones.
func ParseSet(names string) Set {
	var s Set
	for name := range strings.FieldsSeq(names) {
		if p, ok := byName[name]; ok {
			s.Add(p)
		}
	}
	return s
}

// Choice is one profile to give, with its ticked boxes (names of permissions).
type Choice struct {
	Profile int64    `json:"profile"`
	Options []string `json:"options"`
}

// offer is one way in which a profile gives a permission: with a reach, and behind a box or plainly (box = none).
type offer struct {
	box   Permission
	reach Reach
}

// Content is what a profile contains over one period, implications resolved.
type Content struct {
	stated map[Permission]string
	offers [PermissionCount][]offer
}

var values = map[string]offer{
	"all": {none, Whole}, "own": {none, Own}, "option": {0, Whole}, "option-own": {0, Own},
}

// ParseContent reads "permission=value" pairs separated by spaces; values are all, own, option, option-own. It fails on unknown names.
func ParseContent(text string) (*Content, error) {
	c := &Content{stated: map[Permission]string{}}
	for pair := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(pair, "=")
		p, known := byName[name]
		o, valued := values[value]
		if !known || !valued {
			return nil, fmt.Errorf("content %q: unknown permission or value", pair)
		}
		if strings.HasPrefix(value, "option") {
			o.box = p
		}
		c.stated[p] = value
		c.offers[p] = append(c.offers[p], o)
		for _, view := range implied[p] {
			c.offers[view] = append(c.offers[view], o)
		}
	}
	return c, nil
}

// Text writes the stated pairs as ParseContent reads them, sorted.
func (c *Content) Text() string {
	pairs := make([]string, 0, len(c.stated))
	for p, v := range c.stated {
		pairs = append(pairs, p.String()+"="+v)
	}
	sort.Strings(pairs)
	return strings.Join(pairs, " ")
}

// Value returns how the profile gives a permission: no, all, own, option or option-own, with the widest of what is stated and implied.
func (c *Content) Value(p Permission) string {
	if v, ok := c.stated[p]; ok && (v == "all" || len(c.offers[p]) == 1) {
		return v
	}
	best, value := 0, "no"
	for _, o := range c.offers[p] {
		rank, name := 1, "option-own"
		switch {
		case o.box == none && o.reach == Whole:
			rank, name = 4, "all"
		case o.box == none:
			rank, name = 3, "own"
		case o.reach == Whole:
			rank, name = 2, "option"
		}
		if rank > best {
			best, value = rank, name
		}
	}
	return value
}

// Contains reports whether the profile offers the permission, boxes counted ticked.
func (c *Content) Contains(p Permission) bool { return c != nil && len(c.offers[p]) > 0 }

// Box returns the permission whose box gives p, where p comes by a box alone.
func (c *Content) Box(p Permission) (Permission, bool) {
	for _, o := range c.offers[p] {
		if o.box == none {
			return none, false
		}
	}
	if len(c.offers[p]) == 0 {
		return none, false
	}
	return c.offers[p][0].box, true
}

// Boxes lists what the profile offers as a box to tick, in the order of the table.
func (c *Content) Boxes() []Permission {
	var list []Permission
	for p := range PermissionCount {
		if strings.HasPrefix(c.stated[p], "option") {
			list = append(list, p)
		}
	}
	return list
}

// Gives tells with what reach the profile gives a permission to one who has these boxes ticked.
func (c *Content) Gives(p Permission, ticked Set) Reach {
	widest := NoReach
	if c == nil {
		return widest
	}
	for _, o := range c.offers[p] {
		if (o.box == none || ticked.Has(o.box)) && o.reach > widest {
			widest = o.reach
		}
	}
	return widest
}

func (c *Content) offered(p Permission) Reach {
	widest := NoReach
	if c == nil {
		return widest
	}
	for _, o := range c.offers[p] {
		widest = max(widest, o.reach)
	}
	return widest
}

// PrincipalContent is what the principal manager's implied grant holds, whatever the firm made of Organisation modification
// (rights.md, A13): Organisation modification + structure.activate + principal.transfer + bank.reveal + bank.approve.
var PrincipalContent = func() *Content {
	c, err := ParseContent("structure.view=all department.view=all bank.view=all attachment.view=all user.view=all structure.create=all " +
		"structure.edit=all structure.activate=all department.edit=all bank.edit=all bank.reveal=all attachment.edit=all user.export=all " +
		"membership.edit=all grant.edit=all request.decide=all user.create_external=all principal.transfer=all bank.approve=all")
	if err != nil {
		panic(err) // the list above names permissions of the table
	}
	return c
}()
