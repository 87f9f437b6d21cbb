package insee

import (
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"habilis/internal/fold"
)

// place is an address in the parts in which the registers write it. line is the whole on one line, where that is told.
type place struct {
	complement, number, repetition, last, lastRepetition, kind, street, distribution string
	postcode, town, cedex, cedexTown, foreignTown, country, line                     string
}

// masked tells whether the register keeps a part of it to itself.
func (p place) masked() bool {
	for _, value := range []string{p.number, p.street, p.postcode, p.town, p.complement, p.distribution, p.cedexTown, p.foreignTown, p.country, p.line} {
		if _, hidden := shown(value); hidden {
			return true
		}
	}
	return false
}

// write puts an address into a record: the street, the complement, what the post distributes specially; then the postcode and town as the post writes
// them (CEDEX), or the town and country abroad.
func (p place) write(f *Found) {
	f.Address1, f.Address2, f.Address3 = words(p.numbers(), p.kind, p.street), words(p.complement), words(p.distribution)
	f.Postcode, f.Town, f.Country = words(p.postcode), words(p.town), "FR"
	if cedex := words(p.cedex); cedex != "" {
		f.Postcode = cedex
		if town := words(p.cedexTown); town != "" {
			f.Town = town
		}
	}
	if words(p.foreignTown, p.country) == "" {
		return
	}
	f.Postcode, f.Town = "", words(p.foreignTown)
	if f.Country = countryNamed(words(p.country)); f.Country == "" && words(p.country) != "" {
		f.Address3 = words(f.Address3, p.country) // kept as the register writes it
	}
}

// numbers writes « 12 BIS-14 ».
func (p place) numbers() string {
	first, last := words(p.number, p.repetition), words(p.last, p.lastRepetition)
	if first == "" || last == "" {
		return words(first, last)
	}
	return first + "-" + last
}

var postal = regexp.MustCompile(`^\d{5} .+$|^.+ CEDEX( \d+)?$`)

// street takes the postcode and town off the end of an address on one line, however they are written there.
func street(line string, p place) string {
	for _, end := range []string{words(p.cedex, p.cedexTown), words(p.postcode, p.town), words(p.town)} {
		if n := len(line) - len(end); end != "" && n >= 0 && strings.EqualFold(line[n:], end) && (n == 0 || line[n-1] == ' ') {
			return strings.TrimSpace(line[:n])
		}
	}
	if i := strings.LastIndex(strings.ToUpper(line), " CEDEX"); i > 0 { // its own postcode, which is not told apart
		fields := strings.Fields(line[:i])
		for k := len(fields) - 1; k >= 0; k-- {
			if postal.MatchString(fields[k] + " X") {
				return strings.Join(fields[:k], " ")
			}
		}
	}
	return line
}

// abroad parts an address on one line whose country stands at its end.
func abroad(line string) (rest, country string) {
	fields := strings.Fields(line)
	for n := min(len(fields), 6); n > 0; n-- {
		if code := countryNamed(strings.Join(fields[len(fields)-n:], " ")); code != "" {
			return strings.Join(fields[:len(fields)-n], " "), code
		}
	}
	return line, ""
}

// otherNames are countries as the official geographic code names them (COG), where that is not the usual French name.
var otherNames = map[string]string{
	"allemagne rep fed": "DE", "rep federale allemande": "DE", "etats unis d amerique": "US", "grande bretagne": "GB", "angleterre": "GB",
	"irlande ou eire": "IE", "republique tcheque": "CZ", "tcheque republique": "CZ", "russie federation de": "RU", "coree republique de": "KR",
	"republique de coree": "KR", "coree republique populaire democratique de": "KP", "chine hong kong": "HK", "hong kong": "HK", "macao": "MO",
	"congo republique democratique": "CD", "congo": "CG", "taiwan": "TW", "formose taiwan": "TW", "viet nam": "VN", "vietnam": "VN",
	"syrie": "SY", "syrienne republique arabe": "SY", "iran republique islamique d": "IR", "bolivie": "BO", "venezuela": "VE", "cote d ivoire": "CI",
	"macedoine du nord": "MK", "moldavie": "MD", "moldova": "MD", "birmanie": "MM", "cap vert": "CV", "swaziland": "SZ", "pays bas": "NL", "hollande": "NL",
	"emirats arabes unis": "AE", "dominicaine republique": "DO", "centrafricaine republique": "CF", "tanzanie": "TZ", "vatican ou saint siege": "VA",
	"republique de maurice": "MU", "maurice": "MU", "palestine": "PS", "kosovo": "XK",
}

// countryNamed returns the ISO 3166 code of a country by its French name, empty where it has none of this name.
func countryNamed(name string) string {
	key := fold.Key(name)
	if code, known := otherNames[key]; known {
		return code
	}
	return countryNames()[key]
}

var countryNames = sync.OnceValue(func() map[string]string {
	names, all := display.Regions(language.French), map[string]string{}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string(a) + string(b))
			if err == nil && region.IsCountry() && region.String() == string(a)+string(b) {
				all[fold.Key(names.Name(region))] = region.String()
			}
		}
	}
	return all
})

// later is the verdict of a check that found no place, or no answer.
func later(siret, source, reason string, retry int) Found {
	f := unverifiable(siret, source, reason)
	f.RetryAfter = retry
	return f
}
