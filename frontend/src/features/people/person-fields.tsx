import { Radio, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { TextField } from "../../components/fields";
import { type FormOf } from "../../lib/form";
import type { right } from "../../lib/types";
import { useFirstField } from "../../lib/focus";

/** Whether profiles are given at the firm: to somebody of its own who is attached nowhere. */
export const atFirm = (v: { kind: string; structure: number }) => v.kind === "internal" && v.structure === 0;

export const personOf = (params: URLSearchParams) => ({
  email: params.get("email") ?? "",
  contact: "",
  firstName: "",
  lastName: "",
  kind: "external",
  structure: 0,
  department: 0,
  level: "structure" as "structure" | "department",
  profiles: [] as right.Choice[],
  until: "",
  enters: false,
});

export type PersonForm = FormOf<ReturnType<typeof personOf>>;

/** Who they are. */
export function WhoFields({ form }: { form: PersonForm }) {
  const { t } = useTranslation();
  const first = useFirstField();
  const v = form.values;
  return (
    <fieldset className="stack">
      <legend>{t("add.who")}</legend>
      <TextInput
        label={t("user.email")}
        type="email"
        value={v.email}
        onChange={(e) => form.set("email", e.currentTarget.value)}
        error={form.error("email")}
        withAsterisk
        aria-required="true"
        ref={first}
      />
      <div className="two">
        <TextField {...form} name="firstName" label={t("user.first_name")} required />
        <TextField {...form} name="lastName" label={t("user.last_name")} required />
      </div>
      <TextField {...form} name="contact" label={t("user.contact")} description={t("user.contact_text")} type="email" />
      <Radio.Group
        label={t("user.kind")}
        value={v.kind}
        onChange={(kind) =>
          form.setValues((old) => ({ ...old, kind, profiles: atFirm(old) === atFirm({ ...old, kind }) ? old.profiles : [] }))
        }
        error={form.error("kind")}
      >
        <div className="row" style={{ marginTop: 6 }}>
          <Radio value="internal" label={t("user.kind.internal")} description={t("user.kind.internal_text")} />
          <Radio value="external" label={t("user.kind.external")} description={t("user.kind.external_text")} />
        </div>
      </Radio.Group>
    </fieldset>
  );
}
