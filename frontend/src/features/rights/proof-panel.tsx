import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EndGrant } from "../../components/end-grant";
import { Loaded } from "../../components/state";
import { say } from "../../i18n";
import { day, initials } from "../../lib/format";
import type { view } from "../../lib/types";
import { stepsOf } from "../../api/people";
import { prove } from "../../api/rights";
import { Chain, type Moved } from "./chain";
import { WaysOut } from "./ways-out";

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
