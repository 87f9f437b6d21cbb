package bridge

import (
	"context"
	"reflect"

	"habilis/internal/change"
	"habilis/internal/fault"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

// Wish is one change that a page asks for: exactly one of its parts is there. Fingerprint is the preview's, where the page
// showed one. Skip asks for a later page of the preview.
type Wish struct {
	Fingerprint      string                      `json:"fingerprint"`
	Skip             int                         `json:"skip,omitempty"`
	AddPerson        *flow.AddPerson             `json:"addPerson,omitempty"`
	Attach           *grant.Attach               `json:"attach,omitempty"`
	Detach           *grant.Detach               `json:"detach,omitempty"`
	Give             *grant.Give                 `json:"give,omitempty"`
	End              *grant.End                  `json:"end,omitempty"`
	Extend           *grant.Extend               `json:"extend,omitempty"`
	ExtendMembership *grant.ExtendMembership     `json:"extendMembership,omitempty"`
	CreateStructure  *structure.Input            `json:"createStructure,omitempty"`
	SetState         *structure.SetState         `json:"setState,omitempty"`
	SetStates        *structure.SetStates        `json:"setStates,omitempty"`
	Cancel           *structure.Cancel           `json:"cancel,omitempty"`
	Duplicate        *flow.Duplicate             `json:"duplicate,omitempty"`
	Transfer         *flow.Transfer              `json:"transfer,omitempty"`
	CreateDepartment *structure.CreateDepartment `json:"createDepartment,omitempty"`
	EditDepartment   *structure.EditDepartment   `json:"editDepartment,omitempty"`
	SwitchDepartment *structure.SwitchDepartment `json:"switchDepartment,omitempty"`
	Decide           *request.Decide             `json:"decide,omitempty"`
	SignIn           *signin.SetSignIn           `json:"signIn,omitempty"`
}

// Outcome is what a change leaves: the number of what it created, an activation code to hand over, shown once, and what is still to be done in
// other portals.
type Outcome struct {
	Created   int64           `json:"created"`
	Code      string          `json:"code"`
	FollowUps []flow.FollowUp `json:"followUps"`
}

// Changes previews and runs every change of rights.
type Changes struct {
	s    *Services
	seat *Seat
}

// Preview tells what a change would do to rights, and changes nothing.
func (h *Changes) Preview(in Wish) (flow.Effect, error) {
	return call(h.seat, func(ctx context.Context) (flow.Effect, error) {
		c, _, err := h.build(ctx, in)
		if err != nil {
			return flow.Effect{}, err
		}
		return h.s.Flow.Preview(ctx, c, in.Skip)
	})
}

// Submit carries a change out, or nothing of it.
func (h *Changes) Submit(in Wish) (Outcome, error) {
	return call(h.seat, func(ctx context.Context) (Outcome, error) {
		c, code, err := h.build(ctx, in)
		if err != nil {
			return Outcome{FollowUps: []flow.FollowUp{}}, err
		}
		left, err := h.s.Flow.Carry(ctx, in.Fingerprint, c)
		return Outcome{created(c), code, left}, err
	})
}

func created(c change.Change) int64 {
	switch x := c.(type) {
	case *flow.AddPerson:
		return x.Created
	case *structure.Create:
		return x.Created
	case *structure.CreateDepartment:
		return x.Created
	case *flow.Duplicate:
		return x.Created
	case *grant.Give:
		return x.Created
	}
	return 0
}

// build makes the change of a wish. What must not come from a page (a register's answer, the hash of a code) is made here.
func (h *Changes) build(ctx context.Context, in Wish) (c change.Change, code string, err error) {
	if parts(in) != 1 {
		return nil, "", fault.New(fault.Protocol, "change.unknown", "kind", "")
	}
	switch {
	case in.AddPerson != nil:
		in.AddPerson.CodeHash = ""
		if in.AddPerson.Enters {
			code, in.AddPerson.CodeHash = signin.NewCode()
		}
		return in.AddPerson, code, nil
	case in.SignIn != nil:
		hash := ""
		if in.SignIn.SignIn == "invited" {
			code, hash = signin.NewCode()
		}
		return h.s.SignIn.ChangeSignIn(in.SignIn.User, in.SignIn.SignIn, hash), code, nil
	case in.CreateStructure != nil:
		c, err := h.s.Structures.Creation(ctx, *in.CreateStructure)
		if err != nil {
			return nil, "", err
		}
		return c, "", nil
	case in.Duplicate != nil:
		in.Duplicate.Identifier, in.Duplicate.Found, err = h.s.Structures.Candidate(ctx, in.Duplicate.From, in.Duplicate.Identifier)
		return in.Duplicate, "", err
	case in.Attach != nil:
		return in.Attach, "", h.seen(ctx, in.Attach.User)
	case in.Give != nil:
		return in.Give, "", h.seen(ctx, in.Give.User)
	}
	return simple(h, in)
}

func simple(h *Changes, in Wish) (change.Change, string, error) {
	switch {
	case in.Detach != nil:
		return in.Detach, "", nil
	case in.End != nil:
		return in.End, "", nil
	case in.Extend != nil:
		return in.Extend, "", nil
	case in.ExtendMembership != nil:
		return in.ExtendMembership, "", nil
	case in.SetState != nil:
		return in.SetState, "", nil
	case in.SetStates != nil:
		return in.SetStates, "", nil
	case in.Cancel != nil:
		return in.Cancel, "", nil
	case in.Transfer != nil:
		return in.Transfer, "", nil
	case in.CreateDepartment != nil:
		return in.CreateDepartment, "", nil
	case in.EditDepartment != nil:
		return in.EditDepartment, "", nil
	case in.SwitchDepartment != nil:
		return in.SwitchDepartment, "", nil
	case in.Decide != nil:
		return h.s.Requests.Decision(*in.Decide), "", nil
	}
	return nil, "", fault.New(fault.Protocol, "change.unknown", "kind", "")
}

// parts counts the parts of a wish.
func parts(in Wish) int {
	n, v := 0, reflect.ValueOf(in)
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Pointer && !v.Field(i).IsNil() {
			n++
		}
	}
	return n
}

// seen refuses to work on a user by a number that the actor may not see.
func (h *Changes) seen(ctx context.Context, user int64) error {
	if user == 0 {
		return nil
	}
	_, err := h.s.People.Get(ctx, user)
	return err
}
