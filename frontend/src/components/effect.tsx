import { Problems } from "./state";
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../i18n";
import { toFault } from "../lib/fault";
import { useForm } from "../lib/form";
import { day, number } from "../lib/format";
import { sentenceOf } from "../lib/sentence";
import type { view } from "../lib/types";
import { Panel } from "./page";

function Line({ line, fallback }: { line: view.EffectLine; fallback: string }) {
  const { t } = useTranslation();
  const gain = line.after === "yes" || (line.after === "own" && line.before === "no");
  const who = line.name || fallback || t("effect.somebody");
  const where = line.atFirm ? t("scope.firm") : line.place || t("effect.here");
  return (
    <li>
      <span className={gain ? "gain" : "loss"} aria-label={gain ? t("effect.gains") : t("effect.loses")}>
        {gain ? "+" : "−"}
      </span>
      <span>
        <b>{who}</b> · {say(`permission.${line.permission}`)} · <span className="soft">{where}</span>
        {line.after === "own" && <span className="soft"> · {t("reach.own")}</span>}
        {line.at > 0 && <span className="soft"> · {t("effect.from", { day: day(line.at) })}</span>}
        {line.acts !== "habilis" && <span className="soft"> · {say(`acts.${line.acts}`)}</span>}
      </span>
    </li>
  );
}

interface Shown {
  effect?: view.Effect;
  error?: unknown;
  fallback?: string;
  more?: (skip: number) => Promise<view.EffectLine[]>; // the next page of lines
  beside?: string[]; // the fields beside which their problems are told
}

/** What a change will do, before it is made. fallback names the person or place that the change itself creates. */
export function EffectPanel({ effect, error, fallback = "", more, beside = [] }: Shown) {
  const { t } = useTranslation();
  const [read, setRead] = useState<{ of: string; lines: view.EffectLine[] }>();
  const form = useForm({});
  const lines = [...(effect?.lines ?? []), ...(read && read.of === effect?.fingerprint ? read.lines : [])];
  const left = effect ? effect.more + effect.lines.length - lines.length : 0;
  const problems = error ? toFault(error).problems.filter((p) => !beside.includes(p.field)) : [];
  const next = () =>
    void form.send(async () => {
      const found = (await more?.(lines.length)) ?? [];
      setRead({ of: effect?.fingerprint ?? "", lines: [...lines.slice(effect?.lines.length), ...found] });
    });
  return (
    <Panel title={t("effect.title")}>
      <div aria-live="polite" className="stack tight">
        {!effect && problems.length === 0 && <p className="soft">{t("effect.wait")}</p>}
        {problems.map((p) => (
          <p key={p.key + p.field} className="warn">
            {sentenceOf(p)}
          </p>
        ))}
        {effect && (
          <p>
            <b>
              {effect.gained + effect.lost === 0
                ? t("effect.nothing")
                : t("effect.summary", { gained: number(effect.gained), lost: number(effect.lost), count: effect.people })}
            </b>
          </p>
        )}
        {effect && effect.lines.length > 0 && (
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a list that scrolls is reached by keyboard
          <ul className="effect" tabIndex={0} aria-label={t("effect.title")}>
            {lines.map((l, i) => (
              <Line key={i} line={l} fallback={fallback} />
            ))}
          </ul>
        )}
        {left > 0 && (
          <div className="row between">
            <span className="soft">{t("effect.more", { count: left })}</span>
            {more && (
              <Button size="compact-sm" variant="default" onClick={next} loading={form.sending}>
                {t("list.more")}
              </Button>
            )}
          </div>
        )}
        <Problems texts={form.rest()} className="warn small" />
      </div>
    </Panel>
  );
}
