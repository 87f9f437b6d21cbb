package insee

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// SireneURL is INSEE's Sirene API 3.11: with the user's own free key, 30 requests a minute.
const SireneURL = "https://api.insee.fr/api-sirene/3.11"

const keyHeader = "X-INSEE-Api-Key-Integration"

// Sirene asks INSEE itself.
type Sirene struct {
	client *http.Client
	base   string
	key    string
	queue  *queue
}

// NewSirene makes a client of the service at base with a key.
func NewSirene(client *http.Client, base, key string) *Sirene {
	return &Sirene{client: client, base: base, key: key, queue: newQueue(30, 8, time.Minute)}
}

type sireneAnswer struct {
	Establishment *struct {
		SIRET        string `json:"siret"`
		Diffusion    string `json:"statutDiffusionEtablissement"`
		Activity2025 string `json:"activitePrincipaleNAF25Etablissement"`
		Unit         struct {
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
			Complement     string `json:"complementAdresseEtablissement"`
			Number         string `json:"numeroVoieEtablissement"`
			Repetition     string `json:"indiceRepetitionEtablissement"`
			LastNumber     string `json:"dernierNumeroVoieEtablissement"`
			LastRepetition string `json:"indiceRepetitionDernierNumeroVoieEtablissement"`
			Type           string `json:"typeVoieEtablissement"`
			Street         string `json:"libelleVoieEtablissement"`
			Distribution   string `json:"distributionSpecialeEtablissement"`
			Postcode       string `json:"codePostalEtablissement"`
			Town           string `json:"libelleCommuneEtablissement"`
			ForeignTown    string `json:"libelleCommuneEtrangerEtablissement"`
			Cedex          string `json:"codeCedexEtablissement"`
			CedexTown      string `json:"libelleCedexEtablissement"`
			Country        string `json:"libellePaysEtrangerEtablissement"`
			CountryCode    string `json:"codePaysEtrangerEtablissement"`
		} `json:"adresseEtablissement"`
		Periods []struct {
			From     string  `json:"dateDebut"`
			Until    *string `json:"dateFin"`
			State    string  `json:"etatAdministratifEtablissement"`
			Activity string  `json:"activitePrincipaleEtablissement"`
			List     string  `json:"nomenclatureActivitePrincipaleEtablissement"`
			Sign     string  `json:"enseigne1Etablissement"`
			Usual    string  `json:"denominationUsuelleEtablissement"`
		} `json:"periodesEtablissement"`
	} `json:"etablissement"`
	Establishments []json.RawMessage `json:"etablissements"`
}

// Look asks about one SIRET. Unknown (404) means that it does not exist.
func (s *Sirene) Look(ctx context.Context, siret string) Found {
	if reason, retry := s.queue.enter(ctx); reason != "" {
		return later(siret, SourceSirene, reason, retry)
	}
	got := get(ctx, s.client, s.base+"/siret/"+url.PathEscape(siret), map[string]string{keyHeader: s.key})
	s.queue.told(got)
	if got.status == http.StatusNotFound && got.statut() == http.StatusNotFound {
		return Found{SIRET: siret, Verdict: Unknown, Source: SourceSirene} // the service itself says so, no gateway before it
	}
	if got.reason != "" {
		return later(siret, SourceSirene, got.reason, got.retry)
	}
	body := got.body
	var answer sireneAnswer
	if json.Unmarshal(body, &answer) != nil {
		return unverifiable(siret, SourceSirene, "unreadable")
	}
	switch {
	case answer.Establishments != nil:
		return unverifiable(siret, SourceSirene, "several")
	case answer.Establishment == nil || answer.Establishment.SIRET != siret:
		return unverifiable(siret, SourceSirene, "unreadable")
	}
	return answer.found(siret)
}

// Try asks for nothing but whether the key is good. It returns "" or the reason why not.
func (s *Sirene) Try(ctx context.Context) string {
	got := get(ctx, s.client, s.base+"/informations", map[string]string{keyHeader: s.key})
	var own struct {
		State string `json:"etatService"`
	}
	switch {
	case got.reason != "":
		return "insee." + got.reason
	case json.Unmarshal(got.body, &own) != nil || own.State == "":
		return "insee.unreadable" // not the service's own answer
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
		if f.Sign = words(p.Sign); f.Sign == "" {
			f.Sign = words(p.Usual)
		}
		switch p.State {
		case "A":
			f.Verdict = Active
		case "F":
			f.Verdict, f.Reason, f.ClosedOn = Closed, "insee.closed", p.From
		}
	}
	f.Activity, f.ActivityList, f.LegalCategory, f.ClosedOn = clean(f.Activity), clean(f.ActivityList), clean(f.LegalCategory), known(f.ClosedOn)
	if f.Verdict == "" {
		return unverifiable(siret, SourceSirene, "unreadable")
	}
	f.Activity2025 = clean(e.Activity2025)
	f.Partial = e.Diffusion == "P" || e.Unit.Diffusion == "P"
	f.Name = a.name(&f.Partial)
	at := e.Address
	where := place{
		complement: at.Complement, number: at.Number, repetition: at.Repetition, last: at.LastNumber, lastRepetition: at.LastRepetition, kind: at.Type,
		street: at.Street, distribution: at.Distribution, postcode: at.Postcode, town: at.Town, cedex: at.Cedex, cedexTown: at.CedexTown,
		foreignTown: at.ForeignTown, country: at.Country, code: at.CountryCode,
	}
	if f.Partial = f.Partial || where.masked(); f.Partial {
		f.Sign = ""
		return f
	}
	where.write(&f)
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
