import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { day, lastDay, openEnd } from "../../lib/format";
import type { view } from "../../lib/types";
import { chainSentence, linkSentence } from "./words";

const links = [
  "user_state",
  "grant_period",
  "not_in_profile",
  "option_not_ticked",
  "scope",
  "membership_period",
  "membership_scope",
  "structure_inactive",
  "department_inactive",
  "ceiling",
  "reach",
];

function Links({ chain, proof }: { chain: view.Chain; proof: view.Proof }) {
  const shown = links.filter(
    (l) => chain.missing.includes(l) || ["grant_period", "not_in_profile", "membership_period", "scope"].includes(l),
  );
  return (
    <ul className="links">
      {shown.map((link) => {
        const missing = chain.missing.includes(link);
        const text = linkSentence(link, missing, chain, proof);
        if (!text) return null;
        return (
          <li key={link}>
            <span className={missing ? "no" : "ok"} aria-hidden="true">
              {missing ? "✕" : "✓"}
            </span>
            <span className={missing ? "" : "soft"}>{text}</span>
          </li>
        );
      })}
    </ul>
  );
}

export function Chain({
  chain,
  proof,
  step,
  onMove,
}: {
  chain: view.Chain;
  proof: view.Proof;
  step?: view.FollowUp;
  onMove: (moved: Moved) => void;
}) {
  const { t } = useTranslation();
  const period = chain.until < openEnd ? t("period.until", { day: lastDay(chain.until) }) : t("period.no_end");
  return (
    <div className="stack tight" data-testid="chain">
      <p>{chainSentence(chain, proof, period)}</p>
      <Links chain={chain} proof={proof} />
      {step && (
        <p className="small soft" data-testid="carried">
          {step.doneAt > 0 ? t(step.doneBy ? "carried.by" : "carried.at", { day: day(step.doneAt), name: step.doneBy }) : t("carried.not")}
        </p>
      )}
      <div className="row">
        {chain.source === "grant" && (
          <Button component={Link} to={`/utilisateurs/${proof.userId}?tab=grants`} size="compact-sm" variant="default">
            {t("proof.see_grant")}
          </Button>
        )}
        {chain.source !== "grant" && (
          <Button component={Link} to={`/utilisateurs/${proof.userId}?tab=memberships`} size="compact-sm" variant="default">
            {t("proof.see_membership")}
          </Button>
        )}
        {chain.extendable && proof.allowed && proof.now && (
          <Button size="compact-sm" variant="default" onClick={() => onMove({ chain, extend: true })}>
            {t("grant.extend")}
          </Button>
        )}
        {chain.endable && proof.allowed && proof.now && (
          <Button size="compact-sm" variant="default" onClick={() => onMove({ chain, extend: false })}>
            {t("proof.end")}
          </Button>
        )}
      </div>
    </div>
  );
}

export type Moved = { chain: view.Chain; extend: boolean };
