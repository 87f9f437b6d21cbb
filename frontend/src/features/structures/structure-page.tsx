import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { Facts, Go, Page, Panel, Tabs } from "../../components/page";
import { Badge, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { moment, wordDay } from "../../lib/format";
import { refresh } from "../../lib/query";
import { FoundVerdict } from "../../components/verdict";
import type { insee, structure } from "../../lib/types";
import { getStructure, refreshStructure, submit } from "./api";
import { DepartmentsTab } from "./departments-tab";
import { MembersTab } from "./members-tab";
import { RequestsTab } from "./requests-tab";
import { useForm } from "../../lib/form";

const hidden = "▒▒▒▒";

function Sheet({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const masked = s.verified.partial;
  const address = masked ? hidden : s.address.join(", ");
  const origin = s.verified.verdict === "active" ? <span className="small soft"> {t("structure.insee")}</span> : null;
  return (
    <Panel title={t("structure.identity")}>
      {masked && (
        <p className="note plain-note" style={{ marginBottom: 12 }}>
          {t("verdict.partial")}
        </p>
      )}
      <Facts
        rows={[
          [
            t("structure.name"),
            <>
              {s.name}
              {!masked && origin}
            </>,
          ],
          [t("structure.label"), s.label],
          [
            t("structure.address"),
            address && (
              <>
                {address}
                {!masked && origin}
              </>
            ),
          ],
          [t("structure.postcode"), masked ? hidden : s.postcode],
          [t("structure.town"), masked ? hidden : s.town],
          [t("structure.country"), masked ? hidden : s.country && say(`country.${s.country}`)],
          [
            t("structure.vat"),
            <span className="tabular" key="vat">
              {s.vat}
            </span>,
          ],
          [t("structure.activity"), s.activity && `${s.activity} (${s.activityList})`],
          [t("structure.email"), s.email],
          [t("structure.phone"), s.phone],
          [t("structure.sphere"), say(`sphere.${s.sphere}`)],
          [t("structure.created"), moment(s.createdAt)],
        ]}
      />
    </Panel>
  );
}

function Verified({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  if (s.verified.verdict === "active") return <span className="soft">{t("structure.verified", { day: moment(s.verified.at) })}</span>;
  if (s.verified.verdict === "closed") return <Badge tone="alert">{t("siret.closed_short", { day: wordDay(s.verified.closedOn) })}</Badge>;
  return s.identityOnly ? null : <Badge tone="half">{t("verdict.to_verify")}</Badge>;
}

const tabs = ["sheet", "departments", "people", "requests"] as const;
type Tab = (typeof tabs)[number];

/** A structure's record. */
export function StructurePage() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const [params, setParams] = useSearchParams();
  const form = useForm({});
  const [found, setFound] = useState<insee.Found>();
  const tab = (tabs as readonly string[]).includes(params.get("tab") ?? "") ? (params.get("tab") as Tab) : "sheet";
  const query = useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id) });
  const toggle = (active: boolean) =>
    void form.send(async () => {
      await submit({ fingerprint: "", setState: { structure: id, active } });
      await refresh();
    });
  const renew = () =>
    void form.send(async () => {
      setFound(await refreshStructure(id));
      await refresh();
    });
  return (
    <Loaded query={query}>
      {(s) => (
        <Page
          title={s.name}
          sub={
            <span className="row">
              <Badge tone={s.active ? "on" : "off"}>{t(s.active ? "structure.active" : "structure.inactive")}</Badge>
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
                {s.identifierType === "siret" && (
                  <Button variant="default" loading={form.sending} onClick={renew}>
                    {t("action.refresh")}
                  </Button>
                )}
                <Button variant="default" loading={form.sending} onClick={() => toggle(!s.active)}>
                  {t(s.active ? "action.deactivate" : "action.activate")}
                </Button>
              </>
            )
          }
        >
          {form.rest().map((text) => (
            <p key={text} className="note" role="alert">
              {text}
            </p>
          ))}
          {found && (
            <Panel>
              <FoundVerdict found={found} retry={renew} />
            </Panel>
          )}
          <Tabs
            label={s.name}
            tabs={tabs.map((x): [Tab, string] => [x, t(`structure.tab.${x}`)])}
            current={tab}
            onChange={(x) => setParams({ tab: x }, { replace: true })}
          />
          {tab === "sheet" && (
            <div className="cols">
              <Sheet s={s} />
              <MembersTab id={id} principalOnly />
            </div>
          )}
          {tab === "departments" && <DepartmentsTab structure={s} />}
          {tab === "people" && <MembersTab id={id} />}
          {tab === "requests" && <RequestsTab id={id} />}
          {s.identityOnly && (
            <p className="soft">
              {t("structure.identity_only")} <Link to="/demandes/creer">{t("action.ask")}</Link>
            </p>
          )}
        </Page>
      )}
    </Loaded>
  );
}
