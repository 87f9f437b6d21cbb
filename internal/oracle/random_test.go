package oracle

import (
	"math/rand"
	"slices"
	"testing"
)

func TestRandomMeetsEveryCondition(t *testing.T) {
	size := Small()
	missing, yes, asked, chains := map[string]int{}, 0, 0, 0
	for seed := range int64(300) {
		r := rand.New(rand.NewSource(seed))
		size.FactsOnly = seed%2 == 0
		w := Random(r, size)
		for _, q := range RandomQuestions(r, w, 60) {
			asked++
			a := w.Evaluate(q)
			if a.Allowed {
				yes++
				if len(a.Because) > 1 {
					chains++
				}
			}
			for _, c := range a.Candidates {
				for _, link := range c.Missing {
					missing[link]++
				}
			}
		}
	}
	t.Logf("%d of %d allowed, %d by several chains; failing links %v", yes, asked, chains, missing)
	if yes*20 < asked || chains == 0 {
		t.Errorf("only %d of %d allowed, %d by several chains", yes, asked, chains)
	}
	for _, link := range Links {
		if missing[link] < 50 {
			t.Errorf("%s fails only %d times", link, missing[link])
		}
	}
}

func TestRandomIsReproducible(t *testing.T) {
	a := Random(rand.New(rand.NewSource(7)), Small())
	b := Random(rand.New(rand.NewSource(7)), Small())
	if !slices.Equal(a.Memberships, b.Memberships) || !slices.Equal(a.Boundaries(), b.Boundaries()) || len(a.Grants) != len(b.Grants) {
		t.Error("two worlds of one seed differ")
	}
}

func BenchmarkRights(b *testing.B) {
	for name, size := range map[string]Size{"small": Small(), "large": Large()} {
		w := Random(rand.New(rand.NewSource(1)), size)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Rights(w, RandomBase)
			}
		})
	}
}
