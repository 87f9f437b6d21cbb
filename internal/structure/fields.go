package structure

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"habilis/db"
	"habilis/db/sqlc"
	"habilis/internal/access"
	"habilis/internal/fault"
	"habilis/internal/field"
	"habilis/internal/fold"
	"habilis/internal/identifier"
	"habilis/internal/insee"
	"habilis/internal/place"
)

// Parameters are those of a public structure (facts/structures.md): what its suppliers must give and see.
type Parameters struct {
	EDI                bool   `json:"edi"`
	CodeRequired       bool   `json:"codeRequired"`
	CommitmentRequired bool   `json:"commitmentRequired"`
	CommitmentOrCode   bool   `json:"commitmentOrCode"`
	PaymentHidden      bool   `json:"paymentHidden"`
	MOA                string `json:"moa"` // none, involved, only
}

// Supplier says in one word what a supplier must give: nothing, code, commitment, both or either. Of a department, whose code is then given,
// it is commitment or nothing.
func (p Parameters) Supplier() string {
	switch {
	case p.CodeRequired && p.CommitmentRequired:
		return "both"
	case p.CodeRequired:
		return "code"
	case p.CommitmentRequired:
		return "commitment"
	case p.CommitmentOrCode:
		return "either"
	}
	return "nothing"
}

// Redundant tells that "the one or the other" adds nothing to a box that is ticked.
func (p Parameters) Redundant() bool {
	return p.CommitmentOrCode && (p.CodeRequired || p.CommitmentRequired)
}

// Requirement is what parameters come to: what a supplier must give, and whether "the one or the other" adds nothing.
type Requirement struct {
	Supplier  string `json:"supplier"`
	Redundant bool   `json:"redundant"`
}

// Requirement returns what the parameters come to.
func (p Parameters) Requirement() Requirement { return Requirement{p.Supplier(), p.Redundant()} }

// Fields is what a person may type of a structure, at its creation and later. Days are written 2006-01-02.
type Fields struct {
	Name             string   `json:"name"`
	FirstName        string   `json:"firstName"` // of a particulier, instead of a name
	LastName         string   `json:"lastName"`
	Label            string   `json:"label"`
	Email            string   `json:"email"`
	Phone            string   `json:"phone"` // E.164 once checked
	Address1         string   `json:"address1"`
	Address2         string   `json:"address2"`
	Address3         string   `json:"address3"`
	Postcode         string   `json:"postcode"`
	Town             string   `json:"town"`
	Country          string   `json:"country"` // ISO 3166
	VAT              string   `json:"vat"`
	RCS              string   `json:"rcs"`
	PACAGE           string   `json:"pacage"`
	MandateHolder    string   `json:"mandateHolder"`
	MandateFrom      string   `json:"mandateFrom"`
	MandateUntil     string   `json:"mandateUntil"`
	TechnicalAccount string   `json:"technicalAccount"`
	Connections      string   `json:"connections"`
	Responsible      string   `json:"responsible"` // principal, firm or user
	ResponsibleID    int64    `json:"responsibleId"`
	Labels           []string `json:"labels"`
	Parameters
}

func (f *Fields) texts() map[string]*string {
	return map[string]*string{
		"name": &f.Name, "firstName": &f.FirstName, "lastName": &f.LastName, "label": &f.Label, "email": &f.Email, "phone": &f.Phone, "address1": &f.Address1,
		"address2": &f.Address2, "address3": &f.Address3, "postcode": &f.Postcode, "town": &f.Town, "country": &f.Country, "vat": &f.VAT, "rcs": &f.RCS,
		"pacage": &f.PACAGE, "mandateHolder": &f.MandateHolder, "mandateFrom": &f.MandateFrom, "mandateUntil": &f.MandateUntil,
		"technicalAccount": &f.TechnicalAccount, "connections": &f.Connections, "responsible": &f.Responsible, "moa": &f.MOA,
	}
}

