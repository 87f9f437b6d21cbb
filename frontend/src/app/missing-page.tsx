import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Page } from "../components/page";

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("missing.title")} sub={t("missing.text")}>
      <Link to="/">{t("nav.home")}</Link>
    </Page>
  );
}
