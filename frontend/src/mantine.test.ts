import { expect, test } from "vitest";
import chosen from "./mantine.css?raw";
import whole from "../node_modules/@mantine/core/styles.css?raw";

const pages = import.meta.glob<string>("./**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
const library = import.meta.glob<string>("../node_modules/@mantine/core/esm/components/*/*.mjs", {
  query: "?raw",
  import: "default",
  eager: true,
});
const styles = import.meta.glob<string>("../node_modules/@mantine/core/styles/*.css", { query: "?raw", import: "default", eager: true });

const imported = [...chosen.matchAll(/styles\/([\w-]+)\.css/g)].map((m) => m[1] ?? "");
const styleOf = (name: string) => styles[`../node_modules/@mantine/core/styles/${name}.css`];

/** The components that the pages name, and those that these are made of. */
function components(): Set<string> {
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const [path, source] of Object.entries(library)) {
      if (!path.includes(`/components/${name}/`)) continue;
      for (const m of source.matchAll(/from "\.\.\/(\w+)\/\w+\.mjs"/g)) add(m[1] ?? "");
    }
  };
  for (const source of Object.values(pages)) {
    for (const m of source.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)) {
      for (const name of (m[1] ?? "").split(",")) add(name.replace(/\btype /, "").trim());
    }
  }
  return found;
}

test("each component that the pages use has its styles", () => {
  const all = components();
  expect(all.size).toBeGreaterThan(20);
  for (const name of all) if (styleOf(name)) expect(imported).toContain(name);
});

test("styles stand in the library's own order, on which they rest", () => {
  const [, , , ...ofComponents] = imported; // after what is common to all
  const places = ofComponents.map((name) => whole.indexOf(/\.m_\w+/.exec(styleOf(name) ?? "")?.[0] ?? "absent"));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});
