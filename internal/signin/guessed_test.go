package signin_test

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"habilis/db/dbtest"
	"habilis/internal/fault"
	"habilis/internal/strength"
)

// owner is what the program knows of somebody who chooses a phrase: address, firm, last name.
var owner = []string{"claire.morel@exemple.example", "Boulangerie Delaunay", "Morel"}

// guessed are phrases of more than 80 bits by the count alone, that a program which knows words, names, dates and keyboards guesses soon.
var guessed = map[string][]string{
	"a word and a year": {
		"Baguette2026!", "Camembert1789!", "Chocolatine2025?", "Parapluie2024!!", "Croissant-2026",
		"Tournesol_2023!", "Champignon2026*", "Printemps2026!!", "Bicyclette1998!",
		"Pamplemousse26!", "Fromagerie2026#", "Ordinateur2025!", "2026Baguette!!", "!Baguette2026",
		"BAGUETTE2026bis!",
	},
	"two words": {
		"mauvaise phrase4", "Bonne journée 1!", "Petit chat noir1", "bonjour monde 2026", "Vive la France1!",
		"MauvaisePhrase4!", "GrosseVoiture12!", "jolie maison 2026",
		"SuperFromage2026", "MonChatNoir2026!",
	},
	"English": {
		"Password2026!!", "Sunshine2025!!", "Welcome-2026!!", "Butterfly2026!", "Basketball99!!",
		"ILoveYou2026!!", "Monkey-Dragon1!", "Princess2024!!", "Summer-2026-!!",
	},
	"a repeated block": {
		"xK4!xK4!xK4!", "abcABC123!abcABC123!", "aB3!aB3!aB3!aB3!", "Ab1!Ab1!Ab1!Ab1!Ab1!",
		"9fJ!9fJ!9fJ!9fJ!", "Zq7?Zq7?Zq7?Zq7?Zq7?", "lune7!Lune7!lune7!", "12aB!12aB!12aB!",
		"kR7#1kR7#2kR7#3kR7#4", "Azur,Azur;Azur.Azur!", "kR7#k#7RkR7#", "xQ9-7Qx-xQ9-7Qx", "ab1Cd-ab2Cd-ab3Cd-ab4Cd", "Lune1lune2LUNE3lune4!",
		"tra-la-la-tra-la-la-1A", "xyzXYZ7?xyzXYZ7?xyzXYZ7?", "q8Rq8Rq8Rq8Rq8Rq8R",
	},
	"one’s own": {
		"claire.morel@exemple.exampleab", "abclaire.morel@exemple.example!1", "clairemorelABC1!",
		"Morel.Claire-2026", "Boulangerie-Delaunay1!", "delaunayBoulangerie9",
		"xyclaire.morel@exemple.examplez9",
		"MorelMorelMorel1!", "Delaunay-Morel-26!", "Claire.Morel.1985!", "@exemple.example1A",
	},
	"a pattern that goes on": {
		"a1b2c3d4e5f6g7h8!A", "1a2z3e4r5t6y7u8i9o", "A1!B2!C3!D4!E5!F6!", "az12by34cx56dw78", "1aqw2zsx3edc4rfv5tgb6yhn7uj,8ik;", "1qaz2wsx3edc4rfv5tgb6yhn",
		"&aqwéZSX\"edc'RFV", "AceGikMoqSuw!1", "112233445566778899Aa",
	},
	"common substitutions": {
		"B@guette2026!", "P@ssw0rd2026!!", "M0tD3P4sse2026!", "Ch0c0l@t2026!!", "C@membert1789!",
		"Tr0mpette2026!", "F0ntaineble@u1!", "S0leil-2026-Ete", "M4rse1lle13013!", "Pr1ntemp$2026!",
		"B1cyclette1998!", "Crois5ant2026!",
	},
	"names": {
		"JeanPierre1985!", "Sandrine75015!", "Nicolas1978!!!", "Marie-Claire1990!", "Alexandre2004!",
		"Benjamin-2012!", "Christophe1969!", "Stephanie-1982!", "DupontMartin75!", "Lefebvre-Paul1!",
		"Valentine2019!!", "Emmanuelle1977!", "Guillaume-2001!",
	},
	"dates": {
		"14juillet1789!!", "01011990Janvier!", "25decembre2025!", "Noel25122025!!", "12/05/1985-Ab",
		"Camille-Martin-12-mars-1985!", "12 mars 1985 Camille", "3-fevrier-2001-Lyon!", "1er août 1999 !Ab", "Morel 4 octobre 1978", "December-25th-1990!",
		"31.12.2025Abc!", "1erJanvier2026!", "Lundi12Mai2025!", "Mardi-13-03-1984", "11Novembre1918!",
	},
	"azerty walks": {
		"azertyuiop^$1Q", "qsdfghjklmWXCVBN1!", "AZERTYqsdfgh123!", "aqwzsxedcRFV1!", "wxcvbn,;:!1234A",
		"azerQSDFwxcv1!", "1aqw2zsx3edcR!", "mlkjhgfdsqAZER1!", "poiuytrezaMLKJ1!", "&é\"'(-è_çà)=1A",
		"AqwZsxEdc123!!",
	},
	"qwerty walks": {
		"1qaz@WSX3edc", "!QAZ2wsx#EDC", "qwertyuiop[]Q1", "zxcvbnm,./Z1a", "qazwsxedcRFV1!",
		"QWERTYasdfgh123!", "asdfghjkl;'Z1", "1q2w3e4r5t6Y!", "poiuytrewqASD1!", "Zaq12wsxCde3!",
		"!@#$%^&*()_+aB1",
	},
}

