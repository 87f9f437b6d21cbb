import { say } from "../../i18n";
import { day, lastDay, openEnd } from "../../lib/format";
import type { view } from "../../lib/types";

/** A chain in one sentence: where the right comes from, who gave it when, until when, and where. */
export function chainSentence(chain: view.Chain, proof: view.Proof, period: string): string {
  const params = {
    profile: chain.profile,
    by: chain.givenBy || say("proof.somebody"),
    at: day(chain.from),
    place:
      chain.scopeName ||
      (proof.structure === 0
        ? say("scope.firm_within")
        : chain.source === "grant" && !chain.hasMembership
          ? say("scope.firm_within")
          : say("scope.elsewhere")),
    period,
  };
  if (chain.source === "") return say("proof.at_firm");
  if (chain.unproven) return say(chain.source === "grant" ? "proof.unproven.grant" : "proof.unproven.row", params);
  if (chain.source === "principal") return say(`proof.principal.${chain.reason}`, params);
  if (chain.source === "membership") return say("proof.membership", params);
  const given = say(`proof.grant.${chain.reason}`, params);
  return chain.selfDecided ? `${given} ${say("proof.self_decided")}` : given;
}

/** One condition of a chain, held or missing, in a sentence; empty where there is nothing to say. */
export function linkSentence(link: string, missing: boolean, chain: view.Chain, proof: view.Proof): string {
  const params = {
    name: proof.user,
    permission: say(`permission.${proof.permission}`),
    profile: chain.profile,
    place: proof.place || say("scope.firm_within"),
    module: say(`module.${proof.module}`),
    box: chain.box ? say(`permission.${chain.box}`) : "",
    from: day(chain.from),
    until: chain.until < openEnd ? lastDay(chain.until) : "",
    membershipFrom: chain.membershipFrom ? day(chain.membershipFrom) : "",
    membershipUntil: chain.membershipUntil && chain.membershipUntil < openEnd ? lastDay(chain.membershipUntil) : "",
  };
  if (!missing) {
    if (chain.source !== "grant") return "";
    if (link === "not_in_profile") return say(chain.box ? "link.box.held" : "link.not_in_profile.held", params);
    if (link === "membership_period")
      return chain.hasMembership ? say("link.membership_period.held", params) : say("link.no_membership_needed", params);
    return "";
  }
  if (link === "grant_period") {
    if (chain.until <= chain.from) return say("link.grant_period.cancelled", params);
    return say(chain.from > proof.at ? "link.grant_period.coming" : "link.grant_period.past", params);
  }
  if (link === "membership_period") {
    if (chain.source === "membership")
      return say(chain.from > proof.at ? "link.grant_period.coming" : "link.membership_period.ended", {
        ...params,
        membershipUntil: params.until,
      });
    return say(params.membershipUntil ? "link.membership_period.past" : "link.membership_period.none", params);
  }
  return say(`link.${link}.missing`, params);
}
