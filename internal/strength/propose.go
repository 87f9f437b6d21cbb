package strength

import (
	"crypto/rand"
	_ "embed"
	"math/big"
	"strings"
)

var (
	//go:embed words/proposed-fr.txt
	proposedFR string
	//go:embed words/proposed-en.txt
	proposedEN string
)

// proposedWords is how many words a proposed passphrase has: what the CNIL asks of a phrase.
const proposedWords = 7

// Propose draws a passphrase of seven words of a list of 2,048, in French or English.
func Propose(language string) string {
	list := strings.Fields(proposedFR)
	if language == "en" {
		list = strings.Fields(proposedEN)
	}
	drawn := make([]string, proposedWords)
	for i := range drawn {
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(list)))) // crypto/rand never fails
		drawn[i] = list[n.Int64()]
	}
	return strings.Join(drawn, " ")
}
