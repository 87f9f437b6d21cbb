package main

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// seeing names the packages that tell people what they may see.
var seeing = []string{
	"access", "bridge", "department", "directory", "firm", "flow", "grant", "guard", "journal", "people", "place", "platform", "profile", "register", "request", "right", "signin", "structure", "view",
}

// sightCalls name the functions and methods that answer whether something may be seen or done.
var sightCalls = []string{"Allowed", "Sees", "Holds", "Within", "Empty", "within", "decides", "mine", "decidable"}

// inSight lets everything be seen, one condition at a time: each answer whether something may be seen or done becomes yes, and each
// requirement of a right asks only who it is.
func inSight(s *source) []mutant {
	var all []mutant
	for _, f := range s.functions() {
		asked := s.answers(f)
		written := assigned(f)
		ast.Inspect(f.Body, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok || written[e] {
				return true
			}
			switch {
			case s.required(e):
				all = append(all, s.unrequired(f, e.(*ast.CallExpr)))
			case s.answersSight(e, asked):
				by := "(" + s.of(e) + " || true)"
				if strings.HasSuffix(s.of(e), ".Empty()") {
					by = "(" + s.of(e) + " && false)"
				}
				m := s.without(f, "sight: "+s.of(e), e.Pos(), e.End(), by)
				m.loose = true
				all = append(all, m)
			}
			return true
		})
	}
	return all
}

// answers names the variables of a function that hold whether something may be done.
func (s *source) answers(f *ast.FuncDecl) map[string]bool {
	names := map[string]bool{"visible": true}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		a, ok := n.(*ast.AssignStmt)
		if !ok || len(a.Rhs) != 1 {
			return true
		}
		if call, ok := a.Rhs[0].(*ast.CallExpr); ok && strings.HasSuffix(s.of(call.Fun), ".Can") {
			if id, ok := a.Lhs[0].(*ast.Ident); ok {
				names[id.Name] = true
			}
		}
		return true
	})
	return names
}

// assigned holds what the function assigns to or declares: it is no condition.
func assigned(f *ast.FuncDecl) map[ast.Expr]bool {
	list := map[ast.Expr]bool{}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, e := range n.Lhs {
				list[e] = true
			}
		case *ast.KeyValueExpr:
			list[n.Key] = true
		}
		return true
	})
	return list
}

// answersSight reports whether an expression answers whether something may be seen.
func (s *source) answersSight(e ast.Expr, asked map[string]bool) bool {
	switch e := e.(type) {
	case *ast.CallExpr:
		name := s.of(e.Fun)
		return slices.Contains(sightCalls, name[strings.LastIndex(name, ".")+1:])
	case *ast.IndexExpr:
		return s.of(e.X) == "seen" && strings.Contains(s.of(e.Index), "ID") // of people and places: others hold what was met before
	case *ast.SelectorExpr:
		return e.Sel.Name == "Everywhere"
	case *ast.Ident:
		return asked[e.Name]
	}
	return false
}

// required reports whether an expression asks a right of the one who acts.
func (s *source) required(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	name := s.of(call.Fun)
	return name == "access.Require" || name == "access.RequireAnywhere"
}

// unrequired asks only who it is, and keeps what was asked in use.
func (s *source) unrequired(f *ast.FuncDecl, call *ast.CallExpr) mutant {
	var rest []string
	for _, a := range call.Args[2:] {
		rest = append(rest, s.of(a))
	}
	who := "access.Who(" + s.of(call.Args[0]) + ", " + s.of(call.Args[1]) + ")"
	blank := strings.TrimSuffix(strings.Repeat("_, ", len(rest)), ", ")
	by := "func() (*access.Actor, error) { " + blank + " = " + strings.Join(rest, ", ") + "; return " + who + " }()"
	return s.without(f, "sight: "+s.of(call), call.Pos(), call.End(), by)
}

// uncalled returns the source with a call that stands alone taken out, its arguments kept in use.
func (s *source) uncalled(f *ast.FuncDecl, call *ast.CallExpr) mutant {
	var rest []string
	for _, a := range call.Args {
		rest = append(rest, s.of(a))
	}
	blank := strings.TrimSuffix(strings.Repeat("_, ", len(rest)), ", ")
	return s.without(f, "altered: "+s.of(call)+" → nothing", call.Pos(), call.End(), blank+" = "+strings.Join(rest, ", "))
}

// altered returns the source with an expression replaced.
func (s *source) altered(f *ast.FuncDecl, from, to token.Pos, whole ast.Node, by string) mutant {
	old := s.of(whole)
	at := s.offset(from) - s.offset(whole.Pos())
	now := old[:at] + by + old[at+s.offset(to)-s.offset(from):]
	m := s.without(f, "altered: "+old+" → "+now, from, to, by)
	m.loose = true
	return m
}
