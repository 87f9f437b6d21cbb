package phrase_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/frontend/src/locales"
	"habilis/internal/fault"
	"habilis/internal/phrase"
	"habilis/internal/right"
)

func messages(t *testing.T, language string) map[string]string {
	t.Helper()
	text, err := locales.Files.ReadFile(language + ".json")
	require.NoError(t, err)
	var all map[string]string
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

// keyed lists, by function, which argument is a message key.
var keyed = map[string]int{"New": 1, "Field": 1, "Add": 1, "refused": 0}

var shape = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)

// keys finds the message keys of the program's own Go files.
func keys(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	set := token.NewFileSet()
	for _, root := range []string{"../../internal", "../../db"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/oracle/") || strings.Contains(path, "/dev/") {
				return err
			}
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if key := keyOf(n); key != "" {
					found[key] = path
				}
				return true
			})
			return nil
		}))
	}
	return found
}

func keyOf(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	at, known := keyed[name]
	if !known || at >= len(call.Args) {
		return ""
	}
	literal, ok := call.Args[at].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	key, _ := strconv.Unquote(literal.Value)
	if !shape.MatchString(key) {
		return ""
	}
	return key
}

func TestEveryKeyHasItsSentence(t *testing.T) {
	fr := messages(t, "fr")
	found := keys(t)
	require.Greater(t, len(found), 60)
	for key, path := range found {
		assert.NotEmpty(t, fr[key], "%s, used in %s", key, path)
	}
	for _, p := range right.All() {
		assert.NotEmpty(t, fr["permission."+p.String()], p)
	}
}

func TestEnglishIsComplete(t *testing.T) {
	fr, en := messages(t, "fr"), messages(t, "en")
	for key, text := range fr {
		assert.NotEmpty(t, text, key)
		assert.NotEmpty(t, en[key], key)
	}
	assert.Len(t, en, len(fr))
}

// French is written with real apostrophes, and with no-break spaces before its double punctuation and within its quotes.
func TestFrenchIsWrittenWithCare(t *testing.T) {
	bad := regexp.MustCompile(`'| [;:!?»]|« `)
	for key, text := range messages(t, "fr") {
		assert.NotRegexp(t, bad, text, key)
	}
}

func TestErrorSaysASentence(t *testing.T) {
	t.Setenv("LANG", "fr_FR.UTF-8")
	said := phrase.Error(fault.New(fault.Unusable, "file.folder", "folder", "/somewhere"))
	assert.Contains(t, said, "/somewhere")
	assert.NotContains(t, said, "{{")
}
