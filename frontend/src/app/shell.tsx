import { Menu } from "@mantine/core";
import {
  IconBook2,
  IconBuilding,
  IconChecklist,
  IconGridDots,
  IconHome,
  IconIdBadge2,
  IconPlugConnected,
  IconSettings,
  IconUsers,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { initials } from "../lib/format";
import { locked } from "../lib/keys";
import { titled } from "../lib/sentence";
import { unsaved } from "../lib/unsaved";
import { useForm } from "../lib/form";
import { forget, queries } from "../lib/query";
import { Confirm } from "./confirm";
import { Leaving } from "./leaving";
import { lastAsked } from "../lib/use-list";
import { title } from "../lib/title";
import { ExampleBanner } from "./example";
import { useFirm, useMe } from "../api/firm";
import { Noted } from "./noted";
import { Palette } from "./palette";
import { JustDone, ToldList } from "./told";
import { Dialog } from "../components/dialog";
import { getSettings } from "../api/firm";
import { countRequests } from "../api/requests";
import { leave, lock } from "../api/session";

function Item({ to, icon, children, count }: { to: string; icon: ReactNode; children: ReactNode; count?: number }) {
  const { t } = useTranslation();
  return (
    <NavLink to={to} className="nav" end={to === "/"}>
      {icon}
      {children}
      {!!count && (
        <span className="count" aria-label={t("nav.waiting", { count })}>
          {count}
        </span>
      )}
    </NavLink>
  );
}

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

function Crumbs() {
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

/** Ctrl+N: what a new record is depends on the page. */
function newHere(pathname: string): string {
  if (pathname.startsWith("/utilisateurs")) return "/utilisateurs/ajouter";
  if (pathname.startsWith("/approbations")) return "/demandes/creer";
  return "/structures/creer";
}

/** The frame of every page: the menu, the header with the palette, and who is signed in. */
export function Shell() {
  const { t } = useTranslation();
  const { me, may } = useMe();
  const firm = useFirm();
  const [palette, setPalette] = useState(false);
  const [log, setLog] = useState(false);
  const main = useRef<HTMLElement>(null);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const form = useForm({});
  const count = useQuery({ queryKey: ["requests", "count"], queryFn: countRequests, refetchInterval: 30_000 });
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || locked()) return;
      if (event.key === "k") setPalette(true);
      else if (event.key === "n") void navigate(newHere(pathname));
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, [navigate, pathname]);
  useEffect(() => {
    let last = Date.now();
    const alive = () => {
      if (Date.now() - last < 20_000) return;
      last = Date.now();
      void getSettings().catch(() => undefined); // somebody is there: the session stays awake; if it is gone, the gate tells
    };
    for (const name of ["keydown", "pointerdown"] as const) window.addEventListener(name, alive);
    return () => {
      for (const name of ["keydown", "pointerdown"] as const) window.removeEventListener(name, alive);
    };
  }, []);
  useEffect(() => {
    main.current?.scrollTo(0, 0);
    if (document.activeElement === document.body) main.current?.focus();
  }, [pathname]);
  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(e) => {
          e.preventDefault();
          main.current?.focus();
        }}
      >
        {t("nav.skip")}
      </a>
      <aside className="side">
        <div className="brand">
          <span className="brand-mark" aria-hidden="true">
            {firm?.name.slice(0, 1) ?? ""}
          </span>
          <span>
            <strong>{firm?.name}</strong>
            <span className="small soft">
              {firm?.sample ? t("firm.sample") : t(firm?.kind === "practice" ? "firm.practice" : "firm.own")}
            </span>
          </span>
        </div>
        <nav aria-label={t("nav.main")}>
          <Item to="/" icon={<IconHome size={17} aria-hidden />}>
            {t("nav.home")}
          </Item>
          <h2>
            <Link to="/organisation" style={{ color: "inherit" }}>
              {t("nav.organisation")}
            </Link>
          </h2>
          {may("structure.view") && (
            <Item to="/structures" icon={<IconBuilding size={17} aria-hidden />}>
              {t("nav.structures")}
            </Item>
          )}
          {may("structure.view") && (
            <Item to="/plateformes" icon={<IconPlugConnected size={17} aria-hidden />}>
              {t("nav.platforms")}
            </Item>
          )}
          {may("user.view") && (
            <Item to="/utilisateurs" icon={<IconUsers size={17} aria-hidden />}>
              {t("nav.people")}
            </Item>
          )}
          <Item to="/profils" icon={<IconIdBadge2 size={17} aria-hidden />}>
            {t("nav.profiles")}
          </Item>
          <h2>{t("nav.control")}</h2>
          <Item to="/droits" icon={<IconGridDots size={17} aria-hidden />}>
            {t("nav.rights")}
          </Item>
          <Item to="/approbations" icon={<IconChecklist size={17} aria-hidden />} count={count.data}>
            {t("nav.requests")}
          </Item>
          {may("journal.view") && (
            <Item to="/journal" icon={<IconBook2 size={17} aria-hidden />}>
              {t("nav.journal")}
            </Item>
          )}
          <div style={{ height: 20 }} />
          <Item to="/parametres" icon={<IconSettings size={17} aria-hidden />}>
            {t("nav.settings")}
          </Item>
        </nav>
        <div className="who">
          <Menu position="top-start" width={200}>
            <Menu.Target>
              <button type="button" className="me">
                <span className="avatar" aria-hidden="true">
                  {initials(me?.name ?? "")}
                </span>
                <span>
                  <strong>{me?.name}</strong>
                  <span className="small soft">{titled(me?.titles ?? []) || me?.email}</span>
                </span>
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              {me && (
                <Menu.Item component={Link} to={`/utilisateurs/${me.id}`}>
                  {t("session.me")}
                </Menu.Item>
              )}
              <Menu.Item onClick={() => setLog(true)}>{t("told.title")}</Menu.Item>
              <Menu.Item onClick={() => void lock().finally(() => queries.invalidateQueries({ queryKey: ["session"] }))}>
                {t("session.lock")}
              </Menu.Item>
              <Menu.Item onClick={() => unsaved.leave(() => void form.send(() => leave().then(forget)))}>{t("session.leave")}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
          {form.rest().map((text) => (
            <p key={text} className="warn small" role="alert">
              {text}
            </p>
          ))}
        </div>
      </aside>
      <header className="top">
        <Crumbs />
        <button type="button" className="find" onClick={() => setPalette(true)}>
          <span>{t("palette.placeholder")}</span> <kbd aria-hidden="true">{t("palette.key")}</kbd>
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {firm?.sample && <ExampleBanner />}
        <Noted />
        <Outlet />
      </main>
      <JustDone />
      {log && (
        <Dialog onClose={() => setLog(false)} title={t("told.title")} size={560}>
          <ToldList />
        </Dialog>
      )}
      <Leaving />
      <Confirm />
      {palette && <Palette onClose={() => setPalette(false)} />}
    </div>
  );
}
