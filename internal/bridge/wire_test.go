package bridge_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/bridge"
)

// TestHandlersBindOnlyWhatTheyDeclare: embedded methods would be bound too.
func TestHandlersBindOnlyWhatTheyDeclare(t *testing.T) {
	w := open(t)
	names := map[string]bool{}
	for _, h := range bridge.Handlers(w.s, w.admin) {
		of := reflect.TypeOf(h).Elem()
		require.Equal(t, reflect.Struct, of.Kind())
		assert.Equal(t, "habilis/internal/bridge", of.PkgPath())
		assert.False(t, names[of.Name()], "two handlers of one name")
		names[of.Name()] = true
		for i := range of.NumField() {
			assert.False(t, of.Field(i).Anonymous, "%s embeds %s", of.Name(), of.Field(i).Name)
			assert.False(t, of.Field(i).IsExported(), "%s shows %s to the bindings", of.Name(), of.Field(i).Name)
		}
		assert.Zero(t, of.NumMethod(), "%s: methods on the value", of.Name())
	}
}

// TestMethodsHaveTheWiresShape: at most one input, a result and an error, no variadics.
func TestMethodsHaveTheWiresShape(t *testing.T) {
	w := open(t)
	for name, m := range w.methods(w.admin) {
		of := m.Type()
		assert.False(t, of.IsVariadic(), name)
		assert.LessOrEqual(t, of.NumIn(), 1, name)
		if assert.Equal(t, 2, of.NumOut(), name) {
			assert.Equal(t, reflect.TypeFor[error](), of.Out(1), name)
		}
	}
}

// wires walks a type as encoding/json does, and tells what may not travel.
type wires struct {
	problems []string
	seen     map[reflect.Type]bool
}

func (w *wires) refuse(path, why string) { w.problems = append(w.problems, path+": "+why) }

func (w *wires) walk(path string, t reflect.Type) {
	if w.seen[t] {
		return
	}
	w.seen[t] = true
	if t.Name() != "" && t.PkgPath() != "" && !strings.HasPrefix(t.PkgPath(), "habilis/") {
		w.refuse(path, t.String()+" is not the program's own")
		return
	}
	for _, own := range []string{"MarshalJSON", "MarshalText", "UnmarshalJSON", "UnmarshalText"} {
		if _, has := reflect.PointerTo(t).MethodByName(own); has {
			w.refuse(path, "writes itself ("+own+"): the bindings cannot know how")
		}
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int64, reflect.Int32:
	case reflect.Pointer, reflect.Slice:
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
			w.refuse(path, "bytes: files travel by handles")
		}
		w.walk(path+"[]", t.Elem())
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			w.refuse(path, "a map by "+t.Key().String())
		}
		w.walk(path+"{}", t.Elem())
	case reflect.Struct:
		w.fields(path, t)
	default:
		w.refuse(path, "a "+t.Kind().String())
	}
}

// fields walks the fields that travel. Those behind an embedded struct stand beside its own, and none may hide another.
func (w *wires) fields(path string, t reflect.Type) {
	names := map[string]string{}
	for _, f := range reflect.VisibleFields(t) {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		inside := len(f.Index) > 1
		switch {
		case tag == "-", !f.IsExported() && !f.Anonymous:
			continue
		case f.Anonymous && tag == "":
			if !inside {
				w.walk(path+"."+f.Name, f.Type)
			}
			continue
		case tag == "":
			w.refuse(path+"."+f.Name, "no name on the wire")
		case strings.Contains(options, "string"):
			w.refuse(path+"."+f.Name, "a number in a text")
		}
		if other, taken := names[strings.ToLower(tag)]; taken {
			w.refuse(path+"."+f.Name, "has the name of "+other)
		}
		names[strings.ToLower(tag)] = f.Name
		if f.Type.Kind() == reflect.Slice && strings.Contains(options, "omitempty") {
			w.refuse(path+"."+f.Name, "a list that may be left out")
		}
		if !inside {
			w.walk(path+"."+f.Name, f.Type)
		}
	}
}

