import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Stopped } from "../../components/state";
import type { list } from "../../lib/types";
import type { Rows } from "../../lib/use-list";
import { anything } from "../../lib/wanted";

const few = 12;

interface Props<Row> {
  name: string; // of what is kept of the answers
  first: Row[];
  next: string; // what asks for the rows after the first ones, empty where there are none
  read: (asked: list.Query) => Promise<Rows<Row>>;
  children: (row: Row) => ReactNode;
}

/** The rows of a panel: a few, the others of the first page when they are asked for, then page after page. */
export function Few<Row>({ name, first, next, read, children }: Props<Row>) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const [further, setFurther] = useState(false);
  const query = useInfiniteQuery({
    queryKey: [name, next],
    queryFn: ({ pageParam }) => read({ ...anything, after: pageParam }),
    initialPageParam: next,
    getNextPageParam: (page) => page.next || undefined,
    enabled: further && next !== "",
  });
  const rows = [...first, ...(query.data?.pages.flatMap((p) => p.rows) ?? [])];
  const unread = next !== "" && (!further || query.hasNextPage);
  const more = () => {
    if (further) void query.fetchNextPage();
    setFurther(true);
  };
  return (
    <>
      <table className="plain">
        <tbody>{(all ? rows : rows.slice(0, few)).map(children)}</tbody>
      </table>
      {rows.length > few && !all && (
        <Button size="compact-sm" variant="default" mt={8} onClick={() => setAll(true)}>
          {t("home.show_all", { count: rows.length })}
        </Button>
      )}
      {query.error && <Stopped error={query.error} again={() => void query.refetch()} />}
      {all && unread && !query.error && (
        <Button size="compact-sm" variant="default" mt={8} loading={query.isFetching} onClick={more}>
          {t("home.show_more")}
        </Button>
      )}
    </>
  );
}
