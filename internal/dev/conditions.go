package main

import (
	"go/ast"
	"go/token"
)

// inRights takes out, one at a time: each `l |= X`, each link joined to a returned one, each link returned alone, and each
// `if … { return false }`.
func inRights(s *source) []mutant {
	var all []mutant
	for _, f := range s.functions() {
		links := s.first(f) == "Link"
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if n.Tok == token.OR_ASSIGN {
					all = append(all, s.without(f, s.of(n), n.Pos(), n.End(), "_ = "+s.of(n.Rhs[0])))
				}
			case *ast.ReturnStmt:
				if links {
					all = append(all, joined(s, f, n.Results[0])...)
				}
			case *ast.IfStmt:
				if n.Else == nil && returnsFalse(n.Body) {
					all = append(all, s.without(f, s.of(n), n.Body.Pos(), n.Body.End(), "{}"))
				}
			}
			return true
		})
	}
	return all
}

// joined takes out each operand but the first of `l | a | b`, or a lone constant link.
func joined(s *source, f *ast.FuncDecl, e ast.Expr) []mutant {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if e.Op != token.OR {
			return nil
		}
		lost := s.without(f, "| "+s.of(e.Y), e.Y.Pos(), e.Y.End(), "0")
		if _, more := e.X.(*ast.BinaryExpr); more {
			return append(joined(s, f, e.X), lost)
		}
		return []mutant{lost}
	case *ast.Ident:
		if ast.IsExported(e.Name) {
			return []mutant{s.without(f, "return "+e.Name, e.Pos(), e.End(), "0")}
		}
	}
	return nil
}

func returnsFalse(b *ast.BlockStmt) bool {
	if len(b.List) != 1 {
		return false
	}
	r, ok := b.List[0].(*ast.ReturnStmt)
	if !ok || len(r.Results) != 1 {
		return false
	}
	id, ok := r.Results[0].(*ast.Ident)
	return ok && id.Name == "false"
}

// guards names the methods of Judge's list.
func guards(s *source) map[string]bool {
	names := map[string]bool{}
	for _, f := range s.functions() {
		if f.Name.Name != "Judge" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			list, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if _, array := list.Type.(*ast.ArrayType); array {
				for _, e := range list.Elts {
					if sel, ok := e.(*ast.SelectorExpr); ok {
						names[sel.Sel.Name] = true
					}
				}
			}
			return true
		})
	}
	return names
}

// inGuards makes each guard of the list say nothing, and takes out each thing found missing by one.
func inGuards(s *source, list map[string]bool) []mutant {
	var all []mutant
	for _, f := range s.functions() {
		if list[f.Name.Name] {
			all = append(all, s.early(f, "the whole guard", "nil, nil"))
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || s.of(call.Fun) != "missing.add" || len(call.Args) != 2 {
				return true
			}
			all = append(all, s.without(f, s.of(call), call.Pos(), call.End(), "_, _ = "+s.of(call.Args[0])+", "+s.of(call.Args[1])))
			return true
		})
	}
	return all
}

// inRows makes each refusal of a period, and of its moved end, let it pass.
func inRows(s *source) []mutant {
	var all []mutant
	for _, f := range s.functions() {
		if f.Name.Name != "opening" && f.Name.Name != "moving" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && s.of(call.Fun) == "refused" {
				all = append(all, s.without(f, s.of(call), call.Pos(), call.End(), "nil"))
			}
			return true
		})
	}
	return all
}
