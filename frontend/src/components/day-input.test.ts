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
    for (const text of ["", "31/02/2026", "12/25/2027", "après-demain", "31 février 2026", "15 marmite", "mars 2024", "15 xyz 2024"])
      expect(readDay(text), text).toBeNull();
  });
  it("reads a year of two digits as one of this century", () => {
    expect(readDay("31/12/26")).toBe("2026-12-31");
    expect(readDay("31/06/26")).toBeNull();
    expect(readDay("31/12/202")).toBeNull();
  });
  it("reads a month by its name, in French and English, whole or short", () => {
    for (const text of ["15 mars 2024", " 15 MARS 2024", "15 mar. 24", "15 March 2024", "15/3/24"])
      expect(readDay(text), text).toBe("2024-03-15");
    expect(readDay("1er mai 2026")).toBe("2026-05-01");
    expect(readDay("3 août 2026")).toBe("2026-08-03");
    expect(readDay("29 févr. 2028")).toBe("2028-02-29");
    expect(readDay("30 juin 26")).toBe("2026-06-30");
    expect(readDay("14 juillet 2026")).toBe("2026-07-14");
  });
  it("reads what stands before a day, and days as they are said in English", () => {
    for (const text of [
      "vendredi 15 mars 2024",
      "le 15 mars 2024",
      "Friday, 15 March 2024",
      "March 15, 2024",
      "Le mardi 15/03/2024",
      "mar. 15, 24",
    ])
      expect(readDay(text), text).toBe("2024-03-15");
  });
  it("keeps a year of four digits, for Go to refuse", () => {
    expect(readDay("01/01/0001")).toBe("0001-01-01");
    expect(readDay("29/02/0004")).toBe("0004-02-29");
    expect(readDay("31/12/9999")).toBe("9999-12-31");
  });
  it("reads the days around today", () => {
    const [hier, now, demain] = ["hier", "aujourd’hui", "demain"].map((text) => Date.parse(readDay(text) ?? "")) as [
      number,
      number,
      number,
    ];
    expect([now - hier, demain - now]).toEqual([86_400_000, 86_400_000]);
    expect(readDay("Aujourd'hui")).toBe(readDay("today"));
    expect(now - Date.parse(readDay("avant-hier") ?? "")).toBe(172_800_000);
  });
});
