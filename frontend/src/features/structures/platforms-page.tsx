import type { directory } from "../../lib/types";
import { anyStructure } from "../../lib/wanted";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMe } from "../../api/firm";
import { Go, Page, Panel } from "../../components/page";
import { Badge, Empty, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { listStructures } from "../../api/structures";
import { OfficialList } from "./official-list";

function Table({ rows }: { rows: directory.Row[] }) {
  const { t } = useTranslation();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t("structure.name")}</th>
          <th scope="col">{t("platform.matricule")}</th>
          <th scope="col">{t("platform.registration")}</th>
          <th scope="col">{t("structure.state")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((r) => (
          <tr key={r.id}>
            <td>
              <Link to={`/structures/${r.id}`}>{r.name}</Link>
            </td>
            <td className="tabular">{r.identifier}</td>
            <td>{r.registration && say(`registration.${r.registration}`)}</td>
            <td>
              <Badge tone={r.active ? "on" : "off"}>{t(r.active ? "structure.active" : "structure.inactive")}</Badge>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** « Plateformes (PDP) »: those that one may see, and what can be done with them. */
export function PlatformsPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const query = useQuery({ queryKey: ["structures", "platforms"], queryFn: () => listStructures({ ...anyStructure, sphere: "platform" }) });
  const [listed, setListed] = useState(false);
  return (
    <Page
      title={t("nav.platforms")}
      sub={t("platforms.sub")}
      actions={
        <>
          {may("firm.admin") && (
            <Button variant="default" onClick={() => setListed(true)}>
              {t("platforms.official")}
            </Button>
          )}
          <Go to="/plateformes/consulter">{t("action.view_platform")}</Go>
          {may("structure.create") && (
            <Go to="/plateformes/creer" primary>
              {t("action.create_platform")}
            </Go>
          )}
        </>
      }
    >
      <Panel>
        <Loaded query={query}>
          {(page) =>
            page.rows.length === 0 ? <Empty title={t("platforms.empty")} text={t("platforms.empty_text")} /> : <Table rows={page.rows} />
          }
        </Loaded>
      </Panel>
      {listed && <OfficialList onClose={() => setListed(false)} />}
    </Page>
  );
}
