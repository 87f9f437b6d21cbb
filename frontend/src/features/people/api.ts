import { useQuery } from "@tanstack/react-query";
import { call } from "../../lib/fault";
import { personOption, structureOption } from "../../lib/option";
import type { list, right, view } from "../../lib/types";
import * as Grants from "../../wailsjs/go/bridge/Grants";
import * as People from "../../wailsjs/go/bridge/People";
import * as Profiles from "../../wailsjs/go/bridge/Profiles";
import * as Structures from "../../wailsjs/go/bridge/Structures";
import { anyone, anyStructure } from "../../lib/wanted";

export const listPeople = (asked: list.Query) => call(() => People.List(asked));
export const listEnded = (asked: view.EndedWanted) => call(() => Grants.Ended(asked));
export const countEnded = (asked: view.EndedWanted) => call(() => Grants.CountEnded(asked));
export const exportEnded = (file: list.Export, asked: view.EndedWanted) => call(() => Grants.ExportEnded(asked, file));
export const getPerson = (id: number) => call(() => People.Get(id));
export const getRecord = (id: number) => call(() => Grants.Of(id));
export const listSteps = (id: number) => call(() => People.Steps(id));
export const listMembers = (structure: number) => call(() => Grants.In(structure));
export const listProfiles = () => call(() => Profiles.List());
export const getStructure = (id: number) => call(() => Structures.Get(id));
export const listDepartments = (structure: number) => call(() => Structures.Departments(structure));

/** The profile that an address asks for. */
export const chosenIn = (params: URLSearchParams): right.Choice[] => {
  const profile = Number(params.get("profile") ?? 0);
  return profile ? [{ profile, options: [] }] : [];
};

/** What kind of structure one is, for what may be given there. */
export const useSphere = (id: number) =>
  useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id), enabled: id > 0, retry: false }).data?.sphere;

/** The structures that a form may choose among: those where one holds a permission. */
export const pickStructures = (holding: string) => async (search: string) => {
  const found = await call(() => Structures.List({ ...anyStructure, search, holding }));
  return found.rows.map(structureOption);
};

/** Any structure in sight, by a few letters. */
export const pickSeen = pickStructures("");

/** Anybody in sight, by a few letters. */
export const pickPeople = async (search: string) => (await listPeople({ ...anyone, search })).rows.map(personOption);

/** The people attached to a structure, or to one of its departments, by a few letters of their name. */
export const pickMembers =
  (structure: number, department: number, matches: (name: string, search: string) => boolean) => async (search: string) => {
    const members = await listMembers(structure);
    const seen = new Set<number>();
    return members
      .filter((m) => (department === 0 || m.departmentId === 0 || m.departmentId === department) && matches(m.name, search))
      .filter((m) => !seen.has(m.userId) && seen.add(m.userId))
      .map((m) => ({ id: m.userId, name: m.name, note: m.email }));
  };
