import { change, submit } from "../../api/changes";
import { useChange } from "../../api/use-change";
import { Button, Checkbox, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { EffectPanel } from "../../components/effect";
import { Facts, Page, Panel } from "../../components/page";
import { Loaded, Problems } from "../../components/state";
import { useForm } from "../../lib/form";
import { moment, wordDay } from "../../lib/format";
import { saved } from "../../lib/query";
import type { request } from "../../lib/types";
import { getRequest } from "../../api/requests";
import { StateOf } from "./requests-list";
import { describe } from "./words";

function Sheet({ r }: { r: request.Request }) {
  const { t } = useTranslation();
  return (
    <Panel>
      <Facts
        rows={[
          [t("request.state"), <StateOf key="s" r={r} />],
          [t("request.description"), describe(r)],
          [t("request.requester"), r.requester.name],
          [t("request.beneficiary"), r.beneficiary.name],
          [t("request.typed_by"), r.typedBy.id === r.requester.id ? "" : r.typedBy.name],
          [t("request.received_on"), r.receivedOn && wordDay(r.receivedOn)],
          [t("structure.one"), r.structure],
          [t("department.one"), r.department || t("answer.none")],
          [t("profiles.title"), r.profileNames.join(", ")],
          [t("request.date"), moment(r.askedAt)],
          [t("request.approver"), r.approvers.map((a) => a.name).join(", ")],
          [t("request.comment"), r.comment || t("answer.none")],
          [t("request.decided_by"), r.selfDecided ? t("request.self_decided", { name: r.decidedBy.name }) : r.decidedBy.name],
          [t("request.decided_at"), r.decidedAt ? moment(r.decidedAt) : ""],
          [t("request.decision_comment"), r.decisionComment],
        ]}
      />
    </Panel>
  );
}

function Decision({ r }: { r: request.Request }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm({ comment: "", confirmed: false });
  const v = form.values;
  const decide = (approve: boolean) => ({ request: r.id, approve, comment: v.comment, confirmed: v.confirmed });
  const made = useChange("request.decide", decide(true));
  const send = (approve: boolean) =>
    void form.send(async () => {
      await (approve ? made.send() : submit(change("request.decide", decide(false))));
      await saved();
      void navigate("/approbations");
    });
  return (
    <div className="cols">
      <Panel title={t("request.decision")}>
        <div className="stack">
          <Textarea
            label={t("request.decision_comment")}
            description={t("request.decision_comment_text")}
            value={v.comment}
            onChange={(e) => form.set("comment", e.currentTarget.value)}
            error={form.error("comment")}
            autosize
            minRows={2}
          />
          {r.subject === "membership" && (
            <Checkbox
              label={t("request.confirm")}
              checked={v.confirmed}
              onChange={(e) => form.set("confirmed", e.currentTarget.checked)}
              error={form.error("confirmed")}
            />
          )}
          <Problems texts={form.rest("comment", "confirmed")} />
          <div className="row">
            <Button onClick={() => send(true)} loading={form.sending}>
              {t("request.approve")}
            </Button>
            <Button variant="default" onClick={() => send(false)} loading={form.sending}>
              {t("request.refuse")}
            </Button>
          </div>
        </div>
      </Panel>
      <EffectPanel effect={made.effect} error={made.error} more={made.more} fallback={r.beneficiary.name} />
    </div>
  );
}

/** One request, and the decision on it. */
export function RequestPage() {
  const id = Number(useParams().id);
  const query = useQuery({ queryKey: ["request", id], queryFn: () => getRequest(id) });
  return (
    <Loaded query={query}>
      {(r) => (
        <Page title={describe(r)} sub={r.structure}>
          <Sheet r={r} />
          {r.decidable && <Decision r={r} />}
        </Page>
      )}
    </Loaded>
  );
}
