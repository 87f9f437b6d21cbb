import { useTranslation } from "react-i18next";

import { useMe } from "../../api/firm";
import { ListPage } from "../../components/list-page";
import { Go } from "../../components/page";
import { Badge, Empty } from "../../components/state";
import type { Column } from "../../components/table";
import { say } from "../../i18n";
import { moment } from "../../lib/format";
import type { people } from "../../lib/types";
import { anyone } from "../../lib/wanted";
import { listPeople } from "../../api/people";

const filters = ["", "internal", "external", "disabled", "all"] as const;

function useColumns(): Column<people.Row>[] {
  const { t } = useTranslation();
  return [
    {
      key: "name",
      name: t("user.name"),
      width: "minmax(0,1.4fr)",
      order: "name",
      cell: (r) => (
        <b style={{ fontWeight: 560 }}>
          {r.lastName} {r.firstName}
        </b>
      ),
    },
    { key: "email", name: t("user.email"), width: "minmax(0,1.8fr)", order: "email", cell: (r) => r.email },
    { key: "kind", name: t("user.kind"), width: "100px", cell: (r) => say(`user.kind.${r.kind}`) },
    { key: "structures", name: t("nav.structures"), width: "96px", cell: (r) => <span className="tabular">{r.structures}</span> },
    {
      key: "state",
      name: t("user.state"),
      width: "120px",
      cell: (r) => <Badge tone={r.active ? "on" : "off"}>{t(r.active ? "user.active" : "user.disabled")}</Badge>,
    },
    {
      key: "created",
      name: t("user.created"),
      width: "150px",
      order: "created",
      cell: (r) => <span className="tabular">{moment(r.createdAt)}</span>,
    },
  ];
}

/** The users that one may see. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { may } = useMe();
  return (
    <ListPage
      name="people"
      title={t("nav.people")}
      none={anyone}
      order="name"
      read={listPeople}
      columns={useColumns()}
      id={(r) => r.id}
      to={(r) => `/utilisateurs/${r.id}`}
      search={t("people.search")}
      filters={() => [{ name: "filter", label: t("list.filter"), choices: filters.map((f) => [f, say(`people.filter.${f || "active"}`)]) }]}
      actions={
        <>
          {may("user.view") && <Go to="/utilisateurs/habilitations-terminees">{t("action.show_ended")}</Go>}
          {may("membership.edit") && <Go to="/utilisateurs/rattacher">{t("action.attach")}</Go>}
          {may("membership.edit") && <Go to="/utilisateurs/detacher">{t("action.detach")}</Go>}
          {(may("user.create_external") || may("user.create_internal")) && (
            <Go to="/utilisateurs/ajouter" primary>
              {t("action.add")}
            </Go>
          )}
        </>
      }
      empty={() => <Empty title={t("list.nothing_found")} text={t("list.nothing_found_text")} />}
    />
  );
}
