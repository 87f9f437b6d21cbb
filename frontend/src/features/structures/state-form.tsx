import { EffectPanel, useEffectOf } from "../../components/effect";
import { Panel } from "../../components/page";
import { Form } from "../../components/submit";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { bridge } from "../../lib/types";
import { preview, submit } from "./api";
import type { ReactNode } from "react";

/** A change without fields: what it will do, then « Soumettre ». */
export function ChangeForm({
  wish,
  label,
  ends,
  children,
  onSaved,
  onCancel,
}: {
  wish: bridge.Wish;
  label?: string;
  ends?: boolean;
  children?: ReactNode;
  onSaved?: (made: bridge.Outcome) => void;
  onCancel?: () => void; // of a dialog: closes it
}) {
  const form = useForm({});
  const effect = useEffectOf(wish, preview);
  const send = () =>
    void form.send(async () => {
      const made = await effect.send((fingerprint) => submit({ ...wish, fingerprint }));
      await saved();
      onSaved?.(made);
    });
  return (
    <div className="cols">
      <Panel>
        <Form onSubmit={send} sending={form.sending} rest={form.rest()} label={label} ends={ends} onCancel={onCancel}>
          {children}
        </Form>
      </Panel>
      <EffectPanel effect={effect.effect} error={effect.error} more={effect.more} />
    </div>
  );
}
