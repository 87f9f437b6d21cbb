import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Page, Panel } from "../components/page";
import { peopleActions, structureActions, type Action } from "./actions";
import { useMe } from "../api/firm";

function List({ actions }: { actions: Action[] }) {
  const { t } = useTranslation();
  const { may } = useMe();
  return (
    <ul className="links">
      {actions
        .filter((a) => may(a.may))
        .map((a) => (
          <li key={a.name} style={{ display: "block" }}>
            <Link to={a.to}>{t(a.name)}</Link>
          </li>
        ))}
    </ul>
  );
}

/** The domain « Organisation », with the sources' own names. */
export function OrganisationPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("nav.organisation")} sub={t("organisation.text")}>
      <div className="two">
        <Panel title={t("nav.structures")} side={<Link to="/structures">{t("organisation.list")}</Link>}>
          <List actions={structureActions} />
        </Panel>
        <Panel title={t("nav.people")} side={<Link to="/utilisateurs">{t("organisation.list")}</Link>}>
          <List actions={peopleActions} />
        </Panel>
      </div>
    </Page>
  );
}
