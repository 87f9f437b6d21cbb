import { call } from "../../lib/fault";
import { anyStructure } from "../../lib/wanted";
import * as Firm from "../../wailsjs/go/bridge/Firm";
import * as Requests from "../../wailsjs/go/bridge/Requests";
import * as Structures from "../../wailsjs/go/bridge/Structures";

export const getHome = () => call(() => Firm.Home());
export const countRequests = () => call(() => Requests.Count());
export const countLone = async () => (await call(() => Structures.Count({ ...anyStructure, lone: true, state: "active" }))).n;
