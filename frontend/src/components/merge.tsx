import { Button, Radio } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toFault, type Problem } from "../lib/fault";
import { written } from "../lib/written";
import { Dialog } from "./dialog";

/** The fields that somebody else saved meanwhile, where that is why Go refused. */
export function conflictIn(reason: unknown): Problem[] | undefined {
  const fault = toFault(reason);
  const fields = fault.problems.filter((p) => p.field !== "");
  return fault.code === "conflict" && fields.length > 0 ? fields : undefined;
}

/** A value as Go writes it. */
const plain = (value: unknown) => (Array.isArray(value) ? value.join(", ") : String(value));

/** Reads a value as Go wrote it, as the kind of value that it is of. */
function read(like: unknown, text: string): unknown {
  if (typeof like === "boolean") return text === "true";
  if (typeof like === "number") return Number(text);
  if (Array.isArray(like)) return text ? text.split(", ") : [];
  return text;
}

export interface Merged<T> {
  values: T; // what is to be saved
  base: T; // what the other saved
  version: number;
}

interface Props<T> {
  problems: Problem[];
  mine: T;
  base: T; // from which both began
  label: (field: string) => string;
  done: string;
  onDone: (merged: Merged<T>) => void;
  onClose: () => void;
}

/** Two people saved the same record: field by field, whose value stays. What one did not touch is theirs, unless one says otherwise. */
export function Merge<T extends object>({ problems, mine, base, label, done, onDone, onClose }: Props<T>) {
  const { t } = useTranslation();
  const of = (values: T, field: string) => values[field as keyof T];
  const own = (field: string) => plain(of(mine, field)) !== plain(of(base, field));
  const [chosen, setChosen] = useState(() => Object.fromEntries(problems.map((p) => [p.field, own(p.field) ? "" : "theirs"])));
  const take = () => {
    const theirs = problems.map((p) => [p.field, read(of(base, p.field), p.params?.theirs ?? "")] as const);
    onDone({
      values: { ...mine, ...Object.fromEntries(theirs.filter(([field]) => chosen[field] === "theirs")) },
      base: { ...base, ...Object.fromEntries(theirs) },
      version: Number(problems[0]?.params?.version ?? 0),
    });
  };
  return (
    <Dialog onClose={onClose} title={t("merge.title")} size="lg">
      <div className="stack">
        <p>{t("merge.text")}</p>
        {problems.map((p) => (
          <Radio.Group
            key={p.field}
            label={label(p.field)}
            value={chosen[p.field] ?? ""}
            onChange={(x) => setChosen((old) => ({ ...old, [p.field]: x }))}
          >
            <div className="stack tight" style={{ marginTop: 6 }}>
              <Radio value="mine" label={t("merge.mine", { value: written(p.field, plain(of(mine, p.field))) })} />
              <Radio value="theirs" label={t("merge.theirs", { value: written(p.field, p.params?.theirs ?? "") })} />
            </div>
          </Radio.Group>
        ))}
        <div className="row">
          <Button onClick={take} disabled={problems.some((p) => !chosen[p.field])}>
            {done}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
