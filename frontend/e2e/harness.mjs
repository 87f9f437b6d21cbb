// The tests of a file, in order, sharing what its before() makes.
let current;
const patience = Number(process.env.HABILIS_E2E_PATIENCE ?? 1);

export function file(name) {
  current = { name, tests: [], before: async () => undefined, after: async () => undefined };
  return current;
}

/** A test and the demands (their ids) whose sentence it checks. */
export function test(name, claims, fn, { seconds = 90 } = {}) {
  current.tests.push({ name, claims, fn, seconds });
}
export const before = (fn) => (current.before = fn);
/** The tests of this file go on from one another: after a failure the rest cannot run. */
export const chain = () => (current.chain = true);
/** The tests of this file mostly wait: they stand beside the others. */
export const waits = () => (current.waits = true);
export const after = (fn) => (current.after = fn);

const late = (seconds, what) =>
  new Promise((_, reject) => setTimeout(() => reject(new Error(`${what}: more than ${seconds} s`)), seconds * 1000 * patience).unref());

const short = (error) =>
  String(error?.stack ?? error)
    // eslint-disable-next-line no-control-regex -- colours of playwright's messages
    .replace(/\u001b\[\d+m/g, "")
    .split("\n")
    .slice(0, 24)
    .join("\n");

export async function runFile(f, only, told) {
  const results = [];
  let broken;
  const tests = f.tests.filter((t) => !only || t.name.includes(only) || f.name.includes(only));
  if (tests.length === 0) return results;
  try {
    await Promise.race([f.before(), late(120, `before of ${f.name}`)]);
  } catch (error) {
    broken = error;
  }
  for (const t of tests) {
    const from = Date.now();
    let error = broken;
    if (!broken) {
      try {
        await Promise.race([t.fn(), late(t.seconds, t.name)]);
      } catch (reason) {
        error = reason;
      }
    }
    const result = { file: f.name, name: t.name, claims: t.claims, ms: Date.now() - from, passed: !error, error: error && short(error) };
    results.push(result);
    if (error && f.chain) broken ??= new Error("a test before it failed");
    await told(result);
  }
  try {
    await f.after();
  } catch (error) {
    results.push({ file: f.name, name: "after", claims: [], ms: 0, passed: false, error: short(error) });
  }
  return results;
}

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}
export function equal(seen, expected, what) {
  if (JSON.stringify(seen) !== JSON.stringify(expected))
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, seen ${JSON.stringify(seen)}`);
}
