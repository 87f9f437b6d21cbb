package identifier

import (
	"strings"
	"unicode"

	"habilis/internal/fold"
)

// parseRIDET checks a New Caledonian RIDET: the RID, 6 or 7 digits, and the establishment, 3. It has no check digit.
func parseRIDET(s string) (canonical, reason string) {
	switch {
	case !digits(s):
		return "", "ridet.not_digits"
	case len(s) == 6 || len(s) == 7:
		return "", "ridet.rid_alone"
	case len(s) != 9 && len(s) != 10:
		return "", "ridet.length"
	case strings.Trim(s, "0") == "":
		return "", "ridet.zeros"
	case len(s) == 10 && s[0] == '0': // some write RIDs of six digits with a zero before them
		return s[1:], ""
	}
	return s, ""
}

// parseTAHITI checks a French Polynesian TAHITI number: a letter or digit, 5 digits, and the establishment, 3. It has no check digit.
func parseTAHITI(s string) (canonical, reason string) {
	switch {
	case s == "" || !plain(s[:1]) || !digits(s[1:]):
		return "", "tahiti.shape"
	case len(s) == 6:
		return "", "tahiti.establishment_missing"
	case len(s) != 9:
		return "", "tahiti.shape"
	}
	return s, ""
}

// parsePending checks a provisional identifier: letters, digits and hyphens, 18 at most.
func parsePending(text string) (canonical, reason string) {
	s := bare(text)
	switch {
	case !plain(strings.ReplaceAll(s, "-", "")) || strings.Trim(s, "-") == "":
		return "", "pending.shape"
	case len(s) > 18:
		return "", "pending.too_long"
	}
	return s, ""
}

// bare takes out spaces alone, and writes letters as capitals.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, text)
}

// parseIndividual checks the number that the program gave to a particulier: P and 6 to 9 digits.
func parseIndividual(s string) (canonical, reason string) {
	if len(s) < 7 || len(s) > 10 || s[0] != 'P' || !digits(s[1:]) {
		return "", "individual.shape"
	}
	return s, ""
}

// parsePlatform checks the registration number (matricule) of a platform: exactly 4 letters or digits (ISO 6523, scheme 0238).
func parsePlatform(text string) (canonical, reason string) {
	s := bare(text)
	switch {
	case !plain(s):
		return "", "platform.shape"
	case len(s) != 4:
		return "", "platform.length"
	}
	return s, ""
}

// union holds the prefixes of the 26 member states other than France; Greece's is EL, its ISO code GR.
var union = map[string]bool{
	"AT": true, "BE": true, "BG": true, "CY": true, "CZ": true, "DE": true, "DK": true, "EE": true, "EL": true, "ES": true, "FI": true, "HR": true,
	"HU": true, "IE": true, "IT": true, "LT": true, "LU": true, "LV": true, "MT": true, "NL": true, "PL": true, "PT": true, "RO": true, "SE": true,
	"SI": true, "SK": true,
}

// overseas are the parts of France that have a code of their own, where a firm has a SIRET.
var overseas = map[string]bool{"GF": true, "GP": true, "MF": true, "MQ": true, "RE": true, "YT": true}

// InUnion reports whether a country, by its ISO 3166 code, is a member state of the Union, France and its overseas departments included.
func InUnion(country string) bool {
	return country == "FR" || overseas[country] || country == "GR" || union[country] && country != "EL"
}

// countries are the codes of ISO 3166-1.
const countries = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL " +
	"CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK " +
	"HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK " +
	"ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA " +
	"SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU " +
	"WF WS YE YT ZA ZM ZW"

var countrySet = func() map[string]bool {
	m := map[string]bool{}
	for code := range strings.FieldsSeq(countries) {
		m[code] = true
	}
	return m
}()

// Country reports whether a text is the ISO 3166 code of a country, in capitals.
func Country(code string) bool { return countrySet[code] }

// wallis begins the identifier of a structure of Wallis-et-Futuna.
const wallis = "FRWF"

// parseNonEU checks the identifier of a structure outside the Union: the code of its country and the beginning of its name, 18 at most.
func parseNonEU(text string) (canonical, reason string) {
	s, clean := lettersAndDigits(text)
	switch {
	case !clean:
		return "", "non_eu.shape"
	case len(s) < 2:
		return "", "non_eu.country"
	}
	if strings.HasPrefix(s, "WF") { // the one island that the source writes with France's code before
		s = "FR" + s
		s = s[:min(len(s), 18)]
	}
	country := s[:2]
	switch {
	case strings.HasPrefix(s, wallis):
		if len(s) == len(wallis) {
			return "", "non_eu.too_short"
		}
	case InUnion(country):
		return "", "non_eu.in_union"
	case !Country(country):
		return "", "non_eu.country"
	case len(s) == 2:
		return "", "non_eu.too_short"
	}
	if len(s) > 18 {
		return "", "non_eu.too_long"
	}
	return s, ""
}

// SuggestNonEU returns the identifier of a structure outside the Union from its country and name, empty where there is no such country.
func SuggestNonEU(country, name string) string {
	if country == "WF" {
		country = wallis
	}
	begun, clean := lettersAndDigits(name)
	if !clean { // a name with holes names nobody
		return ""
	}
	s := country + begun
	s = s[:min(len(s), 18)]
	if _, reason := parseNonEU(s); reason != "" {
		return ""
	}
	return s
}

// lettersAndDigits keeps those of a text, without accents, in capitals. clean tells that nothing was left out but spaces and punctuation.
func lettersAndDigits(text string) (kept string, clean bool) {
	clean = true
	kept = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z':
			return r
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), strings.ContainsRune(".,-–—_/'’ʻʼʾ&()", r):
		default:
			clean = false
		}
		return -1
	}, fold.Plain(text))
	return kept, clean
}

// plain reports whether a text is of letters and digits only, and not empty.
func plain(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != ""
}
