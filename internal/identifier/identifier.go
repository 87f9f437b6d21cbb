// Package identifier checks and writes the numbers by which structures are known: pure functions, one file an identifier.
//
// Typing habits are forgiven: spaces (no-break ones too), dots, hyphens and lower case. What is refused comes with its reason as a
// message key.
package identifier

import (
	"strings"
	"unicode"

	"habilis/internal/fault"
)

// The kinds of identifier.
const (
	SIREN      = "siren"
	SIRET      = "siret"
	VATFR      = "vat_fr"
	EU         = "eu"         // a structure of the Union outside France, by its VAT number
	NonEU      = "non_eu"     // a structure outside the Union, by its country and name
	RIDET      = "ridet"      // New Caledonia
	TAHITI     = "tahiti"     // French Polynesia
	Pending    = "pending"    // being registered: provisional
	Individual = "individual" // a particulier: a local number
	Platform   = "platform"   // a PDP, by its matricule
)

// Parse returns the canonical form of an identifier, or fault.Invalid with the reason as the key of its one problem.
func Parse(kind, text string) (string, error) {
	c := compact(text)
	parse, known := parsers[kind]
	if asIs, ok := raw[kind]; ok {
		parse, known, c = asIs, true, bare(text)
	}
	switch {
	case c == "":
		return "", fault.Field("identifier", "identifier.empty")
	case !known:
		return "", fault.Field("identifier", "identifier.kind_unknown")
	}
	canonical, reason := parse(c)
	if reason != "" {
		return "", fault.Field("identifier", reason)
	}
	return canonical, nil
}

var parsers = map[string]func(string) (canonical, reason string){
	SIREN: parseSIREN, SIRET: parseSIRET, VATFR: parseVATFR, EU: parseEU, RIDET: parseRIDET, TAHITI: parseTAHITI, Individual: parseIndividual,
}

// raw are the kinds in which hyphens or accents mean something.
var raw = map[string]func(string) (canonical, reason string){NonEU: parseNonEU, Pending: parsePending, Platform: parsePlatform}

// between is what stands between the groups of a number where it is pasted from: dots, dashes, colons, brackets, quotation marks.
const between = ".-–—‑‒−_/:：(),'’\"«»·"

// compact takes out what people put between groups, and writes letters as capitals.
func compact(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), strings.ContainsRune(between, r):
			return -1
		}
		return unicode.ToUpper(r)
	}, text)
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// luhn reports whether the Luhn sum of the digits is a multiple of 10 (ISO/IEC 7812-1, annex B).
func luhn(s string) bool {
	sum := 0
	for i := range s {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// shape returns the reason why s is not n digits, empty if it is.
func shape(kind, s string, n int) string {
	switch {
	case !digits(s):
		return kind + ".not_digits"
	case len(s) < n:
		return kind + ".too_short"
	case len(s) > n:
		return kind + ".too_long"
	case strings.Trim(s, "0") == "":
		return kind + ".zeros"
	}
	return ""
}

// ParseVAT returns the canonical form of a VAT number of a member state, France included, whatever stands between its prefix and its digits.
func ParseVAT(text string) (string, error) {
	if strings.HasPrefix(compact(text), "FR") {
		return Parse(VATFR, text)
	}
	return Parse(EU, text)
}

// CountryOf returns the country (ISO 3166) that a canonical identifier says by itself, empty where it says none: a SIRET may be abroad.
func CountryOf(kind, canonical string) string {
	switch {
	case kind == RIDET:
		return "NC"
	case kind == TAHITI:
		return "PF"
	case len(canonical) < 2 || kind != EU && kind != NonEU:
		return ""
	case strings.HasPrefix(canonical, wallis):
		return "WF"
	}
	if iso, other := map[string]string{"EL": "GR", "XI": "GB"}[canonical[:2]]; other {
		return iso
	}
	return canonical[:2]
}

// Format writes a canonical identifier in groups, with no-break spaces, as it is read aloud.
func Format(kind, canonical string) string {
	switch {
	case kind == SIREN && len(canonical) == 9, kind == SIRET && len(canonical) == 14:
		groups := []string{canonical[:3], canonical[3:6], canonical[6:9]}
		if kind == SIRET {
			groups = append(groups, canonical[9:])
		}
		return strings.Join(groups, "\u00a0")
	case kind == RIDET && len(canonical) > 3:
		return canonical[:len(canonical)-3] + "\u00a0" + canonical[len(canonical)-3:]
	case kind == TAHITI && len(canonical) == 9:
		return canonical[:6] + "\u00a0" + canonical[6:]
	case kind == EU && len(canonical) > 2:
		return canonical[:2] + "\u00a0" + canonical[2:]
	case kind == VATFR && len(canonical) == 13:
		return strings.Join([]string{canonical[:4], canonical[4:7], canonical[7:10], canonical[10:]}, "\u00a0")
	}
	return canonical
}
