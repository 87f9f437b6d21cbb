import { Problems } from "../components/state";
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
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink } from "react-router";
import { useFirm, useMe } from "../api/firm";
import { countRequests } from "../api/requests";
import { leave, lock } from "../api/session";
import { Dialog } from "../components/dialog";
import { useForm } from "../lib/form";
import { initials } from "../lib/format";
import { forget, queries } from "../lib/query";
import { titled } from "../lib/sentence";
import { unsaved } from "../lib/unsaved";
import { ToldList } from "./told";

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

/** Whose file it is. */
function Brand() {
  const { t } = useTranslation();
  const firm = useFirm();
  return (
    <div className="brand">
      <span className="brand-mark" aria-hidden="true">
        {firm?.name.slice(0, 1) ?? ""}
      </span>
      <span>
        <strong>{firm?.name}</strong>
        <span className="small soft">{firm?.sample ? t("firm.sample") : t(firm?.kind === "practice" ? "firm.practice" : "firm.own")}</span>
      </span>
    </div>
  );
}

/** The pages that one may open. */
function Pages() {
  const { t } = useTranslation();
  const { may } = useMe();
  const count = useQuery({ queryKey: ["requests", "count"], queryFn: countRequests });
  return (
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
  );
}

/** Who is signed in, and the way out. */
function Who() {
  const { t } = useTranslation();
  const { me } = useMe();
  const [log, setLog] = useState(false);
  const form = useForm({});
  return (
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
      <Problems texts={form.rest()} className="warn small" />
      {log && (
        <Dialog onClose={() => setLog(false)} title={t("told.title")} size={560}>
          <ToldList />
        </Dialog>
      )}
    </div>
  );
}

/** The menu of every page. */
export function SideMenu() {
  return (
    <aside className="side">
      <Brand />
      <Pages />
      <Who />
    </aside>
  );
}
