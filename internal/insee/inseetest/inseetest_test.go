package inseetest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"habilis/internal/insee/inseetest"
)

// cut returns the beginning of a text with a mark, where it is too long.
func cut(text string, limit int) string {
	if r := []rune(text); len(r) > limit {
		return strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return text
}

// wrap parts words into lines, and long words too.
func wrap(text string) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		for len(word) > inseetest.MaxLine {
			lines, word = append(lines, word[:inseetest.MaxLine]), word[inseetest.MaxLine:]
		}
		if line != "" && len(line)+1+len(word) > inseetest.MaxLine {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > 3 {
		lines = append(lines[:2], cut(lines[2]+strings.Repeat("X", inseetest.MaxLine), inseetest.MaxLine))
	}
	return lines
}

// record is one that follows from an answer.
func record(a inseetest.Answer, p inseetest.Place) inseetest.Seen {
	r := a.Record
	s := inseetest.Seen{
		Verdict: r.Verdict, Reason: r.Reason, ClosedOn: r.ClosedOn, Partial: r.Partial, Name: cut(r.Name,
			inseetest.MaxName),
		Lines: wrap(p.Lines + " " + p.All), Postcode: p.Postcode, Town: cut(p.Town, inseetest.MaxTown),
		Country:  p.Country,
		Activity: r.Activity, ActivityList: r.ActivityList, LegalCategory: r.LegalCategory,
	}
	if s.Name == "" {
		s.Name = "Tapé"
	}
	return s
}

// TestCheckAcceptsTheRecord: what an answer asks for can be given, in each of the forms that it leaves
// open.
func TestCheckAcceptsTheRecord(t *testing.T) {
	for _, a := range inseetest.All(t) {
		if !a.Describes() {
			continue
		}
		t.Run(a.Name, func(t *testing.T) {
			for _, p := range a.Record.Places {
				a.Check(t, record(a, p), "Tapé")
			}
			if len(a.Record.Places) == 0 {
				a.Check(t, record(a, inseetest.Place{}), "Tapé")
			}
		})
	}
}

// TestCheckRefuses: a record that loses something, says it twice or says something else.
func TestCheckRefuses(t *testing.T) {
	for _, a := range inseetest.All(t) {
		if !a.Describes() || len(a.Record.Places) == 0 || a.Record.Cut {
			continue
		}
		p := a.Record.Places[0]
		for what, alter := range map[string]func(s *inseetest.Seen){
			"another verdict": func(s *inseetest.Seen) { s.Verdict = "unknown" },
			"a word more":     func(s *inseetest.Seen) { s.Lines = append(s.Lines, "PLUS") },
			"a line of 81":    func(s *inseetest.Seen) { s.Lines = []string{strings.Repeat("Z", 81)} },
			"no town": func(s *inseetest.Seen) {
				s.Lines, s.Town, s.Postcode = wrap(p.Lines), "", ""
			},
			"the town twice": func(s *inseetest.Seen) {
				s.Lines = append(s.Lines,
					p.Postcode+" "+p.Town+p.All)
			},
			"unseen": func(s *inseetest.Seen) { s.Name += "\u00ad" },
		} {
			t.Run(a.Name+"/"+what, func(t *testing.T) {
				s, refused := record(a, p), &silent{TB: t}
				if what == "no town" && p.All != "" {
					return // the register does not part it
				}
				alter(&s)

				a.Check(refused, s, "Tapé")

				assert.True(t, refused.failed)
			})
		}
	}
}

// silent is a test that fails without a word.
type silent struct {
	testing.TB
	failed bool
}

func (s *silent) Errorf(string, ...any) { s.failed = true }
func (s *silent) Helper()               {}
