// The types of the wire, for code that never calls Go itself.
export type { access, bridge, firm, flow, grant, insee, journal, page, people, profile, request, structure } from "../wailsjs/go/models";
