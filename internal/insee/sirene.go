package insee

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"habilis/internal/insee/pace"
)

// SireneURL is INSEE's Sirene API 3.11: with the user's own free key, 30 requests a minute.
const SireneURL = "https://api.insee.fr/api-sirene/3.11"

const keyHeader = "X-INSEE-Api-Key-Integration"

// Sirene asks INSEE itself.
type Sirene struct {
	client *http.Client
	base   string
	key    string
	pace   *pace.Pace
}

// NewSirene makes a client of the service at base with a key.
func NewSirene(client *http.Client, base, key string) *Sirene {
	return &Sirene{client: client, base: base, key: key, pace: pace.New(30, time.Minute)}
}

type sireneAnswer struct {
	Establishment *struct {
		SIRET     string `json:"siret"`
		Diffusion string `json:"statutDiffusionEtablissement"`
		Unit      struct {
			Diffusion  string `json:"statutDiffusionUniteLegale"`
			Category   string `json:"categorieJuridiqueUniteLegale"`
			Name       string `json:"denominationUniteLegale"`
			LastName   string `json:"nomUniteLegale"`
			UsedName   string `json:"nomUsageUniteLegale"`
			FirstName  string `json:"prenomUsuelUniteLegale"`
			FirstName1 string `json:"prenom1UniteLegale"`
			Activity   string `json:"activitePrincipaleUniteLegale"`
			List       string `json:"nomenclatureActivitePrincipaleUniteLegale"`
		} `json:"uniteLegale"`
		Address struct {
			Complement string `json:"complementAdresseEtablissement"`
			Number     string `json:"numeroVoieEtablissement"`
			Repetition string `json:"indiceRepetitionEtablissement"`
			Type       string `json:"typeVoieEtablissement"`
			Street     string `json:"libelleVoieEtablissement"`
			Postcode   string `json:"codePostalEtablissement"`
			Town       string `json:"libelleCommuneEtablissement"`
		} `json:"adresseEtablissement"`
		Periods []struct {
			From     string  `json:"dateDebut"`
			Until    *string `json:"dateFin"`
			State    string  `json:"etatAdministratifEtablissement"`
			Activity string  `json:"activitePrincipaleEtablissement"`
			List     string  `json:"nomenclatureActivitePrincipaleEtablissement"`
		} `json:"periodesEtablissement"`
	} `json:"etablissement"`
	Establishments []json.RawMessage `json:"etablissements"`
}

// Look asks about one SIRET. Unknown (404) means that it does not exist.
func (s *Sirene) Look(ctx context.Context, siret string) Found {
	if !s.pace.Wait(ctx) {
		return unverifiable(siret, SourceSirene, "slow")
	}
	status, body, retry, reason := get(ctx, s.client, s.base+"/siret/"+url.PathEscape(siret), map[string]string{keyHeader: s.key})
	if reason != "" {
		f := unverifiable(siret, SourceSirene, reason)
		f.RetryAfter = retry
		return f
	}
	var answer sireneAnswer
	if json.Unmarshal(body, &answer) != nil {
		return unverifiable(siret, SourceSirene, "unreadable")
	}
	switch {
	case status == http.StatusNotFound:
		return Found{SIRET: siret, Verdict: Unknown, Source: SourceSirene}
	case answer.Establishments != nil:
		return unverifiable(siret, SourceSirene, "several")
	case answer.Establishment == nil || answer.Establishment.SIRET != siret:
		return unverifiable(siret, SourceSirene, "unreadable")
	}
	return answer.found(siret)
}

// Try asks for nothing but whether the key is good. It gives "" or the reason why not.
func (s *Sirene) Try(ctx context.Context) string {
	status, _, _, reason := get(ctx, s.client, s.base+"/informations", map[string]string{keyHeader: s.key})
	if reason == "" && status != http.StatusOK {
		reason = "refused"
	}
	if reason != "" {
		return "insee." + reason
	}
	return ""
}

func (a sireneAnswer) found(siret string) Found {
	e := a.Establishment
	f := Found{SIRET: siret, Source: SourceSirene, LegalCategory: e.Unit.Category, Activity: e.Unit.Activity, ActivityList: e.Unit.List}
	for _, p := range e.Periods {
		if p.Until != nil {
			continue
		}
		if p.Activity != "" {
			f.Activity, f.ActivityList = p.Activity, p.List
		}
		switch p.State {
		case "A":
			f.Verdict = Active
		case "F":
			f.Verdict, f.Reason, f.ClosedOn = Closed, "insee.closed", p.From
		}
	}
	f.Activity, f.ActivityList, f.LegalCategory, f.ClosedOn = clean(f.Activity), clean(f.ActivityList), clean(f.LegalCategory), clean(f.ClosedOn)
	if f.Verdict == "" {
		return unverifiable(siret, SourceSirene, "unreadable")
	}
	f.Partial = e.Diffusion == "P" || e.Unit.Diffusion == "P"
	f.Name = a.name(&f.Partial)
	address := e.Address
	for _, value := range []string{address.Number, address.Street, address.Postcode, address.Town} {
		_, masked := shown(value)
		f.Partial = f.Partial || masked
	}
	if !f.Partial {
		f.Address1 = words(address.Number, address.Repetition, address.Type, address.Street)
		f.Address2, f.Postcode, f.Town = words(address.Complement), words(address.Postcode), words(address.Town)
	}
	return f
}

// name is the unit's, or for a natural person (legal category 1000) the usual first name and name.
func (a sireneAnswer) name(partial *bool) string {
	u := a.Establishment.Unit
	parts := []string{u.Name}
	if u.Name == "" || strings.HasPrefix(u.Category, "1") {
		first, last := u.FirstName, u.LastName
		if first == "" {
			first = u.FirstName1
		}
		if u.UsedName != "" {
			last = u.UsedName
		}
		parts = []string{first, last}
	}
	for _, p := range parts {
		if _, masked := shown(p); masked {
			*partial = true
			return ""
		}
	}
	return words(parts...)
}
