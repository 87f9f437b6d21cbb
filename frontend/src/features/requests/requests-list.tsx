import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Go, Page, Panel, Tabs } from "../../components/page";
import { Badge, Empty, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { moment } from "../../lib/format";
import type { request } from "../../lib/types";
import { listRequests } from "./api";
import { describe } from "./words";

const tabs = ["pending", "decided", "mine"] as const;
type Tab = (typeof tabs)[number];
const tones = { pending: "half", approved: "on", refused: "alert", closed: "off" } as const;

export function StateOf({ r }: { r: request.Request }) {
  return <Badge tone={tones[r.state as keyof typeof tones]}>{say(`request.state.${r.state}`)}</Badge>;
}

/** « Approbations »: what waits for a decision, what was decided, and one's own requests. */
export function RequestsPage() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>("pending");
  const query = useQuery({ queryKey: ["requests", tab], queryFn: () => listRequests(tab) });
  return (
    <Page
      title={t("nav.requests")}
      actions={
        <Go to="/demandes/creer" primary>
          {t("action.ask")}
        </Go>
      }
    >
      <Tabs label={t("nav.requests")} tabs={tabs.map((x): [Tab, string] => [x, t(`requests.tab.${x}`)])} current={tab} onChange={setTab} />
      <Panel>
        <Loaded query={query}>
          {(list) =>
            list.length === 0 ? (
              <Empty title={t(`requests.empty_${tab}`)} text={t("requests.empty_text")} />
            ) : (
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t("request.state")}</th>
                    <th scope="col">{t("request.description")}</th>
                    <th scope="col">{t("request.requester")}</th>
                    <th scope="col">{t("structure.one")}</th>
                    <th scope="col">{t("department.one")}</th>
                    <th scope="col">{t("request.date")}</th>
                  </tr>
                </thead>
                <tbody>
                  {list.map((r) => (
                    <tr key={r.id}>
                      <td>
                        <StateOf r={r} />
                      </td>
                      <td>
                        <Link to={`/approbations/${r.id}`}>{describe(r)}</Link>
                      </td>
                      <td>{r.requester.name}</td>
                      <td>{r.structure}</td>
                      <td>{r.department || <span className="soft">{t("answer.none")}</span>}</td>
                      <td className="tabular">{moment(r.askedAt)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  );
}
