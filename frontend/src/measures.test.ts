import ts from "typescript";
import { describe, expect, it } from "vitest";

const texts = import.meta.glob<string>(["./**/*.tsx", "!./**/*.test.tsx"], { query: "?raw", import: "default", eager: true });
const pages = Object.entries(texts).map(([name, text]) => ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));

/** The length that nine in ten do not pass. */
function ninth(lengths: number[]): number {
  const sorted = lengths.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? Infinity;
}

/** The lines of each function that stands by itself: a component, a hook, a helper. */
function functions(file: ts.SourceFile): number[] {
  const line = (at: number) => file.getLineAndCharacterOfPosition(at).line;
  return file.statements.filter(ts.isFunctionDeclaration).map((f) => line(f.end) - line(f.getStart()) + 1);
}

// Lint holds the most that any may have: 80 lines a function, 200 a file.
describe("pages are read in small pieces", () => {
  it("nine files in ten have at most 150 lines", () => {
    expect(ninth(pages.map((file) => file.text.split("\n").length - 1))).toBeLessThanOrEqual(150);
  });
  it("nine functions in ten have at most 60 lines", () => {
    expect(ninth(pages.flatMap(functions))).toBeLessThanOrEqual(60);
  });
});
