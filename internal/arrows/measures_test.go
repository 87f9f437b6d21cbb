package arrows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	mostOfAPackage  = 2000 // lines of product code
	mostOfAFunction = 60   // lines
	nineInTen       = 30   // of the functions are no longer
)

// product calls with every file of the program's packages that a person wrote, tests aside. Tools and the generated queries are none.
func product(t *testing.T, each func(path string, set *token.FileSet, file *ast.File)) {
	t.Helper()
	for _, top := range []string{"..", "../../db"} {
		require.NoError(t, filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && slices.Contains([]string{"dev", "oracle", "sqlc", "arrows"}, d.Name()) {
				return fs.SkipDir
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
			if err == nil && !ast.IsGenerated(file) {
				each(path, set, file)
			}
			return err
		}))
	}
}

func TestPackagesAreSmall(t *testing.T) {
	lines := map[string]int{}
	product(t, func(path string, set *token.FileSet, file *ast.File) {
		lines[filepath.Dir(path)] += set.File(file.Pos()).LineCount()
	})
	require.Greater(t, len(lines), 30)
	for _, dir := range slices.Sorted(maps.Keys(lines)) {
		assert.LessOrEqual(t, lines[dir], mostOfAPackage, dir)
	}
}

func TestFunctionsAreShort(t *testing.T) {
	var all []int
	product(t, func(path string, set *token.FileSet, file *ast.File) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				n := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
				assert.LessOrEqual(t, n, mostOfAFunction, "%s %s", path, f.Name.Name)
				all = append(all, n)
			}
		}
	})
	slices.Sort(all)
	require.Greater(t, len(all), 1000)
	assert.LessOrEqual(t, all[len(all)*9/10], nineInTen)
}

// TestExportedNamesAreDocumented: each says what it is, values of one list together.
func TestExportedNamesAreDocumented(t *testing.T) {
	product(t, func(path string, _ *token.FileSet, file *ast.File) {
		if file.Name.Name == "main" {
			return
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				assert.True(t, d.Doc != nil || !d.Name.IsExported() || hidden(d), "%s: %s", path, d.Name.Name)
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok {
						assert.True(t, d.Doc != nil || s.Doc != nil || !s.Name.IsExported(), "%s: %s", path, s.Name.Name)
					}
					if s, ok := s.(*ast.ValueSpec); ok {
						assert.True(t, d.Doc != nil || s.Doc != nil || !s.Names[0].IsExported(), "%s: %s", path, s.Names[0].Name)
					}
				}
			}
		}
	})
}

// hidden reports whether a method is of a type that nobody else can name.
func hidden(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return false
	}
	of := f.Recv.List[0].Type
	if p, ok := of.(*ast.StarExpr); ok {
		of = p.X
	}
	name, ok := of.(*ast.Ident)
	return ok && !name.IsExported()
}

// ofTheEngine are the words that only this engine reads (architecture.md, « SQL that travels »).
var ofTheEngine = regexp.MustCompile(`\b(INDEXED BY|NOT INDEXED|MATCH|json_each|group_concat|rowid|PRAGMA|sqlite_\w+)\b|\binstr\(`)

// TestTheWordsOfTheEngineStandInDB: a query that is written by hand elsewhere takes them from package db.
func TestTheWordsOfTheEngineStandInDB(t *testing.T) {
	found := 0
	product(t, func(path string, set *token.FileSet, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			text, literal := n.(*ast.BasicLit)
			if !literal || text.Kind != token.STRING || !ofTheEngine.MatchString(text.Value) {
				return true
			}
			found++
			assert.True(t, strings.HasPrefix(path, "../../db/"), "%s: %s", set.Position(text.Pos()), ofTheEngine.FindString(text.Value))
			return true
		})
	})
	assert.Greater(t, found, 10, "those of db itself are seen")
}
