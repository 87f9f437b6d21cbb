import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { useLocation, useSearchParams } from "react-router";
import { dropping } from "./fault";
import type { list } from "./types";

export interface Rows<Row> {
  rows: Row[];
  next: string;
}

type Value = string | number | boolean;

// The questions that lists were last asked, by the address of their page: a way back to a list leads to what was found there.
const last = new Map<string, string>();
window.addEventListener("habilis:forget", () => last.clear());

/** The address of a list as it was last asked. */
export const lastAsked = (path: string) => path + (last.get(path) ?? "");

/** Reads a question off the address of the page: each field by its name, as the kind of value that it has where nothing is asked. */
export function readAsked<Q extends object>(none: Q, params: URLSearchParams): Q {
  const read = (value: unknown, text: string): unknown =>
    typeof value === "number" ? Number(text) || 0 : typeof value === "boolean" ? text === "1" : typeof value === "string" ? text : value;
  return Object.fromEntries(
    Object.entries(none).map(([name, value]) => [name, params.has(name) ? read(value, params.get(name) ?? "") : (value as unknown)]),
  ) as Q;
}

/** Writes one answer of a question into an address; what is as if nothing were asked leaves it. */
export function writeAsked(params: URLSearchParams, none: object, name: string, value: Value): void {
  if (value === (none as Record<string, unknown>)[name]) params.delete(name);
  else params.set(name, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
}

const ordering = ["order", "desc", "after"];

/**
 * What a list is asked, kept in the address of its page: search, filters and order are found again on the way back, and can be sent to somebody. The
 * views are the fields that choose another list rather than narrow this one.
 */
export function useAsked<Q extends list.Query>(none: Q, views: string[] = []) {
  const { pathname, search } = useLocation();
  const [params, setParams] = useSearchParams();
  const asked = useMemo(() => readAsked(none, params), [none, params]);
  useEffect(() => void last.set(pathname, search), [pathname, search]);
  const set = useCallback(
    (values: Partial<Q>) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          for (const [name, value] of Object.entries(values)) writeAsked(next, none, name, value as Value);
          return next;
        },
        { replace: true },
      ),
    [none, setParams],
  );
  const clear = useCallback(() => setParams({}, { replace: true }), [setParams]);
  const narrowed = Object.keys(none).some((n) => !ordering.includes(n) && !views.includes(n) && params.has(n));
  return { asked, set, clear, narrowed };
}

/** The rows of a list, read as far as they are looked at. */
export function useRows<Q extends list.Query, Row>(name: string, asked: Q, read: (asked: Q) => Promise<Rows<Row>>) {
  const query = useInfiniteQuery({
    queryKey: [name, asked],
    queryFn: ({ pageParam, signal }) => dropping(signal, () => read({ ...asked, after: pageParam })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next || undefined,
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, error } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.rows) ?? [], [query.data]);
  const stopped = isFetchNextPageError ? { error, again: () => void fetchNextPage() } : undefined;
  return { query, rows, more, stopped, unread: hasNextPage };
}
