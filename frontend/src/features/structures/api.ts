import { call } from "../../lib/fault";
import type { bridge, page, structure } from "../../lib/types";
import * as Changes from "../../wailsjs/go/bridge/Changes";
import * as Grants from "../../wailsjs/go/bridge/Grants";
import * as Requests from "../../wailsjs/go/bridge/Requests";
import * as Structures from "../../wailsjs/go/bridge/Structures";

export const listStructures = (query: page.Query) => call(() => Structures.List(query));
export const getStructure = (id: number) => call(() => Structures.Get(id));
export const lookUp = (typed: structure.Typed) => call(() => Structures.Look(typed));
export const listDepartments = (id: number) => call(() => Structures.Departments(id));
export const refreshStructure = (id: number) => call(() => Structures.Refresh(id));
export const renameDepartment = (input: structure.Rename) => call(() => Structures.Rename(input));
export const listMembers = (id: number) => call(() => Grants.In(id));
export const listRequests = () => call(() => Requests.List("pending"));
export const preview = (wish: bridge.Wish) => call(() => Changes.Preview(wish));
export const submit = (wish: bridge.Wish) => call(() => Changes.Submit(wish));

export const everything: page.Query = { search: "", order: "", desc: false, filter: "", holding: "", after: "" };

/** The structures that a form may choose among: those where one holds a permission. */
export const pickStructures = (holding: string) => async (search: string) => {
  const found = await listStructures({ ...everything, search, holding, filter: "active" });
  return found.rows.map((r) => ({ id: r.id, name: r.name, note: r.identifier }));
};
