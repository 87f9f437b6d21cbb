import { call } from "../lib/fault";
import type { journal } from "../lib/types";
import * as Journal from "../wailsjs/go/bridge/Journal";

export const listJournal = (asked: journal.Query) => call(() => Journal.List(asked));
export const verify = () => call(() => Journal.Verify());
