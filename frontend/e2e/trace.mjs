// How fast a large folder answers in the page: first rows after the last key, long tasks while typing and scrolling.
// HABILIS_TRACE_DATA: a folder made by `habilis demo --size m|l` with the passphrase HABILIS_TRACE_PASSPHRASE (default: the tests').
// Prints the figures; fails above 150 ms (95th percentile) or with a task above 50 ms.
import { startRegister } from "./register.mjs";
import { closeBrowser, Desk, getBrowser, passphrase, serve } from "./world.mjs";

const folder = process.env.HABILIS_TRACE_DATA;
if (!folder) throw new Error("HABILIS_TRACE_DATA names no folder");
const register = await startRegister();
const server = await serve(folder, register);
const browser = await getBrowser();
const context = await browser.newContext({ locale: "fr-FR", timezoneId: "Europe/Paris", viewport: { width: 1440, height: 900 } });
context.setDefaultTimeout(30_000);
const page = await context.newPage();
let wrong = 0;
try {
  await page.addInitScript(() => {
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((e) => e.duration))).observe({
      type: "longtask",
      buffered: false,
    });
  });
  await page.goto(server.url);
  const d = new Desk({ server }, page);
  await d.signIn(process.env.HABILIS_TRACE_EMAIL ?? "paul.durand@exemple.example", process.env.HABILIS_TRACE_PASSPHRASE ?? passphrase);
  await d.title("Accueil");
  for (const [place, title, words] of [
    ["/structures", "Structures", ["boul", "lyon", "menu", "gara", "phar", "paris", "atel", "sci"]],
    ["/utilisateurs", "Utilisateurs", ["mart", "paul", "dura", "clai", "bern", "sophie", "leg", "mo"]],
  ]) {
    await d.go(place);
    await d.title(title);
    await page.locator(".trow").first().waitFor();
    await page.waitForTimeout(500);
    const input = d.labelled("Rechercher");
    await page.evaluate(() => (window.tasks = []));
    const firsts = [];
    for (const word of words)
      for (let length = 2; length <= word.length; length++) {
        const text = word.slice(0, length);
        await input.fill(text.slice(0, -1));
        await page.waitForTimeout(400);
        // from the key to the first paint in which the rows are those of the answer
        await page.evaluate(() => {
          const table = document.querySelector('[role="table"]');
          const old = table.innerText;
          window.firstRows = new Promise((done) => {
            let at = 0;
            const looking = () => {
              const changed = document.querySelector('[role="table"]')?.innerText !== old;
              if (at && changed) return done(performance.now() - at);
              if (at && performance.now() - at > 3000) return done(-1); // the same rows: nothing to measure
              requestAnimationFrame(looking);
            };
            window.addEventListener("keydown", (e) => e.key.length === 1 && (at ||= e.timeStamp), { capture: true });
            requestAnimationFrame(looking);
          });
        });
        await input.focus();
        await page.keyboard.press("End");
        await page.keyboard.type(text.slice(-1));
        const took = await page.evaluate(() => window.firstRows);
        if (took >= 0) firsts.push(took);
      }
    firsts.sort((a, b) => a - b);
    const p95 = firsts[Math.min(firsts.length - 1, Math.ceil(firsts.length * 0.95) - 1)] ?? 0;
    const typing = await page.evaluate(() => window.tasks.splice(0));
    await input.fill("");
    await page.waitForTimeout(600);
    await page.evaluate(() => (window.tasks = []));
    await page.locator('[role="table"] .scroll').hover();
    for (let i = 0; i < 200; i++) {
      await page.mouse.wheel(0, 240);
      await page.waitForTimeout(30);
    }
    const scrolling = await page.evaluate(() => window.tasks.splice(0));
    const most = (list) => Math.round(Math.max(0, ...list));
    console.log(
      `${title}: first rows after the last key p95 ${p95.toFixed(0)} ms (median ${(firsts[firsts.length >> 1] ?? 0).toFixed(0)}, of ${firsts.length}); ` +
        `tasks above 50 ms: ${typing.length} typing (most ${most(typing)} ms), ${scrolling.length} in 200 steps of scrolling (most ${most(scrolling)} ms)`,
    );
    if (p95 > 150) wrong += 1;
    if (typing.length + scrolling.length > 0) wrong += 1;
  }
} finally {
  await context.close();
  await closeBrowser();
  await server.stop();
  await register.stop();
}
console.log(`${4 - wrong} passed, ${wrong} failed`);
process.exit(wrong ? 1 : 0);
