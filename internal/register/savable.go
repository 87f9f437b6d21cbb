package register

import (
	"regexp"
	"strings"
	"unicode"

	"habilis/internal/fold"
	"habilis/internal/insee"
	"habilis/internal/place"
)

// cut marks what a register wrote longer than a record can hold.
const cut = "…"

// Savable folds what a register says into the form's own limits, so that a record made of it can be saved again: characters that nobody sees are left
// out, an address takes up to three lines of 80, and what cannot fit is cut with a mark.
func Savable(f insee.Found) insee.Found {
	for field, value := range map[string]*string{
		"name": &f.Name, "label": &f.Sign, "postcode": &f.Postcode, "town": &f.Town,
	} {
		*value = shortened(seen(*value), place.Longest[field])
	}
	lines := []*string{&f.Address1, &f.Address2, &f.Address3}
	var texts []string
	fits := true
	for _, line := range lines {
		*line = seen(*line)
		fits = fits && len([]rune(*line)) <= place.Longest["address1"]
		if *line != "" {
			texts = append(texts, *line)
		}
	}
	if fits {
		return f
	}
	wrapped := wrap(texts, place.Longest["address1"])
	for i, line := range lines {
		*line = ""
		if i < len(wrapped) {
			*line = wrapped[i]
		}
	}
	if len(wrapped) > len(lines) {
		rest := strings.Join(wrapped[len(lines)-1:], " ")
		*lines[len(lines)-1] = shortened(rest, place.Longest["address1"])
	}
	return f
}

// seen leaves out of a text what nobody writes, and all of it where nothing is seen.
func seen(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case fold.Unseen(r), fold.Unwritten(string(r)):
			return -1
		}
		return r
	}, text)
	return fold.Text(masked.ReplaceAllString(text, ""))
}

// masked finds what a register writes in the place of what it keeps to itself, inside a text.
var masked = regexp.MustCompile(`(?i)\[(ND|NON-DIFFUSIBLE)\]`)

func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimSpace(string(runes[:most-1])) + cut
}

// wrap fills lines with the words of some texts, each text on a line of its own; a word longer than a line is parted.
func wrap(texts []string, most int) []string {
	var lines []string
	for _, text := range texts {
		line := []rune{}
		for _, word := range strings.Fields(text) {
			w := []rune(word)
			if len(line) > 0 && len(line)+1+len(w) > most {
				lines, line = append(lines, string(line)), line[:0:0]
			}
			if len(line) > 0 {
				line = append(line, ' ')
			}
			for len(w) > most {
				lines, w = append(lines, string(w[:most])), w[most:]
			}
			line = append(line, w...)
		}
		if len(line) > 0 {
			lines = append(lines, string(line))
		}
	}
	return lines
}
