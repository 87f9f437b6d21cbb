import { call } from "../lib/fault";
import { personOption } from "../lib/option";
import type { people } from "../lib/types";
import { anyone } from "../lib/wanted";
import * as People from "../wailsjs/go/bridge/People";

export const listPeople = (asked: people.Query) => call(() => People.List(asked));
export const getPerson = (id: number) => call(() => People.Get(id));
export const stepsOf = (id: number) => call(() => People.Steps(id));

const pick = (filter: string) => async (search: string) => (await listPeople({ ...anyone, search, filter })).rows.map(personOption);

/** The active users in sight, by a few letters. */
export const pickPeople = pick("");

/** Anybody in sight, disabled or not. */
export const pickAnybody = pick("all");

/** The internal users, of whom one can be the responsible. */
export const pickInternals = pick("internal");
