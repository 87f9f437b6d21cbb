import { describe, expect, it } from "vitest";
import { readDay } from "./day-input";

describe("readDay", () => {
  it("reads a day as it is shown", () => {
    expect(readDay("03/02/2026")).toBe("2026-02-03");
    expect(readDay(" 25.12.2027 ")).toBe("2027-12-25");
    expect(readDay("1-1-2026")).toBe("2026-01-01");
    expect(readDay("2026-02-03")).toBe("2026-02-03");
  });
  it("refuses what is no day", () => {
    for (const text of ["", "31/02/2026", "12/25/2027", "demain"]) expect(readDay(text)).toBeNull();
  });
  it("reads a year of two digits as one of this century", () => {
    expect(readDay("31/12/26")).toBe("2026-12-31");
    expect(readDay("31/06/26")).toBeNull();
    expect(readDay("31/12/202")).toBeNull();
  });
});
