import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMe } from "../../api/firm";
import { DayInput } from "../../components/day-input";
import { Page } from "../../components/page";
import { ProfileChoice } from "../../components/profile-choice";
import type { Problem } from "../../lib/fault";
import { useDone } from "../../lib/done";
import { useForm } from "../../lib/form";
import { listProfiles } from "../../api/profiles";
import { useSphere } from "../../api/structures";
import { PlaceFields } from "./place-fields";
import { Added, type Made } from "./added";
import { atFirm, personOf, WhoFields, type PersonForm } from "./person-fields";

const fields = ["email", "contact", "firstName", "lastName", "kind", "structure", "department", "profiles", "from", "until"];

/** « Ajouter une personne »: who, where, what, until when; one form, one preview, one change. */
export function AddPage() {
  const [made, done] = useDone<Made>();
  return made ? <Added {...made} /> : <Adding onDone={done} />;
}

type Person = PersonForm["values"];

/** Whether enough is typed for a preview. */
function complete(v: Person): boolean {
  return !!(
    v.email.includes("@") &&
    v.firstName &&
    v.lastName &&
    (v.structure > 0 || v.kind === "internal") &&
    (v.level === "structure" || v.department > 0)
  );
}

/** What the form itself finds missing. */
function missingIn(v: Person): Problem[] {
  return [
    ...(v.kind === "external" && !v.structure ? [{ field: "structure", key: "structure.empty" }] : []),
    ...(v.level === "department" && v.structure > 0 && !v.department ? [{ field: "department", key: "department.empty" }] : []),
  ];
}

function Adding({ onDone }: { onDone: (made: Made) => void }) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const form = useForm(personOf(params));
  const v = form.values;
  const sphere = useSphere(v.structure);
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const { me } = useMe();
  const admin = me?.firmWide.includes("firm.admin") ?? false;
  const { level, ...typed } = v;
  const input = { ...typed, from: "" };
  const made = useChange("user.add", input, complete(v));
  return (
    <Page title={t("action.add_person")} sub={t("add.sub")}>
      <ChangeForm
        change={made}
        form={form}
        fields={fields}
        previewed={["until", "profiles"]}
        missing={missingIn(v)}
        fallback={`${v.firstName} ${v.lastName}`.trim()}
        label={t("action.save")}
        onSaved={(outcome) => onDone({ name: `${v.firstName} ${v.lastName}`, outcome })}
      >
        <WhoFields form={form} />
        <fieldset className="stack">
          <legend>{t("add.where")}</legend>
          <PlaceFields
            structure={v.structure}
            department={v.department}
            level={level}
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
