import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { hand } from "../api/files";
import { useForm } from "../lib/form";
import type { bridge, list, ListFile } from "../lib/types";
import { useAsked, useRows, type Rows } from "../lib/use-list";
import { Filters, type Filter } from "./filters";
import { Page, Panel } from "./page";
import { PlainTable } from "./plain-table";
import { Empty, Loaded, Problems } from "./state";
import { Table, type Column } from "./table";

type Selection<Row> = Parameters<typeof Table<Row>>[0]["selection"];

interface Props<Q extends list.Query, Row> {
  name: string; // of what is kept of the answers
  title: string;
  none: Q; // the question that asks for nothing in particular
  order: string; // the one taken where none is asked
  read: (asked: Q) => Promise<Rows<Row>>;
  count?: { read: (asked: Q) => Promise<list.Total>; say: (total: list.Total) => string };
  columns: Column<Row>[];
  id: (row: Row) => number;
  to: (row: Row) => string;
  search?: string;
  filters?: (asked: Q) => Filter[];
  exports?: { make: (file: ListFile, asked: Q) => Promise<bridge.File>; words: Record<string, string> };
  actions?: ReactNode;
  head?: (asked: Q, set: (values: Partial<Q>) => void) => ReactNode; // over the filters
  tools?: ReactNode; // beside the filters
  above?: ReactNode | ((rows: Row[], asked: Q) => ReactNode); // what acts on the list
  plain?: boolean; // rows take the lines that they need
  selection?: (rows: Row[]) => Selection<Row>;
  views?: string[]; // the fields that choose another list rather than narrow this one
  empty: (asked: Q) => ReactNode; // where nothing is asked, and there is nothing
}

/** How the titles of a file and its sheet may be long. */
const longest = 31;

function Exports({ onSave }: { onSave: (format: string) => Promise<void> }) {
  const { t } = useTranslation();
  const form = useForm({});
  const save = (format: string) => void form.send(() => onSave(format));
  return (
    <>
      <Problems texts={form.rest()} className="warn small" />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-md" variant="default" loading={form.sending} leftSection={<IconDownload size={15} aria-hidden />}>
            {t("structures.export")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => save("csv")}>{t("structures.export_csv")}</Menu.Item>
          <Menu.Item onClick={() => save("xlsx")}>{t("structures.export_xlsx")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** A list on its page: searched, narrowed and ordered by its address, read as far as it is looked at, found again in its place on the way back. */
export function ListPage<Q extends list.Query, Row>(p: Props<Q, Row>) {
  const { t } = useTranslation();
  const { asked, set, narrowed } = useAsked(p.none, p.views);
  const list = useRows(p.name, asked, p.read);
  const count = useQuery({
    queryKey: [`${p.name}.count`, { ...asked, order: "", desc: false }],
    queryFn: () => p.count?.read(asked),
    enabled: p.count !== undefined,
    placeholderData: keepPreviousData,
  });
  const order = asked.order || p.order;
  const save = async (format: string) => {
    if (!p.exports) return;
    const columns = p.columns.map((c) => ({ key: c.key, title: c.name }));
    await hand(await p.exports.make({ format, title: p.title.slice(0, longest), columns, words: p.exports.words }, asked));
  };
  const empty = narrowed ? <Empty title={t("list.nothing_found")} text={t("list.nothing_found_text")} /> : p.empty(asked);
  const shown = { columns: p.columns, rows: list.rows, id: p.id, to: p.to, empty };
  const tools = (p.tools !== undefined || p.exports !== undefined) && (
    <>
      {p.tools}
      {p.exports && <Exports onSave={save} />}
    </>
  );
  return (
    <Page title={p.title} sub={count.data && p.count?.say(count.data)} actions={p.actions}>
      {p.head?.(asked, set)}
      <Filters asked={asked} onChange={set} search={p.search} filters={p.filters?.(asked) ?? []} end={tools} />
      {typeof p.above === "function" ? p.above(list.rows, asked) : p.above}
      <Loaded query={list.query} keeps>
        {() =>
          p.plain ? (
            <Panel>
              <PlainTable {...shown} more={list.more} reading={list.query.isFetchingNextPage} unread={list.unread} stopped={list.stopped} />
            </Panel>
          ) : (
            <Table
              {...shown}
              label={p.title}
              order={order}
              desc={asked.desc}
              onOrder={(by) => set({ order: by, desc: by === order && !asked.desc } as Partial<Q>)}
              more={list.more}
              unread={list.unread}
              stopped={list.stopped}
              selection={p.selection?.(list.rows)}
            />
          )
        }
      </Loaded>
    </Page>
  );
}