// check normalizes the fields and adds every problem, save of the fixed ones: what the register said is not checked again.
func (f *Fields) check(l *fault.List, kind string, fixed ...string) {
	for name, value := range f.texts() {
		if slices.Contains(fixed, name) {
			continue
		}
		*value = fold.Text(*value)
		if name == "phone" || name == "vat" {
			continue // of a length of their own, once they are read
		}
		field.Text(l, name, *value, place.Longest[name])
		if slices.ContainsFunc(field.Masks, func(m string) bool { return strings.Contains(strings.ToUpper(*value), m) }) {
			l.Add(name, "field.masked")
		}
	}
	if !slices.Contains(fixed, "country") {
		f.Country = strings.ToUpper(cmp.Or(f.Country, "FR"))
	}
	f.Responsible, f.MOA = cmp.Or(f.Responsible, "principal"), cmp.Or(f.MOA, "none")
	if kind == identifier.Individual {
		f.Name = strings.TrimSpace(f.FirstName + " " + f.LastName)
		for field, value := range map[string]string{"firstName": f.FirstName, "lastName": f.LastName} {
			if value == "" {
				l.Add(field, "structure."+field+".empty")
			}
		}
	} else {
		f.FirstName, f.LastName = "", ""
	}
	if !slices.Contains(fixed, "email") {
		field.Email(l, "email", f.Email)
	}
	f.checkNumbers(l, fixed)
	f.checkMandate(l, fixed)
	if !slices.Contains(fixed, "country") && !identifier.Country(f.Country) {
		l.Add("country", "field.country")
	}
	if !slices.Contains([]string{"principal", "firm", "user"}, f.Responsible) || (f.Responsible == "user") != (f.ResponsibleID != 0) {
		l.Add("responsible", "structure.responsible.unknown")
	}
	if !slices.Contains(fixed, "moa") && !slices.Contains([]string{"none", "involved", "only"}, f.MOA) {
		l.Add("moa", "structure.moa.unknown")
	}
	f.checkLabels(l)
}

func (f *Fields) checkNumbers(l *fault.List, fixed []string) {
	if f.Phone != "" && !slices.Contains(fixed, "phone") {
		if number, ok := identifier.Phone(f.Phone, f.Country, f.Postcode); ok {
			f.Phone = number
		} else {
			l.Add("phone", "phone.malformed")
		}
	}
	if f.VAT != "" && !slices.Contains(fixed, "vat") {
		canonical, err := identifier.ParseVAT(f.VAT)
		if e, bad := fault.As(err); bad {
			l.Add("vat", e.Problems[0].Key)
		} else {
			f.VAT = canonical
		}
	}
	if f.PACAGE != "" && !slices.Contains(fixed, "pacage") && (len(f.PACAGE) != 9 || strings.Trim(f.PACAGE, "0123456789") != "") {
		l.Add("pacage", "pacage.malformed")
	}
}

func (f *Fields) checkMandate(l *fault.List, fixed []string) {
	if slices.Contains(fixed, "mandateHolder") && slices.Contains(fixed, "mandateFrom") && slices.Contains(fixed, "mandateUntil") {
		return
	}
	bad := false
	for field, value := range map[string]string{"mandateFrom": f.MandateFrom, "mandateUntil": f.MandateUntil} {
		if value == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			l.Add(field, "day.malformed")
			bad = true
		}
	}
	if f.MandateHolder == "" && f.MandateFrom+f.MandateUntil != "" {
		l.Add("mandateHolder", "structure.mandate.holder")
	}
	if !bad && f.MandateUntil != "" && f.MandateUntil < f.MandateFrom {
		l.Add("mandateUntil", "period.crossed")
	}
}

// mostLabels is how many labels a structure bears.
const mostLabels = 20

