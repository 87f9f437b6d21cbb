import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { Button, Checkbox, Radio, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { useMe } from "../../api/firm";
import { DayInput } from "../../components/day-input";
import { Code } from "../../components/code";
import { Page, Panel } from "../../components/page";
import { ProfileChoice } from "../../components/profile-choice";
import { useDone } from "../../lib/done";
import { useForm } from "../../lib/form";
import type { right, bridge } from "../../lib/types";
import { listProfiles } from "../../api/profiles";
import { useSphere } from "../../api/structures";
import { PlaceFields } from "./place-fields";
import { useFirstField } from "../../lib/focus";

const fields = ["email", "contact", "firstName", "lastName", "kind", "structure", "department", "profiles", "from", "until"];

/** Whether profiles are given at the firm: to somebody of its own who is attached nowhere. */
const atFirm = (v: { kind: string; structure: number }) => v.kind === "internal" && v.structure === 0;

interface Made {
  name: string;
  outcome: bridge.Outcome;
}

/** « Ajouter une personne »: who, where, what, until when; one form, one preview, one change. */
export function AddPage() {
  const [made, done] = useDone<Made>();
  return made ? <Added {...made} /> : <Adding onDone={done} />;
}

function Added({ name, outcome }: Made) {
  const { t } = useTranslation();
  return (
    <Page title={t("add.done", { name })}>
      <Panel>
        <div className="stack">
          {outcome.code && <Code code={outcome.code} />}
          <p>{t("add.done_text")}</p>
          <div className="row">
            <Button component={Link} to={`/utilisateurs/${outcome.created}`}>
              {t("user.open")}
            </Button>
            <Button component={Link} to="/utilisateurs/ajouter" variant="default">
              {t("add.another")}
            </Button>
            <Button component={Link} to="/utilisateurs" variant="default">
              {t("nav.people")}
            </Button>
          </div>
        </div>
      </Panel>
    </Page>
  );
}

function Adding({ onDone }: { onDone: (made: Made) => void }) {
  const first = useFirstField();
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const form = useForm({
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
  const v = form.values;
  const sphere = useSphere(v.structure);
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const { me } = useMe();
  const admin = me?.firmWide.includes("firm.admin") ?? false;
  const input = {
    email: v.email,
    contact: v.contact,
    firstName: v.firstName,
    lastName: v.lastName,
    kind: v.kind,
    structure: v.structure,
    department: v.department,
    profiles: v.profiles,
    from: "",
    until: v.until,
    enters: v.enters,
  };
  const complete = !!(
    v.email.includes("@") &&
    v.firstName &&
    v.lastName &&
    (v.structure > 0 || v.kind === "internal") &&
    (v.level === "structure" || v.department > 0)
  );
  const made = useChange("user.add", input, complete);
  const missing = [
    ...(v.kind === "external" && !v.structure ? [{ field: "structure", key: "structure.empty" }] : []),
    ...(v.level === "department" && v.structure > 0 && !v.department ? [{ field: "department", key: "department.empty" }] : []),
  ];
  return (
    <Page title={t("action.add_person")} sub={t("add.sub")}>
      <ChangeForm
        change={made}
        form={form}
        fields={fields}
        previewed={["until", "profiles"]}
        missing={missing}
        fallback={`${v.firstName} ${v.lastName}`.trim()}
        label={t("action.save")}
        onSaved={(outcome) => onDone({ name: `${v.firstName} ${v.lastName}`, outcome })}
      >
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
            <TextInput
              label={t("user.first_name")}
              value={v.firstName}
              onChange={(e) => form.set("firstName", e.currentTarget.value)}
              error={form.error("firstName")}
              withAsterisk
              aria-required="true"
            />
            <TextInput
              label={t("user.last_name")}
              value={v.lastName}
              onChange={(e) => form.set("lastName", e.currentTarget.value)}
              error={form.error("lastName")}
              withAsterisk
              aria-required="true"
            />
          </div>
          <TextInput
            label={t("user.contact")}
            description={t("user.contact_text")}
            type="email"
            value={v.contact}
            onChange={(e) => form.set("contact", e.currentTarget.value)}
            error={form.error("contact")}
          />
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
        <fieldset className="stack">
          <legend>{t("add.where")}</legend>
          <PlaceFields
            structure={v.structure}
            department={v.department}
            level={v.level}
            permission="membership.edit"
            structureLabel={t("structure.one")}
            structureText={t("membership.whole")}
            departmentText={t("membership.part")}
            error={form.error}
            onChange={(p) =>
              // profiles of the firm and of a structure are not the same: what is no longer offered is no longer ticked
              form.setValues((old) => ({ ...old, ...p, profiles: atFirm(old) === atFirm({ ...old, ...p }) ? old.profiles : [] }))
            }
            required={v.kind === "external"}
          />
        </fieldset>
        <ProfileChoice
          profiles={profiles.data ?? []}
          value={v.profiles}
          onChange={(x) => form.set("profiles", x)}
          error={form.error("profiles") ?? made.of("profiles")}
          atFirm={atFirm(v)}
          sphere={sphere}
        />
        <DayInput
          label={t("period.until_optional")}
          value={v.until}
          onChange={(x) => form.set("until", x)}
          error={form.error("until")}
          wrong={made.of("until")}
        />
        {admin && (
          <Checkbox
            label={t("add.enters")}
            description={t("add.enters_text")}
            checked={v.enters}
            onChange={(e) => form.set("enters", e.currentTarget.checked)}
          />
        )}
      </ChangeForm>
    </Page>
  );
}
