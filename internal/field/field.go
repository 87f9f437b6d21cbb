// Package field checks what a person typed into one field, and compares the fields of a record.
package field

import (
	"fmt"
	"maps"
	"net/mail"
	"slices"

	"habilis/internal/fault"
	"habilis/internal/fold"
)

// Changed names the fields that differ, and tells each as « before → after ».
func Changed(was, is map[string]string) (fields []string, values map[string]string) {
	values = map[string]string{}
	for _, field := range slices.Sorted(maps.Keys(is)) {
		if was[field] != is[field] {
			fields = append(fields, field)
			values[field] = was[field] + " → " + is[field]
		}
	}
	return fields, values
}

// Apart tells, field by field, what somebody else changed since a form read its base; nil where nothing in the form did.
func Apart(base, theirs map[string]string, version int64) error {
	e := &fault.Error{Code: fault.Conflict}
	for _, field := range slices.Sorted(maps.Keys(theirs)) {
		if theirs[field] != base[field] {
			e.Problems = append(e.Problems, fault.Problem{
				Field: field, Key: "record.changed", Params: fault.Params("theirs", theirs[field], "version", fmt.Sprint(version)),
			})
		}
	}
	if len(e.Problems) == 0 {
		return nil
	}
	return e
}

// Masks are what the registers write in the place of what they keep to themselves: never data.
var Masks = []string{"[ND]", "[NON-DIFFUSIBLE]"}

// Text adds the problems of a text that is longer than most characters, or holds what nobody writes.
func Text(l *fault.List, field, value string, most int) {
	if len([]rune(value)) > most {
		l.Add(field, "field.too_long", "max", fmt.Sprint(most))
	}
	if fold.Unwritten(value) {
		l.Add(field, "field.control")
	}
}

// Email checks one address without a display name, of at most 254 characters.
func Email(l *fault.List, field, value string) {
	if value == "" {
		return
	}
	if len(value) > 254 {
		l.Add(field, "email.malformed")
		return
	}
	if a, err := mail.ParseAddress(value); err != nil || a.Name != "" || a.Address != value {
		l.Add(field, "email.malformed")
	}
}

// Trim normalizes what was typed, in place.
func Trim(values ...*string) {
	for _, v := range values {
		*v = fold.Text(*v)
	}
}
