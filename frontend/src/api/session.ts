import { carry, change } from "./changes";
import { listPeople } from "./people";
import { listStructures } from "./structures";
import { call } from "../lib/fault";
import { hear } from "../lib/query";
import type { bridge, flow } from "../lib/types";
import * as Session from "../wailsjs/go/bridge/Session";
import { EventsOn } from "../wailsjs/runtime/runtime";
import { anyone, anyStructure } from "../lib/wanted";

/** Listens to what changes in the file, at this desk or another, as long as the page lives. */
export const listen = () => EventsOn("changed", hear);
export const getState = () => call(() => Session.State());
/** What the printed address carries for the first launch: whoever was shown it sets up. A window has none. */
let token = new URLSearchParams(window.location.search).get("jeton") ?? "";
const cleared = <T>(done: T): T => {
  if (window.location.search) window.history.replaceState(null, "", window.location.pathname + window.location.hash);
  return done;
};
export const setUp = (input: Omit<flow.SetUp, "token">) => call(() => Session.SetUp({ ...input, token })).then(cleared);
/** Throws the example away; the address carries on what a new set-up asks for. */
export const startOver = async () => {
  const { token: next } = await call(() => Session.StartOver());
  token = next;
  if (next) sessionStorage.setItem("habilis.jeton", next);
};
export const lookFirst = (input: Omit<bridge.FirstLook, "token">) => call(() => Session.LookFirst({ ...input, token }));
export const strength = (input: bridge.Phrase) => call(() => Session.Strength(input));
export const enter = (email: string, passphrase: string, acceptClock: boolean) =>
  call(() => Session.Enter({ email, passphrase, acceptClock })).then(cleared);
export const activate = (email: string, code: string, passphrase: string) => call(() => Session.Activate({ email, code, passphrase }));
export const unlock = (passphrase: string) => call(() => Session.Unlock(passphrase));
export const confirm = (passphrase: string) => call(() => Session.Confirm(passphrase));
export const here = () => call(() => Session.Here());
export const lock = () => call(() => Session.Lock());
export const leave = () => call(() => Session.Leave());
export const finishFollowUp = (id: number) => carry(change("follow_up.mark", { id, done: true }));

/** Structures and people by a few letters, for the palette. Without the right to a list, that list has nothing to give. */
export async function findAnything(search: string) {
  const none = { rows: [], next: "" };
  const [structures, people] = await Promise.all([
    listStructures({ ...anyStructure, search }).catch(() => none),
    listPeople({ ...anyone, search, filter: "all" }).catch(() => none),
  ]);
  return { structures: structures.rows.slice(0, 6), people: people.rows.slice(0, 6) };
}
