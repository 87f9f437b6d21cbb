import { say } from "../../i18n";
import type { request } from "../../lib/types";

/** What a request asks, in one line. */
export function describe(r: request.Request): string {
  if (r.subject === "profiles") return say("request.describe.profiles", { name: r.beneficiary.name, profiles: r.profileNames.join(", ") });
  return say(r.department ? "request.describe.department" : "request.describe.structure", { name: r.beneficiary.name });
}
