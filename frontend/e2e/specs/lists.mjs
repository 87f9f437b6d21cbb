// Lists: asked by their address, found again in their place on the way back; the grants that are over.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { World } from "../world.mjs";

let w, d, hugo;
const many = 120;
const grid = (name) => d.page.getByRole("grid", { name });
before(async () => {
  w = await World.start("lists.mjs");
  d = await w.desk();
  await d.setUp({ number: essor });
  for (let i = 0; i < many; i++)
    await d.makeStructure({ identifier: `LISTE-${String(i).padStart(3, "0")}`, name: `Atelier ${String(i).padStart(3, "0")}` });
});
after(() => w.stop().then(() => equal(d.faults, [], "errors in the pages")));

test("a list's search, order and place are found again on the way back, by the browser and by the crumb", [], async () => {
  await d.go("/structures");
  await d.title("Structures");
  await d.page.getByLabel("Rechercher").fill("atelier");
  await d.page.waitForURL(/search=atelier/);
  await grid("Structures").getByRole("button", { name: "Raison sociale" }).click();
  await d.page.waitForURL(/desc=1/);
  await grid("Structures")
    .getByText(`Atelier ${many - 1}`)
    .waitFor();
  await grid("Structures").focus();
  for (let i = 0; i < 8; i++) {
    await d.page.keyboard.press("PageDown");
    await d.page.waitForTimeout(150);
  }
  const place = () => grid("Structures").evaluate((e) => e.scrollTop);
  const before = await place();
  assert(before > 1500, `scrolled to ${before}`);
  const names = await d.rows("Structures");
  const name = names[Math.floor(names.length / 2)].match(/Atelier \d+/)[0];
  await grid("Structures").getByText(name).click();
  await d.title(name);
  const back = async (how) => {
    await how();
    await d.page.waitForURL(/structures\?.*search=atelier/);
    await grid("Structures").getByText(name).waitFor();
    equal(await d.page.getByLabel("Rechercher").inputValue(), "atelier", "the search");
  };
  await back(() => d.page.goBack());
  await d.page.waitForTimeout(300);
  const after = await place();
  assert(Math.abs(after - before) < 3, `back at ${after}, it was at ${before}`);
  await grid("Structures").getByText(name).click();
  await d.title(name);
  await d.page.getByRole("navigation", { name: "Fil d’Ariane" }).getByRole("link", { name: "Structures" }).click();
  await d.page.waitForURL(/structures\?.*search=atelier/);
});

test("a filter is of the address too: sent to somebody, it opens the same list", [], async () => {
  await d.go("/structures?state=inactive");
  await d.sees("Rien ne correspond");
  await d.go("/structures?check=unverified&search=atelier");
  await d.title("Structures");
  equal(await d.page.getByLabel("Rechercher").inputValue(), "atelier", "the search");
  await d.go("/utilisateurs?filter=external");
  await d.sees("Rien ne correspond");
});

test("« Habilitations terminées »: who held what until when, taken back or run out; found by name; exported", [], async () => {
  await d.go("/utilisateurs/habilitations-terminees");
  await d.sees("Aucune habilitation n’est terminée.");
  const profile =
    (await d.call("Profiles.List")).find((p) => p.name === "Consultation factures")?.id ??
    (await d.call("Profiles.List")).find((p) => !p.firm).id;
  const who = { kind: "external", structure: 1, department: 0, from: "", until: "" };
  hugo = (
    await d.call("Changes.Submit", {
      addPerson: { ...who, email: "hugo@exemple.fr", firstName: "Hugo", lastName: "Blanc", profiles: [{ profile, options: [] }] },
    })
  ).created;
  const held = (await d.call("Grants.Of", hugo)).grants[0];
  await d.call("Changes.Submit", { end: { grant: held.id } });
  await d.go("/utilisateurs");
  await d.page.reload(); // what is asked outside the pages, they do not know
  await d.page.getByRole("link", { name: "Habilitations terminées" }).click();
  await d.title("Habilitations terminées");
  await d.sees("1 habilitation terminée");
  const [row] = await d.rows("Habilitations terminées");
  assert(row.includes("Hugo Blanc") && row.includes(held.profile) && row.includes("Retirée"), row);
  await d.page.getByLabel("Rechercher").fill("claire");
  await d.sees("Rien ne correspond");
  await d.page.getByLabel("Rechercher").fill("hug");
  await grid("Habilitations terminées").getByText("Hugo Blanc").waitFor();
  await d.button("Exporter").click();
  const file = await d.download(async () => {
    await d.page.getByRole("menuitem", { name: /CSV/ }).click();
    await d.confirms();
  });
  const text = String(file.data);
  assert(/Personne;Profil;Structure;Du;Jusqu’au;Fin/.test(text) && /Hugo Blanc;.*;Retirée/.test(text), text);
  await grid("Habilitations terminées").getByRole("link", { name: "Hugo Blanc" }).click();
  await d.title(/Hugo Blanc/);
});
