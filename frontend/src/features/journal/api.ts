import { call } from "../../lib/fault";
import type { journal } from "../../lib/types";
import * as Journal from "../../wailsjs/go/bridge/Journal";

export const listJournal = (query: journal.Query) => call(() => Journal.List(query));
export const verify = () => call(() => Journal.Verify());
