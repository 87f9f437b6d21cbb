// Command typescript prints the inputs of every kind of change as the pages know them.
package main

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"habilis/internal/bridge"
	"habilis/internal/flow"
	"habilis/internal/grant"
	"habilis/internal/insee"
	"habilis/internal/request"
	"habilis/internal/signin"
	"habilis/internal/structure"
)

func main() {
	s := bridge.NewServices() // without a file: only their kinds are asked
	s.Grants = grant.NewService(nil)
	s.Structures = structure.NewService(nil, time.Now, func(context.Context) insee.Registry { return nil })
	s.Requests = request.NewService(nil, nil, nil)
	s.SignIn = signin.NewService(nil, time.Now, nil, signin.Floor, nil)
	s.Flow = flow.NewService(nil, nil, s.SignIn, s.Structures, nil)
	fmt.Println("// The input of each kind of change, by its name. Generated from Go.\nexport interface Inputs {")
	for _, k := range s.Kinds() {
		fmt.Printf("  %q: %s;\n", k.Name, typed(k.Input, "  "))
	}
	fmt.Println("}")
}

// typed writes a wire type in TypeScript.
func typed(t reflect.Type, indent string) string {
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Slice:
		return "Array<" + typed(t.Elem(), indent) + ">"
	case reflect.Struct:
		var b strings.Builder
		b.WriteString("{\n")
		fields(&b, t, indent+"  ")
		return b.String() + indent + "}"
	}
	return "number"
}

// fields writes the fields of a struct as encoding/json names them: those of what it embeds stand beside its own.
func fields(b *strings.Builder, t reflect.Type, indent string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			fields(b, f.Type, indent)
		case f.IsExported() && name != "-":
			if options == "omitempty" {
				name += "?"
			}
			fmt.Fprintf(b, "%s%s: %s;\n", indent, name, typed(f.Type, indent))
		}
	}
}
