import type { ReactNode } from "react";
import type { Input, Kind } from "../../api/changes";
import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { useForm } from "../../lib/form";

interface Props<K extends Kind> {
  kind: K;
  input: Input<K>;
  label?: string;
  ends?: boolean;
  children?: ReactNode;
  onSaved?: () => void;
  onCancel?: () => void; // of a dialog: closes it
}

/** A change without fields: what it will do, then « Soumettre ». */
export function StateForm<K extends Kind>({ kind, input, ...rest }: Props<K>) {
  const form = useForm({});
  const made = useChange(kind, input);
  return <ChangeForm change={made} form={form} {...rest} />;
}
