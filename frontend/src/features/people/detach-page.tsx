import { Textarea } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { EffectPanel, useEffectOf } from "../../components/effect";
import { Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { Form } from "../../components/submit";
import { fold } from "../../lib/format";
import { refuse } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import { pickMembers, preview, submit } from "./api";
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
  const effect = useEffectOf(complete ? { fingerprint: "", detach: { ...input, comment: input.comment || "…" } } : undefined, preview);
  const send = () =>
    void form.send(async () => {
      const missing = [
        ...(v.structure ? [] : [{ field: "structure", key: "structure.empty" }]),
        ...(v.user ? [] : [{ field: "user", key: "user.empty" }]),
        ...(v.comment.trim() ? [] : [{ field: "comment", key: "comment.empty" }]),
        ...(v.structure && v.level === "department" && !v.department ? [{ field: "department", key: "department.empty" }] : []),
      ];
      await refuse(missing);
      await effect.send((fingerprint) => submit({ fingerprint, detach: input }));
      await saved();
      void navigate(`/structures/${v.structure}?tab=people`);
    });
  const way = form.problems.some((p) => p.key === "guard.principal_manager") && (
    <Link to={`/structures/transferer?structure=${v.structure}`}>{t("action.transfer")}</Link>
  );
  return (
    <Page title={t("action.detach")} sub={t("detach.sub")}>
      <div className="cols">
        <Panel>
          <Form onSubmit={send} sending={form.sending} rest={form.rest(...fields)} way={way} ends label={t("detach.verb")}>
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
          </Form>
        </Panel>
        <EffectPanel effect={effect.effect} error={effect.error} more={effect.more} />
      </div>
    </Page>
  );
}
