package fold_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"habilis/internal/fold"
)

// TestOneSigma: both small sigmas are one letter, in addresses, codes and searches.
func TestOneSigma(t *testing.T) {
	one, sound := fold.Address("rené.σας@exemple.example")
	other, _ := fold.Address("RENÉ.ΣΑΣ@exemple.example")
	assert.True(t, sound || one == other)
	assert.Equal(t, one, other)
	assert.Equal(t, fold.Caseless("ΟΔΟΣ"), fold.Caseless("οδος"))
	assert.Equal(t, fold.Key("ΝΙΚΟΣ"), fold.Key("Νίκος"))
}

// TestKeyFoldsWhatNamesHold: letters of Africa and Azerbaijan, and what only stretches a word.
func TestKeyFoldsWhatNamesHold(t *testing.T) {
	for written, plain := range map[string]string{"Əliyev": "eliyev", "Ɔkɔ": "oko", "Ɛdɛm": "edem", "Ʒ": "z", "ȣ": "ou", "Ꜳ": "aa"} {
		assert.Equal(t, plain, fold.Key(written), written)
	}
	assert.Equal(t, fold.Key("محمد"), fold.Key("محـــمد"), "tatweel")
}

// TestVisibleNeedsSomethingSeen: characters for what is not text show nothing.
func TestVisibleNeedsSomethingSeen(t *testing.T) {
	for _, text := range []string{"\ufffc", "\ue000", "\uf8ff \ufffc"} {
		assert.False(t, fold.Visible(text), "%q", text)
		_, sound := fold.Address("a" + text + "@exemple.example")
		assert.False(t, sound, "%q", text)
	}
}
