import { call } from "../../lib/fault";
import type { directory, structure } from "../../lib/types";
import * as Grants from "../../wailsjs/go/bridge/Grants";
import * as People from "../../wailsjs/go/bridge/People";
import * as Platforms from "../../wailsjs/go/bridge/Platforms";
import * as Requests from "../../wailsjs/go/bridge/Requests";
import * as Structures from "../../wailsjs/go/bridge/Structures";
import { anyone, anyRequest, anyStructure } from "../../lib/wanted";

export const listStructures = (query: directory.Wanted) => call(() => Structures.List(query));
export const countStructures = (query: directory.Wanted) => call(() => Structures.Count(query));
export const exportStructures = (input: directory.Export) => call(() => Structures.Export(input));
export const exportCodes = (input: directory.Codes) => call(() => Structures.Codes(input));
export const getStructure = (id: number) => call(() => Structures.Get(id));
export const lookUp = (typed: structure.Typed) => call(() => Structures.Look(typed));
export const suggestIdentifier = (country: string, name: string) => call(() => Structures.Suggest({ country, name }));
export const listLabels = () => call(() => Structures.Labels());
export const listDepartments = (id: number) => call(() => Structures.Departments(id));
export const compareStructure = (id: number) => call(() => Structures.Compare(id));
export const startCheck = (ids: number[]) => call(() => Structures.StartCheck(ids));
export const readCheck = () => call(() => Structures.Checking());
export const stopCheck = () => call(() => Structures.StopCheck());
export const readCopies = (id: number) => call(() => Structures.Copies(id));
export const listTransferable = (id: number) => call(() => Structures.Transferable(id));
export const readPlatforms = () => call(() => Platforms.Listed());
export const listContracts = (id: number) => call(() => Platforms.Contracts(id));
export const listMembers = (id: number) => call(() => Grants.In(id));
export const listRequests = (structure: number) => call(() => Requests.List({ ...anyRequest, tab: "pending", structure }));

/** The structures that a form may choose among, narrowed by what is wanted of them. */
export const pickAmong = (wanted: Partial<directory.Wanted>) => async (search: string) => {
  const found = await listStructures({ ...anyStructure, ...wanted, search });
  return found.rows.map((r) => ({ id: r.id, name: r.name, note: r.identifier }));
};

/** The active structures where one holds a permission. */
export const pickStructures = (holding: string) =>
  pickAmong({ holding, whole: true, state: "active", sphere: holding === "department.edit" ? "entity" : "" });

/** The internal users, of whom one can be the responsible. */
export const pickInternals = async (search: string) => {
  const found = await call(() => People.List({ ...anyone, search, filter: "internal" }));
  return found.rows.map((r) => ({ id: r.id, name: `${r.firstName} ${r.lastName}`, note: r.email }));
};
