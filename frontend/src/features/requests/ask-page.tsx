import { carry, change } from "../../api/changes";
import { Radio, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMe } from "../../api/firm";
import { DayInput } from "../../components/day-input";
import { Go, Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { ProfileChoice } from "../../components/profile-choice";
import { Form } from "../../components/submit";
import { say } from "../../i18n";
import { useDone } from "../../lib/done";
import { refuse } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { right } from "../../lib/types";
import { pickPeople } from "../../api/people";
import { listProfiles } from "../../api/profiles";
import { listDepartments, pickSeen, useSphere } from "../../api/structures";

const fields = ["beneficiary", "structure", "identifier", "department", "profiles", "comment", "receivedOn"];

/** Asks to be attached, or for more profiles: for oneself, or typed in for somebody else. */
export function AskPage() {
  const [sent, done] = useDone<true>();
  return sent ? <Sent /> : <Asking onDone={() => done(true)} />;
}

function Sent() {
  const { t } = useTranslation();
  return (
    <Page title={t("ask.done")}>
      <Panel>
        <div className="stack">
          <p>{t("ask.done_text")}</p>
          <div className="row">
            <Go to="/approbations" primary>
              {t("nav.requests")}
            </Go>
            <Go to="/demandes/creer">{t("ask.another")}</Go>
          </div>
        </div>
      </Panel>
    </Page>
  );
}

function Asking({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const { me } = useMe();
  const beneficiary = Number(params.get("user") ?? 0);
  const right = params.get("droit") ?? "";
  const form = useForm({
    subject: params.get("objet") === "profiles" ? "profiles" : "membership",
    who: beneficiary && beneficiary !== me?.id ? "other" : "me",
    beneficiary,
    structure: Number(params.get("structure") ?? 0),
    identifier: params.get("siret") ?? "",
    department: Number(params.get("department") ?? 0),
    departmentCode: "",
    profiles: [] as right.Choice[],
    comment: "",
    receivedOn: "",
  });
  const kind = params.get("type") ?? "siret";
  const v = form.values;
  const sphere = useSphere(v.structure);
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const departments = useQuery({
    queryKey: ["departments", v.structure],
    queryFn: () => listDepartments(v.structure),
    enabled: v.structure > 0,
    retry: false,
  });
  const send = () =>
    void form.send(async () => {
      await refuse(v.who === "other" && !v.beneficiary ? [{ field: "beneficiary", key: "user.empty" }] : []); // without a name it would be one's own
      await carry(
        change("request.ask", {
          subject: v.subject,
          beneficiary: v.who === "other" ? v.beneficiary : 0,
          requester: 0,
          structure: v.structure,
          identifierType: kind,
          identifier: v.identifier,
          department: v.department,
          departmentCode: v.structure ? "" : v.departmentCode,
          profiles: v.profiles,
          comment: v.comment,
          receivedOn: v.who === "other" ? v.receivedOn : "",
        }),
      );
      onDone();
      await saved();
    });
  return (
    <Page title={t("action.ask")} sub={t("ask.sub")}>
      <Panel>
        <Form onSubmit={send} sending={form.sending} rest={form.rest(...fields)}>
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
          {right && <p className="soft small">{t("ask.for_right", { permission: say(`permission.${right}`) })}</p>}
          <ProfileChoice
            profiles={profiles.data ?? []}
            former={(profiles.data ?? []).filter((p) => p.cells.some((c) => c.permission === right)).map((p) => p.id)}
            sphere={sphere}
            value={v.profiles}
            onChange={(x) => form.set("profiles", x)}
            error={form.error("profiles")}
          />
          <Textarea
            label={t("request.comment")}
            value={v.comment}
            onChange={(e) => form.set("comment", e.currentTarget.value)}
            error={form.error("comment")}
            autosize
            minRows={2}
          />
        </Form>
      </Panel>
    </Page>
  );
}
