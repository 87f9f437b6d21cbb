import { change, submit } from "../../api/changes";
import { Button, Menu, Select, TextInput } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { useMe } from "../../api/firm";
import { Dialog } from "../../components/dialog";
import { Go, Page, Panel, Tabs } from "../../components/page";
import { Badge, Loaded } from "../../components/state";
import { Form } from "../../components/submit";
import { say } from "../../i18n";
import { useFirstField } from "../../lib/focus";
import { useForm } from "../../lib/form";
import { moment, wordDay } from "../../lib/format";
import { saved } from "../../lib/query";
import type { structure } from "../../lib/types";
import { getStructure, readCheck, startCheck } from "../../api/structures";
import { ChartTab } from "./chart-tab";
import { Contracts } from "./contracts";
import { ActiveDepartments, DepartmentsTab } from "./departments-tab";
import { MembersTab } from "./members-tab";
import { RequestsTab } from "./requests-tab";
import { ParametersPanel, Sheet } from "./sheet";
import { StateForm } from "./state-form";
import { isPublic } from "./structure-fields";

function Verified({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  if (s.verified.verdict === "active") return <span className="soft">{t("structure.verified", { day: moment(s.verified.at) })}</span>;
  if (s.verified.verdict === "closed")
    return (
      <Badge tone="alert">
        {s.verified.closedOn ? t("siret.closed_short", { day: wordDay(s.verified.closedOn) }) : t("siret.closed_short_no_day")}
      </Badge>
    );
  return s.identityOnly || s.verified.verdict === "none" ? null : <Badge tone="half">{t("verdict.to_verify")}</Badge>;
}

const tabs = ["sheet", "departments", "chart", "people", "requests"] as const;
type Tab = (typeof tabs)[number];

/** « Le SIRET est arrivé »: the SIRET that replaces a provisional identifier. */
function Arrived({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ siret: "" });
  const first = useFirstField();
  const send = () =>
    void form.send(async () => {
      await submit(change("structure.identify", { id, siret: form.values.siret }));
      await saved();
      onClose();
    });
  return (
    <Dialog onClose={onClose} title={t("action.siret_arrived")}>
      <Form onSubmit={send} sending={form.sending} rest={form.rest("identifier")} back={false}>
        <p>{t("arrived.text")}</p>
        <TextInput
          label={t("identifier.siret")}
          description={t("siret.form")}
          value={form.values.siret}
          onChange={(e) => {
            form.set("siret", e.currentTarget.value);
            form.setProblems([]);
          }}
          error={form.error("identifier")}
          withAsterisk
          ref={first}
        />
      </Form>
    </Dialog>
  );
}

/** « Annuler la création »: what it does, then its preview. */
function Cancel({ s, onClose }: { s: structure.Structure; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Dialog onClose={onClose} title={t("action.cancel_creation")} size="xl">
      <StateForm
        kind="structure.cancel"
        input={{ structure: s.id }}
        label={t("action.cancel_creation")}
        ends
        onSaved={() => void navigate("/structures")}
        onCancel={onClose}
      >
        <p>{t("cancel_creation.text", { name: s.name })}</p>
      </StateForm>
    </Dialog>
  );
}

