import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Panel } from "../../components/page";
import { Empty, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { moment } from "../../lib/format";
import { requestsOf } from "../../api/requests";

/** The requests about a structure that wait for the one who looks. */
export function RequestsTab({ id }: { id: number }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["requests", "pending", id], queryFn: () => requestsOf(id) });
  return (
    <Panel title={t("structure.tab.requests")}>
      <Loaded query={query}>
        {({ rows: here }) => {
          if (here.length === 0) return <Empty title={t("requests.empty")} />;
          return (
            <ul className="links">
              {here.map((r) => (
                <li key={r.id} style={{ display: "block" }}>
                  <Link to={`/approbations/${r.id}`}>
                    {say(`request.${r.subject}`)} · {r.beneficiary.name}
                  </Link>
                  <span className="small soft"> · {moment(r.askedAt)}</span>
                </li>
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Panel>
  );
}
