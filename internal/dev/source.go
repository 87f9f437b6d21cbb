package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
)

// source is a Go file to take conditions out of.
type source struct {
	path string
	text string
	set  *token.FileSet
	file *ast.File
}

// mutant is a source without one of its conditions, or with one altered. Its name stays where lines move. A loose one may not compile.
type mutant struct {
	path, what, name, text string
	loose                  bool
}

func parse(path string) (*source, error) {
	text, err := os.ReadFile(path) //nolint:gosec // our own sources
	if err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	return &source{path: path, text: string(text), set: set, file: file}, nil
}

func (s *source) offset(p token.Pos) int { return s.set.Position(p).Offset }

func (s *source) of(n ast.Node) string { return s.text[s.offset(n.Pos()):s.offset(n.End())] }

// without returns the source with some of its text replaced, told as what is missing from a function.
func (s *source) without(f *ast.FuncDecl, what string, from, to token.Pos, by string) mutant {
	return mutant{
		path: s.path,
		what: fmt.Sprintf("%s:%d %s: %s", s.path, s.set.Position(from).Line, named(f), strings.Join(strings.Fields(what), " ")),
		text: s.text[:s.offset(from)] + by + s.text[s.offset(to):],
	}
}

// early returns the source with a function that returns at once. What it declares stays used, so that it compiles.
func (s *source) early(f *ast.FuncDecl, what, results string) mutant {
	at := f.Body.Lbrace + 1
	return s.without(f, what, at, at, " if true { return "+results+" };")
}

// functions lists the functions of the file that have a body.
func (s *source) functions() []*ast.FuncDecl {
	var all []*ast.FuncDecl
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
			all = append(all, f)
		}
	}
	return all
}

// named returns a function's name with its receiver's type.
func named(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return f.Name.Name
	}
	t := f.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + f.Name.Name
	}
	return f.Name.Name
}

// first returns the type of the function's first result, as written.
func (s *source) first(f *ast.FuncDecl) string {
	if f.Type.Results == nil {
		return ""
	}
	return s.of(f.Type.Results.List[0].Type)
}
