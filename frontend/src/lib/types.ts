// The types of the wire, for code that never calls Go itself.
export type {
  right,
  bridge,
  firm,
  flow,
  grant,
  insee,
  journal,
  page,
  people,
  profile,
  request,
  structure,
  view,
} from "../wailsjs/go/models";
