import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { usePlace } from "../lib/place";
import { Stopped } from "./state";
import { useEffect, useId, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { Link, useNavigate } from "react-router";

export interface Column<Row> {
  key: string;
  name: string;
  width: string;
  order?: string;
  tabular?: boolean; // figures that stand under each other
  link?: boolean; // this column leads where the row does, rather than the first one
  cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  id: (row: Row) => number;
  to: (row: Row) => string; // where a row leads, empty for nowhere
  order?: string;
  desc?: boolean;
  onOrder?: (order: string) => void;
  more?: () => void;
  unread?: boolean; // there are rows beyond these
  stopped?: { error: unknown; again: () => void }; // the next page could not be read
  empty: ReactNode;
  selection?: {
    has: (id: number) => boolean;
    toggle: (id: number) => void;
    all: boolean;
    toggleAll: () => void;
    name: (row: Row) => string;
    label: string;
  };
}

/** What is said of a cell that may be too narrow for its text. */
const told = (cell: ReactNode) => (typeof cell === "string" && cell !== "" ? cell : undefined);

/** How much of the window a list may take: from its top to the foot of the page, so that the list scrolls and the page does not. */
function useRoom(element: RefObject<HTMLElement | null>): number {
  const [room, setRoom] = useState(window.innerHeight - 230);
  useLayoutEffect(() => {
    const measure = () => {
      const main = document.getElementById("main");
      const top = (element.current?.getBoundingClientRect().top ?? 0) + (main?.scrollTop ?? 0);
      setRoom(Math.max(320, window.innerHeight - top - 42));
    };
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [element]);
  return room;
}

/** A list: arrows move, Enter opens; only the rows in sight are drawn, and the next page is asked for before the end. */
export function Table<Row>({
  label,
  columns,
  rows,
  id,
  to,
  order,
  desc,
  onOrder,
  more,
  unread = false,
  stopped,
  empty,
  selection,
}: Props<Row>) {
  const scroll = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const name = useId();
  const [at, setAt] = useState(-1);
  const height = document.documentElement.dataset.density === "compact" ? 32 : 40;
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer is this component's whole point
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    overscan: 12,
    scrollPaddingEnd: height,
  });
  const room = useRoom(scroll);
  const link = columns.find((c) => c.link) ?? columns[0];
  const placed = usePlace(scroll, rows.length * height, unread, more);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 15) more();
  }, [last, rows.length, more]);
  const grid = { gridTemplateColumns: (selection ? "34px " : "") + columns.map((c) => c.width).join(" ") };
  const go = (next: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, next));
    setAt(to);
    virtual.scrollToIndex(to);
  };
  const keys: Record<string, () => void> = {
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    PageDown: () => go(at + 10),
    PageUp: () => go(at - 10),
    Enter: () => {
      const row = rows[at];
      if (row && to(row)) void navigate(to(row));
    },
    " ": () => {
      const row = rows[at];
      if (row) selection?.toggle(id(row));
    },
  };
  return (
    <div className="table">
      <div
        className="scroll"
        ref={scroll}
        tabIndex={0}
        onScroll={placed}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={at >= 0 && at < rows.length ? `${name}-${at}` : undefined}
        style={{ height: Math.min((rows.length === 0 ? 6 : rows.length) * height + 40, room) }}
        onKeyDown={(event) => {
          const act = keys[event.key];
          if (!act || event.target !== event.currentTarget) return;
          event.preventDefault();
          act();
        }}
      >
        <div className="thead" role="row" style={grid}>
          {selection && (
            <div role="columnheader">
              <input type="checkbox" className="tick" aria-label={selection.label} checked={selection.all} onChange={selection.toggleAll} />
            </div>
          )}
          {columns.map((c) => (
            <div key={c.key} role="columnheader" aria-sort={c.order && c.order === order ? (desc ? "descending" : "ascending") : undefined}>
              {c.order && onOrder ? (
                <button type="button" onClick={() => onOrder(c.order ?? "")}>
                  {c.name}
                  {c.order === order && (desc ? <IconArrowDown size={13} aria-hidden /> : <IconArrowUp size={13} aria-hidden />)}
                </button>
              ) : (
                c.name
              )}
            </div>
          ))}
        </div>
        {rows.length === 0 && (
          <div role="row">
            <div role="gridcell">{empty}</div>
          </div>
        )}
        <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="presentation">
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the list itself takes the keys
              <div
                key={id(row)}
                id={`${name}-${item.index}`}
                role="row"
                className="trow"
                aria-selected={item.index === at}
                aria-rowindex={item.index + 2}
                style={{ ...grid, position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${item.start}px)` }}
                onClick={() => to(row) && void navigate(to(row))}
              >
                {selection && (
                  <div role="gridcell">
                    <input
                      type="checkbox"
                      className="tick"
                      tabIndex={-1}
                      aria-label={selection.name(row)}
                      checked={selection.has(id(row))}
                      onClick={(event) => event.stopPropagation()}
                      onChange={() => selection.toggle(id(row))}
                    />
                  </div>
                )}
                {columns.map((c) => (
                  <div key={c.key} role="gridcell" title={told(c.cell(row))} className={c.tabular ? "tabular" : undefined}>
                    {c === link && to(row) ? (
                      <Link to={to(row)} tabIndex={-1} onClick={(event) => event.stopPropagation()}>
                        {c.cell(row)}
                      </Link>
                    ) : (
                      c.cell(row)
                    )}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {stopped && <Stopped {...stopped} />}
    </div>
  );
}
