import { say } from "../i18n";
import type { Problem } from "./fault";
import { day, wordDay } from "./format";

const named = (list: string): string =>
  list
    .split(" ")
    .filter(Boolean)
    .map((p) => say(`permission.${p}`))
    .join(", ");

/** The sentence of a problem: its key, with the names of what its parameters stand for. */
export function sentenceOf(problem: Problem): string {
  const params: Record<string, string> = { ...problem.params };
  if (problem.key === "insee.rate_limited" && !Number(params.seconds)) return say("insee.rate_limited_now"); // it did not say when
  if (params.permission) params.permission = named(params.permission);
  if (params.missing) params.missing = named(params.missing);
  if (params.instant) params.day = day(Number(params.instant));
  else if (params.day) params.day = wordDay(params.day);
  return say(problem.key, params);
}

/** What somebody holds at a place, in words: the names of profiles, and « Gestionnaire principal » for its mark. */
export function titled(titles: string[]): string {
  return titles.map((name) => (name === "#principal" ? say("principal.title") : name)).join(" · ");
}
