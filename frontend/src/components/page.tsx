import { Button } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { Link } from "react-router";
import { title as shown } from "../lib/title";

/** The frame of a page: its title, what is said under it, and its actions. */
export function Page({ title, sub, actions, children }: { title: string; sub?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Habilis`;
    shown.set(title);
  }, [title]);
  return (
    <div className="page">
      <div className="head">
        <div>
          <h1>{title}</h1>
          {sub && <div className="sub">{sub}</div>}
        </div>
        {actions && <div className="row">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

export function Panel({ title, side, children }: { title?: string; side?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel">
      {title && (
        <div className="row between">
          <h2>{title}</h2>
          {side}
        </div>
      )}
      {children}
    </section>
  );
}

/** A button that leads somewhere. */
export function Go({ to, primary, children }: { to: string; primary?: boolean; children: ReactNode }) {
  return (
    <Button component={Link} to={to} variant={primary ? "filled" : "default"}>
      {children}
    </Button>
  );
}

export function Facts({ rows, wide = false }: { rows: [string, ReactNode][]; wide?: boolean }) {
  return (
    <dl className={wide ? "facts wide" : "facts"}>
      {rows
        .filter(([, value]) => value !== "" && value !== null && value !== undefined && value !== false)
        .map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

export function Tabs<T extends string>({
  label,
  tabs,
  current,
  onChange,
}: {
  label: string;
  tabs: [T, string][];
  current: T;
  onChange: (tab: T) => void;
}) {
  const move = (step: number) => {
    const at = tabs.findIndex(([key]) => key === current);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next) onChange(next[0]);
  };
  return (
    <div className="tabs" role="tablist" aria-label={label}>
      {tabs.map(([key, name]) => (
        <button
          key={key}
          type="button"
          role="tab"
          aria-selected={key === current}
          tabIndex={key === current ? 0 : -1}
          ref={(node) => {
            if (key === current && document.activeElement?.getAttribute("role") === "tab") node?.focus();
          }}
          onClick={() => onChange(key)}
          onKeyDown={(event) => {
            if (event.key === "ArrowRight") move(1);
            if (event.key === "ArrowLeft") move(-1);
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
