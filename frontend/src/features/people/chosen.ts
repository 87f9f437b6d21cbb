import type { right } from "../../lib/types";

/** The profile that an address asks for. */
export const chosenIn = (params: URLSearchParams): right.Choice[] => {
  const profile = Number(params.get("profile") ?? 0);
  return profile ? [{ profile, options: [] }] : [];
};
