import { QueryClient } from "@tanstack/react-query";
import { Fault } from "./fault";

/** The cache of what Go answered. A fault is never retried: asking again changes nothing. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: (count, error) => !(error instanceof Fault) && count < 2, refetchOnWindowFocus: false, staleTime: 5_000 },
    mutations: { retry: false },
  },
});

/** Everything may have changed: what is on screen is read again, and what is not is forgotten, so that no page shows it even for an instant. */
export function refresh(): Promise<void> {
  queries.removeQueries({ type: "inactive" });
  return queries.invalidateQueries();
}
