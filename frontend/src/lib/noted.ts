import { say } from "../i18n";
import type { flow } from "./types";

let left: flow.FollowUp[] = [];
const watchers = new Set<() => void>();

/** What the last change asks to be done in other portals, until it is put away. */
export const noted = {
  get: () => left,
  set: (steps: flow.FollowUp[]) => {
    left = steps;
    for (const tell of watchers) tell();
  },
  watch: (tell: () => void) => {
    watchers.add(tell);
    return () => watchers.delete(tell);
  },
};

/** One step to do in another portal, in a sentence. */
export function stepText(step: flow.FollowUp): string {
  return say(`follow_up.${step.what}.${step.family}`, {
    name: step.name || say("effect.somebody"),
    place: step.place || say("scope.firm"),
    profile: step.profile,
  });
}
