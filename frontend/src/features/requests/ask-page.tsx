import { carry, change } from "../../api/changes";
import { Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useMe } from "../../api/firm";
import { Go, Page, Panel } from "../../components/page";
import { ProfileChoice } from "../../components/profile-choice";
import { Form } from "../../components/submit";
import { say } from "../../i18n";
import { useDone } from "../../lib/done";
import { refuse } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import { listProfiles } from "../../api/profiles";
import { useSphere } from "../../api/structures";
import { askedOf, ForWhom, Where } from "./ask-fields";

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
  const right = params.get("droit") ?? "";
  const form = useForm(askedOf(params, me?.id));
  const kind = params.get("type") ?? "siret";
  const v = form.values;
  const sphere = useSphere(v.structure);
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
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
          <ForWhom form={form} />
          <Where form={form} kind={kind} />
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
