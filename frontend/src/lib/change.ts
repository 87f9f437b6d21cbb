import { say, type Key } from "../i18n";
import { told } from "./told";

/** Makes what saves say what was done, and offer to take it back where back gives how. */
export const noting =
  <I, O>(key: Key, save: (input: I) => Promise<O>, back?: (input: I) => (() => Promise<unknown>) | undefined) =>
  async (input: I): Promise<O> => {
    const out = await save(input);
    told.add(say(key), back?.(input));
    return out;
  };
