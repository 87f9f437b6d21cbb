package structure_test

import (
	"fmt"
	"testing"

	"habilis/internal/structure"
)

// TestCodesPrintEveryScript: « every letter of every name prints »: names that people bear in France in other writings are drawn too.
func TestCodesPrintEveryScript(t *testing.T) {
	w := newWorld(t)
	for i, name := range []string{"李 中国", "株式会社", "한국 김", "חברה", "شركة", "ایران\u200cخودرو", "शर्मा", "ศรี", "Հայաստան", "საქართველო"} {
		t.Run(name, func(t *testing.T) {
			s, err := w.tryCreate(w.admin, structure.Input{
				IdentifierType: "pending", Identifier: fmt.Sprint("S-", i), Sphere: "local", Fields: structure.Fields{Name: name},
			})
			if err != nil {
				t.Fatal(err)
			}

			all, _ := readPaper(t, w.print(s))

			for _, p := range all {
				if p.missing != "" {
					t.Errorf("letters without a drawing: %q", p.missing)
				}
			}
			assertPrinted(t, all, name)
		})
	}
}
