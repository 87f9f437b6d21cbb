import { useQuery } from "@tanstack/react-query";
import { call } from "../lib/fault";
import { structureOption } from "../lib/option";
import type { directory, structure } from "../lib/types";
import { anyStructure } from "../lib/wanted";
import * as Structures from "../wailsjs/go/bridge/Structures";

export const listStructures = (asked: directory.Wanted) => call(() => Structures.List(asked));
export const countStructures = (asked: directory.Wanted) => call(() => Structures.Count(asked));
export const countLone = async () => (await countStructures({ ...anyStructure, lone: true, state: "active" })).n;
export const exportStructures = (input: directory.Export) => call(() => Structures.Export(input));
export const exportCodes = (input: directory.Codes) => call(() => Structures.Codes(input));
export const getStructure = (id: number) => call(() => Structures.Get(id));
export const lookUp = (typed: structure.Typed) => call(() => Structures.Look(typed));
export const suggestIdentifier = (country: string, name: string) => call(() => Structures.Suggest({ country, name }));
export const requires = (parameters: structure.Parameters) => call(() => Structures.Requires(parameters));
export const listLabels = () => call(() => Structures.Labels());
export const listDepartments = (id: number) => call(() => Structures.Departments(id));
export const compareStructure = (id: number) => call(() => Structures.Compare(id));
export const startCheck = (ids: number[]) => call(() => Structures.StartCheck(ids));
export const readCheck = () => call(() => Structures.Checking());
export const stopCheck = () => call(() => Structures.StopCheck());
export const readCopies = (id: number) => call(() => Structures.Copies(id));
export const listTransferable = (id: number) => call(() => Structures.Transferable(id));

/** What kind of structure one is, for what may be given or asked for there. */
export const useSphere = (id: number) =>
  useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id), enabled: id > 0, retry: false }).data?.sphere;

/** The structures that a form may choose among, narrowed by what is wanted of them. */
export const pickAmong = (wanted: Partial<directory.Wanted>) => async (search: string) =>
  (await listStructures({ ...anyStructure, ...wanted, search })).rows.map(structureOption);

/** Any structure in sight, by a few letters. */
export const pickSeen = pickAmong({});

/** The structures where one holds a permission. */
export const pickHolding = (holding: string) => pickAmong({ holding });

/** The active structures where one holds a permission. */
export const pickActive = (holding: string) =>
  pickAmong({ holding, whole: true, state: "active", sphere: holding === "department.edit" ? "entity" : "" });
