package insee

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// AnnuaireURL is the API Recherche d'entreprises of the State's annuaire: no key, 7 requests a second.
const AnnuaireURL = "https://recherche-entreprises.api.gouv.fr"

// Annuaire asks the API Recherche d'entreprises.
type Annuaire struct {
	client *http.Client
	base   string
	queue  *queue
}

// NewAnnuaire makes a client of the service at base.
func NewAnnuaire(client *http.Client, base string) *Annuaire {
	return &Annuaire{client: client, base: base, queue: newQueue(7, 2, time.Second)}
}

type annuaireAnswer struct {
	Results []struct {
		SIREN     string                  `json:"siren"`
		Name      string                  `json:"nom_raison_sociale"`
		FullName  string                  `json:"nom_complet"`
		Category  string                  `json:"nature_juridique"`
		Diffusion string                  `json:"statut_diffusion"`
		Seat      annuaireEstablishment   `json:"siege"`
		Matching  []annuaireEstablishment `json:"matching_etablissements"`
	} `json:"results"`
}

// annuaireEstablishment is an establishment as the annuaire writes it. The seat has its address in parts; of another one only the line is told.
type annuaireEstablishment struct {
	SIRET        string   `json:"siret"`
	State        string   `json:"etat_administratif"`
	Closed       string   `json:"date_fermeture"`
	Address      string   `json:"adresse"`
	Complement   string   `json:"complement_adresse"`
	Number       string   `json:"numero_voie"`
	LastNumber   string   `json:"dernier_numero_voie"`
	Repetition   string   `json:"indice_repetition"`
	Type         string   `json:"type_voie"`
	Street       string   `json:"libelle_voie"`
	Distribution string   `json:"distribution_speciale"`
	Cedex        string   `json:"cedex"`
	CedexTown    string   `json:"libelle_cedex"`
	ForeignTown  string   `json:"libelle_commune_etranger"`
	CountryCode  string   `json:"code_pays_etranger"`
	CountryName  string   `json:"libelle_pays_etranger"`
	Postcode     string   `json:"code_postal"`
	Town         string   `json:"libelle_commune"`
	Commune      string   `json:"commune"`
	Signs        []string `json:"liste_enseignes"`
	TradingName  string   `json:"nom_commercial"`
	Activity     string   `json:"activite_principale"`
	Activity2025 string   `json:"activite_principale_naf25"`
	Diffusion    string   `json:"statut_diffusion_etablissement"`
}

// Look asks about one SIRET. Absence from the annuaire does not prove that it does not exist: the verdict is Unknown.
func (a *Annuaire) Look(ctx context.Context, siret string) Found {
	if reason, retry := a.queue.enter(ctx); reason != "" {
		return later(siret, SourceAnnuaire, reason, retry)
	}
	query := url.Values{"q": {siret}, "page": {"1"}, "per_page": {"10"}}
	got := get(ctx, a.client, a.base+"/search?"+query.Encode(), nil)
	a.queue.told(got)
	if got.reason == "key" {
		got.reason = "refused" // this service knows no key
	}
	if got.reason != "" {
		return later(siret, SourceAnnuaire, got.reason, got.retry)
	}
	body := got.body
	var answer annuaireAnswer
	if json.Unmarshal(body, &answer) != nil || answer.Results == nil {
		return unverifiable(siret, SourceAnnuaire, "unreadable")
	}
	for _, unit := range answer.Results {
		for _, e := range unit.Matching {
			if e.SIRET == siret {
				name := unit.Name
				if name == "" {
					name = unit.FullName
				}
				if unit.Seat.SIRET == siret {
					e = unit.Seat.beside(e)
				}
				return e.found(name, unit.Category, unit.Diffusion)
			}
		}
	}
	return Found{SIRET: siret, Verdict: Unknown, Source: SourceAnnuaire}
}

// beside is the seat, with what the establishment that was found says of itself.
func (e annuaireEstablishment) beside(found annuaireEstablishment) annuaireEstablishment {
	e.State, e.Closed, e.Diffusion = found.State, found.Closed, found.Diffusion
	if e.Address == "" {
		e.Address = found.Address
	}
	if len(e.Signs) == 0 {
		e.Signs = found.Signs
	}
	return e
}

func (e annuaireEstablishment) found(name, category, diffusion string) Found {
	f := Found{SIRET: e.SIRET, Source: SourceAnnuaire, Activity: clean(e.Activity), ActivityList: "NAFRev2", LegalCategory: clean(category)}
	f.Activity2025 = clean(e.Activity2025)
	switch e.State {
	case "A":
		f.Verdict = Active
	case "F":
		f.Verdict, f.Reason, f.ClosedOn = Closed, "insee.closed", known(e.Closed)
	default:
		return unverifiable(e.SIRET, SourceAnnuaire, "unreadable")
	}
	var masked bool
	f.Name, masked = shown(name)
	place := e.place()
	f.Partial = e.Diffusion == "P" || diffusion == "P" || masked || place.masked()
	if f.Partial {
		return f
	}
	f.Sign = words(e.sign())
	if e.Street == "" && e.ForeignTown == "" && e.Commune == "" && e.Postcode == "" && e.Town == "" {
		f.Address1, f.Country = abroad(clean(e.Address))
		return f
	}
	place.write(&f)
	if e.Street == "" && e.Number == "" && e.Complement == "" && e.Distribution == "" {
		place.parted(&f) // of another establishment than the seat only the line is told
	}
	return f
}

// sign is the first of the establishment's enseignes, or the name it trades under.
func (e annuaireEstablishment) sign() string {
	if len(e.Signs) > 0 {
		return e.Signs[0]
	}
	return e.TradingName
}

func (e annuaireEstablishment) place() place {
	return place{
		complement: e.Complement, number: e.Number, last: e.LastNumber, repetition: e.Repetition, kind: e.Type, street: e.Street,
		distribution: e.Distribution, postcode: e.Postcode, town: e.Town, cedex: e.Cedex, cedexTown: e.CedexTown, foreignTown: e.ForeignTown,
		country: e.CountryName, code: e.CountryCode, line: e.Address,
	}
}
