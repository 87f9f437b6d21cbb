package structure_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/directory"
	"habilis/internal/fault"
	"habilis/internal/structure"
)

// TestCodesRefuseWhatTheFontHasNot: a name in a writing that the font of the pages does not have is not printed with holes: the letter is named, and a CSV
// holds everything.
func TestCodesRefuseWhatTheFontHasNot(t *testing.T) {
	w := newWorld(t)
	for i, name := range []string{"李 中国", "株式会社", "한국 김", "חברה", "شركة", "ایران\u200cخودرو", "शर्मा", "ศรี", "Հայաստան", "საქართველო"} {
		t.Run(name, func(t *testing.T) {
			s, err := w.tryCreate(w.admin, structure.Input{
				IdentifierType: "pending", Identifier: fmt.Sprint("S-", i), Sphere: "local", Fields: structure.Fields{Name: name},
			})
			if err != nil {
				t.Fatal(err)
			}

			err = directory.NewService(w.d).WriteCodes(w.admin, directory.Codes{
				Structure: s, Format: "pdf", Title: "Codes", Columns: []string{"A", "B", "C"}, Words: map[string]string{},
			}, io.Discard)

			f, isFault := fault.As(err)
			require.True(t, isFault, "%v", err)
			assert.Equal(t, "export.letters", f.Problems[0].Key)
			assert.Contains(t, name, f.Problems[0].Params["letter"])
		})
	}
}
