package arrows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// owners names, for each table, the packages whose code writes it. What bears on a right is the ledger's alone; a second package stands where one
// column is its own: the state of sign-in, which guards are told of, and the day of the last one; requests that wait on a place that is no more.
func owners() map[string][]string {
	all := map[string][]string{
		"activations": {"signin"}, "attempts": {"signin"}, "browsers": {"signin"}, "sign_ins": {"signin"},
		"contracts": {"platform"}, "registered_platforms": {"platform"}, "departments": {"department"}, "families": {"profile"}, "profiles": {"profile"},
		"firm": {"firm"}, "follow_ups": {"followup"}, "journal": {"journal"}, "journal_values": {"journal"}, "former_identifiers": {"structure"},
		"labels": {"place"}, "structure_labels": {"place"}, "structures": {"structure"}, "requests": {"request", "place"},
		"users": {"people", "ledger", "signin"},
	}
	for _, t := range []string{
		"ceilings", "department_states", "department_validities", "duty_exceptions", "grants", "memberships", "moved_ends", "principals",
		"profile_contents", "structure_states", "user_states",
	} {
		all[t] = []string{"ledger"}
	}
	return all
}

var writing = regexp.MustCompile(`(?i)\b(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+([a-z_]+)`)

// written reads which tables each query writes, off the statements that sqlc made.
func written(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../../db/sqlc/*.sql.go")
	require.NoError(t, err)
	all := map[string][]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 {
				return true
			}
			if text, ok := v.Values[0].(*ast.BasicLit); ok {
				query, statement, _ := strings.Cut(strings.TrimPrefix(text.Value, "`-- name: "), "\n")
				for _, m := range writing.FindAllStringSubmatch(withoutComments(statement), -1) {
					if m[1] == "SET" { // of ON CONFLICT
						continue
					}
					all[strings.Fields(query)[0]] = append(all[strings.Fields(query)[0]], m[1])
				}
			}
			return true
		})
	}
	require.NotEmpty(t, all["AddJournalLine"])
	return all
}

func withoutComments(statement string) string {
	var b strings.Builder
	for line := range strings.Lines(statement) {
		before, _, _ := strings.Cut(line, "--")
		b.WriteString(before + "\n")
	}
	return b.String()
}

// TestTablesAreOwned: a package writes its own tables alone. Statements that no query of sqlc's makes are db's, and of the example and the oracle.
func TestTablesAreOwned(t *testing.T) {
	queries, owned := written(t), owners()
	seen := map[string]bool{}
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room := strings.Split(filepath.ToSlash(path), "/")[1]
		if slices.Contains([]string{"demo", "oracle", "dev"}, room) {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		imported := map[string]bool{}
		for _, i := range file.Imports {
			imported[strings.Trim(i.Path.Value[strings.LastIndex(i.Path.Value, "/")+1:], `"`)] = true
		}
		ast.Inspect(file, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			call, ok := c.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := call.X.(*ast.Ident); ok && imported[x.Name] {
				return true // a function of another package, which writes for this one
			}
			for _, table := range queries[call.Sel.Name] {
				seen[table] = true
				assert.Contains(t, owned[table], room, "%s writes %s with %s: %s does that", path, table, call.Sel.Name, owned[table])
			}
			return true
		})
		return nil
	}))
	for table := range owned {
		assert.True(t, seen[table], "nothing writes %s: does it have another name?", table)
	}
}
