import i18next from "i18next";

/** The end of a period without an end, in milliseconds. */
export const openEnd = 253402300799999;

let zone = "Europe/Paris";

/** The firm's time zone: every day on a page is read in it. */
export function setZone(name: string): void {
  zone = name;
}

function locale(): string {
  return i18next.language === "en" ? "en-GB" : "fr-FR";
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** A format is costly to make, and a list asks for the same one in every cell. */
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}.${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(language, options);
    formats.set(key, made);
  }
  return made;
}

function first(text: string): string {
  return locale() === "fr-FR" ? text.replace(/^1 /, "1er ") : text;
}

/** A day in words: 3 mars 2026. */
export function day(at: number): string {
  return first(format(locale(), { dateStyle: "long", timeZone: zone }).format(at));
}

/** The last day that a period ending at until still holds. */
export function lastDay(until: number): string {
  return day(until - 1);
}

/** A day and time. */
export function moment(at: number): string {
  return format(locale(), { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(at);
}

/** A day as forms and Go write it: 2026-03-31. */
export function isoDay(at: number): string {
  const parts = format("en-GB", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).formatToParts(at);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`; // browsers do not agree on any language that writes days so
}

/** Today, as forms and Go write it. */
export function today(): string {
  return isoDay(Date.now());
}

/** A day that Go wrote (2022-10-22), in words. */
export function wordDay(iso: string): string {
  const [year, month, date] = iso.split("-").map(Number);
  if (!year || !month || !date) return iso;
  return first(format(locale(), { dateStyle: "long", timeZone: "UTC" }).format(Date.UTC(year, month - 1, date)));
}

export function number(n: number): string {
  return new Intl.NumberFormat(locale()).format(n);
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words.at(-1)?.[0] ?? "")).toUpperCase();
}

/** A text as searches compare it: without accents or case. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .toLowerCase()
    .trim();
}
