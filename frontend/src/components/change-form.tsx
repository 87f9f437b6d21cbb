import type { ReactNode } from "react";
import type { Change } from "../api/changes";
import type { UseChange } from "../api/use-change";
import { refuse, type Problem } from "../lib/fault";
import type { useForm } from "../lib/form";
import { saved } from "../lib/query";
import type { bridge } from "../lib/types";
import { EffectPanel } from "./effect";
import { Panel } from "./page";
import { Form } from "./submit";

interface Props {
  change: UseChange;
  form: Pick<ReturnType<typeof useForm>, "send" | "sending" | "rest">;
  fields?: string[]; // beside which problems are told
  previewed?: string[]; // of these, those beside which the preview's are told too
  missing?: Problem[]; // what the form itself finds missing, told with what Go refuses of the rest
  label?: string;
  ends?: boolean;
  fallback?: string; // the name of the person or place that the change creates
  way?: ReactNode;
  disabled?: boolean;
  back?: Change; // takes the change back, where only the page knows how
  onSaved?: (made: bridge.Outcome) => void;
  onCancel?: () => void; // of a dialog: closes it
  aside?: ReactNode; // above the preview
  dialog?: boolean; // the preview stands within the form, not beside it
  children?: ReactNode;
}

/** The form of a change, with its preview: « Soumettre » carries out what was seen. */
export function ChangeForm(props: Props) {
  const { change, form, fields = [], previewed = [], missing = [], label, ends, fallback, way, disabled, dialog, children } = props;
  const send = () =>
    void form.send(async () => {
      await refuse(missing, change.check);
      const made = await change.send(props.back);
      await saved();
      props.onSaved?.(made);
    });
  const effect = <EffectPanel effect={change.effect} error={change.error} more={change.more} beside={previewed} fallback={fallback} />;
  const within = (
    <Form
      onSubmit={send}
      sending={form.sending}
      rest={form.rest(...fields)}
      label={label}
      ends={ends}
      way={way}
      disabled={disabled}
      onCancel={props.onCancel}
      submitFirst={dialog}
    >
      {children}
      {dialog && effect}
    </Form>
  );
  if (dialog) return within;
  return (
    <div className="cols">
      <Panel>{within}</Panel>
      {props.aside ? (
        <div className="stack">
          {props.aside}
          {effect}
        </div>
      ) : (
        effect
      )}
    </div>
  );
}
