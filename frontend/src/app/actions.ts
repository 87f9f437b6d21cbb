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
  { name: "action.manage_structure", to: "/structures", may: "structure.view" },
  { name: "action.create_department", to: "/services/creer", may: "department.edit" },
  { name: "action.manage_department", to: "/structures", may: "department.view" },
];

export const peopleActions: Action[] = [
  { name: "action.attach", to: "/utilisateurs/rattacher", may: "membership.edit" },
  { name: "action.detach", to: "/utilisateurs/detacher", may: "membership.edit" },
  { name: "action.show_user", to: "/utilisateurs", may: "user.view" },
  { name: "action.manage_grants", to: "/utilisateurs/habilitations", may: "grant.edit" },
  { name: "action.add_person", to: "/utilisateurs/ajouter", may: "user.create_external", also: "action.add_person_also" },
];

export const otherActions: Action[] = [
  { name: "action.who_can", to: "/droits/qui", may: "user.view" },
  { name: "action.ask", to: "/demandes/creer", also: "action.ask_also" },
  { name: "action.decide", to: "/approbations" },
  { name: "nav.rights", to: "/droits" },
  { name: "nav.profiles", to: "/profils" },
  { name: "nav.journal", to: "/journal", may: "journal.view" },
  { name: "nav.settings", to: "/parametres" },
];

export const allActions = [...structureActions, ...peopleActions, ...otherActions];
