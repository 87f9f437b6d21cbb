package register

import (
	"slices"
	"strings"

	"habilis/db/sqlc"
	"habilis/internal/insee"
	"habilis/internal/place"
)

// Difference is one field on which the record and the register do not agree.
type Difference struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Everything takes all that the register says.
var Everything = []string{
	"name", "sign", "address1", "address2", "address3", "postcode", "town", "country", "activity", "activity2025", "legalCategory",
}

// Differing lists the fields on which a record and the register do not agree; what the register keeps to itself is none.
func Differing(row sqlc.Structure, found insee.Found) []Difference {
	list := []Difference{}
	if found.Verdict != insee.Active && found.Verdict != insee.Closed {
		return list
	}
	old, new := registered(row), told(found)
	for _, field := range Everything {
		if field == "address3" && new[field] == "" && runOver(row.Address2, row.Address3) && !found.Partial {
			list = append(list, Difference{field, old[field], ""})
			continue
		}
		if new[field] == "" && (found.Partial || slices.Contains([]string{"name", "sign", "address3", "country", "activity2025"}, field)) {
			continue // masked, or not given: never data
		}
		if old[field] != new[field] {
			list = append(list, Difference{field, old[field], new[field]})
		}
	}
	return list
}

// runOver reports whether a line goes on with the words for which the one before had no room: a long address of the register was wrapped so.
func runOver(line, next string) bool {
	first, _, _ := strings.Cut(next, " ")
	return line != "" && first != "" && len([]rune(line))+1+len([]rune(first)) > place.Longest["address1"]
}

func registered(row sqlc.Structure) map[string]string {
	return map[string]string{
		"name": row.Name, "sign": row.Sign, "address1": row.Address1, "address2": row.Address2, "address3": row.Address3, "postcode": row.Postcode,
		"town": row.Town, "country": row.Country, "activity": row.Activity, "activity2025": row.Activity2025, "legalCategory": row.LegalCategory,
	}
}

func told(found insee.Found) map[string]string {
	return map[string]string{
		"name": found.Name, "sign": found.Sign, "address1": found.Address1, "address2": found.Address2, "address3": found.Address3,
		"postcode": found.Postcode, "town": found.Town, "country": found.Country, "activity": found.Activity, "activity2025": found.Activity2025,
		"legalCategory": found.LegalCategory,
	}
}