func (f *Fields) checkLabels(l *fault.List) {
	seen := map[string]bool{}
	list := []string{}
	for _, name := range f.Labels {
		name = fold.Text(name)
		if name == "" {
			l.Add("labels", "structure.labels.empty")
			continue
		}
		key := cmp.Or(fold.Key(name), name)
		if seen[key] {
			continue
		}
		field.Text(l, "labels", name, 40)
		seen[key] = true
		list = append(list, name)
	}
	if len(list) > mostLabels {
		l.Add("labels", "structure.labels.many", "max", fmt.Sprint(mostLabels))
	}
	f.Labels = list
}

// fixed names the fields that nobody types: what the identifier or the register says. With partial diffusion the register keeps the address to itself and the person
// types the name.
func fixed(kind, verdict string, partial bool) []string {
	address := []string{"address1", "address2", "postcode", "town", "country"} // a third line is one's own, unless the register needs it
	switch {
	case slices.Contains([]string{identifier.EU, identifier.NonEU, identifier.RIDET, identifier.TAHITI}, kind):
		return []string{"country"} // the identifier says it
	case kind != identifier.SIRET || verdict != string(insee.Active) && verdict != string(insee.Closed):
		return []string{}
	case partial:
		return address
	}
	return append([]string{"name"}, address...)
}

// fieldsOf reads the fields of a row.
func fieldsOf(row sqlc.Structure, labels []string) Fields {
	f := Fields{
		Name: row.Name, FirstName: row.FirstName, LastName: row.LastName, Label: row.Label, Email: row.Email, Phone: row.Phone, Address1: row.Address1,
		Address2: row.Address2, Address3: row.Address3, Postcode: row.Postcode, Town: row.Town, Country: row.Country, VAT: row.Vat, RCS: row.Rcs,
		PACAGE: row.Pacage, MandateHolder: row.MandateHolder, MandateFrom: row.MandateFrom, MandateUntil: row.MandateUntil,
		TechnicalAccount: row.TechnicalAccount, Connections: row.Connections, Responsible: row.Responsible, Labels: labels, Parameters: parametersOf(row),
	}
	if row.ResponsibleID != nil {
		f.ResponsibleID = *row.ResponsibleID
	}
	return f
}

func parametersOf(row sqlc.Structure) Parameters {
	return Parameters{
		EDI: row.Edi, CodeRequired: row.CodeRequired, CommitmentRequired: row.CommitmentRequired, CommitmentOrCode: row.CommitmentOrCode,
		PaymentHidden: row.PaymentHidden, MOA: row.Moa,
	}
}

// written returns the values by the names of their fields, as conflicts and the journal tell them.
func (f Fields) written() map[string]string {
	m := map[string]string{}
	for name, value := range f.texts() {
		m[name] = *value
	}
	for name, yes := range map[string]bool{
		"edi": f.EDI, "codeRequired": f.CodeRequired, "commitmentRequired": f.CommitmentRequired, "commitmentOrCode": f.CommitmentOrCode, "paymentHidden": f.PaymentHidden,
	} {
		m[name] = fmt.Sprint(yes)
	}
	m["responsibleId"] = fmt.Sprint(f.ResponsibleID)
	m["labels"] = strings.Join(f.Labels, ", ")
	return m
}

// checkResponsible refuses a responsible who is not an internal user that the actor may see.
func checkResponsible(ctx context.Context, tx *db.Tx, f Fields) error {
	if f.Responsible != "user" {
		return nil
	}
	_, facts, err := access.Person(ctx, tx, f.ResponsibleID)
	if fault.Is(err, fault.NotFound) {
		return fault.Field("responsible", "structure.responsible.unknown")
	}
	if err != nil {
		return err
	}
	u, err := tx.UserRow(ctx, f.ResponsibleID)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Field("responsible", "structure.responsible.unknown")
	}
	if err != nil {
		return fmt.Errorf("responsible: %w", err)
	}
	if u.Kind != "internal" || !facts.Active(tx.At) {
		return fault.Field("responsible", "structure.responsible.internal")
	}
	return nil
}
