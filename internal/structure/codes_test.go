package structure_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/directory"
	"habilis/internal/fault"
)

// TestCheckCodesRefusesLongWords: what a page says on the list has at most 100 bytes.
func TestCheckCodesRefusesLongWords(t *testing.T) {
	w := newWorld(t)
	id := w.pending("MAIRIE", "local")
	list := func() directory.Codes {
		return directory.Codes{
			Structure: id, Format: "csv", Title: "Codes", Columns: []string{"Code", "Libellé", "Demandé"},
			Words: map[string]string{"commitment": "Engagement", "nothing": "Rien"},
		}
	}
	set := map[string]func(in *directory.Codes, text string){
		"title":      func(in *directory.Codes, text string) { in.Title = text },
		"column 1":   func(in *directory.Codes, text string) { in.Columns[0] = text },
		"column 3":   func(in *directory.Codes, text string) { in.Columns[2] = text },
		"commitment": func(in *directory.Codes, text string) { in.Words["commitment"] = text },
		"nothing":    func(in *directory.Codes, text string) { in.Words["nothing"] = text },
	}
	for what, put := range set {
		for _, long := range []string{strings.Repeat("a", 101), strings.Repeat("é", 51)} {
			in := list()
			put(&in, long)
			err := directory.NewService(w.d).CheckCodes(w.admin, in)
			assert.True(t, fault.Is(err, fault.Protocol), "%s of %d bytes: %v", what, len(long), err)
		}
		in := list()
		put(&in, strings.Repeat("é", 50))
		require.NoError(t, directory.NewService(w.d).CheckCodes(w.admin, in), what)
	}
}
