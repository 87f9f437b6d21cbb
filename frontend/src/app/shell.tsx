import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation, useNavigate } from "react-router";
import { getSettings, useFirm } from "../api/firm";
import { locked } from "../lib/keys";
import { Confirm } from "./confirm";
import { Crumbs } from "./crumbs";
import { ExampleBanner } from "./example";
import { Leaving } from "./leaving";
import { Noted } from "./noted";
import { Palette } from "./palette";
import { SideMenu } from "./side-menu";
import { JustDone } from "./told";

/** Ctrl+N: what a new record is depends on the page. */
function newHere(pathname: string): string {
  if (pathname.startsWith("/utilisateurs")) return "/utilisateurs/ajouter";
  if (pathname.startsWith("/approbations")) return "/demandes/creer";
  return "/structures/creer";
}

/** Ctrl+K opens the palette, Ctrl+N a new record. */
function useShortcuts(pathname: string, openPalette: () => void) {
  const navigate = useNavigate();
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || locked()) return;
      if (event.key === "k") openPalette();
      else if (event.key === "n") void navigate(newHere(pathname));
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, [navigate, pathname, openPalette]);
}

/** Whoever types or clicks keeps the session awake. */
function useSignOfLife() {
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
}

/** The frame of every page: the menu, the header with the palette, and who is signed in. */
export function Shell() {
  const { t } = useTranslation();
  const firm = useFirm();
  const [palette, setPalette] = useState(false);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const openPalette = useCallback(() => setPalette(true), []);
  useShortcuts(pathname, openPalette);
  useSignOfLife();
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
      <SideMenu />
      <header className="top">
        <Crumbs />
        <button type="button" className="find" onClick={openPalette}>
          <span>{t("palette.placeholder")}</span> <kbd aria-hidden="true">{t("palette.key")}</kbd>
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {firm?.sample && <ExampleBanner />}
        <Noted />
        <Outlet />
      </main>
      <JustDone />
      <Leaving />
      <Confirm />
      {palette && <Palette onClose={() => setPalette(false)} />}
    </div>
  );
}
