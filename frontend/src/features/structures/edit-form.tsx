import { change, submit } from "../../api/changes";
import { Button, Radio, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { TextField } from "../../components/fields";
import { Form } from "../../components/submit";
import { say, type Key } from "../../i18n";
import { toFault, type Problem } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { structure } from "../../lib/types";
import { written } from "../../lib/written";
import { AddressFields, emptyFields, fieldNames, isPublic, OptionalFields, ParameterFields, type Fields } from "./structure-fields";

function fieldsOf(s: structure.Structure): Fields {
  const held: Record<string, unknown> = { ...emptyFields, ...s };
  return Object.fromEntries(fieldNames.map((name) => [name, held[name]])) as unknown as Fields;
}

const labels: Partial<Record<string, Key>> = {
  name: "structure.name",
  firstName: "user.first_name",
  lastName: "user.last_name",
  label: "structure.label",
  email: "structure.email",
  phone: "structure.phone",
  address1: "structure.address1",
  address2: "structure.address2",
  address3: "structure.address3",
  postcode: "structure.postcode",
  town: "structure.town",
  country: "structure.country",
  vat: "structure.vat_number",
  rcs: "structure.rcs",
  pacage: "structure.pacage",
  mandateHolder: "structure.mandate_holder",
  mandateFrom: "structure.mandate_from",
  mandateUntil: "structure.mandate_until",
  technicalAccount: "structure.technical_account",
  connections: "structure.connections",
  responsible: "structure.responsible",
  responsibleId: "responsible.user",
  labels: "structure.labels",
  edi: "parameters.edi",
  codeRequired: "parameters.code",
  commitmentRequired: "parameters.commitment",
  commitmentOrCode: "parameters.either",
  paymentHidden: "parameters.payment",
  moa: "parameters.moa",
};

/** The name of a field, as its form says it. */
function fieldLabel(field: string): string {
  const key = labels[field];
  return key ? say(key) : field;
}

/** A value as Go writes it. */
const plain = (value: unknown) => (Array.isArray(value) ? value.join(", ") : String(value));

/** Reads a value as Go wrote it into the type that the field has. */
function read<K extends keyof Fields>(name: K, text: string): Fields[K] {
  const like = emptyFields[name];
  if (typeof like === "boolean") return (text === "true") as Fields[K];
  if (typeof like === "number") return Number(text) as Fields[K];
  if (Array.isArray(like)) return (text ? text.split(", ") : []) as Fields[K];
  return text as Fields[K];
}

interface Merged {
  values: Fields;
  version: number;
}

/** Two people saved the same record: field by field, whose value stays. */
function Merge({
  problems,
  mine,
  base,
  onDone,
  onClose,
}: {
  problems: Problem[];
  mine: Fields;
  base: Fields;
  onDone: (m: Merged) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const own = (field: string) => plain(mine[field as keyof Fields]) !== plain(base[field as keyof Fields]);
  const [chosen, setChosen] = useState(() => Object.fromEntries(problems.map((p) => [p.field, own(p.field) ? "" : "theirs"])));
  const done = () => {
    const values = { ...mine };
    for (const p of problems) {
      if (chosen[p.field] === "theirs") Object.assign(values, { [p.field]: read(p.field as keyof Fields, p.params?.theirs ?? "") });
    }
    onDone({ values, version: Number(problems[0]?.params?.version ?? 0) });
  };
  return (
    <Dialog onClose={onClose} title={t("merge.title")} size="lg">
      <div className="stack">
        <p>{t("merge.text")}</p>
        {problems.map((p) => (
          <Radio.Group
            key={p.field}
            label={fieldLabel(p.field)}
            value={chosen[p.field] ?? ""}
            onChange={(x) => setChosen((old) => ({ ...old, [p.field]: x }))}
          >
            <div className="stack tight" style={{ marginTop: 6 }}>
              <Radio value="mine" label={t("merge.mine", { value: written(p.field, plain(mine[p.field as keyof Fields])) })} />
              <Radio value="theirs" label={t("merge.theirs", { value: written(p.field, p.params?.theirs ?? "") })} />
            </div>
          </Radio.Group>
        ))}
        <div className="row">
          <Button onClick={done} disabled={problems.some((p) => !chosen[p.field])}>
            {t("merge.done")}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** The fields of a record: those that nobody types are greyed, with why; read only, nothing can be submitted. */
export function EditForm({ s, readOnly, onSaved }: { s: structure.Structure; readOnly?: boolean; onSaved?: () => void }) {
  const { t } = useTranslation();
  const [base, setBase] = useState({ values: fieldsOf(s), version: s.version });
  const [conflict, setConflict] = useState<Problem[]>();
  const form = useForm(base.values);
  const save = (values: Fields, version: number, from: Fields) =>
    void form.send(async () => {
      try {
        await submit(change("structure.edit", { id: s.id, version, mine: values, base: from }));
      } catch (reason) {
        const fault = toFault(reason);
        const fields = fault.problems.filter((p) => p.field !== "");
        if (fault.code !== "conflict" || fields.length === 0) throw reason;
        setConflict(fields);
        return;
      }
      await saved();
      onSaved?.();
    });
  const names = { values: readOnly ? fieldsOf(s) : form.values, set: form.set, error: form.error, fixed: s.fixed, readOnly };
  const insee = s.fixed.includes("name") ? t("structure.from_insee") : undefined;
  const content = (
    <>
      <div className="two">
        <TextInput label={t("structure.type")} value={say(`identifier.${s.identifierType}`)} readOnly disabled />
        <TextInput label={t("structure.identifier_number")} value={s.identifier} readOnly disabled />
      </div>
      {s.identifierType === "individual" ? (
        <div className="two">
          <TextField {...names} name="firstName" label={t("user.first_name")} required />
          <TextField {...names} name="lastName" label={t("user.last_name")} required />
        </div>
      ) : (
        <TextField {...names} name="name" label={t("structure.name")} required description={insee} />
      )}
      <AddressFields {...names} />
      {s.verified.partial && <p className="note plain-note">{t("verdict.partial")}</p>}
      <OptionalFields {...names} responsible={{ id: s.responsibleId, name: s.responsibleName }} />
      {isPublic(s.sphere) && <ParameterFields {...names} />}
    </>
  );
  if (readOnly) return <div className="form">{content}</div>;
  return (
    <>
      <Form onSubmit={() => save(form.values, base.version, base.values)} sending={form.sending} rest={form.rest(...fieldNames)}>
        {content}
      </Form>
      {conflict && (
        <Merge
          problems={conflict}
          mine={form.values}
          base={base.values}
          onClose={() => setConflict(undefined)}
          onDone={(m) => {
            const theirs = { ...base.values };
            for (const p of conflict) Object.assign(theirs, { [p.field]: read(p.field as keyof Fields, p.params?.theirs ?? "") });
            setConflict(undefined);
            form.setValues(m.values);
            setBase({ values: theirs, version: m.version });
            save(m.values, m.version, theirs);
          }}
        />
      )}
    </>
  );
}
