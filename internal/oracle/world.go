package oracle

// OpenEnd is the until of a period without an end, in UTC milliseconds.
const OpenEnd int64 = 253402300799999

// Period is [From, Until), in UTC milliseconds.
type Period struct {
	From  int64 `json:"from"`
	Until int64 `json:"until"`
}

// Contains reports whether an instant lies in the period; a cancelled one contains nothing.
func (p Period) Contains(at int64) bool { return p.From <= at && at < p.Until }

// Overlaps reports whether two periods share an instant.
func (p Period) Overlaps(o Period) bool {
	return p.From < p.Until && o.From < o.Until && p.From < o.Until && o.From < p.Until
}

// Within reports whether the period lies in another.
func (p Period) Within(o Period) bool { return o.From <= p.From && p.Until <= o.Until }

// State is one period of a user (actif, désactivé), a structure or a department (active, inactive).
type State struct {
	State string `json:"state"`
	Period
}

// User is an account. SameAs is another account of the same person, or empty.
type User struct {
	ID string `json:"id"`
	// Kind is interne, externe or technique.
	Kind string `json:"kind"`
	// SignIn is aucun, à activer, ouvert or verrouillé.
	SignIn string  `json:"sign_in"`
	SameAs string  `json:"same_as,omitempty"`
	States []State `json:"states"`
}

// Structure is a structure and its states.
type Structure struct {
	ID     string  `json:"id"`
	States []State `json:"states"`
}

// Department is active at an instant where a state says active and a validity contains it.
type Department struct {
	ID        string   `json:"id"`
	Structure string   `json:"structure"`
	States    []State  `json:"states"`
	Validity  []Period `json:"validity"`
}

// Content is what a profile states over a period: permission to all, own, option or option-own.
type Content struct {
	Permissions map[string]string `json:"permissions"`
	Period
}

// Profile is known by Family and Key; Name is what ties are decided by.
type Profile struct {
	ID       string    `json:"id"`
	Family   string    `json:"family"`
	Key      string    `json:"key"`
	Name     string    `json:"name"`
	Contents []Content `json:"contents"`
}

// Scope is the firm, a structure, a department, or (in questions and needs) anywhere. It is comparable.
type Scope struct {
	Firm       bool   `json:"firm,omitempty"`
	Structure  string `json:"structure,omitempty"`
	Department string `json:"department,omitempty"`
	Anywhere   bool   `json:"anywhere,omitempty"`
}

// Firm is the scope of the firm.
func Firm() Scope { return Scope{Firm: true} }

// InStructure is the scope of a structure.
func InStructure(id string) Scope { return Scope{Structure: id} }

// InDepartment is the scope of a department, whose structure the world knows.
func InDepartment(id string) Scope { return Scope{Department: id} }

// Anywhere asks whether some scope suffices.
func Anywhere() Scope { return Scope{Anywhere: true} }

// Membership attaches a user to a structure or a department.
type Membership struct {
	ID    string `json:"id"`
	User  string `json:"user"`
	Scope Scope  `json:"scope"`
	Period
}

// Grant gives a profile on a scope. Membership is empty at the firm.
type Grant struct {
	ID         string   `json:"id"`
	User       string   `json:"user"`
	Profile    string   `json:"profile"`
	Scope      Scope    `json:"scope"`
	Membership string   `json:"membership"`
	Options    []string `json:"options"`
	Period
}

// Principal is a period as principal manager of a structure.
type Principal struct {
	ID        string `json:"id"`
	User      string `json:"user"`
	Structure string `json:"structure"`
	Period
}

// Ceiling names the modules switched on in a structure.
type Ceiling struct {
	ID        string   `json:"id"`
	Structure string   `json:"structure"`
	Modules   []string `json:"modules"`
	Period
}

// Request is a request with its people; State is pending, approved, refused or closed.
type Request struct {
	ID          string `json:"id"`
	State       string `json:"state"`
	Scope       Scope  `json:"scope"`
	Requester   string `json:"requester"`
	Beneficiary string `json:"beneficiary"`
	TypedBy     string `json:"typed_by"`
}

// World is every fact that bears on rights.
type World struct {
	Users       []User       `json:"users"`
	Structures  []Structure  `json:"structures"`
	Departments []Department `json:"departments"`
	Profiles    []Profile    `json:"profiles"`
	Memberships []Membership `json:"memberships"`
	Grants      []Grant      `json:"grants"`
	Principals  []Principal  `json:"principals"`
	Ceilings    []Ceiling    `json:"ceilings"`
	Requests    []Request    `json:"requests"`
	TimeZone    string       `json:"time_zone"`
	// Tables is read instead of Standard where it is set.
	Tables *Tables `json:"-"`
}

func (w *World) tables() *Tables {
	if w.Tables != nil {
		return w.Tables
	}
	return Standard()
}

func (w *World) user(id string) *User {
	for i := range w.Users {
		if w.Users[i].ID == id {
			return &w.Users[i]
		}
	}
	return nil
}

func (w *World) structure(id string) *Structure {
	for i := range w.Structures {
		if w.Structures[i].ID == id {
			return &w.Structures[i]
		}
	}
	return nil
}

func (w *World) department(id string) *Department {
	for i := range w.Departments {
		if w.Departments[i].ID == id {
			return &w.Departments[i]
		}
	}
	return nil
}

func (w *World) profile(id string) *Profile {
	for i := range w.Profiles {
		if w.Profiles[i].ID == id {
			return &w.Profiles[i]
		}
	}
	return nil
}

func (w *World) membership(id string) *Membership {
	for i := range w.Memberships {
		if w.Memberships[i].ID == id {
			return &w.Memberships[i]
		}
	}
	return nil
}

// structureOf is the structure of a scope, empty at the firm.
func (w *World) structureOf(s Scope) string {
	if s.Department == "" {
		return s.Structure
	}
	if d := w.department(s.Department); d != nil {
		return d.Structure
	}
	return ""
}

// covers reports whether one scope covers another: the firm all, a structure itself and its departments, a department itself.
func (w *World) covers(wide, narrow Scope) bool {
	if wide.Firm {
		return true
	}
	if wide.Department != "" {
		return wide.Department == narrow.Department
	}
	return wide.Structure != "" && w.structureOf(narrow) == wide.Structure
}
