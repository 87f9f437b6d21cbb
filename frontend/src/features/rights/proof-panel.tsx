import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { EndGrant } from "../../components/end-grant";
import { Loaded } from "../../components/state";
import { say } from "../../i18n";
import { day, initials, lastDay, openEnd } from "../../lib/format";
import type { view } from "../../lib/types";
import { stepsOf } from "../../api/people";
import { listProfiles } from "../../api/profiles";
import { prove } from "../../api/rights";
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

function Chain({
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

/** What would give the right, and the way there: for who may give, attaching or giving a profile; for anybody else, asking for one. */
function WaysOut({ proof }: { proof: view.Proof }) {
  const { t } = useTranslation();
  const place = `structure=${proof.structure}&department=${proof.department}&user=${proof.userId}`;
  const giving = proof.now && proof.attached && proof.givable && proof.userActive;
  const attaching = proof.now && !proof.attached && proof.attachable && proof.userActive;
  const to = (profile: number) => `/utilisateurs/habilitations?${place}&profile=${profile}${proof.structure ? "" : "&ou=cabinet"}`;
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles }).data ?? [];
  const shown = proof.ways.slice(0, 6).flatMap((profile) => {
    const found = profiles.find((p) => p.id === profile);
    return found ? [{ profile, name: found.name }] : [];
  });
  const before = proof.chains.some((c) => c.missing.includes("membership_period"));
  return (
    <div className="stack tight" data-testid="ways-out">
      {shown.length > 0 && (
        <p className="soft">
          {t("proof.would_give", { count: proof.ways.length })}{" "}
          {shown.map((way, i) => (
            <span key={way.profile}>
              {i > 0 && ", "}
              {giving ? <Link to={to(way.profile)}>{way.name}</Link> : way.name}
            </span>
          ))}
          {proof.ways.length > 6 && ` ${t("proof.would_give_more", { count: proof.ways.length - 6 })}`}
        </p>
      )}
      <div className="row">
        {attaching && (
          <Button component={Link} to={`/utilisateurs/rattacher?${place}&profile=${shown[0]?.profile ?? 0}`} size="compact-sm">
            {t(before ? "proof.attach_again" : "proof.attach")}
          </Button>
        )}
        {giving && shown[0] && (
          <Button component={Link} to={to(shown[0].profile)} size="compact-sm">
            {t("proof.give", { profile: shown[0].name })}
          </Button>
        )}
        {!attaching && !giving && proof.now && proof.structure > 0 && shown.length > 0 && (
          <Button
            component={Link}
            to={`/demandes/creer?objet=profiles&${place}&droit=${proof.permission}`}
            size="compact-sm"
            variant="default"
          >
            {t("proof.ask")}
          </Button>
        )}
      </div>
    </div>
  );
}

type Moved = { chain: view.Chain; extend: boolean };

function Verdict({ proof }: { proof: view.Proof }) {
  const { t } = useTranslation();
  const [moved, setMoved] = useState<Moved>();
  const steps = useQuery({ queryKey: ["steps", proof.userId], queryFn: () => stepsOf(proof.userId), retry: false }).data ?? [];
  const stepOf = (c: view.Chain) =>
    steps.find((s) => (c.source === "grant" ? s.grant === c.id : c.source === "membership" && s.membership === c.id));
  const params = { name: proof.user, permission: say(`permission.${proof.permission}`), place: proof.place || t("scope.firm_within") };
  const missing = proof.chains[0]?.missing.length ?? 0;
  const head = proof.allowed
    ? t(proof.reach === "own" ? "proof.yes_own" : "proof.yes", params)
    : missing === 0
      ? t("proof.no_candidate", params)
      : t("proof.no", { ...params, count: missing });
  const [firstChain, ...others] = proof.chains;
  return (
    <div className="stack">
      <div className="row">
        <span className="avatar" aria-hidden="true">
          {initials(proof.user)}
        </span>
        <span>
          <b>{proof.user}</b>
          <span className="small soft" style={{ display: "block" }}>
            {params.permission} · {proof.now ? t("day.now") : t("day.end_of", { day: day(proof.at) })}
          </span>
        </span>
      </div>
      <h2 data-testid="verdict" style={{ fontSize: 15 }}>
        {head}
      </h2>
      {!proof.userActive && <p className="warn">{t("proof.disabled", { name: proof.user })}</p>}
      {firstChain && <Chain chain={firstChain} proof={proof} step={stepOf(firstChain)} onMove={setMoved} />}
      {others.length > 0 && (
        <details open={proof.allowed}>
          <summary>{proof.allowed ? t("proof.also", { count: others.length }) : t("proof.others", { count: others.length })}</summary>
          <div className="stack" style={{ marginTop: 10 }}>
            {others.map((c) => (
              <Chain key={`${c.source}${c.id}`} chain={c} proof={proof} step={stepOf(c)} onMove={setMoved} />
            ))}
          </div>
        </details>
      )}
      {proof.elsewhere > 0 && <p className="small soft">{t("proof.elsewhere", { count: proof.elsewhere })}</p>}
      {!proof.allowed && <WaysOut proof={proof} />}
      <p className="small soft">{say(`acts.${proof.acts}_text`)}</p>
      {moved && (
        <EndGrant
          grant={moved.chain.id}
          extend={moved.extend}
          profile={moved.chain.profile}
          ends={moved.chain.until}
          onClose={() => setMoved(undefined)}
        />
      )}
    </div>
  );
}

/** The proof of one cell, in sentences; it leads to the record to change. */
export function ProofPanel({ asked }: { asked?: view.Asked }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["proof", asked], queryFn: () => prove(asked as view.Asked), enabled: asked !== undefined });
  return (
    <section className="panel" aria-label={t("proof.title")} aria-live="polite">
      {asked ? <Loaded query={query}>{(proof) => <Verdict proof={proof} />}</Loaded> : <p className="soft">{t("proof.choose")}</p>}
    </section>
  );
}
