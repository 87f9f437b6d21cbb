import { say, type Key } from "../i18n";
import { told } from "./told";
import type { bridge } from "./types";

/** Carries a change out. back is the one that takes it back, where only the page knows it. */
type Carry = (wish: bridge.Wish, back?: bridge.Wish) => Promise<bridge.Outcome>;

/** Makes what carries a change out say what was done, and offer to take it back where something does. */
export const saying =
  (carry: Carry): Carry =>
  async (wish, given) => {
    const outcome = await carry(wish);
    const back = given ?? inverse(wish, outcome.created);
    told.add(say(sentence(wish)), back && (() => carry(back)));
    return outcome;
  };

/** Makes what else saves say so too, and offer to take it back where back gives how. */
export const noting =
  <I, O>(key: Key, save: (input: I) => Promise<O>, back?: (input: I) => (() => Promise<unknown>) | undefined) =>
  async (input: I): Promise<O> => {
    const out = await save(input);
    told.add(say(key), back?.(input));
    return out;
  };

/** The sentence of a change, that of its line in the journal. */
function sentence(wish: bridge.Wish): Key {
  if (wish.setState ?? wish.setStates)
    return (wish.setState ?? wish.setStates)?.active ? "journal.structure.activated" : "journal.structure.deactivated";
  if (wish.switchDepartment) return wish.switchDepartment.active ? "journal.department.activated" : "journal.department.deactivated";
  if (wish.decide) return wish.decide.approve ? "journal.request.approved" : "journal.request.refused";
  const found = (Object.keys(sentences) as (keyof typeof sentences)[]).find((kind) => wish[kind]);
  return found ? sentences[found] : "form.saved";
}

const sentences = {
  addPerson: "journal.user.added",
  attach: "journal.membership.opened",
  detach: "journal.membership.ended",
  give: "journal.grant.given",
  end: "journal.grant.ended",
  extend: "journal.grant.extended",
  extendMembership: "journal.membership.extended",
  createStructure: "journal.structure.created",
  cancel: "journal.structure.cancelled",
  duplicate: "journal.structure.duplicated",
  transfer: "journal.principal.transferred",
  createDepartment: "journal.department.created",
  editDepartment: "journal.department.edited",
  signIn: "journal.user.sign_in",
} as const satisfies Partial<Record<keyof bridge.Wish, Key>>;

/** The change that takes a change back, where there is one. */
function inverse({ give, setState, setStates, switchDepartment }: bridge.Wish, created: number): bridge.Wish | undefined {
  if (give && created) return { fingerprint: "", end: { grant: created, until: "" } };
  if (setState && !setState.manager) return { fingerprint: "", setState: { ...setState, active: !setState.active } };
  if (setStates) return { fingerprint: "", setStates: { ...setStates, active: !setStates.active } };
  if (switchDepartment) return { fingerprint: "", switchDepartment: { ...switchDepartment, active: !switchDepartment.active } };
  return undefined;
}
