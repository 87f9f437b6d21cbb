import { fold } from "../../lib/format";
import type { department, grant, structure } from "../../lib/types";

// The layout of a structure's chart: the structure above, below it a box for the people of the whole structure and one for each department.

export interface Box {
  title: string;
  note: string;
  inactive: boolean;
  people: { name: string; principal: boolean }[];
  x: number;
  y: number;
  height: number;
}

export interface Chart {
  title: string;
  note: string;
  boxes: Box[];
  width: number;
  height: number;
}

export const boxWidth = 240;
export const rowHeight = 20;
export const headHeight = 46;
const gap = 24;
export const indent = 12; // where the line of a column runs down, left of its boxes
const top = 120;

/** Lays the boxes out in columns, each box under the shortest one, so that the whole is about as wide as a screen. */
export function layOut(s: structure.Structure, departments: department.Department[], members: grant.Member[], whole: string): Chart {
  const of = (id: number) =>
    members
      .filter((m) => m.departmentId === id)
      .map((m) => ({ name: m.name, principal: m.principal && id === 0 }))
      .sort((a, b) => (a.principal === b.principal ? (fold(a.name) < fold(b.name) ? -1 : 1) : a.principal ? -1 : 1));
  const boxes: Box[] = [
    { title: whole, note: "", inactive: false, people: of(0), x: 0, y: 0, height: 0 },
    ...departments.map((d) => ({ title: d.label, note: d.code, inactive: !d.active, people: of(d.id), x: 0, y: 0, height: 0 })),
  ];
  for (const b of boxes) b.height = headHeight + Math.max(1, b.people.length) * rowHeight + 10;
  const area = boxes.reduce((sum, b) => sum + b.height + gap, 0) * (boxWidth + gap);
  const columns = Math.max(1, Math.min(boxes.length, Math.round(Math.sqrt((area * 1.6) / (boxWidth + gap) ** 2))));
  const ends = Array.from({ length: columns }, () => top);
  for (const b of boxes) {
    const at = ends.indexOf(Math.min(...ends));
    b.x = indent + at * (boxWidth + gap);
    b.y = ends[at] ?? top;
    ends[at] = b.y + b.height + gap;
  }
  return { title: s.name, note: s.identifier, boxes, width: indent + columns * (boxWidth + gap) - gap, height: Math.max(...ends) - gap };
}

/** A text cut to what a box holds. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
