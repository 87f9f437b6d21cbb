import type { Key } from "../i18n";

/** What the palette and the Organisation pages lead to, under the sources' own names. may: the permission that shows it. */
export interface Action {
  name: Key;
  to: string;
  may?: string;
  also?: Key; // other names it answers to
}

export const structureActions: Action[] = [
  { name: "action.create_structure", to: "/structures/creer", may: "structure.create" },
  { name: "action.manage_structure", to: "/structures/gerer", may: "structure.view" },
  { name: "action.view_structure", to: "/structures/gerer?demande=view", may: "structure.view" },
  { name: "action.edit_structure", to: "/structures/gerer?demande=edit", may: "structure.edit" },
  { name: "action.activate_structure", to: "/structures/gerer?demande=activate", may: "structure.activate" },
  { name: "action.refresh_structure", to: "/structures/gerer?demande=refresh", may: "structure.activate" },
  { name: "action.deactivate_structure", to: "/structures/gerer?demande=deactivate", may: "structure.activate" },
  { name: "action.duplicate_structure", to: "/structures/dupliquer", may: "structure.activate" },
  { name: "action.transfer", to: "/structures/transferer", may: "principal.transfer" },
  { name: "action.create_department", to: "/services/creer", may: "department.edit" },
  { name: "action.manage_department", to: "/services/gerer", may: "department.view" },
  { name: "manage_department.view", to: "/services/gerer?demande=view", may: "department.view" },
  { name: "manage_department.activate", to: "/services/gerer?demande=activate", may: "department.edit" },
  { name: "manage_department.deactivate", to: "/services/gerer?demande=deactivate", may: "department.edit" },
  { name: "manage_department.edit", to: "/services/gerer?demande=edit", may: "department.edit" },
  { name: "action.create_platform", to: "/plateformes/creer", may: "structure.create" },
  { name: "action.view_platform", to: "/plateformes/consulter", may: "structure.view" },
];

export const peopleActions: Action[] = [
  { name: "action.attach", to: "/utilisateurs/rattacher", may: "membership.edit" },
  { name: "action.detach", to: "/utilisateurs/detacher", may: "membership.edit" },
  { name: "action.show_user", to: "/utilisateurs", may: "user.view" },
  { name: "action.show_ended", to: "/utilisateurs/habilitations-terminees", may: "user.view" },
  { name: "action.manage_grants", to: "/utilisateurs/habilitations", may: "grant.edit", also: "action.manage_grants_also" },
  { name: "action.add_person", to: "/utilisateurs/ajouter", may: "user.create_external", also: "action.add_person_also" },
];

const otherActions: Action[] = [
  { name: "action.who_can", to: "/droits/qui", may: "user.view" },
  { name: "action.ask", to: "/demandes/creer", also: "action.ask_also" },
  { name: "action.decide", to: "/approbations" },
  { name: "nav.home", to: "/" },
  { name: "nav.organisation", to: "/organisation" },
  { name: "nav.structures", to: "/structures", may: "structure.view" },
  { name: "nav.people", to: "/utilisateurs", may: "user.view" },
  { name: "nav.requests", to: "/approbations" },
  { name: "nav.rights", to: "/droits" },
  { name: "nav.platforms", to: "/plateformes", may: "structure.view" },
  { name: "nav.profiles", to: "/profils" },
  { name: "nav.journal", to: "/journal", may: "journal.view" },
  { name: "nav.settings", to: "/parametres" },
];

/** What the sources name and Habilis does not do yet: found, and said to come. */
export const comingActions: Pick<Action, "name" | "also">[] = [
  { name: "later.bank", also: "later.bank_also" },
  { name: "later.files", also: "later.files_also" },
  { name: "later.remove_user", also: "later.remove_user_also" },
  { name: "later.export_users", also: "later.export_users_also" },
];

export const allActions = [...structureActions, ...peopleActions, ...otherActions];
