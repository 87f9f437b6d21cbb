import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../../i18n";
import { Link } from "react-router";
import { useMe } from "../../api/firm";
import { Go, Page, Panel } from "../../components/page";
import { Loaded } from "../../components/state";
import { moment, number } from "../../lib/format";
import { getHome } from "../../api/firm";
import { countRequests } from "../../api/requests";
import { countLone } from "../../api/structures";
import { EndingsPanel } from "./endings-panel";
import { StepsPanel } from "./steps-panel";

/** A figure that leads to its list; without one, the list stands below. */
function Figure({ name, value, to, more }: { name: string; value: number; to?: string; more?: boolean }) {
  const { t } = useTranslation();
  if (value < 0) return null;
  const told = (
    <>
      <b className="tabular">{more ? t("home.more_than", { value: number(value) }) : number(value)}</b>
      <span className="soft">{name}</span>
    </>
  );
  return to ? (
    <Link className="figure" to={to}>
      {told}
    </Link>
  ) : (
    <div className="figure">{told}</div>
  );
}

/** That somebody was shown a code which opens this account, until it is read. */
function CodeShown() {
  const { t } = useTranslation();
  const { me } = useMe();
  const [read, setRead] = useState(0);
  if (!me?.codeShownAt || read === me.codeShownAt) return null;
  return (
    <div className="note row between" role="alert">
      <span>{t("home.code_shown", { name: me.codeShownTo, at: moment(me.codeShownAt) })}</span>
      <Button size="compact-sm" variant="default" onClick={() => setRead(me.codeShownAt)}>
        {t("action.read")}
      </Button>
    </div>
  );
}

/** What comes next in a firm that has just begun, or for somebody who sees no structure yet. */
function First({ structures }: { structures: number }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const adds = may("user.create_external") || may("user.create_internal");
  return (
    <Panel title={t("home.first")}>
      <div className="row">
        {may("structure.create") && <Go to="/structures/creer">{t("action.create_structure")}</Go>}
        {adds && structures > 0 && <Go to="/utilisateurs/ajouter">{t("action.add_person")}</Go>}
        {may("firm.admin") && <Go to="/profils">{t("home.first_profiles")}</Go>}
        {!may("firm.admin") && <Go to="/demandes/creer">{t("action.ask")}</Go>}
      </div>
    </Panel>
  );
}

/** The key figures, and what needs the one who looks. */
export function HomePage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["home"], queryFn: getHome });
  const waiting = useQuery({ queryKey: ["requests", "count"], queryFn: countRequests });
  const lone = useQuery({ queryKey: ["structures", "lone"], queryFn: countLone, retry: false });
  const { me, may } = useMe();
  const adds = me?.permissions.some((p) => p === "user.create_external" || p === "user.create_internal");
  return (
    <Page
      title={t("nav.home")}
      actions={
        adds && (
          <Go to="/utilisateurs/ajouter" primary>
            {t("action.add_person")}
          </Go>
        )
      }
    >
      <Loaded query={query}>
        {(home) => (
          <>
            <CodeShown />
            {home.exposed && <p className="note">{say(home.exposed.key, home.exposed.params)}</p>}
            <div className="key">
              <Figure name={t("home.structures", { count: home.structures })} value={home.structures} to="/structures" />
              <Figure name={t("home.people", { count: home.people })} value={home.people} to="/utilisateurs" />
              <Figure name={t("home.to_verify", { count: home.toVerify })} value={home.toVerify} to="/structures?check=unverified" />
              <Figure name={t("home.requests", { count: waiting.data ?? 0 })} value={waiting.data || -1} to="/approbations" />
              <Figure name={t("home.lone", { count: lone.data ?? 0 })} value={lone.data || -1} to="/structures?lone=1&state=active" />
              <Figure
                name={t("home.endings", { count: home.endings.length })}
                value={home.endings.length || -1}
                more={home.endingsNext !== ""}
              />
            </div>
            {(home.structures === 0 || (home.people <= 1 && adds)) && <First structures={home.structures} />}
            <div className="two">
              {may("user.view") && <EndingsPanel first={home.endings} next={home.endingsNext} />}
              <StepsPanel first={home.followUps} next={home.followUpsNext} />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}
