package identifier

import (
	"strconv"
	"strings"
)

// keyLetters are the characters of a French VAT key: digits, then letters without I and O.
const keyLetters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// parseVATFR: FR, a key of two characters, and a SIREN. A numeric key is (12 + 3 × (SIREN mod 97)) mod 97; a key with letters follows a rule
// modulo 11. Monaco's numbers begin with 000 in the place of the SIREN, and have no Luhn key.
func parseVATFR(s string) (canonical, reason string) {
	if len(s) == 11 && digits(s[2:]) {
		s = "FR" + s // people leave the country out
	}
	if !strings.HasPrefix(s, "FR") {
		return "", "vat_fr.prefix"
	}
	if len(s) != 13 {
		return "", "vat_fr.length"
	}
	key, siren := s[2:4], s[4:]
	if !digits(siren) {
		return "", "vat_fr.not_digits"
	}
	if strings.IndexByte(keyLetters, key[0]) < 0 || strings.IndexByte(keyLetters, key[1]) < 0 {
		return "", "vat_fr.key_characters"
	}
	if strings.Trim(siren, "0") == "" {
		return "", "vat_fr.zeros"
	}
	if siren[:3] != "000" && !luhn(siren) {
		return "", "vat_fr.siren_key"
	}
	n, _ := strconv.Atoi(siren) // nine digits, seen above
	if !keyHolds(key, n) {
		return "", "vat_fr.key"
	}
	return s, ""
}

func keyHolds(key string, siren int) bool {
	if digits(key) {
		n, _ := strconv.Atoi(key) // two digits
		return n == (12+3*(siren%97))%97
	}
	first, second := strings.IndexByte(keyLetters, key[0]), strings.IndexByte(keyLetters, key[1])
	check := first*34 + second - 100
	if first < 10 {
		check = first*24 + second - 10
	}
	return (siren+1+check/11)%11 == check%11
}

// VATOf returns the French VAT number of a SIREN: the numeric key that the administration gives first.
func VATOf(siren string) string {
	n, err := strconv.Atoi(siren)
	if err != nil || len(siren) != 9 {
		return ""
	}
	key := (12 + 3*(n%97)) % 97
	return "FR" + string(rune('0'+key/10)) + string(rune('0'+key%10)) + siren
}
