import type { ReactNode } from "react";
import { StructureActions } from "./structure-actions";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { Page, Tabs } from "../../components/page";
import { Badge, Loaded, Problems } from "../../components/state";
import { say } from "../../i18n";
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
import { isPublic } from "./fields";
import { Registration } from "./registration";

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

/** A structure's record; another's begins anew. */
export function StructurePage() {
  const id = Number(useParams().id);
  return <StructureRecord key={id} id={id} />;
}

/** Verifies a record at the register, as « Vérifier » does for many, and waits until that is done. */
function useVerify(id: number) {
  const form = useForm({});
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
  return { verify, problems: form.rest() };
}

function Standing({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  return (
    <span className="row">
      <Badge tone={s.active ? "on" : "off"}>{t(s.active ? "structure.active" : "structure.inactive")}</Badge>
      {s.sphere === "platform" && <Badge tone="half">{t("platform.one")}</Badge>}
      <span className="tabular">
        {say(`identifier.${s.identifierType}`)} {s.identifier}
      </span>
      <Verified s={s} />
    </span>
  );
}

function SheetTab({ s }: { s: structure.Structure }) {
  return (
    <>
      <div className="cols">
        <div className="stack">
          <Sheet s={s} />
          <ParametersPanel s={s} />
        </div>
        <div className="stack">
          <MembersTab id={s.id} principalOnly partly={s.identityOnly} />
          {isPublic(s.sphere) && !s.identityOnly && <ActiveDepartments s={s} />}
          {s.sphere === "platform" && !s.identityOnly && <Registration s={s} />}
        </div>
      </div>
      {!s.identityOnly && <Contracts s={s} />}
    </>
  );
}

const shownIn: Record<Tab, (props: { s: structure.Structure }) => ReactNode> = {
  sheet: SheetTab,
  departments: ({ s }) => <DepartmentsTab structure={s} />,
  chart: ({ s }) => <ChartTab structure={s} />,
  people: ({ s }) => <MembersTab id={s.id} />,
  requests: ({ s }) => <RequestsTab id={s.id} />,
};

function StructureRecord({ id }: { id: number }) {
  const query = useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id) });
  return <Loaded query={query}>{(s) => <Record s={s} />}</Loaded>;
}

function Record({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const { verify, problems } = useVerify(s.id);
  const shown = tabs.filter((x) => s.sphere !== "platform" || (x !== "departments" && x !== "chart"));
  const tab = shown.find((x) => x === params.get("tab")) ?? "sheet";
  const Shown = shownIn[tab];
  return (
    <Page title={s.name} sub={<Standing s={s} />} actions={s.identityOnly ? null : <StructureActions s={s} verify={verify} />}>
      <Problems texts={problems} />
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
      <Shown s={s} />
      {s.identityOnly && (
        <p className="soft">
          {t("structure.identity_only")} <Link to="/demandes/creer">{t("action.ask")}</Link>
        </p>
      )}
    </Page>
  );
}
