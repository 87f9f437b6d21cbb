import { say, type Key } from "../i18n";
import { call } from "../lib/fault";
import { told } from "../lib/told";
import type { bridge } from "../lib/types";
import type { Inputs } from "../wailsjs/changes";
import * as Changes from "../wailsjs/go/bridge/Changes";

export type Kind = keyof Inputs;
export type Input<K extends Kind> = Inputs[K];

/** One change: its kind, and what is typed of it. */
export type Change = { [K in Kind]: { kind: K; input: Inputs[K] } }[Kind];

export const change = <K extends Kind>(kind: K, input: Inputs[K]) => ({ kind, input }) as unknown as Change;

/** Carries a change out without a word. */
export const carry = ({ kind, input }: Change, fingerprint = "") =>
  call(() => Changes.Submit({ kind, input: JSON.stringify(input), fingerprint }));

/** What a change would do to rights; skip leaves out the lines of the pages before. */
export const preview = ({ kind, input }: Change, skip = 0) =>
  call(() => Changes.Preview({ kind, input: JSON.stringify(input), fingerprint: "", skip }));

/**
 * Carries a change out, says what was done, and offers to take it back where something does: back, where only the page knows it. fingerprint is that
 * of its preview, where one was shown.
 */
export async function submit(made: Change, fingerprint = "", back?: Change): Promise<bridge.Outcome> {
  const outcome = await carry(made, fingerprint);
  const undo = back ?? inverse(made, outcome.created);
  told.add(say(sentence(made)), undo && (() => carry(undo)));
  return outcome;
}

/** The sentence of a change, that of its line in the journal. */
function sentence({ kind, input }: Change): Key {
  switch (kind) {
    case "structure.set_state":
    case "structure.set_states":
      return input.active ? "journal.structure.activated" : "journal.structure.deactivated";
    case "department.set_state":
      return input.active ? "journal.department.activated" : "journal.department.deactivated";
    case "follow_up.mark":
      return input.done ? "journal.follow_up.done" : "journal.follow_up.reopened";
    case "user.link":
      return input.linked ? "journal.user.linked" : "journal.user.unlinked";
    case "request.decide":
      return input.approve ? "journal.request.approved" : "journal.request.refused";
    default:
      return sentences[kind];
  }
}

const sentences = {
  "user.add": "journal.user.added",
  "membership.open": "journal.membership.opened",
  "membership.end": "journal.membership.ended",
  "membership.extend": "journal.membership.extended",
  "grant.give": "journal.grant.given",
  "grant.end": "journal.grant.ended",
  "grant.extend": "journal.grant.extended",
  "structure.create": "journal.structure.created",
  "structure.cancel": "journal.structure.cancelled",
  "structure.duplicate": "journal.structure.duplicated",
  "principal.transfer": "journal.principal.transferred",
  "department.create": "journal.department.created",
  "department.edit": "journal.department.edited",
  "structure.edit": "journal.structure.edited",
  "structure.identify": "journal.structure.identified",
  "structure.refresh": "journal.structure.refreshed",
  "structure.label": "journal.structure.labelled",
  "request.ask": "journal.request.asked",
  "platform.list": "journal.platform.listed",
  "platform.set_registration": "journal.platform.registration",
  "contract.open": "journal.contract.opened",
  "contract.end": "journal.contract.ended",
  "firm.edit": "journal.firm.edited",
  "firm.use_families": "journal.firm.families",
  "user.set_pigp": "journal.user.pigp",
  "user.sign_in": "journal.user.sign_in",
} as const satisfies Partial<Record<Kind, Key>>;

/** The change that takes a change back, where there is one. created is the number of what it made. */
function inverse({ kind, input }: Change, created: number): Change | undefined {
  switch (kind) {
    case "grant.give":
      return created ? change("grant.end", { grant: created, until: "" }) : undefined;
    case "structure.set_state":
      return input.manager ? undefined : change(kind, { ...input, active: !input.active });
    case "structure.set_states":
      return change(kind, { ...input, active: !input.active });
    case "department.set_state":
      return change(kind, { ...input, active: !input.active });
    case "structure.edit":
      return change(kind, { ...input, version: input.version + 1, mine: input.base, base: input.mine });
    case "department.edit":
      return change(kind, { ...input, version: input.version + 1, mine: input.base, base: input.mine });
    case "user.set_pigp":
      return change(kind, { ...input, has: !input.has });
    case "user.link":
      return change(kind, { ...input, linked: !input.linked });
    case "follow_up.mark":
      return change(kind, { ...input, done: !input.done });
    default:
      return undefined;
  }
}
