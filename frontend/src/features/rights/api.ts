import { call } from "../../lib/fault";
import { personOption, structureOption } from "../../lib/option";
import type { view } from "../../lib/types";
import * as People from "../../wailsjs/go/bridge/People";
import * as Profiles from "../../wailsjs/go/bridge/Profiles";
import * as Rights from "../../wailsjs/go/bridge/Rights";
import * as Structures from "../../wailsjs/go/bridge/Structures";
import { anyone, anyStructure } from "../../lib/wanted";

export const ofStructure = (view: view.View) => call(() => Rights.OfStructure(view));
export const ofPerson = (view: view.View) => call(() => Rights.OfPerson(view));
export const prove = (asked: view.Asked) => call(() => Rights.Prove(asked));
export const who = (asked: view.Asked) => call(() => Rights.Who(asked));
export const listProfiles = () => call(() => Profiles.List());
export const listSteps = (id: number) => call(() => People.Steps(id));

export const pickStructures = async (search: string) =>
  (await call(() => Structures.List({ ...anyStructure, search }))).rows.map(structureOption);

export const pickPeople = async (search: string) =>
  (await call(() => People.List({ ...anyone, search, filter: "all" }))).rows.map(personOption);
