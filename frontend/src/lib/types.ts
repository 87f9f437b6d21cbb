// The types of the wire, for code that never calls Go itself.
export type {
  right,
  bridge,
  department,
  firm,
  flow,
  grant,
  insee,
  journal,
  page,
  people,
  platform,
  profile,
  request,
  structure,
  view,
} from "../wailsjs/go/models";
