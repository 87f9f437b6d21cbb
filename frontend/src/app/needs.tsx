import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Page } from "../components/page";
import { say, type Key } from "../i18n";
import { useMe } from "../api/firm";

/** A page for whoever holds one of some permissions somewhere; to anybody else it says which is missing, with the way to ask for it. Go refuses all the same. */
export function Needs({ title, any, children }: { title: Key; any: string[]; children: ReactNode }) {
  const { t } = useTranslation();
  const { me, may } = useMe();
  if (!me || any.some(may)) return children;
  return (
    <Page title={say(title)}>
      <div className="empty" role="alert">
        <h2>{t("fault.forbidden")}</h2>
        <p className="soft">{t("right.missing", { permission: say(`permission.${any[0] ?? ""}`) })}</p>
        <Button component={Link} to={`/demandes/creer?objet=profiles&droit=${any[0] ?? ""}`} variant="default">
          {t("state.ask_right")}
        </Button>
      </div>
    </Page>
  );
}
