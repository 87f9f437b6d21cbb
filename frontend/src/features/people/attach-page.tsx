import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { DayInput } from "../../components/day-input";
import { Page } from "../../components/page";
import { ProfileChoice } from "../../components/profile-choice";
import { useForm, type FormOf } from "../../lib/form";
import { getRecord } from "../../api/grants";
import { getPerson } from "../../api/people";
import { listProfiles } from "../../api/profiles";
import { useSphere } from "../../api/structures";
import { chosenIn } from "./chosen";
import { PlaceFields } from "./place-fields";
import { useFirstField } from "../../lib/focus";

const fields = ["user", "structure", "department", "from", "until", "profiles"];

const asked = (params: URLSearchParams) => ({
  email: params.get("email") ?? "",
  structure: Number(params.get("structure") ?? 0),
  department: Number(params.get("department") ?? 0),
  level: (Number(params.get("department") ?? 0) ? "department" : "structure") as "structure" | "department",
  until: "",
  profiles: chosenIn(params),
});

/** What somebody who is attached again held there before: their address is filled in, and their profiles are offered. */
function useFormer(params: URLSearchParams, form: FormOf<ReturnType<typeof asked>>) {
  const again = Number(params.get("user") ?? 0); // somebody who was attached before
  const person = useQuery({ queryKey: ["person", again], queryFn: () => getPerson(again), enabled: again > 0, retry: false });
  const record = useQuery({ queryKey: ["record", again], queryFn: () => getRecord(again), enabled: again > 0, retry: false });
  const address = person.data?.email;
  const { set, values: v } = form;
  useEffect(() => {
    if (address) set("email", address);
  }, [address, set]);
  return v.email === address
    ? (record.data?.grants ?? []).filter((g) => g.structureId === v.structure && g.departmentId === v.department && g.state === "past")
    : [];
}

/** « Rattacher un utilisateur ». An unknown address leads to « Ajouter une personne ». */
export function AttachPage() {
  const first = useFirstField();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const form = useForm(asked(params));
  const v = form.values;
  const sphere = useSphere(v.structure);
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const former = useFormer(params, form);
  const { level, ...typed } = v;
  const input = { ...typed, user: 0, from: "" };
  const complete = v.email.includes("@") && v.structure > 0 && (level === "structure" || v.department > 0);
  const made = useChange("membership.open", input, complete);
  const unknown = form.problems.some((p) => p.key === "user.unknown");
  const missing = [
    ...(v.email.trim() ? [] : [{ field: "user", key: "user.empty" }]),
    ...(v.structure ? [] : [{ field: "structure", key: "structure.empty" }]),
    ...(v.structure && level === "department" && !v.department ? [{ field: "department", key: "department.empty" }] : []),
  ];
  return (
    <Page title={t("action.attach")} sub={t("attach.sub")}>
      <ChangeForm
        change={made}
        form={form}
        fields={fields}
        previewed={["until", "profiles"]}
        missing={missing}
        fallback={v.email}
        onSaved={() => void navigate(`/structures/${v.structure}?tab=people`)}
      >
        <fieldset className="stack">
          <legend>{t("section.general")}</legend>
          <TextInput
            label={t("user.one")}
            description={t("attach.email")}
            type="email"
            value={v.email}
            onChange={(e) => {
              form.set("email", e.currentTarget.value);
              form.setProblems([]);
            }}
            error={form.error("user")}
            withAsterisk
            aria-required="true"
            ref={first}
          />
          {unknown && <Link to={`/utilisateurs/ajouter?email=${encodeURIComponent(v.email)}`}>{t("attach.add")}</Link>}
          <PlaceFields
            structure={v.structure}
            department={v.department}
            level={level}
            permission="membership.edit"
            structureLabel={t("membership.structure_of")}
            structureText={t("attach.level_structure")}
            departmentText={t("attach.level_department")}
            error={form.error}
            onChange={(p) => form.setValues((old) => ({ ...old, ...p }))}
          />
        </fieldset>
        <ProfileChoice
          profiles={profiles.data ?? []}
          value={v.profiles}
          onChange={(x) => form.set("profiles", x)}
          error={form.error("profiles") ?? made.of("profiles")}
          former={former.map((g) => g.profileId)}
          sphere={sphere}
        />
        <DayInput
          label={t("period.until_optional")}
          value={v.until}
          onChange={(x) => form.set("until", x)}
          error={form.error("until")}
          wrong={made.of("until")}
        />
      </ChangeForm>
    </Page>
  );
}
