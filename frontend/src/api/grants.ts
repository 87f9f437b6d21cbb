import { call } from "../lib/fault";
import type { list, ListFile, view } from "../lib/types";
import * as Grants from "../wailsjs/go/bridge/Grants";

export const getRecord = (id: number) => call(() => Grants.Of(id));
export const listMembers = (structure: number) => call(() => Grants.In(structure));
export const listEndings = (asked: list.Query) => call(() => Grants.Endings(asked));
export const listSteps = (asked: list.Query) => call(() => Grants.Steps(asked));
export const listEnded = (asked: view.EndedWanted) => call(() => Grants.Ended(asked));
export const countEnded = (asked: view.EndedWanted) => call(() => Grants.CountEnded(asked));
export const exportEnded = (file: ListFile, wanted: view.EndedWanted) => call(() => Grants.ExportEnded({ ...file, wanted }));

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
