import { Radio } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Picker } from "../../components/picker";
import { fold } from "../../lib/format";
import { type FormOf } from "../../lib/form";
import { pickMembers } from "../../api/grants";
import { pickPeople } from "../../api/people";
import { chosenIn } from "./chosen";
import { PlaceFields } from "./place-fields";

const matches = (name: string, search: string) => fold(name).includes(fold(search));

export const asked = (params: URLSearchParams) => ({
  atFirm: params.get("ou") === "cabinet",
  structure: Number(params.get("structure") ?? 0),
  department: Number(params.get("department") ?? 0),
  level: (Number(params.get("department") ?? 0) ? "department" : "structure") as "structure" | "department",
  user: Number(params.get("user") ?? 0),
  profiles: chosenIn(params),
  from: "",
  until: "",
});

type GrantForm = FormOf<ReturnType<typeof asked>>;

/** Whether profiles are given in a structure or at the firm. */
export function WhereField({ form }: { form: GrantForm }) {
  const { t } = useTranslation();
  const v = form.values;
  return (
    <Radio.Group
      label={t("grants.where")}
      value={v.atFirm ? "firm" : "structure"}
      onChange={(x) => form.setValues((old) => ({ ...old, atFirm: x === "firm", structure: 0, department: 0, user: 0, profiles: [] }))}
    >
      <div className="row" style={{ marginTop: 6 }}>
        <Radio value="structure" label={t("grants.in_structure")} />
        <Radio value="firm" label={t("grants.at_firm")} />
      </div>
    </Radio.Group>
  );
}

/** Who is given them: anybody at the firm, in a structure whoever is attached there. */
export function WhoFields({ form, onPick }: { form: GrantForm; onPick: () => void }) {
  const { t } = useTranslation();
  const v = form.values;
  if (v.atFirm)
    return (
      <Picker
        key="firm"
        label={t("user.one")}
        name="people"
        find={pickPeople}
        value={v.user}
        onChange={(id) => {
          form.set("user", id);
          onPick();
        }}
        error={form.error("user")}
        required
      />
    );
  return (
    <>
      <PlaceFields
        structure={v.structure}
        department={v.department}
        level={v.level}
        permission="grant.edit"
        structureLabel={t("structure.one")}
        structureText={t("grants.level_structure")}
        departmentText={t("grants.level_department")}
        error={form.error}
        onChange={(p) => form.setValues((old) => ({ ...old, ...p, user: p.structure === old.structure ? old.user : 0 }))}
      />
      <Picker
        key={`${v.structure}.${v.department}`}
        label={t("user.one")}
        name={`members.${v.structure}.${v.department}`}
        find={pickMembers(v.structure, v.department, matches)}
        value={v.user}
        onChange={(id) => {
          form.set("user", id);
          onPick();
        }}
        error={form.error("user")}
        required
        disabled={!v.structure}
      />
    </>
  );
}
