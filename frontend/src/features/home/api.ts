import { noting } from "../../lib/change";
import { call } from "../../lib/fault";
import { anyStructure } from "../../lib/wanted";
import * as Firm from "../../wailsjs/go/bridge/Firm";
import * as Requests from "../../wailsjs/go/bridge/Requests";
import * as Structures from "../../wailsjs/go/bridge/Structures";

export const getHome = () => call(() => Firm.Home());
const reopened = (id: number) => call(() => Firm.ReopenFollowUp(id));
export const finishFollowUp = noting(
  "journal.follow_up.done",
  (id: number) => call(() => Firm.FinishFollowUp(id)),
  (id) => () => reopened(id),
);
export const countRequests = () => call(() => Requests.Count());
export const countLone = async () => (await call(() => Structures.Count({ ...anyStructure, lone: true, state: "active" }))).n;
