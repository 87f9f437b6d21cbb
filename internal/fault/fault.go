// Package fault holds the failures that a person can act on.
//
// A *Error carries a code and problems as message keys: no sentence stands in Go. Anything else that fails is shown as one
// generic message and logged.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of failure it is, and so what the page does with it.
type Code string

// The codes. Each has its sentence under fault.<code> in the locale files.
const (
	Invalid         Code = "invalid"         // the input has problems, each beside its field
	Forbidden       Code = "forbidden"       // the right is missing
	NotFound        Code = "not_found"       // no such record, or none that the actor may see
	Conflict        Code = "conflict"        // somebody else changed it meanwhile
	Unauthenticated Code = "unauthenticated" // no session, or it has ended
	Refused         Code = "refused"         // a guard stands against it
	Unusable        Code = "unusable"        // the file or the disk cannot be used
	Protocol        Code = "protocol"        // the message itself is malformed
	Internal        Code = "internal"        // an unexpected failure
)

// Problem is one reason, beside the field it is about (empty: the whole form). Key is a message key, Params what it names. Change is the place, from
// 1, of the change it is about where there are several.
type Problem struct {
	Field  string            `json:"field"`
	Key    string            `json:"key"`
	Params map[string]string `json:"params,omitempty"`
	Change int               `json:"change,omitempty"`
	missed bool
}

// Error is a failure with its reasons.
type Error struct {
	Code     Code      `json:"code"`
	Problems []Problem `json:"problems"`
}

// Error tells the code and the keys of the problems.
func (e *Error) Error() string {
	keys := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		keys[i] = p.Key
	}
	return fmt.Sprintf("%s: %s", e.Code, strings.Join(keys, ", "))
}

// New makes an error of one reason that no field carries. Params are name, value pairs.
func New(code Code, key string, params ...string) *Error {
	return &Error{Code: code, Problems: []Problem{{Key: key, Params: Params(params...)}}}
}

// Field makes an Invalid error of one problem beside a field.
func Field(field, key string, params ...string) *Error {
	return &Error{Code: Invalid, Problems: []Problem{{Field: field, Key: key, Params: Params(params...)}}}
}

// Params turns name, value pairs into the parameters of a problem.
func Params(pairs ...string) map[string]string {
	if len(pairs) == 0 {
		return nil
	}
	m := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// As returns the *Error within err, if there is one.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Is reports whether err is a fault of that code.
func Is(err error, code Code) bool {
	e, ok := As(err)
	return ok && e.Code == code
}

// List collects the problems of an input, so that all are told at once.
type List struct{ problems []Problem }

// Add puts one more problem beside a field.
func (l *List) Add(field, key string, params ...string) {
	l.problems = append(l.problems, Problem{Field: field, Key: key, Params: Params(params...)})
}

// Miss is Add for what is not typed yet in a field that bears on no right: it does not stand against a preview.
func (l *List) Miss(field, key string) {
	l.problems = append(l.problems, Problem{Field: field, Key: key, missed: true})
}

// Err returns nil without problems, else one Invalid error with all of them.
func (l *List) Err() error {
	if len(l.problems) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Problems: l.problems}
}

// Typed leaves out the problems of what is not typed yet (List.Miss).
func Typed(err error) error {
	f, told := As(err)
	if !told {
		return err
	}
	left := &Error{Code: f.Code}
	for _, p := range f.Problems {
		if !p.missed {
			left.Problems = append(left.Problems, p)
		}
	}
	if len(left.Problems) == 0 {
		return nil
	}
	return left
}

// Of says of each problem that it is about the change at a place, from 1.
func Of(place int, err error) error {
	f, told := As(err)
	if !told {
		return err
	}
	placed := &Error{Code: f.Code}
	for _, p := range f.Problems {
		p.Change = place
		placed.Problems = append(placed.Problems, p)
	}
	return placed
}

// Join tells the problems of several checks at once. What is no fault is given alone, as it is.
func Join(errs ...error) error {
	var all *Error
	for _, err := range errs {
		if err == nil {
			continue
		}
		f, told := As(err)
		if !told {
			return err
		}
		if all == nil {
			all = &Error{Code: f.Code}
		}
		all.Problems = append(all.Problems, f.Problems...)
	}
	if all == nil {
		return nil
	}
	return all
}

// First returns the first error of some, nil where there is none.
func First(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
