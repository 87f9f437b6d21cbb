import { noting, saying } from "../../lib/change";
import { call } from "../../lib/fault";
import type { bridge } from "../../lib/types";
import { anyStructure } from "../../lib/wanted";
import * as Changes from "../../wailsjs/go/bridge/Changes";
import * as Firm from "../../wailsjs/go/bridge/Firm";
import * as Requests from "../../wailsjs/go/bridge/Requests";
import * as Structures from "../../wailsjs/go/bridge/Structures";

export const getHome = () => call(() => Firm.Home());
export const preview = (wish: bridge.Wish) => call(() => Changes.Preview(wish));
export const submit = saying((wish) => call(() => Changes.Submit(wish)));
const reopened = (id: number) => call(() => Firm.ReopenFollowUp(id));
export const finishFollowUp = noting(
  "journal.follow_up.done",
  (id: number) => call(() => Firm.FinishFollowUp(id)),
  (id) => () => reopened(id),
);
export const countRequests = () => call(() => Requests.Count());
export const countLone = async () => (await call(() => Structures.Count({ ...anyStructure, lone: true, state: "active" }))).n;
