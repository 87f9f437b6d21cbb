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

// AnnuaireURL is the API Recherche d'entreprises of the State's annuaire: no key, 7 requests a second.
const AnnuaireURL = "https://recherche-entreprises.api.gouv.fr"

// Annuaire asks the API Recherche d'entreprises.
type Annuaire struct {
	client *http.Client
	base   string
	pace   *pace.Pace
}

// NewAnnuaire makes a client of the service at base.
func NewAnnuaire(client *http.Client, base string) *Annuaire {
	return &Annuaire{client: client, base: base, pace: pace.New(7, time.Second)}
}

type annuaireAnswer struct {
	Results []struct {
		SIREN     string                  `json:"siren"`
		Name      string                  `json:"nom_raison_sociale"`
		FullName  string                  `json:"nom_complet"`
		Category  string                  `json:"nature_juridique"`
		Diffusion string                  `json:"statut_diffusion"`
		Matching  []annuaireEstablishment `json:"matching_etablissements"`
	} `json:"results"`
}

type annuaireEstablishment struct {
	SIRET     string `json:"siret"`
	State     string `json:"etat_administratif"`
	Closed    string `json:"date_fermeture"`
	Address   string `json:"adresse"`
	Postcode  string `json:"code_postal"`
	Town      string `json:"libelle_commune"`
	Activity  string `json:"activite_principale"`
	Diffusion string `json:"statut_diffusion_etablissement"`
}

// Look asks about one SIRET. Absence from the annuaire does not prove that it does not exist: the verdict is Unknown.
func (a *Annuaire) Look(ctx context.Context, siret string) Found {
	if !a.pace.Wait(ctx) {
		return unverifiable(siret, SourceAnnuaire, "slow")
	}
	query := url.Values{"q": {siret}, "page": {"1"}, "per_page": {"10"}}
	status, body, retry, reason := get(ctx, a.client, a.base+"/search?"+query.Encode(), nil)
	if reason == "" && status != http.StatusOK {
		reason = "refused"
	}
	if reason != "" {
		f := unverifiable(siret, SourceAnnuaire, reason)
		f.RetryAfter = retry
		return f
	}
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
				return e.found(name, unit.Category, unit.Diffusion)
			}
		}
	}
	return Found{SIRET: siret, Verdict: Unknown, Source: SourceAnnuaire}
}

func (e annuaireEstablishment) found(name, category, diffusion string) Found {
	f := Found{SIRET: e.SIRET, Source: SourceAnnuaire, Activity: e.Activity, ActivityList: "NAFRev2", LegalCategory: category}
	switch e.State {
	case "A":
		f.Verdict = Active
	case "F":
		f.Verdict, f.Reason, f.ClosedOn = Closed, "insee.closed", e.Closed
	default:
		return unverifiable(e.SIRET, SourceAnnuaire, "unreadable")
	}
	f.Activity, f.LegalCategory, f.ClosedOn = clean(f.Activity), clean(f.LegalCategory), clean(f.ClosedOn)
	var masked [4]bool
	f.Name, masked[0] = shown(name)
	f.Postcode, masked[1] = shown(e.Postcode)
	f.Town, masked[2] = shown(e.Town)
	line, hidden := shown(e.Address)
	masked[3] = hidden
	f.Address1 = street(line, f.Postcode, f.Town)
	f.Partial = e.Diffusion == "P" || diffusion == "P" || masked != [4]bool{}
	if f.Partial {
		f.Address1, f.Postcode, f.Town = "", "", ""
	}
	return f
}

// street takes the postcode and town off the end of an address on one line.
func street(line, postcode, town string) string {
	if i := strings.LastIndex(line, postcode+" "+town); postcode != "" && i > 0 {
		return strings.TrimSpace(line[:i])
	}
	return line
}
