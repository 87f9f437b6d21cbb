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
  profile: string;
  preview: (wish: bridge.Wish) => Promise<flow.Effect>;
  submit: (wish: bridge.Wish) => Promise<bridge.Outcome>;
  onClose: () => void;
}

/** Takes a grant away, at once or after a day, after showing what is lost. */
export function EndGrant({ grant, profile, preview, submit, onClose }: Props) {
  const { t } = useTranslation();
  const [until, setUntil] = useState("");
  const form = useForm({});
  const effect = useEffectOf({ fingerprint: "", end: { grant, until } }, preview);
  const send = () =>
    void form.send(async () => {
      await submit({ fingerprint: effect.effect?.fingerprint ?? "", end: { grant, until } });
      await refresh();
      onClose();
    });
  return (
    <Modal opened onClose={onClose} title={t("grant.end_title", { profile })} size={560}>
      <div className="stack">
        <DayInput
          label={t("grant.end_until")}
          description={t("grant.end_until_text")}
          value={until}
          onChange={setUntil}
          error={form.error("until")}
        />
        <EffectPanel effect={effect.effect} error={effect.error} />
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
