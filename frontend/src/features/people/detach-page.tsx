import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { Page } from "../../components/page";
import { Picker } from "../../components/picker";
import { fold } from "../../lib/format";
import { useForm } from "../../lib/form";
import { pickMembers } from "../../api/grants";
import { PlaceFields } from "./place-fields";

const fields = ["user", "structure", "department", "comment"];
const matches = (name: string, search: string) => fold(name).includes(fold(search));

/** « Détacher un utilisateur »: at once, with a comment that says why. */
export function DetachPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const form = useForm({
    structure: Number(params.get("structure") ?? 0),
    department: Number(params.get("department") ?? 0),
    level: (Number(params.get("department") ?? 0) ? "department" : "structure") as "structure" | "department",
    user: Number(params.get("user") ?? 0),
    comment: "",
  });
  const v = form.values;
  const input = { user: v.user, structure: v.structure, department: v.department, comment: v.comment };
  const complete = v.user > 0 && v.structure > 0 && (v.level === "structure" || v.department > 0);
  const made = useChange("membership.end", input, complete);
  const missing = [
    ...(v.structure ? [] : [{ field: "structure", key: "structure.empty" }]),
    ...(v.user ? [] : [{ field: "user", key: "user.empty" }]),
    ...(v.comment.trim() ? [] : [{ field: "comment", key: "comment.empty" }]),
    ...(v.structure && v.level === "department" && !v.department ? [{ field: "department", key: "department.empty" }] : []),
  ];
  const way = form.problems.some((p) => p.key === "guard.principal_manager") && (
    <Link to={`/structures/transferer?structure=${v.structure}`}>{t("action.transfer")}</Link>
  );
  return (
    <Page title={t("action.detach")} sub={t("detach.sub")}>
      <ChangeForm
        change={made}
        form={form}
        fields={fields}
        missing={missing}
        way={way}
        ends
        label={t("detach.verb")}
        onSaved={() => void navigate(`/structures/${v.structure}?tab=people`)}
      >
        <PlaceFields
          structure={v.structure}
          department={v.department}
          level={v.level}
          permission="membership.edit"
          structureLabel={t("structure.one")}
          structureText={t("detach.level_structure")}
          departmentText={t("detach.level_department")}
          error={form.error}
          onChange={(p) => form.setValues((old) => ({ ...old, ...p, user: p.structure === old.structure ? old.user : 0 }))}
        />
        <Picker
          key={`${v.structure}.${v.department}`}
          label={t("user.one")}
          name={`members.${v.structure}.${v.department}`}
          find={pickMembers(v.structure, v.department, matches)}
          value={v.user}
          onChange={(id) => form.set("user", id)}
          error={form.error("user")}
          required
          disabled={!v.structure}
        />
        <Textarea
          label={t("detach.comment")}
          description={t("detach.comment_text")}
          value={v.comment}
          onChange={(e) => form.set("comment", e.currentTarget.value)}
          error={form.error("comment")}
          withAsterisk
          aria-required="true"
          autosize
          minRows={2}
        />
      </ChangeForm>
    </Page>
  );
}
