package attack_test

import (
	"reflect"
	"testing"

	"habilis/internal/bridge"
)

// zero returns arguments that a method can decode, and that name nothing.
func zero(t *testing.T, s *site, name string) []any {
	t.Helper()
	method := bound(s, name)
	var args []any
	for i := range method.Type().NumIn() {
		args = append(args, reflect.Zero(method.Type().In(i)).Interface())
	}
	return args
}

// bound is a published method, at a seat of nobody.
func bound(s *site, name string) reflect.Value {
	s.t.Helper()
	for _, h := range bridge.Handlers(s.s, bridge.NewSeat(s.s)) {
		v := reflect.ValueOf(h)
		for i := range v.NumMethod() {
			if v.Elem().Type().Name()+"."+v.Type().Method(i).Name == name {
				return v.Method(i)
			}
		}
	}
	s.t.Fatalf("no method %s", name)
	return reflect.Value{}
}
