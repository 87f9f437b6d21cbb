import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import type { bridge } from "../../lib/types";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { DayInput } from "../../components/day-input";
import { useMe } from "../../api/firm";
import { Page } from "../../components/page";
import { ProfileChoice } from "../../components/profile-choice";
import { useForm } from "../../lib/form";
import { listProfiles } from "../../api/profiles";
import { useSphere } from "../../api/structures";
import { GrantTable } from "./grant-table";
import { asked, WhereField, WhoFields } from "./grant-fields";

const fields = ["user", "structure", "department", "from", "until", "profiles"];

/** « Gérer les habilitations des utilisateurs »: the profiles of one person in one place, taken away from the list, or added below it. */
export function GrantsPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const [given, setGiven] = useState<"here" | "there">();
  const { me } = useMe();
  const widest = me?.firmWide.includes("grant.edit") ?? false;
  const form = useForm(asked(params));
  const v = form.values;
  const sphere = useSphere(v.structure);
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const { atFirm, level, ...input } = v;
  const placed = atFirm || (v.structure > 0 && (level === "structure" || v.department > 0));
  const complete = v.user > 0 && placed && v.profiles.length > 0;
  const made = useChange("grant.give", input, complete);
  const missing = [
    ...(v.structure || atFirm ? [] : [{ field: "structure", key: "structure.empty" }]),
    ...(v.user ? [] : [{ field: "user", key: "user.empty" }]),
    ...(v.structure && level === "department" && !v.department ? [{ field: "department", key: "department.empty" }] : []),
  ];
  const onSaved = (outcome: bridge.Outcome) => {
    form.set("profiles", []);
    setGiven(outcome.followUps.length > 0 ? "there" : "here");
  };
  return (
    <Page title={t("action.manage_grants")} sub={t("grants.sub")}>
      <ChangeForm change={made} form={form} fields={fields} previewed={["from", "until", "profiles"]} missing={missing} onSaved={onSaved}>
        {widest && <WhereField form={form} />}
        <WhoFields form={form} onPick={() => setGiven(undefined)} />
        {v.user > 0 && <GrantTable user={v.user} structure={v.structure} department={v.department} />}
        <fieldset className="stack">
          <legend>{t("action.add_plain")}</legend>
          <ProfileChoice
            profiles={profiles.data ?? []}
            value={v.profiles}
            onChange={(x) => form.set("profiles", x)}
            error={form.error("profiles") ?? made.of("profiles")}
            atFirm={atFirm}
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