// TestPrepareRefusesWhatIsGuessed: what is told is of the passphrase, and never the count of the page alone.
func TestPrepareRefusesWhatIsGuessed(t *testing.T) {
	dbtest.Single(t)
	for kind, phrases := range guessed {
		t.Run(kind, func(t *testing.T) {
			for _, phrase := range phrases {
				_, err := sealer().Prepare(1, phrase, owner...)

				if assert.Error(t, err, "%q (%d bits)", phrase, strength.Bits(phrase)) {
					assert.True(t, fault.Is(err, fault.Invalid))
					assert.Equal(t, "passphrase", problem(t, err).Field)
				}
			}
		})
	}
}

// common are words of every day, of which a phrase may well be made where chance chose them.
var common = strings.Fields(`cheval agrafe pile correct lune sapin tasse brouette cigale dentelle enclume fougère girafe horloge igloo jonquille kayak lanterne
	marmite navire oignon pelote quille radis sabot tambour usine violette wagon yaourt zèbre abricot bouée cactus dune écharpe falaise galet hublot ivoire
	jardin koala limace moulin nénuphar orteil piment quartz ruche sorbet tulipe urne verrou xylophone zinc ardoise béret clairon domino éponge flûte grelot`)

// TestPrepareTakesWordsByChance: seven words that chance chose are taken, whatever stands between them.
func TestPrepareTakesWordsByChance(t *testing.T) {
	dbtest.Single(t)
	r := rand.New(rand.NewSource(7))
	for range 200 {
		list := append([]string{}, common...)
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		for _, between := range []string{" ", "-", "\u00a0"} {
			phrase := strings.Join(list[:7], between)
			_, err := sealer().Prepare(1, phrase, owner...)
			require.NoError(t, err, "%q", phrase)
		}
	}
}

// TestPrepareTakesWhatChanceMade: twelve characters of four classes, or fourteen of three, that chance chose are taken.
func TestPrepareTakesWhatChanceMade(t *testing.T) {
	dbtest.Single(t)
	r := rand.New(rand.NewSource(8))
	draw := func(n int, classes ...string) string {
		text := make([]byte, n)
		for i := range text {
			class := classes[i%len(classes)]
			text[i] = class[r.Intn(len(class))]
		}
		r.Shuffle(n, func(i, j int) { text[i], text[j] = text[j], text[i] })
		return string(text)
	}
	small, large, digits, others := "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "!?;:%$*+-=&#@"
	taken, tried := 0, 0
	for range 400 {
		for _, phrase := range []string{draw(14, small, large, digits, others), draw(16, small, large, digits)} {
			tried++
			if _, err := sealer().Prepare(1, phrase, owner...); err == nil {
				taken++
			}
		}
	}
	assert.Greater(t, taken, tried*98/100, "of %d", tried) // a run of one's own making is counted once, and chance makes some
	for _, phrase := range []string{
		"xK4!rZ9?mP2%", "xK4rZ9mP2bQ7tW", "Marmite-Violette-7-Cactus", "Tambour-Girofle-9-Lanterne",
		"Morel xK4!rZ9?mP2%", "8302957163940728516039274",
		"我的密码是一匹蓝色的马在唱歌并且喝茶吃饼干",
	} {
		_, err := sealer().Prepare(1, phrase, owner...)
		assert.NoError(t, err, "%q", phrase)
	}
}

// TestPrepareTakesLongPastes: what is looked at is bounded, so that nobody keeps the program busy with a phrase of the longest length.
func TestPrepareTakesLongPastes(t *testing.T) {
	dbtest.Single(t)
	for name, phrase := range map[string]string{
		"one letter": strings.Repeat("a", 1024), "two letters": strings.Repeat("ab", 512),
		"leet": strings.Repeat("4@3€1!|0$5", 100), "digits": strings.Repeat("1", 1024),
		"dates": strings.Repeat("01/01/2026", 100), "a walk": strings.Repeat("azertyuiop", 100),
		"words": strings.Repeat("motdepasse", 100), "a pattern": strings.Repeat("a1B!", 256),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := sealer().Prepare(1, phrase, owner...)
			assert.Error(t, err, "one block again and again")
		})
	}
}
