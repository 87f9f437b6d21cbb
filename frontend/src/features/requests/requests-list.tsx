import { useTranslation } from "react-i18next";
import { ListPage } from "../../components/list-page";
import { Go, Tabs } from "../../components/page";
import { Badge, Empty } from "../../components/state";
import { say } from "../../i18n";
import { moment } from "../../lib/format";
import type { request } from "../../lib/types";
import { anyRequest } from "../../lib/wanted";
import { listRequests } from "../../api/requests";
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
  const department = (r: request.Request) => r.department || <span className="soft">{t("answer.none")}</span>;
  return (
    <ListPage
      plain
      name="requests"
      title={t("nav.requests")}
      none={anyRequest}
      order=""
      read={listRequests}
      columns={[
        { key: "state", name: t("request.state"), width: "120px", cell: (r) => <StateOf r={r} /> },
        { key: "description", name: t("request.description"), width: "minmax(0,2.2fr)", link: true, cell: describe },
        { key: "requester", name: t("request.requester"), width: "minmax(0,1fr)", cell: (r) => r.requester.name },
        { key: "structure", name: t("structure.one"), width: "minmax(0,1.2fr)", cell: (r) => r.structure },
        { key: "department", name: t("department.one"), width: "minmax(0,0.8fr)", cell: department },
        { key: "asked", name: t("request.date"), width: "150px", tabular: true, cell: (r) => moment(r.askedAt) },
      ]}
      id={(r) => r.id}
      to={(r) => `/approbations/${r.id}`}
      search={t("requests.search")}
      head={(asked, set) => (
        <Tabs
          label={t("nav.requests")}
          tabs={tabs.map((x): [Tab, string] => [x, t(`requests.tab.${x}`)])}
          current={tabs.find((x) => x === asked.tab) ?? "pending"}
          onChange={(tab) => set({ tab })}
        />
      )}
      actions={
        <Go to="/demandes/creer" primary>
          {t("action.ask")}
        </Go>
      }
      views={["tab"]}
      empty={({ tab }) => <Empty title={say(`requests.empty_${tab}`)} text={t("requests.empty_text")} />}
    />
  );
}
