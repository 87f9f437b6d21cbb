import { call } from "../lib/fault";
import type { view } from "../lib/types";
import * as Rights from "../wailsjs/go/bridge/Rights";

export const ofStructure = (view: view.View) => call(() => Rights.OfStructure(view));
export const ofPerson = (view: view.View) => call(() => Rights.OfPerson(view));
export const prove = (asked: view.Asked) => call(() => Rights.Prove(asked));
export const who = (asked: view.Asked) => call(() => Rights.Who(asked));
