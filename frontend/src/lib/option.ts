import type { directory, people } from "./types";

/** A person as a choice. */
export const personOption = (r: people.Row) => ({ id: r.id, name: `${r.firstName} ${r.lastName}`, note: r.email });

/** A structure as a choice. */
export const structureOption = (r: directory.Row) => ({ id: r.id, name: r.name, note: r.identifier });
