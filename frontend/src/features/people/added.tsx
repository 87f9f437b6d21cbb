import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Code } from "../../components/code";
import { Page, Panel } from "../../components/page";
import type { bridge } from "../../lib/types";

export interface Made {
  name: string;
  outcome: bridge.Outcome;
}

export function Added({ name, outcome }: Made) {
  const { t } = useTranslation();
  return (
    <Page title={t("add.done", { name })}>
      <Panel>
        <div className="stack">
          {outcome.code && <Code code={outcome.code} />}
          <p>{t("add.done_text")}</p>
          <div className="row">
            <Button component={Link} to={`/utilisateurs/${outcome.created}`}>
              {t("user.open")}
            </Button>
            <Button component={Link} to="/utilisateurs/ajouter" variant="default">
              {t("add.another")}
            </Button>
            <Button component={Link} to="/utilisateurs" variant="default">
              {t("nav.people")}
            </Button>
          </div>
        </div>
      </Panel>
    </Page>
  );
}
