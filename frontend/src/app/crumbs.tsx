import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { title } from "../lib/title";
import { lastAsked } from "../lib/use-list";

const places = {
  structures: "nav.structures",
  utilisateurs: "nav.people",
  profils: "nav.profiles",
  droits: "nav.rights",
  approbations: "nav.requests",
  demandes: "nav.requests",
  journal: "nav.journal",
  parametres: "nav.settings",
  organisation: "nav.organisation",
  services: "nav.structures",
  plateformes: "nav.platforms",
} as const;

/** Where one is, and the way back to the list as it was last asked. */
export function Crumbs() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const place = pathname.split("/")[1] as keyof typeof places | "";
  const shown = useSyncExternalStore(title.watch, title.get);
  const inside = pathname.split("/").length > 2 && shown !== "";
  return (
    <nav className="crumbs" aria-label={t("nav.crumbs")}>
      {place && places[place] && !inside ? (
        <b>{t(places[place])}</b>
      ) : place && places[place] ? (
        <Link to={lastAsked(place === "demandes" ? "/approbations" : place === "services" ? "/structures" : `/${place}`)}>
          {t(places[place])}
        </Link>
      ) : (
        <b>{t("nav.home")}</b>
      )}
      {inside && (
        <>
          <span aria-hidden="true"> › </span>
          <b>{shown}</b>
        </>
      )}
    </nav>
  );
}
