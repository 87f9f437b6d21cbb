import { Radio, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { DayInput } from "../../components/day-input";
import { Picker } from "../../components/picker";
import { say } from "../../i18n";
import { type FormOf } from "../../lib/form";
import type { right } from "../../lib/types";
import { pickPeople } from "../../api/people";
import { listDepartments, pickSeen } from "../../api/structures";

export function askedOf(params: URLSearchParams, me?: number) {
  const beneficiary = Number(params.get("user") ?? 0);
  return {
    subject: params.get("objet") === "profiles" ? "profiles" : "membership",
    who: beneficiary && beneficiary !== me ? "other" : "me",
    beneficiary,
    structure: Number(params.get("structure") ?? 0),
    identifier: params.get("siret") ?? "",
    department: Number(params.get("department") ?? 0),
    departmentCode: "",
    profiles: [] as right.Choice[],
    comment: "",
    receivedOn: "",
  };
}

type AskForm = FormOf<ReturnType<typeof askedOf>>;

/** What is asked, and for whom. */
export function ForWhom({ form }: { form: AskForm }) {
  const { t } = useTranslation();
  const v = form.values;
  return (
    <>
      <Radio.Group label={t("ask.subject")} value={v.subject} onChange={(s) => form.set("subject", s)}>
        <div className="stack tight" style={{ marginTop: 6 }}>
          <Radio value="membership" label={t("request.membership")} />
          <Radio value="profiles" label={t("request.profiles")} />
        </div>
      </Radio.Group>
      <Radio.Group label={t("ask.for")} value={v.who} onChange={(w) => form.set("who", w)}>
        <div className="stack tight" style={{ marginTop: 6 }}>
          <Radio value="me" label={t("ask.me")} />
          <Radio value="other" label={t("ask.other")} />
        </div>
      </Radio.Group>
      {v.who === "other" && (
        <>
          <Picker
            label={t("request.beneficiary")}
            name="people"
            find={pickPeople}
            value={v.beneficiary}
            onChange={(id) => form.set("beneficiary", id)}
            error={form.error("beneficiary")}
            required
          />
          <DayInput
            label={t("request.received_on")}
            value={v.receivedOn}
            onChange={(d) => form.set("receivedOn", d)}
            error={form.error("receivedOn")}
          />
        </>
      )}
    </>
  );
}

/** Where: a structure that one sees, or the identifier of one that one does not. */
export function Where({ form, kind }: { form: AskForm; kind: string }) {
  const { t } = useTranslation();
  const v = form.values;
  const departments = useQuery({
    queryKey: ["departments", v.structure],
    queryFn: () => listDepartments(v.structure),
    enabled: v.structure > 0,
    retry: false,
  });
  return (
    <>
      <Picker
        label={t("ask.structure")}
        description={t("ask.structure_text")}
        name="structures"
        find={pickSeen}
        value={v.structure}
        onChange={(id) => {
          form.set("structure", id);
          form.set("department", 0);
        }}
        error={form.error("structure")}
      />
      {v.structure === 0 && (
        <TextInput
          label={kind === "siret" ? t("ask.siret") : say(`identifier.${kind}`)}
          description={say(`${kind}.form`)}
          value={v.identifier}
          onChange={(e) => form.set("identifier", e.currentTarget.value)}
          error={form.error("identifier")}
        />
      )}
      {v.structure === 0 ? (
        <TextInput
          label={t("ask.department_code")}
          value={v.departmentCode}
          onChange={(e) => form.set("departmentCode", e.currentTarget.value)}
          error={form.error("department")}
        />
      ) : (
        (departments.data?.length ?? 0) > 0 && (
          <Select
            label={t("department.one")}
            clearable
            value={v.department ? String(v.department) : null}
            onChange={(d) => form.set("department", Number(d ?? 0))}
            error={form.error("department")}
            data={(departments.data ?? []).map((d) => ({ value: String(d.id), label: d.label }))}
          />
        )
      )}
    </>
  );
}
