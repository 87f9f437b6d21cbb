// What changes at one desk is seen at the others, by one stream a browser, without anybody asking.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { fieldsOf } from "../wish.mjs";
import { passphrase, World } from "../world.mjs";

let w, d, other;
const tabs = [];
const streams = []; // the tabs that have opened one
before(async () => {
  w = await World.start("changes.mjs");
  d = await w.desk();
  await d.setUp({ number: essor });
  await d.makeStructure({ identifier: "SANS-1", name: "Atelier" });
  other = await w.desk();
  await other.signIn("claire.morel@exemple.fr");
});
after(() => w.stop().then(() => equal(d.faults, [], "errors in the pages")));

const asked = (page) => {
  const names = [];
  page.on("request", (r) => {
    if (r.url().endsWith("/rpc")) names.push(JSON.parse(r.postData()).name.replace("bridge.", ""));
    if (r.url().endsWith("/changes")) streams.push(page);
  });
  return names;
};

test("eight tabs of a browser have one stream, and each sees what another desk does", [], async () => {
  const before = d.page;
  for (let i = 0; i < 8; i++) {
    const page = await before.context().newPage();
    page.names = asked(page);
    await page.goto(new URL("/#/structures", before.url()).href);
    await page.getByRole("grid", { name: "Structures" }).getByText("Atelier").waitFor();
    tabs.push(page);
  }
  await before.close(); // it had the stream: one of the others takes it over
  const until = Date.now() + 10_000;
  while (streams.length === 0 && Date.now() < until) await tabs[0].waitForTimeout(50);
  equal(streams.length, 1, "streams after the tab that had it is closed");
  await other.makeStructure({ identifier: "SANS-2", name: "Forge" });
  for (const page of tabs) await page.getByRole("grid", { name: "Structures" }).getByText("Forge", { exact: true }).waitFor();
  equal(streams.length, 1, "streams");
});

test("nothing is asked while nothing changes, and only what changed is read again", [], async () => {
  const [tab] = tabs;
  const quarter = 15 * 60_000; // on its stroke periods may begin or end, and everything is read again
  const left = quarter - (Date.now() % quarter);
  if (left < 6_000) await tab.waitForTimeout(left + 3_000);
  tab.names.length = 0;
  await tab.waitForTimeout(3_000);
  equal(tab.names, [], "asked while nothing happened");
  const { rows } = await other.call("Structures.List", { search: "forge", order: "", desc: false, after: "", limit: 50 });
  const record = await other.call("Structures.Get", rows[0].id);
  const base = fieldsOf(record);
  const edit = { id: record.id, version: record.version, base, mine: { ...base, name: "Forge du Moulin" } };
  await other.call("Changes.Submit", { editStructure: edit });
  await tab.getByRole("grid", { name: "Structures" }).getByText("Forge du Moulin").waitFor();
  assert(tab.names.includes("Structures.List"), tab.names.join());
  assert(!tab.names.includes("Firm.Me") && !tab.names.includes("Profiles.List"), tab.names.join());
});

test("a lock, an unlocking and leaving are seen in every tab at once", [], async () => {
  const [first, ...rest] = tabs;
  await first.bringToFront();
  await first.getByRole("button", { name: /Claire Morel/ }).click();
  await first.getByRole("menuitem", { name: "Verrouiller" }).click();
  for (const page of tabs) await page.getByRole("dialog", { name: "Verrouillé" }).waitFor();
  const last = rest.at(-1);
  await last.getByRole("dialog").locator("input").fill(passphrase);
  await last.getByRole("button", { name: "Déverrouiller" }).click();
  for (const page of tabs) await page.getByRole("dialog", { name: "Verrouillé" }).waitFor({ state: "hidden" });
  await first.getByRole("button", { name: /Claire Morel/ }).click();
  await first.getByRole("menuitem", { name: "Se déconnecter" }).click();
  for (const page of tabs) await page.getByLabel("Phrase de passe").waitFor();
});

test("whoever signs in again in one tab is seen in the others, and hears of changes", [], async () => {
  const [first, second] = tabs;
  await first.bringToFront();
  await first.getByLabel("Adresse électronique").fill("claire.morel@exemple.fr");
  await first.getByLabel("Phrase de passe").fill(passphrase);
  await first.getByRole("button", { name: "Se connecter" }).click();
  await first.getByRole("heading", { level: 1 }).waitFor();
  await second.getByRole("navigation", { name: "Menu principal" }).waitFor();
  await second.evaluate(() => (window.location.hash = "#/structures"));
  await second.getByRole("grid", { name: "Structures" }).getByText("Forge du Moulin").waitFor();
  await other.makeStructure({ identifier: "SANS-3", name: "Scierie" });
  await second.getByRole("grid", { name: "Structures" }).getByText("Scierie").waitFor();
});

test("a program that stops is told of at once, in every tab", [], async () => {
  await w.server.stop();
  for (const page of tabs) await page.getByRole("alert").getByText("Habilis ne répond plus").waitFor();
});
