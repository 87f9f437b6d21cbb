import { call } from "../../lib/fault";
import { personOption, structureOption } from "../../lib/option";
import type { journal } from "../../lib/types";
import { anyone, anyStructure } from "../../lib/wanted";
import * as Journal from "../../wailsjs/go/bridge/Journal";
import * as People from "../../wailsjs/go/bridge/People";
import * as Profiles from "../../wailsjs/go/bridge/Profiles";
import * as Structures from "../../wailsjs/go/bridge/Structures";

export const listJournal = (query: journal.Query) => call(() => Journal.List(query));
export const verify = () => call(() => Journal.Verify());
export const listProfiles = () => call(() => Profiles.List());

export const pickStructures = async (search: string) =>
  (await call(() => Structures.List({ ...anyStructure, search }))).rows.map(structureOption);

export const pickPeople = async (search: string) =>
  (await call(() => People.List({ ...anyone, search, filter: "all" }))).rows.map(personOption);
