import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import type { bridge } from "../../lib/types";
import { Radio } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { DayInput } from "../../components/day-input";
import { useMe } from "../../api/firm";
import { Page } from "../../components/page";
import { Picker } from "../../components/picker";
import { ProfileChoice } from "../../components/profile-choice";
import { fold } from "../../lib/format";
import { useForm } from "../../lib/form";
import { pickMembers } from "../../api/grants";
import { pickPeople } from "../../api/people";
import { listProfiles } from "../../api/profiles";
import { useSphere } from "../../api/structures";
import { chosenIn } from "./chosen";
import { GrantTable } from "./grant-table";
import { PlaceFields } from "./place-fields";

const fields = ["user", "structure", "department", "from", "until", "profiles"];
const matches = (name: string, search: string) => fold(name).includes(fold(search));

/** « Gérer les habilitations des utilisateurs »: the profiles of one person in one place, taken away from the list, or added below it. */
export function GrantsPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const [given, setGiven] = useState<"here" | "there">();
  const { me } = useMe();
  const widest = me?.firmWide.includes("grant.edit") ?? false;
  const form = useForm({
    atFirm: params.get("ou") === "cabinet",
    structure: Number(params.get("structure") ?? 0),
    department: Number(params.get("department") ?? 0),
    level: (Number(params.get("department") ?? 0) ? "department" : "structure") as "structure" | "department",
    user: Number(params.get("user") ?? 0),
    profiles: chosenIn(params),
    from: "",
    until: "",
  });
  const v = form.values;
  const sphere = useSphere(v.structure);
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const input = {
    user: v.user,
    structure: v.structure,
    department: v.department,
    profiles: v.profiles,
    from: v.from,
    until: v.until,
  };
  const placed = v.atFirm || (v.structure > 0 && (v.level === "structure" || v.department > 0));
  const complete = v.user > 0 && placed && v.profiles.length > 0;
  const made = useChange("grant.give", input, complete);
  const missing = [
    ...(v.structure || v.atFirm ? [] : [{ field: "structure", key: "structure.empty" }]),
    ...(v.user ? [] : [{ field: "user", key: "user.empty" }]),
    ...(v.structure && v.level === "department" && !v.department ? [{ field: "department", key: "department.empty" }] : []),
  ];
  const onSaved = (outcome: bridge.Outcome) => {
    form.set("profiles", []);
    setGiven(outcome.followUps.length > 0 ? "there" : "here");
  };
  return (
    <Page title={t("action.manage_grants")} sub={t("grants.sub")}>
      <ChangeForm change={made} form={form} fields={fields} previewed={["from", "until", "profiles"]} missing={missing} onSaved={onSaved}>
        {widest && (
          <Radio.Group
            label={t("grants.where")}
            value={v.atFirm ? "firm" : "structure"}
            onChange={(x) =>
              form.setValues((old) => ({ ...old, atFirm: x === "firm", structure: 0, department: 0, user: 0, profiles: [] }))
            }
          >
            <div className="row" style={{ marginTop: 6 }}>
              <Radio value="structure" label={t("grants.in_structure")} />
              <Radio value="firm" label={t("grants.at_firm")} />
            </div>
          </Radio.Group>
        )}
        {v.atFirm ? (
          <Picker
            key="firm"
            label={t("user.one")}
            name="people"
            find={pickPeople}
            value={v.user}
            onChange={(id) => {
              form.set("user", id);
              setGiven(undefined);
            }}
            error={form.error("user")}
            required
          />
        ) : (
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
                setGiven(undefined);
              }}
              error={form.error("user")}
              required
              disabled={!v.structure}
            />
          </>
        )}
        {v.user > 0 && <GrantTable user={v.user} structure={v.structure} department={v.department} />}
        <fieldset className="stack">
          <legend>{t("action.add_plain")}</legend>
          <ProfileChoice
            profiles={profiles.data ?? []}
            value={v.profiles}
            onChange={(x) => form.set("profiles", x)}
            error={form.error("profiles") ?? made.of("profiles")}
            atFirm={v.atFirm}
            sphere={sphere}
          />
          <div className="two">
            <DayInput
              label={t("period.from_optional")}
              value={v.from}
              onChange={(x) => form.set("from", x)}
              error={form.error("from")}
              wrong={made.of("from")}
            />
            <DayInput
              label={t("period.until_optional")}
              value={v.until}
              onChange={(x) => form.set("until", x)}
              error={form.error("until")}
              wrong={made.of("until")}
            />
          </div>
        </fieldset>
        {given && (
          <p className="note good" role="status">
            {t(given === "there" ? "grants.noted_there" : "grants.noted")}
          </p>
        )}
      </ChangeForm>
    </Page>
  );
}
