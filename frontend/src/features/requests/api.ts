import { useQuery } from "@tanstack/react-query";
import { call } from "../../lib/fault";
import type { request } from "../../lib/types";
import { personOption, structureOption } from "../../lib/option";
import * as People from "../../wailsjs/go/bridge/People";
import * as Profiles from "../../wailsjs/go/bridge/Profiles";
import * as Requests from "../../wailsjs/go/bridge/Requests";
import * as Structures from "../../wailsjs/go/bridge/Structures";
import { anyone, anyStructure } from "../../lib/wanted";

export const listRequests = (asked: request.Wanted) => call(() => Requests.List(asked));
export const getRequest = (id: number) => call(() => Requests.Get(id));
export const listProfiles = () => call(() => Profiles.List());
export const listDepartments = (structure: number) => call(() => Structures.Departments(structure));

export const pickPeople = async (search: string) => (await call(() => People.List({ ...anyone, search }))).rows.map(personOption);

export const pickStructures = async (search: string) =>
  (await call(() => Structures.List({ ...anyStructure, search }))).rows.map(structureOption);

/** What kind of structure one is, for what may be asked for there. */
export const useSphere = (id: number) =>
  useQuery({ queryKey: ["structure", id], queryFn: () => call(() => Structures.Get(id)), enabled: id > 0, retry: false }).data?.sphere;