// TestWireTypesTravel: no interface, float, time, context, channel, function, unsigned or foreign type, anywhere within an input or a result.
func TestWireTypesTravel(t *testing.T) {
	w := open(t)
	for _, name := range sorted(w.methods(w.admin)) {
		t.Run(name, func(t *testing.T) {
			m := w.methods(w.admin)[name].Type()
			for i := range m.NumIn() {
				walk := &wires{seen: map[reflect.Type]bool{}}
				walk.walk(m.In(i).String(), m.In(i))
				assert.Empty(t, walk.problems)
			}
			walk := &wires{seen: map[reflect.Type]bool{}}
			walk.walk(m.Out(0).String(), m.Out(0))
			assert.Empty(t, walk.problems)
		})
	}
}

// TestChangesTravel: the input of a change is a wire type too.
func TestChangesTravel(t *testing.T) {
	for _, k := range open(t).s.Kinds() {
		walk := &wires{seen: map[reflect.Type]bool{}}
		walk.walk(k.Name, k.Input)
		assert.Empty(t, walk.problems)
	}
}

// TestWalkFindsWhatMayNotTravel keeps the walk itself honest.
func TestWalkFindsWhatMayNotTravel(t *testing.T) {
	type deep struct {
		List []map[string]struct {
			X float64 `json:"x"`
		} `json:"list"`
	}
	for name, of := range map[string]reflect.Type{
		"any":       reflect.TypeFor[struct{ A any }](),
		"float":     reflect.TypeFor[deep](),
		"map":       reflect.TypeFor[map[int64]string](),
		"error":     reflect.TypeFor[struct{ E error }](),
		"unsigned":  reflect.TypeFor[[]uint64](),
		"function":  reflect.TypeFor[struct{ F func() }](),
		"named":     reflect.TypeFor[reflect.Value](),
		"omitempty": reflect.TypeFor[struct{ L []int64 }](),
	} {
		walk := &wires{seen: map[reflect.Type]bool{}}
		walk.walk(name, of)
		assert.NotEmpty(t, walk.problems, name)
	}
}

// nulls lists the slices and maps of a result that are nil, and so would be null on the wire.
func nulls(path string, v reflect.Value) []string {
	var list []string
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		if v.IsNil() {
			return []string{path}
		}
		if v.Kind() == reflect.Slice {
			for i := range v.Len() {
				list = append(list, nulls(fmt.Sprintf("%s[%d]", path, i), v.Index(i))...)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() && f.Tag.Get("json") != "-" {
				list = append(list, nulls(path+"."+f.Name, v.Field(i))...)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return nulls(path, v.Elem())
		}
	}
	return list
}

// assertNoNull checks every answer that a caller gets, by method.
func (w *world) assertNoNull(t *testing.T, caller string) (answered map[string]bool) {
	t.Helper()
	answered = map[string]bool{}
	methods, rows := everything(w)
	for _, method := range methods {
		if writes(method) {
			continue
		}
		t.Run(caller+"/"+method, func(t *testing.T) {
			found := map[string]string{}
			for _, r := range rows[method] {
				result, failure := w.invoke(w.seat(caller), bound(method), args(r.arg)...)
				if failure != "" {
					continue
				}
				answered[bound(method)] = true
				data, err := json.Marshal(result)
				require.NoError(t, err, "a result that cannot be marshalled makes Wails exit")
				for _, path := range nulls("result", reflect.ValueOf(result)) {
					found[path] = call(r.arg)
				}
				if strings.Contains(string(data), ":null") || string(data) == "null" {
					found["null in the text"] = call(r.arg)
				}
			}
			assert.Empty(t, found)
		})
	}
	return answered
}

// TestListsAreNeverNull: on the firm that has just been set up, where every list is empty, and on one with something in each.
func TestListsAreNeverNull(t *testing.T) {
	dbtest.Single(t)
	t.Run("empty firm", func(t *testing.T) {
		w := open(t)
		w.setUp()
		w.assertNoNull(t, "admin")
	})
	t.Run("full firm", func(t *testing.T) {
		w := build(t)
		w.exec("UPDATE structures SET address1 = '', email = '' WHERE id = ?", w.structures["beta"])
		answered := map[string]bool{}
		for _, caller := range []string{"admin", "manager", "roomer", "plain", "nobody"} {
			for method := range w.assertNoNull(t, caller) {
				answered[method] = true
			}
		}
		answered["Files.Keep"] = assert.Empty(t, nulls("result", reflect.ValueOf(w.kept(w.admin)))) // a picture is kept once it was sent
		for method, m := range w.methods(w.admin) {
			if !writes(method) {
				assert.True(t, answered[method], "%s %s never answered: its result was not looked at", method, m.Type())
			}
		}
	})
}
