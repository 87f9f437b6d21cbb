// Runs the end-to-end tests: node e2e/run.mjs [words of a file's or a test's name].
// HABILIS_BINARY: the program to test, built if left out. HABILIS_E2E_ALLOW_MISSING=1: a demand that no test claims only warns.
// HABILIS_E2E_WORKERS: files at once. HABILIS_E2E_PATIENCE: 2 lets everything take twice as long.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { file, runFile } from "./harness.mjs";
import { closeBrowser, shotOf } from "./world.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
const only = process.argv.slice(2).join(" ");
const began = Date.now();

const temp = mkdtempSync(join(tmpdir(), "habilis-e2e-"));
if (!process.env.HABILIS_BINARY) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["run", "build"], {
    cwd: join(root, "frontend"),
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  const binary = join(temp, process.platform === "win32" ? "habilis.exe" : "habilis");
  execFileSync("go", ["build", "-o", binary, "."], { cwd: root, stdio: "inherit", env: { ...process.env, CGO_ENABLED: "0" } });
  process.env.HABILIS_BINARY = binary;
}

const files = [];
for (const name of readdirSync(join(here, "specs")).sort()) {
  if (!name.endsWith(".mjs")) continue;
  files.push(file(name));
  await import(new URL(`./specs/${name}`, import.meta.url));
}

const results = [];
async function work(list) {
  for (let f = list.shift(); f; f = list.shift()) {
    results.push(
      ...(await runFile(f, only, async (r) => {
        console.log(`${r.passed ? "ok  " : "FAIL"} ${String(r.ms).padStart(6)} ms  ${r.file} · ${r.name}`);
        if (r.error) console.log(r.error.replace(/^/gm, "       "));
        if (!r.passed) await shotOf(f.name, r.name);
      })),
    );
  }
}
const busy = files.filter((f) => !f.waits).sort((a, b) => b.tests.length - a.tests.length); // the longest first
await Promise.all([
  work(files.filter((f) => f.waits)),
  ...Array.from({ length: Number(process.env.HABILIS_E2E_WORKERS ?? 2) }, () => work(busy)),
]);
await closeBrowser();
rmSync(temp, { recursive: true, force: true });

const demands = ["spine", "structures"].flatMap((list) =>
  readFileSync(join(here, `demands-${list}.csv`), "utf8")
    .split("\n")
    .slice(1)
    .filter(Boolean)
    .map((line) => ({ id: line.split(",")[0], text: line.split(`,${list},`)[1] ?? "" })),
);
const known = new Set(demands.map((d) => d.id));
const claimed = new Set(results.filter((r) => r.passed).flatMap((r) => r.claims));
const missing = demands.filter((d) => !claimed.has(d.id));
const odd = results.flatMap((r) => r.claims.filter((c) => !known.has(c)).map((c) => `${r.name} claims ${c}, which is no demand`));
const expected = files.reduce((n, f) => n + f.tests.length, 0);
const failed = results.filter((r) => !r.passed).length;
const skipped = Math.max(0, expected - results.filter((r) => r.name !== "after").length);
writeFileSync(
  join(here, "report.json"),
  JSON.stringify(
    { demands: demands.map((d) => d.id), missing: missing.map((d) => d.id), skipped, seconds: (Date.now() - began) / 1000, tests: results },
    null,
    1,
  ),
);

for (const text of odd) console.log(text);
const lax = process.env.HABILIS_E2E_ALLOW_MISSING === "1" || only !== "";
if (missing.length > 0 && !only) {
  console.log(`${missing.length} of ${demands.length} demands are claimed by no passing test${lax ? " (allowed)" : ""}:`);
  for (const d of missing) console.log(`  ${d.id} ${d.text.slice(0, 100)}`);
} else if (!only) console.log(`${demands.length} of ${demands.length} demands are claimed by a passing test`);
if (skipped > 0) console.log(`${skipped} skipped`);
console.log(`${((Date.now() - began) / 1000).toFixed(1)} s`);
const wrong = failed + odd.length + (lax ? 0 : missing.length + skipped);
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exit(wrong > 0 ? 1 : 0);
