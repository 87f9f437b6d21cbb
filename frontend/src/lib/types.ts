// The types of the wire, for code that never calls Go itself.
export type {
  right,
  bridge,
  department,
  directory,
  firm,
  flow,
  grant,
  insee,
  journal,
  list,
  people,
  platform,
  profile,
  register,
  request,
  structure,
  view,
} from "../wailsjs/go/models";

import type { directory } from "../wailsjs/go/models";

/** What a file of a list is made of. */
export type ListFile = Omit<directory.Export, "wanted">;
