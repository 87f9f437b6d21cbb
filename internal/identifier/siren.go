package identifier

// parseSIREN: 9 digits with a Luhn key; all zeros refused.
func parseSIREN(s string) (canonical, reason string) {
	if reason := shape("siren", s, 9); reason != "" {
		return "", reason
	}
	if !luhn(s) {
		return "", "siren.key"
	}
	return s, ""
}
