import { QueryClient, type Query } from "@tanstack/react-query";
import { Fault } from "./fault";
import { told } from "./told";
import { unsaved } from "./unsaved";

/** The cache of what Go answered. A fault is never retried: asking again changes nothing. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: (count, error) => !(error instanceof Fault) && count < 2, refetchOnWindowFocus: false, staleTime: 5_000 },
    mutations: { retry: false },
  },
});

// What a form asks about what is typed in it: read again, it would tell of what has just been done.
const asked = ["effect", "look", "compare", "suggest"];

/** Everything may have changed: what is on screen is read again, and what is not is forgotten, so that no page shows it even for an instant. */
export function refresh(): Promise<void> {
  queries.removeQueries({ type: "inactive" });
  return queries.invalidateQueries({ predicate: (q: Query) => !asked.includes(String(q.queryKey[0])) });
}

/** A form was saved: nothing typed is left to lose, and everything is read again. */
export function saved(): Promise<void> {
  unsaved.clear();
  return refresh();
}

/** Shows nothing of the firm any more: the gate asks who is there, and what the one before could see is forgotten. */
export async function forget(): Promise<void> {
  unsaved.clear();
  told.clear();
  window.dispatchEvent(new Event("habilis:forget"));
  await queries.resetQueries({ queryKey: ["session"] });
  queries.removeQueries({ predicate: (q: Query) => q.queryKey[0] !== "session" });
  window.location.hash = "#/";
}
