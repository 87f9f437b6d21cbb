package insee

import (
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"habilis/internal/fold"
	"habilis/internal/identifier"
)

// place is an address in the parts in which the registers write it. line is the whole on one line, where that is told.
type place struct {
	complement, number, repetition, last, lastRepetition, kind, street, distribution string
	postcode, town, cedex, cedexTown, foreignTown, country, code, line               string
}

// masked reports whether the register keeps a part of it to itself.
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
	if words(p.foreignTown, p.country, p.code) == "" {
		return
	}
	f.Town = words(p.foreignTown)
	if f.Country = countryNamed(words(p.country)); f.Country == "" {
		f.Country = countryCodes[words(p.code)]
	}
	if f.Country == "" && words(p.country) != "" {
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

var postcode = regexp.MustCompile(`^\d{5}$`)

// parted takes the postcode and town off the end of an address on one line, however they are written there. Where the post's own (CEDEX) stand there, they
// take the place of the commune's.
func (p place) parted(f *Found) {
	line := words(p.line)
	if i := strings.LastIndex(strings.ToUpper(line), " CEDEX"); i > 0 && words(p.cedex) == "" {
		fields := strings.Fields(line)
		for k := len(fields) - 1; k >= 0; k-- {
			if postcode.MatchString(fields[k]) {
				f.Address1, f.Postcode, f.Town = strings.Join(fields[:k], " "), fields[k], strings.Join(fields[k+1:], " ")
				return
			}
		}
	}
	f.Address1 = line
	for _, end := range []string{
		words(p.cedex, p.cedexTown), words(p.postcode, p.town), words(p.town), words(p.foreignTown, p.country), words(p.foreignTown),
	} {
		if n := len(line) - len(end); end != "" && n >= 0 && strings.EqualFold(line[n:], end) && (n == 0 || line[n-1] == ' ') {
			f.Address1 = strings.TrimSpace(line[:n])
			return
		}
	}
}

// linking are the words by which a street takes a country's name.
var linking = map[string]bool{"de": true, "des": true, "du": true, "d": true, "la": true, "le": true, "les": true, "l": true, "rue": true, "avenue": true, "place": true}

// abroad parts an address on one line whose country stands at its end.
func abroad(line string) (rest, country string) {
	fields := strings.Fields(line)
	for n := min(len(fields), 6); n > 0; n-- {
		if n < len(fields) && linking[strings.ToLower(fields[len(fields)-n-1])] {
			continue // a street that bears the name of a country
		}
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
	"republique de maurice": "MU", "maurice": "MU", "palestine": "PS", "kosovo": "XK", "iraq": "IQ", "burkina": "BF", "eswatini": "SZ", "el salvador": "SV", "palestine etat de": "PS",
	"salomon iles": "SB", "marshall iles": "MH", "micronesie etats federes de": "FM", "palaos iles": "PW", "sainte helene": "SH",
	"sainte helene ascension et tristan da cunha": "SH", "brunei": "BN", "myanmar": "MM", "samoa occidentales": "WS", "timor oriental": "TL",
	"kirghizistan": "KG", "soudan du sud": "SS", "coree du sud": "KR", "coree du nord": "KP", "viet nam republique socialiste du": "VN",
}

// countryCodes are countries by the code of the official geographic code (COG), for where the register gives no name. One code may stand for several
// territories, so a name goes before it.
var countryCodes = func() map[string]string {
	all := map[string]string{}
	fields := strings.Fields(`99101 DK 99103 NO 99104 SE 99105 FI 99106 EE 99107 LV 99108 LT 99109 DE 99110 AT 99111 BG 99112 HU 99113 LI 99114 RO 99116 CZ 99117 SK 99118 BA
	99119 HR 99120 ME 99121 RS 99122 PL 99123 RU 99125 AL 99126 GR 99127 IT 99128 SM 99129 VA 99130 AD 99131 BE 99132 GB 99133 GI 99134 ES 99135 NL
	99136 IE 99137 LU 99138 MC 99139 PT 99140 CH 99144 MT 99145 SI 99148 BY 99151 MD 99155 UA 99156 MK 99201 SA 99203 IQ 99204 IR 99205 LB 99206 SY
	99207 IL 99208 TR 99212 AF 99213 PK 99216 CN 99217 JP 99219 TH 99220 PH 99222 JO 99223 IN 99224 MM 99225 BN 99226 SG 99227 MY 99229 MV 99230 HK
	99231 ID 99232 MO 99234 KH 99235 LK 99236 TW 99238 KP 99239 KR 99240 KW 99241 LA 99242 MN 99243 VN 99246 BD 99247 AE 99248 QA 99249 BH 99250 OM
	99251 YE 99252 AM 99253 AZ 99254 CY 99255 GE 99256 KZ 99257 KG 99258 UZ 99259 TJ 99260 TM 99261 PS 99301 EG 99302 LR 99303 ZA 99304 GM 99309 TZ
	99310 ZW 99311 NA 99312 CD 99314 GQ 99315 ET 99316 LY 99317 ER 99318 SO 99321 BI 99322 CM 99323 CF 99324 CG 99326 CI 99327 BJ 99328 GA 99329 GH
	99330 GN 99331 BF 99332 KE 99333 MG 99334 MW 99335 ML 99336 MR 99337 NE 99338 NG 99339 UG 99340 RW 99341 SN 99342 SL 99343 SD 99344 TD 99345 TG
	99346 ZM 99347 BW 99348 LS 99350 MA 99351 TN 99352 DZ 99390 MU 99391 SZ 99392 GW 99393 MZ 99394 ST 99395 AO 99396 CV 99397 KM 99398 SC 99399 DJ
	99401 CA 99404 US 99405 MX 99406 CR 99407 CU 99408 DO 99409 GT 99410 HT 99411 HN 99412 NI 99413 PA 99414 SV 99415 AR 99416 BR 99417 CL 99418 BO
	99419 CO 99420 EC 99421 PY 99422 PE 99423 UY 99424 VE 99426 JM 99428 GY 99429 BZ 99433 TT 99434 BB 99436 BS 99437 SR 99501 AU 99502 NZ 99506 WS
	99507 NR 99508 FJ 99509 TO 99510 PG 99511 TV 99512 SB 99513 KI 99514 VU 99515 MH 99516 FM 99517 PW 99306 SH 99262 TL 99349 SS 99437 SR 99438 DM 99439 LC 99440 VC 99435 GD 99441 AG 99442 KN`)
	for i := 0; i+1 < len(fields); i += 2 {
		all[fields[i]] = fields[i+1]
	}
	return all
}()

// countryNamed returns the ISO 3166 code of a country by its French name, empty where none has this name.
func countryNamed(name string) string {
	key := fold.Key(name)
	if key == "" {
		return ""
	}
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
			if err == nil && identifier.Country(string(a)+string(b)) {
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
