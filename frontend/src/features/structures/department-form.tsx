import { type Input } from "../../api/changes";
import { useChange } from "../../api/use-change";
import { Button, Radio, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { DayInput } from "../../components/day-input";
import { EffectPanel } from "../../components/effect";
import { TextField, TickField, type Names } from "../../components/fields";
import { Panel } from "../../components/page";
import { Form } from "../../components/submit";
import { toFault, type Problem } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { isoDay, openEnd } from "../../lib/format";
import { saved } from "../../lib/query";
import { written } from "../../lib/written";
import { say } from "../../i18n";
import type { department } from "../../lib/types";

export type Fields = Input<"department.edit">["mine"];

export const emptyDepartment: Fields = {
  label: "",
  description: "",
  address: "",
  phone: "",
  commitmentRequired: false,
  from: "",
  until: "",
};

export const departmentNames = Object.keys(emptyDepartment);

export function departmentFields(d: department.Department): Fields {
  return {
    label: d.label,
    description: d.description,
    address: d.address,
    phone: d.phone,
    commitmentRequired: d.commitmentRequired,
    from: d.validFrom ? isoDay(d.validFrom) : "",
    until: d.validUntil && d.validUntil < openEnd ? isoDay(d.validUntil - 1) : "",
  };
}

/** « Informations générales » and « Paramètres » of a department. code is the greyed one of a department that exists. */
export function DepartmentFields({
  names,
  open,
  begun,
  code,
  children,
}: {
  names: Names<Fields>;
  open: boolean; // the structure is public
  begun?: boolean; // its dates have begun: the first no longer moves
  code?: string;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const v = names.values;
  return (
    <>
      <fieldset className="stack">
        <legend>{t("section.general")}</legend>
        {code !== undefined && <TextInput label={t("department.code")} value={code} readOnly disabled />}
        {children}
        <TextField {...names} name="label" label={t("department.label")} required />
        <TextField {...names} name="description" label={t("department.description")} />
        <div className="two">
          <TextField {...names} name="address" label={t("department.address")} />
          <TextField {...names} name="phone" label={t("structure.phone")} type="tel" />
        </div>
      </fieldset>
      <fieldset className="stack">
        <legend>{t("section.parameters")}</legend>
        <div className="two">
          {names.readOnly || begun ? (
            <TextInput label={t("department.from")} value={frenchDay(v.from)} readOnly disabled />
          ) : (
            <DayInput label={t("department.from")} value={v.from} onChange={(d) => names.set("from", d)} error={names.error("from")} />
          )}
          {names.readOnly ? (
            <TextInput label={t("department.until")} value={frenchDay(v.until)} readOnly disabled />
          ) : (
            <DayInput label={t("department.until")} value={v.until} onChange={(d) => names.set("until", d)} error={names.error("until")} />
          )}
        </div>
        {open && <TickField {...names} name="commitmentRequired" label={t("department.commitment")} />}
      </fieldset>
    </>
  );
}

function frenchDay(iso: string): string {
  const [year, month, date] = iso.split("-");
  return date ? `${date}/${month}/${year}` : "";
}

/** « Modification d’un service », with the preview of what its dates change. */
export function EditDepartment({ d, open, onSaved }: { d: department.Department; open: boolean; onSaved: () => void }) {
  const { t } = useTranslation();
  const [base, setBase] = useState({ values: departmentFields(d), version: d.version });
  const [conflict, setConflict] = useState<Problem[]>();
  const [taken, setTaken] = useState<Record<string, string>>({});
  const form = useForm(base.values);
  const v = form.values;
  const wish = {
    department: d.id,
    version: base.version,
    mine: v,
    base: base.values,
    days: v.from !== base.values.from || v.until !== base.values.until,
  };
  const made = useChange("department.edit", wish, !conflict);
  const [begun] = useState(() => d.validFrom <= Date.now());
  const send = () =>
    void form.send(async () => {
      try {
        await made.send();
      } catch (reason) {
        const fault = toFault(reason);
        const fields = fault.problems.filter((p) => p.field !== "");
        if (fault.code !== "conflict" || fields.length === 0) throw reason;
        setTaken(Object.fromEntries(fields.map((p) => [p.field, "theirs"])));
        setConflict(fields);
        return;
      }
      await saved();
      onSaved();
    });
  return (
    <div className="cols">
      <Panel>
        <Form onSubmit={send} sending={form.sending} rest={form.rest(...departmentNames)}>
          <DepartmentFields names={{ values: v, set: form.set, error: form.error }} open={open} begun={begun} code={d.code} />
        </Form>
      </Panel>
      <EffectPanel effect={made.effect} error={made.error} more={made.more} />
      {conflict && (
        <Dialog onClose={() => setConflict(undefined)} title={t("merge.title")}>
          <div className="stack">
            <p>{t("merge.text")}</p>
            {conflict.map((p) => (
              <Radio.Group
                key={p.field}
                label={say(p.field === "commitmentRequired" ? "department.commitment" : `department.${p.field}`)}
                value={taken[p.field]}
                onChange={(x) => setTaken((old) => ({ ...old, [p.field]: x }))}
              >
                <div className="stack tight" style={{ marginTop: 6 }}>
                  <Radio value="mine" label={t("merge.mine", { value: written(p.field, String(v[p.field as keyof Fields])) })} />
                  <Radio value="theirs" label={t("merge.theirs", { value: written(p.field, p.params?.theirs ?? "") })} />
                </div>
              </Radio.Group>
            ))}
            <Button
              onClick={() => {
                const theirs = Object.fromEntries(
                  conflict.map((p) => [p.field, p.field === "commitmentRequired" ? p.params?.theirs === "true" : (p.params?.theirs ?? "")]),
                );
                const chosen = Object.fromEntries(Object.entries(theirs).filter(([field]) => taken[field] === "theirs"));
                setBase({ values: { ...base.values, ...theirs }, version: Number(conflict[0]?.params?.version ?? 0) });
                form.setValues({ ...v, ...chosen });
                setConflict(undefined);
              }}
            >
              {t("merge.take")}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
