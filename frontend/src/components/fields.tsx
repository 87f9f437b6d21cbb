import { Checkbox, TextInput } from "@mantine/core";
import type { ReactNode } from "react";

interface Names<T> {
  values: T;
  set: <K extends keyof T>(name: K, value: T[K]) => void;
  error: (field: string) => string | undefined;
  fixed?: readonly string[]; // greyed: nobody types them
  readOnly?: boolean;
}

interface Text<T> extends Names<T> {
  name: keyof T & string;
  label: string;
  description?: ReactNode;
  type?: string;
  required?: boolean;
  maxLength?: number;
}

/** A text of a form, beside which its problem stands. */
export function TextField<T>({ values, set, error, fixed = [], readOnly, name, label, description, type, required, maxLength }: Text<T>) {
  const grey = readOnly || fixed.includes(name);
  return (
    <TextInput
      label={label}
      description={description}
      type={type}
      value={String(values[name] ?? "")}
      onChange={(e) => set(name, e.currentTarget.value as T[keyof T & string])}
      error={error(name)}
      withAsterisk={required && !grey}
      aria-required={required && !grey ? "true" : undefined}
      disabled={grey}
      readOnly={grey}
      maxLength={maxLength}
    />
  );
}

interface Tick<T> extends Names<T> {
  name: keyof T & string;
  label: string;
  description?: string;
}

export function TickField<T>({ values, set, fixed = [], readOnly, name, label, description }: Tick<T>) {
  return (
    <Checkbox
      label={label}
      description={description}
      checked={Boolean(values[name])}
      disabled={readOnly || fixed.includes(name)}
      onChange={(e) => set(name, e.currentTarget.checked as T[keyof T & string])}
    />
  );
}

export type { Names };
