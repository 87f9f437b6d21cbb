package firm_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/internal/fault"
)

// TestNameRefusesNothingSeen: a firm's name holds something that is seen, typed at the set-up or later.
func TestNameRefusesNothingSeen(t *testing.T) {
	for way, begin := range ways {
		t.Run(way, func(t *testing.T) {
			try := begin(t)
			for _, name := range []string{
				"", " ", "\u00a0\u202f\u3000", "\u200b", "\u3164", "\u2800", "\u2800 \u2800", "\ufe0f",
				"\u0301", " \u0308", "\u115f\u1160", "\uffa0", "\u034f", "\u17b4", "\U000e0100",
				"\U0001d159", "\u200c", "\u200d", "\u00ad", "\ufeff", "\u05b7", "\u0941",
			} {
				err := try(name, "clef")

				if !assert.Error(t, err, "%q", name) {
					try = begin(t)
				} else {
					f, told := fault.As(err)
					require.True(t, told, "%v", err)
					assert.Equal(t, fault.Invalid, f.Code)
					assert.Equal(t, "name", f.Problems[0].Field)
				}
			}
		})
	}
}

// TestNameTakesLetters: a joiner inside a word of a script that needs it is a letter's business.
func TestNameTakesLetters(t *testing.T) {
	for way, begin := range ways {
		t.Run(way, func(t *testing.T) {
			for _, name := range []string{"ایران\u200cخودرو", "李"} {
				assert.NoError(t, begin(t)(name, "clef"), "%q", name)
			}
		})
	}
}
