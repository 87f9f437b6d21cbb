// Package arrows holds the direction of imports: app → bridge, serve, desktop, demo → flow → view → domains → change → guard → journal → access →
// ledger → right → period, with db and the small packages below. It has nothing but this test.
package arrows

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	module = "habilis"
	wails  = "github.com/wailsapp/wails"
)

// pack is what go list tells of a package.
type pack struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// layers go from the bottom to the top. A package imports only packages of layers below its own.
func layers() [][]string {
	return [][]string{
		{"db/sqlc", "internal/fault", "internal/insee/pace", "internal/fold"},
		{"internal/identifier", "internal/period", "internal/field", "internal/strength", "internal/uid", "internal/phrase", "internal/export"},
		{"internal/insee", "db"},
		{"internal/right", "db/dbtest"},
		{"internal/ledger"},
		{"internal/access"},
		{"internal/list"},
		{"internal/journal", "internal/guard"},
		{"internal/change", "internal/place"},
		{"internal/register", "internal/followup"},
		domains(),
		{"internal/view", "internal/directory"},
		{"internal/flow"},
		{"internal/demo"},
		{"internal/bridge", "internal/desktop"},
		{"internal/serve", "internal/app"},
		{""},
	}
}

// domains never import each other.
func domains() []string {
	return []string{
		"internal/firm", "internal/signin", "internal/structure", "internal/people", "internal/grant", "internal/profile", "internal/request",
		"internal/department", "internal/platform",
	}
}

// apart are the packages that the product is not built from.
func apart() []string {
	return []string{"internal/arrows", "internal/dev", "internal/oracle", "internal/policy"}
}

// level returns the layer of a package by its path inside the module, −1 where it has none. A package below one of a layer is of that layer.
func level(path string) int {
	for p := path; ; p = p[:strings.LastIndex(p, "/")] {
		for i, layer := range layers() {
			if slices.Contains(layer, p) {
				return i
			}
		}
		if !strings.Contains(p, "/") {
			return -1
		}
	}
}

func under(path string, tops ...string) bool {
	return slices.ContainsFunc(tops, func(top string) bool { return path == top || strings.HasPrefix(path, top+"/") })
}

// inside returns the path of a package inside the module: "" for the root.
func inside(path string) (string, bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

// list reads the packages of the module as they are built with some tags.
func list(t *testing.T, tags string) map[string]pack {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "-tags", tags, module+"/...")
	c.Env, c.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	all := map[string]pack{}
	for d := json.NewDecoder(out); ; {
		var p pack
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if path, ok := inside(p.ImportPath); ok && !under(path, "frontend") {
			all[path] = p
		}
	}
	require.NoError(t, c.Wait())
	require.Contains(t, all, "internal/right")
	return all
}

// eachImport calls with every import of every package of the product, tests aside.
func eachImport(t *testing.T, see func(from, to string, ours bool)) {
	t.Helper()
	for _, tags := range []string{"", "desktop,production,webkit2_41"} {
		for from, p := range list(t, tags) {
			if under(from, apart()...) {
				continue
			}
			for _, to := range p.Imports {
				path, ours := inside(to)
				if !ours {
					path = to
				}
				see(from, path, ours)
			}
		}
	}
}

func TestEveryPackageHasItsLayer(t *testing.T) {
	for path := range list(t, "") {
		if !under(path, apart()...) {
			assert.GreaterOrEqual(t, level(path), 0, "%s has no layer: give it one in this test and in the architecture", path)
		}
	}
}

func TestArrowsPointDown(t *testing.T) {
	eachImport(t, func(from, to string, ours bool) {
		if !ours || under(to, apart()...) {
			return
		}
		child := from != "" && under(to, from) || to != "" && under(from, to)
		if child && level(from) == level(to) {
			return // a package and those below it
		}
		assert.Less(t, level(to), level(from), "%q imports %q", from, to)
	})
}

func TestFlowIsImportedByTheBridge(t *testing.T) {
	eachImport(t, func(from, to string, ours bool) {
		if ours && to == "internal/flow" {
			assert.True(t, from == "" || under(from, "internal/bridge", "internal/demo", "internal/app"), "%q imports flow", from)
		}
	})
}

func TestWailsIsImportedByTheWindow(t *testing.T) {
	eachImport(t, func(from, to string, ours bool) {
		if !ours && under(to, wails, wails+"/v2") {
			assert.True(t, from == "" || under(from, "internal/desktop"), "%q imports %s", from, to)
		}
	})
}

func TestServicesKnowNoHTTP(t *testing.T) {
	eachImport(t, func(from, to string, ours bool) {
		if !ours && under(to, "net/http") {
			assert.True(t, from == "" || under(from, "internal/insee", "internal/serve", "internal/desktop"), "%q imports %s", from, to)
		}
	})
}

func TestOnlyDBKnowsSQLite(t *testing.T) {
	eachImport(t, func(from, to string, ours bool) {
		if !ours && under(to, "modernc.org/sqlite", "github.com/pressly/goose") {
			assert.True(t, under(from, "db"), "%q imports %s", from, to)
		}
	})
}

func TestTheOracleIsForTests(t *testing.T) {
	eachImport(t, func(from, to string, ours bool) {
		assert.False(t, ours && under(to, "internal/oracle", "db/dbtest"), "%q imports %s", from, to)
	})
}

func TestTheOracleKnowsNoRights(t *testing.T) {
	p := list(t, "")["internal/oracle"]
	for _, to := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
		path, ours := inside(to)
		assert.False(t, ours && under(path, "internal/right", "internal/ledger", "internal/access", "internal/guard", "internal/change"), "the oracle imports %s", path)
	}
}

func TestRightsArePure(t *testing.T) {
	eachImport(t, func(from, to string, ours bool) {
		if ours && from == "internal/right" {
			assert.Equal(t, "internal/period", to)
		}
	})
}
