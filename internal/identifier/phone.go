package identifier

import "github.com/nyaruka/phonenumbers"

// Phone gives a telephone number in the form E.164; one without a country's prefix is French. ok is false where it is not a possible number.
func Phone(text string) (number string, ok bool) {
	n, err := phonenumbers.Parse(text, "FR")
	if err != nil || !phonenumbers.IsPossibleNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// FormatPhone writes a number as it is dialled: a French one in pairs, another with its country's prefix. A number that is not one stays as it is.
func FormatPhone(number string) string {
	n, err := phonenumbers.Parse(number, "FR")
	if err != nil {
		return number
	}
	if n.GetCountryCode() == 33 {
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}
