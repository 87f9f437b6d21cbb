import type { directory, journal, list, people, request, view } from "./types";

/** A list that is asked for nothing in particular. */
export const anything: list.Query = { search: "", order: "", desc: false, after: "" };

/** The people who are active. */
export const anyone: people.Query = { ...anything, filter: "" };

/** A list of structures that is asked for nothing in particular. */
export const anyStructure: directory.Wanted = {
  ...anything,
  holding: "",
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
export const anyLine: journal.Query = { ...anything, structure: 0, person: 0, actor: 0, noun: "", from: "", until: "" };

/** The requests of a tab. */
export const anyRequest: request.Wanted = { ...anything, tab: "pending", structure: 0 };

/** The grants that are over, the last that ended first. */
export const anyEnded: view.EndedWanted = { ...anything, profile: 0, structure: 0, order: "until", desc: true };
