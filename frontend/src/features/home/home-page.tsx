import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Go, Page, Panel } from "../../components/page";
import { Loaded } from "../../components/state";
import { say } from "../../i18n";
import { day, lastDay, number } from "../../lib/format";
import { refresh } from "../../lib/query";
import type { flow } from "../../lib/types";
import { finishFollowUp, getHome } from "./api";

function Figure({ name, value, to }: { name: string; value: number; to: string }) {
  if (value < 0) return null;
  return (
    <Link className="figure" to={to}>
      <b className="tabular">{number(value)}</b>
      <span className="soft">{name}</span>
    </Link>
  );
}

function Steps({ item }: { item: flow.FollowUp }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const text = say(`follow_up.${item.what}.${item.family}`, {
    name: item.name || t("effect.somebody"),
    place: item.place || t("scope.firm"),
    profile: item.profile,
  });
  return (
    <tr>
      <td>
        {text}
        <div className="small soft">{day(item.at)}</div>
      </td>
      <td>
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button size="compact-sm" variant="default" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
            {copied ? t("follow_up.copied") : t("follow_up.copy")}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => void finishFollowUp(item.id).then(refresh)}>
            {t("follow_up.done")}
          </Button>
        </div>
      </td>
    </tr>
  );
}

/** The key figures, and what needs the one who looks. */
export function HomePage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["home"], queryFn: getHome });
  return (
    <Page
      title={t("nav.home")}
      actions={
        <Go to="/utilisateurs/ajouter" primary>
          {t("action.add_person")}
        </Go>
      }
    >
      <Loaded query={query}>
        {(home) => (
          <>
            <div className="key">
              <Figure name={t("home.structures", { count: home.structures })} value={home.structures} to="/structures" />
              <Figure name={t("home.people", { count: home.people })} value={home.people} to="/utilisateurs" />
              <Figure name={t("home.to_verify", { count: home.toVerify })} value={home.toVerify} to="/structures?filter=unverified" />
              <Figure name={t("home.endings", { count: home.endings.length })} value={home.endings.length} to="/" />
            </div>
            <div className="two">
              <Panel title={t("home.endings_title")}>
                {home.endings.length === 0 && <p className="soft">{t("home.no_endings")}</p>}
                <table className="plain">
                  <tbody>
                    {home.endings.slice(0, 12).map((e) => (
                      <tr key={`${e.user}.${e.what}.${e.until}.${e.structure}`}>
                        <td>
                          <Link to={`/utilisateurs/${e.user}`}>{e.name}</Link>
                          <div className="small soft">
                            {e.what} · {e.place || t("scope.firm")}
                          </div>
                        </td>
                        <td className="tabular when">{lastDay(e.until)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Panel>
              <Panel title={t("home.follow_ups")}>
                {home.followUps.length === 0 && <p className="soft">{t("home.no_follow_ups")}</p>}
                <table className="plain">
                  <tbody>
                    {home.followUps.slice(0, 12).map((f) => (
                      <Steps key={f.id} item={f} />
                    ))}
                  </tbody>
                </table>
              </Panel>
            </div>
            {home.structures === 0 && (
              <Panel title={t("home.first")}>
                <div className="row">
                  <Go to="/structures/creer">{t("action.create_structure")}</Go>
                  <Go to="/demandes/creer">{t("action.ask")}</Go>
                </div>
              </Panel>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
