package change_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writers are the files that begin a transaction that writes, with why each is no change of its own (architecture.md, « The seams »).
var writers = map[string]string{
	"change/change.go":  "carries every change out",
	"flow/setup.go":     "the first set-up: nobody acts yet",
	"signin/service.go": "sign-in with its counters, activation, one's own passphrase",
	"request/list.go":   "the program itself closes what nobody can answer any more",
	"demo/demo.go":      "fills the example",
}

// TestEveryWriteIsAChange: no other file begins to write.
func TestEveryWriteIsAChange(t *testing.T) {
	begins := regexp.MustCompile(`\b(?:db|d)\.Write\(`)
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir("..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && begins.Match(text) {
			name := filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))
			found[name] = true
			assert.NotEmpty(t, writers[name], "%s writes: make it a kind of change, which its domain exports", name)
		}
		return err
	}))
	assert.Contains(t, found, "change/change.go")
}
