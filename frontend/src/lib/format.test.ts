import { describe, expect, it } from "vitest";
import "../i18n";
import { day, fold, initials, isoDay, lastDay, setZone, wordDay } from "./format";

describe("days", () => {
  it("are read in the firm's zone, and the first of a month is written 1er", () => {
    setZone("Europe/Paris");
    expect(day(Date.UTC(2026, 1, 28, 23, 30))).toBe("1er mars 2026");
    expect(isoDay(Date.UTC(2026, 1, 28, 23, 30))).toBe("2026-03-01");
    expect(lastDay(Date.UTC(2026, 2, 31, 22))).toBe("31 mars 2026");
  });

  it("keep what is not a day as it is", () => {
    expect(wordDay("2022-10-22")).toBe("22 octobre 2022");
    expect(wordDay("?")).toBe("?");
  });
});

describe("names", () => {
  it("fold without accents, case or punctuation", () => {
    expect(fold("Crèche de l’Île")).toBe("creche de l ile");
    expect(initials("Claire de Morel")).toBe("CM");
  });
});