function Registration({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const form = useForm({});
  const registered = (state: string) => change("platform.set_registration", { id: s.id, state });
  return (
    <Panel title={t("platform.registration")}>
      <Select
        label={t("platform.registration_state")}
        value={s.registration}
        data={(["pending", "registered", "withdrawn"] as const).map((r) => ({ value: r, label: t(`registration.${r}`) }))}
        allowDeselect={false}
        onChange={(state) =>
          void form.send(async () => {
            await submit(registered(state ?? ""), "", registered(s.registration));
            await saved();
          })
        }
        error={form.rest()[0]}
      />
    </Panel>
  );
}

/** A structure's record; another's begins anew. */
export function StructurePage() {
  const id = Number(useParams().id);
  return <StructureRecord key={id} id={id} />;
}

function StructureRecord({ id }: { id: number }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const form = useForm({});
  const [dialog, setDialog] = useState<"arrived" | "cancel">();
  const query = useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id) });
  const verify = () =>
    void form.send(async () => {
      await startCheck([id]);
      for (let tries = 0; tries < 60; tries++) {
        await new Promise((done) => setTimeout(done, 250));
        const check = await readCheck();
        if (check.running) continue;
        if (check.failed > 0) form.setProblems([{ field: "", key: check.reason }]);
        break;
      }
      await saved();
    });
  return (
    <Loaded query={query}>
      {(s) => {
        const platform = s.sphere === "platform";
        const shown = tabs.filter((x) => !platform || (x !== "departments" && x !== "chart"));
        const tab = (shown as readonly string[]).includes(params.get("tab") ?? "") ? (params.get("tab") as Tab) : "sheet";
        const siret = s.identifierType === "siret";
        return (
          <Page
            title={s.name}
            sub={
              <span className="row">
                <Badge tone={s.active ? "on" : "off"}>{t(s.active ? "structure.active" : "structure.inactive")}</Badge>
                {platform && <Badge tone="half">{t("platform.one")}</Badge>}
                <span className="tabular">
                  {say(`identifier.${s.identifierType}`)} {s.identifier}
                </span>
                <Verified s={s} />
              </span>
            }
            actions={
              s.identityOnly ? null : (
                <>
                  <Go to={`/droits?structure=${id}`}>{t("nav.rights")}</Go>
                  <Go to={`/journal?structure=${id}`}>{t("structure.history")}</Go>
                  {s.active && (
                    <Go to={`/structures/gerer?demande=edit&structure=${id}`} primary>
                      {t("action.edit")}
                    </Go>
                  )}
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
                        {t("action.more")}
                      </Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                      <Menu.Item
                        onClick={() => void navigate(`/structures/gerer?demande=${s.active ? "deactivate" : "activate"}&structure=${id}`)}
                      >
                        {t(s.active ? "action.deactivate" : "action.activate")}
                      </Menu.Item>
                      {siret && (
                        <Menu.Item onClick={() => void navigate(`/structures/gerer?demande=refresh&structure=${id}`)}>
                          {t("action.refresh")}
                        </Menu.Item>
                      )}
                      {siret && <Menu.Item onClick={verify}>{t("action.verify")}</Menu.Item>}
                      {s.identifierType === "pending" && (
                        <Menu.Item onClick={() => setDialog("arrived")}>{t("action.siret_arrived")}</Menu.Item>
                      )}
                      {!platform && s.active && may("structure.create") && (
                        <Menu.Item onClick={() => void navigate(`/structures/dupliquer?structure=${id}`)}>
                          {t("action.duplicate_structure")}
                        </Menu.Item>
                      )}
                      <Menu.Item onClick={() => void navigate(`/structures/transferer?structure=${id}`)}>{t("action.transfer")}</Menu.Item>
                      {s.cancellable && <Menu.Item onClick={() => setDialog("cancel")}>{t("action.cancel_creation")}</Menu.Item>}
                    </Menu.Dropdown>
                  </Menu>
                </>
              )
            }
          >
            {form.rest().map((text) => (
              <p key={text} className="note" role="alert">
                {text}
              </p>
            ))}
            {s.verified.verdict === "closed" && s.active && (
              <p className="note">
                {s.verified.closedOn ? t("refresh.closed", { day: wordDay(s.verified.closedOn) }) : t("refresh.closed_no_day")}
              </p>
            )}
            <Tabs
              label={s.name}
              tabs={shown.map((x): [Tab, string] => [x, t(`structure.tab.${x}`)])}
              current={tab}
              onChange={(x) => setParams({ tab: x }, { replace: true })}
            />
            {tab === "sheet" && (
              <>
                <div className="cols">
                  <div className="stack">
                    <Sheet s={s} />
                    <ParametersPanel s={s} />
                  </div>
                  <div className="stack">
                    <MembersTab id={id} principalOnly partly={s.identityOnly} />
                    {isPublic(s.sphere) && !s.identityOnly && <ActiveDepartments s={s} />}
                    {platform && !s.identityOnly && <Registration s={s} />}
                  </div>
                </div>
                {!s.identityOnly && <Contracts s={s} />}
              </>
            )}
            {tab === "departments" && <DepartmentsTab structure={s} />}
            {tab === "chart" && <ChartTab structure={s} />}
            {tab === "people" && <MembersTab id={id} />}
            {tab === "requests" && <RequestsTab id={id} />}
            {s.identityOnly && (
              <p className="soft">
                {t("structure.identity_only")} <Link to="/demandes/creer">{t("action.ask")}</Link>
              </p>
            )}
            {dialog === "arrived" && <Arrived id={id} onClose={() => setDialog(undefined)} />}
            {dialog === "cancel" && <Cancel s={s} onClose={() => setDialog(undefined)} />}
          </Page>
        );
      }}
    </Loaded>
  );
}
