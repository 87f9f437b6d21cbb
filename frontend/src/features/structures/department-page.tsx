import { change, submit } from "../../api/changes";
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { TextField } from "../../components/fields";
import { Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { Form } from "../../components/submit";
import { useForm } from "../../lib/form";
import { today } from "../../lib/format";
import { saved } from "../../lib/query";
import { getStructure, pickActive } from "../../api/structures";
import { DepartmentFields, departmentNames, emptyDepartment, type Fields } from "./department-form";
import { isPublic } from "./fields";
import type { Names } from "../../components/fields";

const pick = pickActive("department.edit");

/** « Créer un service ». */
export function DepartmentPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const form = useForm({ structure: Number(params.get("structure") ?? 0), code: "", ...emptyDepartment, from: today() });
  const v = form.values;
  const chosen = useQuery({ queryKey: ["structure", v.structure], queryFn: () => getStructure(v.structure), enabled: v.structure > 0 });
  const known = chosen.data && { id: chosen.data.id, name: chosen.data.name };
  const send = () =>
    void form.send(async () => {
      await submit(change("department.create", v));
      await saved();
      void navigate(`/structures/${v.structure}?tab=departments`);
    });
  const names = { values: v, set: form.set, error: form.error };
  return (
    <Page title={t("action.create_department")} sub={t("department.create_sub")}>
      <Panel>
        <Form onSubmit={send} sending={form.sending} rest={form.rest("structure", "code", ...departmentNames)}>
          <Picker
            label={t("structure.choose")}
            name="structures.department.edit"
            find={pick}
            value={v.structure}
            known={known}
            onChange={(id) => form.set("structure", id)}
            error={form.error("structure")}
            required
            alone
          />
          <TextInput label={t("structure.legal_name")} value={v.structure ? (chosen.data?.name ?? "") : ""} readOnly disabled />
          <DepartmentFields names={names as unknown as Names<Fields>} open={isPublic(chosen.data?.sphere ?? "")}>
            <TextField {...names} name="code" label={t("department.code")} description={t("department.code_form")} required />
          </DepartmentFields>
        </Form>
      </Panel>
    </Page>
  );
}
