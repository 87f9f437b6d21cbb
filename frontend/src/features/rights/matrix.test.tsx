import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { view } from "../../lib/types";
import { likeABrowser, show } from "../../testing";
import { MatrixTable } from "./matrix";

beforeAll(likeABrowser);
afterEach(cleanup);

const column = (permission: string, module: string, acts = "habilis") => ({ permission, module, acts });
const line = (id: number, name: string, cells: string[]) => ({ id, name, department: 0, titles: [], inactive: false, cells });

const matrix = {
  columns: [
    column("structure.view", "structure"),
    column("structure.edit", "structure"),
    column("department.view", "department"),
    column("bank.view", "bank", "coming"),
  ],
  lines: [line(1, "Alba Un", ["yes", "no", "own", "yes"]), line(2, "Blaise Deux", ["no", "yes", "cut", "no"])],
} as never as view.Matrix;

const cell = (name: RegExp) => screen.getByRole("button", { name });
const focused = () => document.activeElement?.getAttribute("data-cell");

test("permissions stand under their module, whose heading is as wide as they are", () => {
  show(<MatrixTable matrix={matrix} corner="Personne" onPick={vi.fn()} />);
  const heads = screen.getAllByRole("columnheader").filter((h) => h.getAttribute("scope") === "colgroup");
  expect(heads.map((h) => h.getAttribute("colspan"))).toEqual(["2", "1", "1"]);
  expect(within(screen.getByRole("table")).getAllByRole("rowheader")).toHaveLength(2);
});

test("each cell says who, what and the answer; what only comes later says so", () => {
  show(<MatrixTable matrix={matrix} corner="Personne" onPick={vi.fn()} />);
  const labels = screen.getAllByRole("button").map((b) => b.getAttribute("aria-label") ?? "");
  expect(labels).toHaveLength(8);
  expect(labels[0]).toMatch(/Alba Un.*Consulter la structure.*oui/i);
  expect(labels[3]).toMatch(/à venir/);
  expect(labels[7]).not.toMatch(/à venir/);
});

test("one cell takes Tab; arrows go from cell to cell and stop at the edge; Enter asks for the proof", async () => {
  const onPick = vi.fn();
  show(<MatrixTable matrix={matrix} corner="Personne" onPick={onPick} />);
  await userEvent.tab();
  expect(focused()).toBe("0.0");
  expect(screen.getAllByRole("button").filter((b) => b.tabIndex === 0)).toHaveLength(1);
  await userEvent.keyboard("{ArrowRight}{ArrowDown}");
  expect(focused()).toBe("1.1");
  await userEvent.keyboard("{ArrowDown}{ArrowRight}{ArrowRight}{ArrowRight}");
  expect(focused()).toBe("1.3");
  await userEvent.keyboard("{ArrowLeft}{Enter}");
  expect(onPick).toHaveBeenCalledExactlyOnceWith(1, 2);
});

test("the cell that is picked is the one to come back to", () => {
  show(<MatrixTable matrix={matrix} corner="Personne" current={{ line: 1, column: 1 }} onPick={vi.fn()} />);
  expect(cell(/Blaise Deux.*Modifier la structure/).getAttribute("aria-pressed")).toBe("true");
  expect(cell(/Blaise Deux.*Modifier la structure/).tabIndex).toBe(0);
});
