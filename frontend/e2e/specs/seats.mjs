// Whose session it is: two tabs of one browser, two programs on two ports of one computer, a page of another port.
import { enveloped } from "../wish.mjs";
import { after, assert, before, equal, test } from "../harness.mjs";
import { anyStructure, Desk, World } from "../world.mjs";

let w, other, claire, house;
before(async () => {
  w = await World.start("seats.mjs");
  claire = await w.desk();
  await claire.setUp();
  house = await claire.makeStructure({ identifier: "SECRET1", name: "Maison Secrète", sphere: "private" });
});
after(async () => {
  await w.stop();
  await other?.stop();
});

/** Another tab of the same browser, on a program. */
async function tab(d, world) {
  const page = await d.page.context().newPage();
  const t = new Desk(world, page);
  await page.goto(world.server.first);
  return t;
}
async function leave(d, name) {
  await d.page.getByRole("button", { name: new RegExp(name) }).click();
  await d.page.getByRole("menuitem", { name: "Se déconnecter" }).click();
  await d.title("Se connecter");
}
const html = (d) => d.page.evaluate(() => document.documentElement.outerHTML);
const label = async () => (await claire.call("Structures.Get", house)).label;

test(
  "a second tab is signed in too; once somebody else signs in there, what the first sends is refused and its page holds nothing of the one before",
  [],
  async () => {
    const code = await claire.addPerson({ first: "Marc", last: "Simon", email: "marc@exemple.fr", enters: true });
    await claire.manage("Modifier une structure", "Maison Secrète");
    await claire.fill("Libellé", "Tapé par Claire");
    const second = await tab(claire, w);
    await second.title("Accueil");
    await second.page.getByText("Claire Morel").first().waitFor();

    await leave(second, "Claire Morel");
    await second.activate("marc@exemple.fr", code);
    await claire.submit();

    await claire.page.getByText("Marc Simon").first().waitFor();
    const now = await html(claire);
    assert(!now.includes("Tapé par Claire"), "what was typed is in the document");
    equal(await claire.page.getByRole("button", { name: /Claire Morel/ }).count(), 0, "the menu of the one before");
    await leave(second, "Marc Simon");
    await second.signIn("claire.morel@exemple.fr");
    await second.page.getByRole("button", { name: /Claire Morel/ }).waitFor();
    await claire.page.reload();
    await claire.page.getByRole("button", { name: /Claire Morel/ }).waitFor();
    equal(await label(), "", "nothing was saved in anybody’s name");
    await second.page.close();
  },
);

test("two programs on two ports of one computer: each keeps its own session, whoever signs in or out of the other", [], async () => {
  other = await World.start("seats.mjs");
  const beside = await tab(claire, other);
  await beside.setUp({ first: "Bruno", last: "Voisin", email: "bruno@exemple.fr", firm: "Maison voisine" });
  await claire.page.reload();
  await claire.page.getByText("Claire Morel").first().waitFor();
  await leave(beside, "Bruno Voisin");
  await claire.page.reload();
  await claire.page.getByText("Claire Morel").first().waitFor();
  await leave(claire, "Claire Morel");
  await beside.signIn("bruno@exemple.fr");
  await beside.title("Accueil");
  await claire.signIn("claire.morel@exemple.fr");
  await claire.page.getByText("Claire Morel").first().waitFor();
  await beside.page.reload();
  await beside.page.getByText("Bruno Voisin").first().waitFor();
});

test("a page of another port receives the cookie of this program, and does nothing with it", [], async () => {
  const beside = await tab(claire, other);
  const body = JSON.stringify({
    name: "bridge.Changes.Submit",
    args: [
      enveloped({ createStructure: { identifierType: "pending", identifier: "PRIS1", sphere: "private", name: "Prise", later: false } }),
    ],
    as: "",
  });
  for (const how of [
    { mode: "cors", headers: { "Content-Type": "application/json" } },
    { mode: "no-cors", headers: { "Content-Type": "text/plain" } },
  ]) {
    const said = await beside.page.evaluate(
      async ([url, text, o]) => {
        try {
          const r = await fetch(`${url}/rpc`, { method: "POST", credentials: "include", body: text, ...o });
          return r.type === "opaque" ? "opaque" : await r.text();
        } catch {
          return "refused";
        }
      },
      [w.server.url, body, how],
    );
    assert(["refused", "opaque"].includes(said), `${how.mode}: it reads ${said}`);
  }
  const { rows } = await claire.call("Structures.List", anyStructure);
  equal(rows.map((r) => r.name).join(), "Maison Secrète", "the structures");
});
