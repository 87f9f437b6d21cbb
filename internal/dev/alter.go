package main

import (
	"go/ast"
	"go/token"
	"math/rand"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// swaps are what each operator of a condition becomes.
var swaps = map[token.Token]string{
	token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">", token.EQL: "!=", token.NEQ: "==", token.LAND: "||", token.LOR: "&&",
}

// inConditions alters, one at a time: each comparison and each joint of conditions, each bound by one, each negation, the least for the
// most, one way for both, each refusal for none, and each later instant for none.
func inConditions(s *source) []mutant {
	var all []mutant
	for _, f := range s.functions() {
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				all = append(all, s.binary(f, n)...)
			case *ast.UnaryExpr:
				if n.Op == token.NOT {
					all = append(all, s.altered(f, n.Pos(), n.X.Pos(), n, ""))
				}
			case *ast.CallExpr:
				all = append(all, s.call(f, n)...)
			case *ast.IfStmt:
				if leaves(n.Body) && !aboutErrors(s.of(n.Cond)) {
					all = append(all, s.altered(f, n.Cond.Pos(), n.Cond.End(), n.Cond, "("+s.of(n.Cond)+") && false"))
				}
			case *ast.ExprStmt:
				call, ok := n.X.(*ast.CallExpr)
				if name := ""; ok {
					name = s.of(call.Fun)
					if (name == "add" || strings.HasSuffix(name, "at.add")) && len(call.Args) > 0 {
						m := s.uncalled(f, call)
						m.loose = true
						all = append(all, m)
					}
				}
			}
			return true
		})
	}
	return all
}

// aboutErrors reports whether a condition asks of failures alone: no right depends on them.
func aboutErrors(cond string) bool {
	return strings.Contains(cond, "err != nil") || strings.Contains(cond, "err == nil") || strings.Contains(cond, "errors.")
}

// leaves reports whether a body ends by going elsewhere.
func leaves(b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return false
	}
	switch b.List[len(b.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	}
	return false
}

func (s *source) binary(f *ast.FuncDecl, n *ast.BinaryExpr) []mutant {
	if aboutErrors(s.of(n)) {
		return nil
	}
	var all []mutant
	if by, ok := swaps[n.Op]; ok {
		all = append(all, s.altered(f, n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), n, by))
	}
	x, left := n.X.(*ast.IndexExpr)
	y, right := n.Y.(*ast.IndexExpr)
	if n.Op == token.NEQ && left && right && s.of(x.X) == s.of(y.X) {
		for _, by := range []string{s.of(x) + " && !" + s.of(y), "!" + s.of(x) + " && " + s.of(y)} {
			all = append(all, s.altered(f, n.Pos(), n.End(), n, by))
		}
	}
	for _, e := range []ast.Expr{n.X, n.Y} {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.INT && n.Op != token.SHL && n.Op != token.SHR {
			if value, err := strconv.ParseInt(lit.Value, 10, 64); err == nil {
				all = append(all, s.altered(f, lit.Pos(), lit.End(), n, strconv.FormatInt(value+1, 10)))
			}
		}
	}
	return all
}

// call takes the most for the least, a text as it was typed for a trimmed one, and nothing for each part of what is written down.
func (s *source) call(f *ast.FuncDecl, n *ast.CallExpr) []mutant {
	switch s.of(n.Fun) {
	case "strings.TrimSpace":
		m := s.altered(f, n.Pos(), n.End(), n, "(strings.TrimSpace("+s.of(n.Args[0])+")+"+s.of(n.Args[0])+")["+
			"len(strings.TrimSpace("+s.of(n.Args[0])+")):]") // the same as typed, the package kept in use
		return []mutant{m}
	case "fmt.Fprintln":
		var all []mutant
		for _, a := range n.Args[1:] {
			all = append(all, s.altered(f, a.Pos(), a.End(), n, "fmt.Sprint("+s.of(a)+")[:0]"))
		}
		return all
	}
	id, ok := n.Fun.(*ast.Ident)
	if !ok || len(n.Args) != 2 {
		return nil
	}
	by := map[string]string{"min": "max", "max": "min"}[id.Name]
	if by == "" {
		return nil
	}
	return []mutant{s.altered(f, id.Pos(), id.End(), n, by)}
}

// central are the packages of which every condition is altered; of the others so many, drawn by a seed.
var central = []string{
	filepath.Join("internal", "right"), filepath.Join("internal", "ledger"), filepath.Join("internal", "access"), filepath.Join("internal", "guard"),
	filepath.Join("internal", "change"),
}

const (
	elsewhere = 300
	drawn     = 11 // the seed
)

// alterations returns every alteration of guards, evaluation, changes and sight, then those drawn elsewhere.
func alterations() ([]mutant, error) {
	var all, others []mutant
	err := sources(func(s *source) {
		if dir := filepath.Dir(s.path); slices.Contains(central, dir) {
			all = append(all, inConditions(s)...)
		} else if !slices.Contains([]string{"dev", "oracle", "demo", "arrows"}, filepath.Base(dir)) {
			others = append(others, inConditions(s)...)
		}
	})
	r := rand.New(rand.NewSource(drawn)) //nolint:gosec // drawn again alike
	r.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
	some := others[:min(elsewhere, len(others))]
	slices.SortStableFunc(some, func(a, b mutant) int { return strings.Compare(a.path, b.path) })
	return append(all, some...), err
}
