import { say } from "../i18n";
import { countryName } from "./countries";
import { wordDay } from "./format";

/** A value of a field as Go writes it, in words. */
export function written(field: string, value: string): string {
  if (value === "") return say("value.empty");
  if (value === "true" || value === "false") return say(value === "true" ? "value.yes" : "value.no");
  if (field === "moa" || field === "responsible") return say(`${field}.${value}`);
  if (field === "country") return countryName(value);
  return wordDay(value);
}
