package right

import "strings"

// String returns the name, such as "structure.view".
func (p Permission) String() string {
	if p >= PermissionCount {
		return ""
	}
	return table[p].name
}

// Module returns the unit by which a ceiling cuts.
func (p Permission) Module() string { return table[p].module }

// Enforced reports whether Habilis itself applies the permission; a recorded one acts in another portal.
func (p Permission) Enforced() bool { return table[p].enforced }

// coming are the permissions that Habilis will apply, and whose function is not there yet: nothing on screen says that they act.
var coming = ParseSet(`backup.run profile.edit site.manage bank.view bank.reveal bank.edit bank.approve attachment.view attachment.edit
	user.export user.edit user.remove document.deposit document.view document.process document.send document.approve archive.view history.view
	send_history.view expense.create expense.manage`)

// Acts says where a permission applies: in Habilis, there but not yet (coming), or in another portal.
func (p Permission) Acts() string {
	switch {
	case !p.Enforced():
		return "portal"
	case coming.Has(p):
		return "coming"
	}
	return "habilis"
}

// AtFirm reports whether the permission is asked at the firm, never below (rights.md, A29).
func (p Permission) AtFirm() bool { return table[p].asked == atFirm }

// Parse returns the permission of a name, and whether there is one.
func Parse(name string) (Permission, bool) {
	p, ok := byName[name]
	return p, ok
}

// All lists the permissions in the order of the table.
func All() []Permission {
	list := make([]Permission, PermissionCount)
	for i := range list {
		list[i] = Permission(i)
	}
	return list
}

var byName = func() map[string]Permission {
	m := make(map[string]Permission, PermissionCount)
	for i, f := range table {
		m[f.name] = Permission(i)
	}
	return m
}()

// implied lists what holding an action gives besides: the view of the word before its dot, and the people's and structure's
// views for membership.edit and grant.edit (families/README, Implications; rights.md, A05).
var implied = func() [PermissionCount][]Permission {
	var list [PermissionCount][]Permission
	for i, f := range table {
		word, action, _ := strings.Cut(f.name, ".")
		if view, ok := byName[word+".view"]; ok && action != "view" {
			list[i] = append(list[i], view)
		}
	}
	list[MembershipEdit] = append(list[MembershipEdit], UserView, StructureView)
	list[GrantEdit] = append(list[GrantEdit], UserView, StructureView)
	return list
}()

// neverCut names the modules that no ceiling reaches.
var neverCut = map[string]bool{"firm": true, "structure": true, "department": true, "bank": true, "attachment": true, "people": true}

// Modules lists the modules that a ceiling can cut, in the order of the table.
func Modules() []string {
	var list []string
	seen := map[string]bool{}
	for _, f := range table {
		if !neverCut[f.module] && !seen[f.module] {
			seen[f.module] = true
			list = append(list, f.module)
		}
	}
	return list
}
