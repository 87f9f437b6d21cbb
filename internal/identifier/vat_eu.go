package identifier

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// parseEU checks an intra-Community VAT number of a member state other than France, or of Northern Ireland (XI): the form, then the check
// digits, by the public rules of each state.
func parseEU(s string) (canonical, reason string) {
	if len(s) < 2 {
		return "", "eu.shape"
	}
	prefix, rest := s[:2], s[2:]
	switch prefix {
	case "FR":
		return "", "eu.french"
	case "GR":
		return "", "eu.greece"
	case "BE":
		if len(rest) == 9 {
			rest = "0" + rest
		}
	}
	rule, known := europe[prefix]
	switch {
	case !known:
		return "", "eu.prefix"
	case !rule.shape.MatchString(rest):
		return "", "eu.shape"
	case !rule.check(rest):
		return "", "eu.check"
	}
	return prefix + rest, ""
}

type vatRule struct {
	shape *regexp.Regexp
	check func(s string) bool
}

func vat(shape string, check func(s string) bool) vatRule {
	return vatRule{regexp.MustCompile("^(?:" + shape + ")$"), check}
}

var europe = map[string]vatRule{
	"AT": vat(`U[0-9]{8}`, func(s string) bool { return luhnSum(s[1:8])%10 == mod(6-digit(s, 8), 10) }),
	"BE": vat(`[01][0-9]{9}`, func(s string) bool { return number(s[:8])%97 == 97-number(s[8:]) }),
	"BG": vat(`[0-9]{9,10}`, bulgarian),
	"CY": vat(`[0-9]{8}[A-Z]`, cypriot),
	"CZ": vat(`[0-9]{8,10}`, czech),
	"DE": vat(`[1-9][0-9]{8}`, mod1110),
	"DK": vat(`[1-9][0-9]{7}`, func(s string) bool { return weighted(s, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }),
	"EE": vat(`[0-9]{9}`, func(s string) bool { return weighted(s, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0 }),
	"EL": vat(`[0-9]{9}`, func(s string) bool {
		return weighted(s, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == digit(s, 8) && number(s) > 0
	}),
	"ES": vat(`[A-Z][0-9]{7}[0-9A-Z]|[0-9]{8}[A-Z]`, spanish),
	"FI": vat(`[0-9]{8}`, func(s string) bool { return weighted(s, 7, 9, 10, 5, 8, 4, 2, 1)%11 == 0 && number(s) > 0 }),
	"HR": vat(`[0-9]{11}`, mod1110),
	"HU": vat(`[0-9]{8}`, func(s string) bool { return weighted(s, 9, 7, 3, 1, 9, 7, 3, 1)%10 == 0 && number(s) > 0 }),
	"IE": vat(`[0-9]{7}[A-W][A-I]?|[0-9][A-Z][0-9]{5}[A-W]`, irish),
	"IT": vat(`[0-9]{11}`, italian),
	"LT": vat(`[0-9]{7}1[0-9]|[0-9]{10}1[0-9]`, lithuanian),
	"LU": vat(`[0-9]{8}`, func(s string) bool { return number(s[:6])%89 == number(s[6:]) }),
	"LV": vat(`[0-9]{11}`, latvian),
	"MT": vat(`[1-9][0-9]{7}`, func(s string) bool { return weighted(s, 3, 4, 6, 7, 8, 9, 10, 1)%37 == 0 }),
	"NL": vat(`[0-9]{9}B[0-9]{2}`, dutch),
	"PL": vat(`[0-9]{10}`, func(s string) bool { return weighted(s, 6, 5, 7, 2, 3, 4, 5, 6, 7)%11 == digit(s, 9) && number(s) > 0 }),
	"PT": vat(`[1-9][0-9]{8}`, func(s string) bool { return mod(11-weighted(s, 9, 8, 7, 6, 5, 4, 3, 2)%11, 11)%10 == digit(s, 8) }),
	"RO": vat(`[1-9][0-9]{1,9}`, romanian),
	"SE": vat(`[0-9]{10}01`, func(s string) bool { return luhn(s[:10]) && number(s[:10]) > 0 }),
	"SI": vat(`[1-9][0-9]{7}`, slovene),
	"SK": vat(`[1-9][0-9][2-4789][0-9]{7}`, func(s string) bool { return number(s)%11 == 0 }),
	"XI": vat(`[0-9]{9}|[0-9]{12}|GD[0-9]{3}|HA[0-9]{3}`, british),
}

func digit(s string, i int) int { return int(s[i] - '0') }

func number(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // digits, 12 at most
	return n
}

func mod(n, by int) int { return (n%by + by) % by }

// weighted sums the first digits, each by its weight.
func weighted(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * digit(s, i)
	}
	return sum
}

// luhnSum sums digits from the right, every second one doubled and its digits added.
func luhnSum(s string) int {
	sum := 0
	for i := range len(s) {
		d := digit(s, len(s)-1-i)
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum
}

// mod1110 is ISO 7064, MOD 11,10.
func mod1110(s string) bool {
	check := 5
	for i := range len(s) {
		if check == 0 {
			check = 10
		}
		check = (check*2%11 + digit(s, i)) % 10
	}
	return check == 1
}

// day reports whether a day exists, its month shifted by one of the shifts.
func day(year, month, date int64, shifts ...int64) bool {
	for _, s := range shifts {
		if m := month - s; m >= 1 && m <= 12 {
			t := time.Date(int(year), time.Month(m), int(date), 0, 0, 0, 0, time.UTC)
			return t.Day() == int(date)
		}
	}
	return false
}

// bulgarian: 9 digits for a company; 10 for a citizen (EGN), a foreigner, or anyone else.
func bulgarian(s string) bool {
	if len(s) == 9 {
		check := weighted(s, 1, 2, 3, 4, 5, 6, 7, 8) % 11
		if check == 10 {
			check = weighted(s, 3, 4, 5, 6, 7, 8, 9, 10) % 11
		}
		return check%10 == digit(s, 8) && number(s) > 0
	}
	last := digit(s, 9)
	citizen := egn(s) && weighted(s, 2, 4, 8, 5, 10, 9, 7, 3, 6)%11%10 == last
	foreigner := weighted(s, 21, 19, 17, 13, 11, 9, 7, 3, 1)%10 == last
	other := mod(11-weighted(s, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11, 11) == last
	return (citizen || foreigner || other) && number(s) > 0
}

// egn reports whether the number of a Bulgarian citizen begins with a day: months of the 19th century are shifted by 20, of the 21st by 40.
func egn(s string) bool {
	year, month, date := number(s[:2]), number(s[2:4]), number(s[4:6])
	return day(1900+year, month, date, 0) || day(1800+year, month, date, 20) || day(2000+year, month, date, 40)
}

func cypriot(s string) bool {
	odd := [10]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21}
	sum := 0
	for i := range 8 {
		if i%2 == 0 {
			sum += odd[digit(s, i)]
		} else {
			sum += digit(s, i)
		}
	}
	return s[:2] != "12" && s[8] == byte('A'+sum%26)
}

// czech: 8 digits for a company; 9 beginning with 6, or a birth number of 9 (before 1954) or 10, for a person.
func czech(s string) bool {
	switch {
	case len(s) == 8:
		check := mod(11-weighted(s, 8, 7, 6, 5, 4, 3, 2)%11, 11)
		if check == 0 {
			check = 1
		}
		return s[0] != '9' && check%10 == digit(s, 7)
	case len(s) == 9 && s[0] == '6':
		check := weighted(s[1:], 8, 7, 6, 5, 4, 3, 2) % 11
		return mod(8-mod(10-check, 11), 10) == digit(s, 8)
	}
	year, month, date := number(s[:2]), number(s[2:4]), number(s[4:6])
	if len(s) == 9 {
		return year <= 53 && day(1900+year, month, date, 0, 50)
	}
	if year += 1900; year < 1954 {
		year += 100
	}
	return day(year, month, date, 0, 20, 50, 70) && int(number(s[:9])%11)%10 == digit(s, 9)
}

// spanish: a citizen (DNI), a foreigner (NIE), K, L or M, or an organisation (CIF), whose last character is a digit or its letter.
func spanish(s string) bool {
	const dni, cif = "TRWAGMYFPDXBNJZSQVHLCKE", "JABCDEFGHI"
	switch first := s[0]; {
	case first <= '9':
		return s[8] == dni[number(s[:8])%23]
	case strings.IndexByte("XYZ", first) >= 0:
		return s[8] == dni[number(strconv.Itoa(strings.IndexByte("XYZ", first))+s[1:8])%23]
	case strings.IndexByte("KLM", first) >= 0:
		return s[8] == dni[number(s[1:8])%23]
	case strings.IndexByte("ABCDEFGHJNPQRSUVW", first) >= 0:
		check := mod(-luhnSum(s[1:8]+"0"), 10)
		return s[8] == byte('0'+check) || s[8] == cif[check]
	}
	return false
}

func irish(s string) bool {
	const letters = "WABCDEFGHIJKLMNOPQRSTUV"
	sum, check := 0, s[7]
	if s[1] >= 'A' { // the old form
		sum = weighted("0"+s[2:7]+s[:1], 8, 7, 6, 5, 4, 3, 2)
	} else {
		sum = weighted(s, 8, 7, 6, 5, 4, 3, 2)
		if len(s) == 9 {
			sum += 9 * strings.IndexByte(letters, s[8])
		}
	}
	return check == letters[sum%23]
}

// italian: seven digits, the province that gave them, and Luhn.
func italian(s string) bool {
	province := number(s[7:10])
	known := province >= 1 && province <= 100 || province == 120 || province == 121 || province == 888 || province == 999
	return known && number(s[:7]) > 0 && luhn(s)
}

func lithuanian(s string) bool {
	sum, again := 0, 0
	for i := range len(s) - 1 {
		sum += (i%9 + 1) * digit(s, i)
		again += ((i+2)%9 + 1) * digit(s, i)
	}
	check := sum % 11
	if check == 10 {
		check = again % 11 % 10
	}
	return check == digit(s, len(s)-1)
}

// latvian: a company begins with 4 or more; a person with the day of birth, or 32.
func latvian(s string) bool {
	if s[0] > '3' {
		return weighted(s, 9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)%11 == 3
	}
	born := s[:2] == "32" || s[6] <= '2' && day(1800+100*number(s[6:7])+number(s[4:6]), number(s[2:4]), number(s[:2]), 0)
	return born && (1+weighted(s, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9))%11%10 == digit(s, 10)
}

// dutch: a company or citizen by the test of eleven, or since 2020 by the remainder of 97 over the whole number.
func dutch(s string) bool {
	if number(s[:9]) == 0 || s[10:] == "00" {
		return false
	}
	if weighted(s, 9, 8, 7, 6, 5, 4, 3, 2)%11 == digit(s, 8) {
		return true
	}
	rest := int64(0)
	for _, r := range "NL" + s {
		if r >= 'A' {
			rest = (rest*100 + int64(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int64(r-'0')) % 97
		}
	}
	return rest == 1
}

func romanian(s string) bool {
	padded := strings.Repeat("0", 10-len(s)) + s
	return 10*weighted(padded, 7, 5, 3, 2, 1, 7, 5, 3, 2)%11%10 == digit(padded, 9)
}

func slovene(s string) bool {
	check := 11 - weighted(s, 8, 7, 6, 5, 4, 3, 2)%11
	return check%10 == digit(s, 7) && check != 11
}

// british, for Northern Ireland: nine digits, with a branch's three perhaps, a government department or a health authority.
func british(s string) bool {
	switch s[:2] {
	case "GD":
		return number(s[2:]) < 500
	case "HA":
		return number(s[2:]) >= 500
	}
	switch weighted(s, 8, 7, 6, 5, 4, 3, 2, 10, 1) % 97 {
	case 0:
		return number(s[:9]) > 0
	case 42, 55: // the second series begins at 100 0000
		return number(s[:7]) >= 1_000_000
	}
	return false
}
