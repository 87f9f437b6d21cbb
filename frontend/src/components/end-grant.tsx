import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useForm } from "../lib/form";
import { refresh } from "../lib/query";
import type { bridge, flow } from "../lib/types";
import { DayInput } from "./day-input";
import { EffectPanel, useEffectOf } from "./effect";

interface Props {
  grant: number;
  extend?: boolean; // gives it a later end instead
  profile: string;
  preview: (wish: bridge.Wish) => Promise<flow.Effect>;
  submit: (wish: bridge.Wish) => Promise<bridge.Outcome>;
  onClose: () => void;
}

/** Takes a grant away, at once or after a day, or gives it a later end, after showing what that does to rights. */
export function EndGrant({ grant, extend, profile, preview, submit, onClose }: Props) {
  const { t } = useTranslation();
  const [until, setUntil] = useState("");
  const form = useForm({});
  const wish = extend ? { fingerprint: "", extend: { grant, until } } : { fingerprint: "", end: { grant, until } };
  const effect = useEffectOf(wish, preview);
  const send = () =>
    void form.send(async () => {
      await effect.send((fingerprint) => submit({ ...wish, fingerprint }));
      await refresh();
      onClose();
    });
  return (
    <Modal opened onClose={onClose} title={t(extend ? "grant.extend_title" : "grant.end_title", { profile })} size={560}>
      <div className="stack">
        <DayInput
          label={t(extend ? "grant.extend_until" : "grant.end_until")}
          description={t(extend ? "grant.extend_until_text" : "grant.end_until_text")}
          value={until}
          onChange={setUntil}
          error={form.error("until")}
        />
        <EffectPanel effect={effect.effect} error={effect.error} more={effect.more} />
        {form.rest("until").map((text) => (
          <p key={text} className="note" role="alert">
            {text}
          </p>
        ))}
        <div className="row">
          <Button onClick={send} loading={form.sending} disabled={!effect.ready} data-autofocus>
            {t("action.submit")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
