import { call } from "../../lib/fault";
import type { list } from "../../lib/types";
import { anyStructure } from "../../lib/wanted";
import * as Firm from "../../wailsjs/go/bridge/Firm";
import * as Grants from "../../wailsjs/go/bridge/Grants";
import * as Requests from "../../wailsjs/go/bridge/Requests";
import * as Structures from "../../wailsjs/go/bridge/Structures";

export const listEndings = (asked: list.Query) => call(() => Grants.Endings(asked));
export const listSteps = (asked: list.Query) => call(() => Grants.Steps(asked));
export const getHome = () => call(() => Firm.Home());
export const countRequests = () => call(() => Requests.Count());
export const countLone = async () => (await call(() => Structures.Count({ ...anyStructure, lone: true, state: "active" }))).n;
