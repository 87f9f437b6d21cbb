import fr from "../locales/fr.json";

/** Every permission, by its key in the catalogue. */
export const permissions = Object.keys(fr)
  .filter((k) => /^permission\.[a-z_]+\.[a-z_]+$/.test(k))
  .map((k) => k.slice("permission.".length));
