package right_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/right"
)

// TestComingIsWhatNothingAsks: a permission that Habilis applies is said to be coming exactly where no code asks for it yet.
func TestComingIsWhatNothingAsks(t *testing.T) {
	asked := map[string]bool{}
	files := token.NewFileSet()
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (slices.Contains([]string{"right", "access", "guard", "oracle"}, d.Name())) {
			if d != nil && d.IsDir() && d.Name() != ".." {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if x, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := x.X.(*ast.Ident); ok && pkg.Name == "right" {
					asked[x.Sel.Name] = true
				}
			}
			return true
		})
		return nil
	}))
	for _, p := range right.All() {
		var name strings.Builder
		for _, part := range strings.FieldsFunc(p.String(), func(r rune) bool { return r == '.' || r == '_' }) {
			name.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
		want := "coming"
		switch {
		case !p.Enforced():
			want = "portal"
		case asked[name.String()]:
			want = "habilis"
		}
		assert.Equal(t, want, p.Acts(), "%s, right.%s", p, name.String())
	}
}
