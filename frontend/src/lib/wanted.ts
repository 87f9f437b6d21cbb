import type { directory, journal, list, request, view } from "./types";

/** A list that is asked for nothing in particular. */
export const anyone: list.Query = { search: "", order: "", desc: false, filter: "", holding: "", after: "" };

/** A list of structures that is asked for nothing in particular. */
export const anyStructure: directory.Wanted = {
  ...anyone,
  type: "",
  state: "",
  sphere: "",
  check: "",
  lone: false,
  tag: "",
  only: [],
  whole: false,
};

/** A journal that is asked for nothing in particular. */
export const anyLine: journal.Query = { ...anyone, structure: 0, person: 0, actor: 0, noun: "", from: "", until: "" };

/** The requests of a tab. */
export const anyRequest: request.Wanted = { ...anyone, tab: "pending", structure: 0 };

/** The grants that are over, the last that ended first. */
export const anyEnded: view.EndedWanted = { ...anyone, profile: 0, structure: 0, order: "until", desc: true };
