package identifier

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// overseasRegions are the parts of France that dial under a prefix of their own, by the first three digits of their postcodes.
var overseasRegions = map[string]string{
	"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}

// dialsFrance are the overseas departments, from which a metropolitan number is dialled without a prefix.
var dialsFrance = map[string]bool{"GP": true, "MQ": true, "GF": true, "RE": true, "YT": true, "PM": true, "BL": true, "MF": true}

// Phone returns a telephone number in the form E.164, read as one dials it in a country (ISO 3166) at a postcode. A short number (36 31) stays as it is
// typed. ok is false where it is no valid number, or has an extension: an extension would be lost.
func Phone(text, country, postcode string) (number string, ok bool) {
	text = strings.TrimSpace(text)
	region := country
	if region == "" {
		region = "FR"
	}
	if len(postcode) == 5 && region == "FR" {
		if at, overseas := overseasRegions[postcode[:3]]; overseas {
			region = at
		}
	}
	if i := strings.IndexAny(text, "0123456789"); i < 0 || strings.ContainsFunc(text[i:], unicode.IsLetter) {
		return "", false // what stands behind a number would be lost
	}
	regions := []string{region}
	if dialsFrance[region] {
		regions = append(regions, "FR")
	}
	if at, national := dialledOverseas(text); at != "" && (region == "FR" || dialsFrance[region]) {
		regions, text = []string{at}, national
	}
	for _, r := range regions {
		n, err := phonenumbers.Parse(text, r)
		if err != nil || n.GetExtension() != "" || !strings.HasSuffix(digitsOf(text), strings.TrimLeft(fmt.Sprint(n.GetNationalNumber()), "0")) {
			continue
		}
		switch {
		case phonenumbers.IsValidNumber(n) && wholeFrench(text, n):
			return phonenumbers.Format(n, phonenumbers.E164), true
		case len(digitsOf(text)) <= 6 && phonenumbers.IsValidShortNumberForRegion(n, r):
			return text, true
		}
	}
	return "", false
}

// prefixes are those that France keeps for its parts overseas: the same number is dialled from all of them and from the mainland.
var prefixes = map[string]string{
	"0262": "RE", "0263": "RE", "0692": "RE", "0693": "RE", "0269": "YT", "0639": "YT", "0590": "GP", "0690": "GP", "0691": "GP",
	"0594": "GF", "0694": "GF", "0596": "MQ", "0696": "MQ", "0697": "MQ", "0508": "PM",
}

// dialledOverseas returns the part overseas whose number of ten digits a text is, and the text as it is dialled there.
func dialledOverseas(text string) (region, national string) {
	all := digitsOf(text)
	if len(all) != 10 || strings.HasPrefix(text, "+") {
		return "", text
	}
	region = prefixes[all[:4]]
	if region == "PM" {
		return region, all[4:]
	}
	return region, all
}

// wholeFrench refuses a French number without the zero that one dials before it, unless its country's prefix stands there: nine digits are a number
// from which one is missing.
func wholeFrench(text string, n *phonenumbers.PhoneNumber) bool {
	all := digitsOf(text)
	return n.GetCountryCode() != 33 || strings.HasPrefix(text, "+") || strings.HasPrefix(all, "0") || len(all) > 10
}

func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

// FormatPhone writes a number as it is dialled: a French one in pairs, another with its country's prefix. One that is kept as it was typed stays so.
func FormatPhone(number string) string {
	if !strings.HasPrefix(number, "+") {
		return number
	}
	n, err := phonenumbers.Parse(number, "FR")
	if err != nil {
		return number
	}
	if n.GetCountryCode() == 33 {
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}
