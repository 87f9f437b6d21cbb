package change

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"habilis/internal/fault"
)

// Stand is where a kind of change may stand; several are added up.
type Stand int

// The places of a change.
const (
	Form    Stand = 1 << iota // a page submits it
	Request                   // somebody asks for it, and an approval runs it
)

// Kind is one kind of change: how its input is read, what is made for it in Go, and where it may stand. A domain exports the list of its kinds.
type Kind struct {
	Name    string
	Stands  Stand
	Input   reflect.Type // what a page sends
	read    func(input []byte) (Change, error)
	prepare func(ctx context.Context, c Change) (Change, error)
}

// Of is the kind of the changes of type T. prepare makes, outside the transaction, what a page may not say (a code's hash, a register's answer): no
// field of the input, so that reading one refuses it. It may be nil.
func Of[T Change](stands Stand, prepare func(ctx context.Context, c T) (T, error)) Kind {
	var none T
	k := Kind{Name: none.Kind(), Stands: stands, Input: reflect.TypeFor[T]()}
	k.read = func(input []byte) (Change, error) {
		var c T
		d := json.NewDecoder(bytes.NewReader(input))
		d.DisallowUnknownFields()
		err := d.Decode(&c)
		if _, more := d.Token(); err == nil && more != io.EOF {
			err = fmt.Errorf("more than one value")
		}
		return c, err
	}
	k.prepare = func(ctx context.Context, c Change) (Change, error) {
		if prepare == nil {
			return c, nil
		}
		return prepare(ctx, c.(T)) //nolint:forcetypeassert // read made it
	}
	return k
}

// Stored is a change as a request keeps it.
type Stored struct {
	Kind  string          `json:"kind"`
	Input json.RawMessage `json:"input"`
}

// Store writes a change down.
func Store(c Change) (Stored, error) {
	input, err := json.Marshal(c)
	if err != nil {
		return Stored{}, fmt.Errorf("change %s: %w", c.Kind(), err)
	}
	return Stored{c.Kind(), input}, nil
}

// Know makes kinds known.
func (s *Service) Know(kinds ...Kind) {
	for _, k := range kinds {
		s.kinds[k.Name] = k
	}
}

// Load returns a change that a request stored. A kind that does not stand there, or an unknown field, is fault.Protocol.
func (s *Service) Load(stored Stored) (Change, error) {
	_, c, err := s.read(Request, stored.Kind, stored.Input)
	return c, err
}

// Make returns the change that a page sent, prepared. A kind that does not stand on a form, or an unknown field, is fault.Protocol.
func (s *Service) Make(ctx context.Context, kind string, input []byte) (Change, error) {
	k, c, err := s.read(Form, kind, input)
	if err != nil {
		return nil, err
	}
	return k.prepare(ctx, c)
}

func (s *Service) read(at Stand, kind string, input []byte) (Kind, Change, error) {
	k, known := s.kinds[kind]
	if !known || k.Stands&at == 0 {
		return k, nil, fault.New(fault.Protocol, "change.unknown", "kind", kind)
	}
	c, err := k.read(input)
	if err != nil {
		return k, nil, fault.New(fault.Protocol, "change.malformed", "kind", kind)
	}
	return k, c, nil
}
