import { useVirtualizer } from "@tanstack/react-virtual";
import { usePlace } from "../lib/place";
import { Stopped } from "./state";
import { Head, Line, type Props } from "./table-parts";
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { useNavigate } from "react-router";

export type { Column } from "./table-parts";

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

// What a column that may shrink keeps, so that no two lie over each other where the window is narrow or the letters large: the list is then wider than
// its page, and scrolls.
const narrowest = 110;

/** The widths of the columns, and the least that they take together: with the gaps between them and the edges. */
function template<Row>(columns: Props<Row>["columns"], ticked: boolean) {
  const widths = [...(ticked ? ["34px"] : []), ...columns.map((c) => c.width.replace("minmax(0,", `minmax(${narrowest}px,`))];
  const least = widths.reduce((sum, width) => sum + Number(/(\d+)px/.exec(width)?.[1] ?? narrowest), 0);
  return { gridTemplateColumns: widths.join(" "), minWidth: least + 14 * (widths.length - 1) + 32 };
}

/** The line that the keys are on, and what they do: arrows move, Enter opens, space chooses. */
function useKeys<Row>({ rows, to, id, selection }: Props<Row>, show: (index: number) => void) {
  const navigate = useNavigate();
  const [at, setAt] = useState(-1);
  const go = (next: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, next));
    setAt(to);
    show(to);
  };
  const keys: Record<string, (row?: Row) => void> = {
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    PageDown: () => go(at + 10),
    PageUp: () => go(at - 10),
    Enter: (row) => row && to(row) && void navigate(to(row)),
    " ": (row) => row && selection?.toggle(id(row)),
  };
  const press = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.target !== event.currentTarget) return;
    event.preventDefault();
    act(rows[at]);
  };
  return { at, press };
}

/** A list: only the rows in sight are drawn, and the next page is asked for before the end. */
export function Table<Row>(props: Props<Row>) {
  const { label, columns, rows, id, to, more, unread = false, stopped, empty, selection } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const name = useId();
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
  const placed = usePlace(scroll, rows.length * height, unread, more);
  const { at, press } = useKeys(props, (index) => virtual.scrollToIndex(index));
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - 15) more();
  }, [last, rows.length, more]);
  const grid = template(columns, selection !== undefined);
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
        onKeyDown={press}
      >
        <Head {...props} grid={grid} />
        {rows.length === 0 && (
          <div role="row">
            <div role="gridcell">{empty}</div>
          </div>
        )}
        <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="presentation">
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return <Line key={id(row)} {...{ columns, id, to, selection, row, name, index, start, grid }} current={index === at} />;
          })}
        </div>
      </div>
      {stopped && <Stopped {...stopped} />}
    </div>
  );
}
