package main

import (
	"go/ast"
	"go/token"
	"strings"
)

const needList = "[]access.Need"

// inNeeds empties each Need method, and where it asks several things takes out one at a time.
func inNeeds(s *source) []mutant {
	var all []mutant
	for _, f := range s.functions() {
		if f.Name.Name != "Need" || f.Recv == nil || s.first(f) != needList {
			continue
		}
		all = append(all, s.early(f, "everything it asks", needList+"{}, nil"))
		if each := elements(s, f); len(each) > 1 {
			all = append(all, each...)
		}
	}
	return all
}

// elements takes out each literal element of a list of needs, written in the list or appended to it.
func elements(s *source, f *ast.FuncDecl) []mutant {
	var all []mutant
	var statements []ast.Stmt
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if st, ok := n.(ast.Stmt); ok {
			statements = append(statements, st)
		}
		switch n := n.(type) {
		case *ast.CompositeLit:
			if n.Type == nil || s.of(n.Type) != needList {
				break
			}
			for i, e := range n.Elts {
				from := n.Lbrace + 1
				if i > 0 {
					from = n.Elts[i-1].End()
				}
				all = append(all, s.lose(f, holder(statements, e), e, from))
			}
		case *ast.CallExpr:
			if s.of(n.Fun) != "append" {
				break
			}
			for i, e := range n.Args[1:] {
				if _, literal := e.(*ast.CompositeLit); literal {
					all = append(all, s.lose(f, holder(statements, e), e, n.Args[i].End()))
				}
			}
		}
		return true
	})
	return all
}

// lose takes an element out of its list from the end of the one before it, and keeps what it mentions in use.
func (s *source) lose(f *ast.FuncDecl, in ast.Stmt, e ast.Expr, from token.Pos) mutant {
	text := s.of(e)
	if !strings.HasPrefix(text, "access.Need") {
		text = "access.Need" + text
	}
	rest := s.text[s.offset(from):s.offset(e.Pos())]
	if s.text[s.offset(from)-1] == '{' {
		// The first of a list: the comma after it goes with it.
		tail := s.text[s.offset(e.End()):]
		skip := len(tail) - len(strings.TrimPrefix(strings.TrimLeft(tail, " "), ","))
		return s.without(f, s.of(e), in.Pos(), e.End()+token.Pos(skip), "_ = "+text+"; "+s.text[s.offset(in.Pos()):s.offset(from)]+rest)
	}
	return s.without(f, s.of(e), in.Pos(), e.End(), "_ = "+text+"; "+s.text[s.offset(in.Pos()):s.offset(from)])
}

// holder returns the smallest statement around an expression: the last one entered that holds it.
func holder(statements []ast.Stmt, e ast.Expr) ast.Stmt {
	for i := len(statements) - 1; i >= 0; i-- {
		if st := statements[i]; st.Pos() <= e.Pos() && e.End() <= st.End() {
			return st
		}
	}
	return nil
}
