import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toFault } from "../lib/fault";
import { useForm } from "../lib/form";
import { isoDay, openEnd } from "../lib/format";
import { saved } from "../lib/query";
import { sentenceOf } from "../lib/sentence";
import type { bridge, flow } from "../lib/types";
import { Dialog } from "./dialog";
import { DayInput } from "./day-input";
import { EffectPanel, useEffectOf } from "./effect";
import { Form } from "./submit";

interface Props {
  grant: number;
  extend?: boolean; // gives it a later end instead
  profile: string;
  ends: number; // when it does until now
  preview: (wish: bridge.Wish) => Promise<flow.Effect>;
  submit: (wish: bridge.Wish, back?: bridge.Wish) => Promise<bridge.Outcome>;
  onClose: () => void;
}

/** Takes a grant away, at once or after a day, or gives it a later end, after showing what that does to rights. */
export function EndGrant({ grant, extend, profile, ends, preview, submit, onClose }: Props) {
  const { t } = useTranslation();
  const [until, setUntil] = useState("");
  const form = useForm({});
  const wish = extend ? { fingerprint: "", extend: { grant, until } } : { fingerprint: "", end: { grant, until } };
  const before = { grant, until: ends < openEnd ? isoDay(ends - 1) : "" };
  const back = extend ? { fingerprint: "", end: before } : until ? { fingerprint: "", extend: before } : undefined; // what ended at once is over
  const effect = useEffectOf(wish, preview);
  const wrong = effect.error ? toFault(effect.error).of("until") : undefined;
  const send = () =>
    void form.send(async () => {
      await effect.send((fingerprint) => submit({ ...wish, fingerprint }, back));
      await saved();
      onClose();
    });
  return (
    <Dialog onClose={onClose} title={t(extend ? "grant.extend_title" : "grant.end_title", { profile })} size={560}>
      <div className="stack">
        <Form
          onSubmit={send}
          sending={form.sending}
          rest={form.rest("until")}
          onCancel={onClose}
          submitFirst
          ends={!extend}
          label={t(extend ? "grant.extend_verb" : "grant.end_verb")}
        >
          <DayInput
            label={t(extend ? "grant.extend_until" : "grant.end_until")}
            description={t(extend ? "grant.extend_until_text" : "grant.end_until_text")}
            value={until}
            onChange={(day) => {
              setUntil(day);
              form.setProblems([]);
            }}
            error={form.error("until") ?? (wrong && sentenceOf(wrong))}
          />
          <EffectPanel effect={effect.effect} error={wrong ? undefined : effect.error} more={effect.more} />
        </Form>
      </div>
    </Dialog>
  );
}
