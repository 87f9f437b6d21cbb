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
const asked = ["effect", "look", "compare", "suggest", "requires"];

/** Everything may have changed: what is on screen is read again, and what is not is forgotten, so that no page shows it even for an instant. */
export function refresh(): Promise<void> {
  waiting.clear();
  return reread(() => true);
}

function reread(shown: (head: string) => boolean): Promise<void> {
  const meant = ({ queryKey }: Query) => {
    const head = String(queryKey[0]).split(".")[0] ?? "";
    return !asked.includes(head) && shown(head);
  };
  queries.removeQueries({ type: "inactive", predicate: meant });
  return queries.invalidateQueries({ predicate: meant });
}

// Which queries show a topic that Go tells of, by the first word of their keys. Any other topic may show anywhere: a right may be another on every page.
const named = ["record", "members", "requests", "request", "ended", "matrix", "who", "proof", "pick", "palette"]; // places are named there
const shows: Record<string, string[]> = {
  structure: ["structures", "structure", "platforms", "labels", "contracts", "copies", "transferable", ...named],
  department: ["departments", "structures", "structure", ...named],
  request: ["requests", "request"],
  follow_up: ["steps"],
  session: [],
  check: ["check", "structures", "structure"],
};

// Those that tell of every change that is kept.
const always = ["journal", "home", "endings", "steps"];

// The topics that were told of and are not read yet, and for how long, in milliseconds: a form that was saved reads everything by itself, meanwhile.
const waiting = new Set<string>();
const patience = 200;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Reads again what is told to have changed, at this desk or another. How the session stands is asked at once. */
export function hear(topics: string[]): void {
  for (const topic of topics) {
    if (topic === "seat") void queries.invalidateQueries({ queryKey: ["session"] });
    else waiting.add(topic);
  }
  if (waiting.size > 0) timer ??= setTimeout(readWaiting, patience);
}

function readWaiting(): void {
  timer = undefined;
  const topics = [...waiting];
  waiting.clear();
  if (topics.length === 0) return;
  const heads = topics.every((topic) => topic === "check") ? [] : always;
  const wide = topics.some((topic) => !(topic in shows));
  void reread((head) => wide || heads.includes(head) || topics.some((topic) => shows[topic]?.includes(head)));
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
