import { call } from "../../lib/fault";
import type { journal } from "../../lib/types";
import * as Journal from "../../wailsjs/go/bridge/Journal";
import * as Profiles from "../../wailsjs/go/bridge/Profiles";

export const listJournal = (query: journal.Query) => call(() => Journal.List(query));
export const verify = () => call(() => Journal.Verify());
export const listProfiles = () => call(() => Profiles.List());
