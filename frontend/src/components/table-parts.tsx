import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
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

export interface Props<Row> {
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

type Template = { gridTemplateColumns: string; minWidth: number };

/** The names of the columns; those that order the list are buttons. */
export function Head<Row>({ columns, order, desc, onOrder, selection, grid }: Omit<Props<Row>, "rows" | "empty"> & { grid: Template }) {
  return (
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
  );
}

interface LineProps<Row> extends Pick<Props<Row>, "columns" | "id" | "to" | "selection"> {
  row: Row;
  name: string;
  index: number;
  start: number; // of the line, from the top of the list
  current: boolean;
  grid: Template;
}

/** One line: a click opens it, and so does the link in it. */
export function Line<Row>({ columns, id, to, selection, row, name, index, start, current, grid }: LineProps<Row>) {
  const navigate = useNavigate();
  const link = columns.find((c) => c.link) ?? columns[0];
  const way = to(row);
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the list itself takes the keys
    <div
      id={`${name}-${index}`}
      role="row"
      className="trow"
      aria-selected={current}
      aria-rowindex={index + 2}
      style={{ ...grid, position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${start}px)` }}
      onClick={() => way && void navigate(way)}
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
      {columns.map((c) => {
        const cell = c.cell(row);
        return (
          <div key={c.key} role="gridcell" title={told(cell)} className={c.tabular ? "tabular" : undefined}>
            {c === link && way ? (
              <Link to={way} tabIndex={-1} onClick={(event) => event.stopPropagation()}>
                {cell}
              </Link>
            ) : (
              cell
            )}
          </div>
        );
      })}
    </div>
  );
}
