package identifier

// laPoste is the SIREN whose establishments outgrew the Luhn key.
const laPoste = "356000000"

// parseSIRET: 14 digits, Luhn on all of them and on the SIREN, the first 9. La Poste's establishments may instead have a sum of digits
// that is a multiple of 5. A SIREN alone is told as one.
func parseSIRET(s string) (canonical, reason string) {
	if len(s) == 9 && shape("siret", s, 9) == "" && luhn(s) {
		return "", "siret.siren"
	}
	if reason := shape("siret", s, 14); reason != "" {
		return "", reason
	}
	if !luhn(s[:9]) {
		return "", "siret.siren_key"
	}
	if !luhn(s) && !(s[:9] == laPoste && sum(s)%5 == 0) {
		return "", "siret.key"
	}
	return s, ""
}

func sum(s string) int {
	n := 0
	for _, r := range s {
		n += int(r - '0')
	}
	return n
}
