import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Empty } from "../components/state";

export function MissingPage() {
  const { t } = useTranslation();
  return (
    <Empty title={t("missing.title")} text={t("missing.text")}>
      <Link to="/">{t("nav.home")}</Link>
    </Empty>
  );
}
