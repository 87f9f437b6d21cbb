import { say } from "../i18n";
import { day, lastDay } from "./format";
import { store } from "./store";
import type { view } from "./types";

/** What the last change asks to be done in other portals, until it is put away. */
export const noted = store<view.FollowUp[]>([]);

/** One step to do in another portal, in a sentence, and between which days it is to hold there. */
export function stepText(step: view.FollowUp): string {
  const text = say(`follow_up.${step.what}.${step.family}`, {
    name: step.name || say("effect.somebody"),
    place: step.place || say("scope.firm_within"),
    profile: step.profile,
  });
  const said = step.comment ? ` ${say("follow_up.comment", { comment: step.comment })}` : "";
  const days = { from: day(step.from), until: lastDay(step.until) };
  if (step.from && step.until) return `${text} ${say("follow_up.between", days)}${said}`;
  if (step.from) return `${text} ${say("follow_up.from", days)}${said}`;
  return step.until ? `${text} ${say("follow_up.until", days)}${said}` : `${text}${said}`;
}
