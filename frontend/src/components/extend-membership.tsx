import { Checkbox } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toFault } from "../lib/fault";
import { useForm } from "../lib/form";
import { saved } from "../lib/query";
import { sentenceOf } from "../lib/sentence";
import type { bridge, flow } from "../lib/types";
import { DayInput } from "./day-input";
import { Dialog } from "./dialog";
import { EffectPanel, useEffectOf } from "./effect";
import { Form } from "./submit";

interface Props {
  membership: number;
  preview: (wish: bridge.Wish) => Promise<flow.Effect>;
  submit: (wish: bridge.Wish) => Promise<bridge.Outcome>;
  onClose: () => void;
}

/** Puts the end of a membership off, with the profiles that end with it, after showing what that does to rights. */
export function ExtendMembership({ membership, preview, submit, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm({ until: "", grants: true });
  const wish = { fingerprint: "", extendMembership: { membership, ...form.values } };
  const effect = useEffectOf(wish, preview);
  const wrong = effect.error ? toFault(effect.error).of("until") : undefined;
  const [asked, setAsked] = useState(false);
  const send = () =>
    void form.send(async () => {
      setAsked(true);
      await effect.send((fingerprint) => submit({ ...wish, fingerprint }));
      await saved();
      onClose();
    });
  return (
    <Dialog onClose={onClose} title={t("membership.extend_title")} size={560}>
      <div className="stack">
        <Form
          onSubmit={send}
          sending={form.sending}
          rest={form.rest("until")}
          onCancel={onClose}
          submitFirst
          label={t("grant.extend_verb")}
        >
          <DayInput
            label={t("grant.extend_until")}
            description={t("membership.extend_until_text")}
            value={form.values.until}
            onChange={(day) => form.set("until", day)}
            error={form.error("until") ?? (wrong && (asked || form.values.until !== "") ? sentenceOf(wrong) : undefined)}
          />
          <Checkbox
            label={t("membership.extend_grants")}
            checked={form.values.grants}
            onChange={(e) => form.set("grants", e.currentTarget.checked)}
          />
          <EffectPanel effect={effect.effect} error={wrong ? undefined : effect.error} more={effect.more} />
        </Form>
      </div>
    </Dialog>
  );
}
