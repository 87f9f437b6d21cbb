import { type Input } from "../../api/changes";
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DayInput } from "../../components/day-input";
import { TextField, TickField, type Names } from "../../components/fields";
import { isoDay, openEnd } from "../../lib/format";
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
