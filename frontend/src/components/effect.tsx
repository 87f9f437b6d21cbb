import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../i18n";
import { toFault } from "../lib/fault";
import { useForm } from "../lib/form";
import { day, number } from "../lib/format";
import { noted } from "../lib/noted";
import { sentenceOf } from "../lib/sentence";
import type { flow } from "../lib/types";
import { Panel } from "./page";

/** Follows a value with a delay, so that each key typed does not ask Go again. */
function useSettled<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), delay);
    return () => clearTimeout(timer);
  }, [text, delay]);
  return settled;
}

/**
 * The preview of a change: asked again as the form changes. ready tells that what is shown is of what is typed. send saves with the fingerprint of
 * the preview of what is typed, waiting for it; where the effect is another by then, the new one is shown. whole is the change as it stands where
 * there is nothing to show of it yet: it is previewed before it is saved all the same.
 */
export function useEffectOf<W>(wish: W | undefined, preview: (wish: W) => Promise<flow.Effect>, whole = wish) {
  const settled = useSettled(wish ?? null, 250);
  const client = useQueryClient();
  const asked = (w: W | null) => ({ queryKey: ["effect", w], queryFn: () => preview(w as W), retry: false, gcTime: 0, staleTime: 0 });
  const query = useQuery({ ...asked(settled), enabled: settled !== null });
  const ready = wish !== undefined && JSON.stringify(settled) === JSON.stringify(wish) && query.data !== undefined && !query.isFetching;
  const fingerprint = async () => {
    if (whole === undefined) return ""; // Go tells what is missing
    if (ready) return query.data.fingerprint;
    return (await client.fetchQuery(asked(whole))).fingerprint; // it fails where saving would, and as it would
  };
  const send = async <R,>(save: (fingerprint: string) => Promise<R>): Promise<R> => {
    try {
      const made = await save(await fingerprint());
      const left = (made as { followUps?: flow.FollowUp[] } | undefined)?.followUps;
      if (left?.length) noted.set(left);
      return made;
    } catch (reason) {
      if (toFault(reason).problems.some((p) => p.key === "change.other_effect")) void query.refetch();
      throw reason;
    }
  };
  /** What the preview finds wrong with a field, told beside it. */
  const of = (field: string): string | undefined => {
    const found = wish === undefined || !query.error ? undefined : toFault(query.error).of(field);
    return found && sentenceOf(found);
  };
  const more = async (skip: number) => (await preview({ ...(settled as W), skip })).lines;
  return {
    effect: wish === undefined ? undefined : query.data,
    error: wish === undefined ? null : query.error,
    of,
    ready,
    send,
    more,
  };
}

function Line({ line, fallback }: { line: flow.EffectLine; fallback: string }) {
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
  effect?: flow.Effect;
  error?: unknown;
  fallback?: string;
  more?: (skip: number) => Promise<flow.EffectLine[]>; // the next page of lines
  beside?: string[]; // the fields beside which their problems are told
}

/** What a change will do, before it is made. fallback names the person or place that the change itself creates. */
export function EffectPanel({ effect, error, fallback = "", more, beside = [] }: Shown) {
  const { t } = useTranslation();
  const [read, setRead] = useState<{ of: string; lines: flow.EffectLine[] }>();
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
        {form.rest().map((text) => (
          <p key={text} className="warn small" role="alert">
            {text}
          </p>
        ))}
      </div>
    </Panel>
  );
}
