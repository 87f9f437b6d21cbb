import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Stopped } from "./state";
import type { Column } from "./table";

interface Props<Row> {
  columns: Column<Row>[];
  rows: Row[];
  id: (row: Row) => number;
  to: (row: Row) => string; // where a row leads, empty for nowhere
  more: () => void;
  unread: boolean; // there are rows beyond these
  reading: boolean;
  stopped?: { error: unknown; again: () => void }; // the next page could not be read
  empty: ReactNode;
}

/** A list whose rows take the lines that they need, with the links that they hold; the next page is asked for by a button. */
export function PlainTable<Row>({ columns, rows, id, to, more, unread, reading, stopped, empty }: Props<Row>) {
  const { t } = useTranslation();
  const link = columns.find((c) => c.link) ?? columns[0];
  if (rows.length === 0) return empty;
  return (
    <>
      <table className="plain">
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.key} scope="col">
                {c.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {columns.map((c) => (
                <td key={c.key} className={c.tabular ? "tabular" : undefined}>
                  {c === link && to(row) ? <Link to={to(row)}>{c.cell(row)}</Link> : c.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {stopped && <Stopped {...stopped} />}
      {unread && !stopped && (
        <Button variant="default" mt={12} loading={reading} onClick={more}>
          {t("list.more")}
        </Button>
      )}
    </>
  );
}
