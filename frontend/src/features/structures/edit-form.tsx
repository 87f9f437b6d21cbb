import { conflictIn, Merge } from "../../components/merge";
import { change, submit } from "../../api/changes";
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "../../components/fields";
import { Form } from "../../components/submit";
import { say, type Key } from "../../i18n";
import { type Problem } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { structure } from "../../lib/types";
import { AddressFields, OptionalFields } from "./structure-fields";
import { ParameterFields } from "./parameter-fields";
import { emptyFields, fieldNames, isPublic, type Fields } from "./fields";

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
        const fields = conflictIn(reason);
        if (!fields) throw reason;
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
          label={fieldLabel}
          done={t("merge.done")}
          onClose={() => setConflict(undefined)}
          onDone={(m) => {
            setConflict(undefined);
            form.setValues(m.values);
            setBase({ values: m.base, version: m.version });
            save(m.values, m.version, m.base);
          }}
        />
      )}
    </>
  );
}
