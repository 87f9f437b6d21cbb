import type { directory, page } from "./types";

/** A list that is asked for nothing in particular. */
export const anyone: page.Query = { search: "", order: "", desc: false, filter: "", holding: "", after: "" };

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
