// What is typed is not lost by chance, focus goes back where it was, and what one does not mean is not done.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { World } from "../world.mjs";

const year = new Date().getFullYear() + 1;
let w, d, ids;
before(async () => {
  w = await World.start("leaving.mjs");
  d = await w.desk();
  await d.setUp({ number: essor });
  await d.call("Changes.Submit", { useFamilies: { families: ["portail-public"] } });
  ids = Object.fromEntries((await d.call("Profiles.List")).map((p) => [p.name, p.id]));
});
after(() => w.stop().then(() => equal(d.faults, [], "errors in the pages")));

const press = (key) => d.page.keyboard.press(key);
const asks = () => d.page.getByRole("dialog", { name: "Quitter sans soumettre ?" });
const focused = () =>
  d.page.evaluate(() => document.activeElement?.getAttribute("aria-label") || document.activeElement?.textContent || "");
const send = (wish) => d.call("Changes.Submit", { fingerprint: "", ...wish });
const picks = (name) => (name ? [{ profile: ids[name], options: [] }] : []);
async function person(firstName, { structure = 1, department = 0, profile = "", until = "" } = {}) {
  const who = { email: `${firstName.toLowerCase()}@exemple.fr`, firstName, lastName: "Test", kind: "external" };
  return (await send({ addPerson: { ...who, structure, department, from: "", until, profiles: picks(profile) } })).created;
}
const of = (id) => d.call("Grants.Of", id);
/** Opens « Ajouter une personne » by the menu, and types a first name. */
async function typing() {
  await d.go("/utilisateurs");
  await d.title("Utilisateurs");
  await d.link("+ Ajouter").click();
  await d.title("Ajouter une personne");
  await d.fill("Prénom", "Zoé");
}

for (const [way, leave] of Object.entries({
  "the menu": () => d.page.getByRole("navigation", { name: "Menu principal" }).getByRole("link", { name: "Journal" }).click(),
  "Ctrl+N": async () => {
    await d.labelled("Prénom").press("Control+n"); // a new person: the same page
    await d.page.waitForTimeout(200);
    assert(!(await asks().isVisible()), "one stays on the page");
    await d.palette("Journal");
    await press("Enter");
  },
  Esc: () => d.labelled("Prénom").press("Escape"),
}))
  test(`${way} asks before what is typed is lost; « Rester » keeps it and its focus, « Quitter » goes`, [], async () => {
    await typing();
    await leave();
    await asks().waitFor();
    await d.button("Rester").click();
    await asks().waitFor({ state: "hidden" });
    equal(await d.labelled("Prénom").inputValue(), "Zoé", "what was typed");
    await leave();
    await d.button("Quitter").click();
    await d.title(way === "Esc" ? "Utilisateurs" : "Journal");
  });

/** What has the focus before any timer runs, once by() was done in the page to the node found. */
const atOnce = (node, by) =>
  node.evaluate(async (at, how) => {
    if (how === "press") at.click();
    else at.dispatchEvent(new KeyboardEvent("keydown", { key: how, bubbles: true, cancelable: true }));
    await new Promise((done) => queueMicrotask(done)); // the next key may come before any timer
    const now = document.activeElement;
    return now.labels?.[0]?.innerText || now.getAttribute("aria-label") || now.textContent;
  }, by);

test("a dialog has the focus as it appears, however slow the computer is: on its first field or its plain answer", [], async () => {
  const odile = await person("Odile", { profile: "Factures émises modification", until: `${year}-03-31` });
  const closed = async () => {
    await press("Escape");
    await d.page.getByRole("dialog").waitFor({ state: "hidden" });
  };
  const focusOf = async (by) => {
    const found = d.button(by);
    await found.waitFor();
    return atOnce(found, "press");
  };
  for (const [tab, by, has] of [
    ["grants", "Retirer le profil Factures émises modification", "Annuler"],
    ["memberships", /^Prolonger le rattachement à ESSOR/, "Prolonger"],
  ]) {
    await d.go(`/utilisateurs/${odile}?tab=${tab}`);
    equal(await focusOf(by), has, by);
    await closed();
  }
  await typing();
  equal(await atOnce(d.labelled("Prénom"), "Escape"), "Rester", "what is not saved");
  await closed();
  await d.button("Annuler").click();
});

test("« Annuler », a link that the form offers and a saved form are left without a question", [], async () => {
  await typing();
  await d.button("Annuler").click();
  await d.title("Utilisateurs");
  await d.go("/structures/creer");
  await d.title("Créer une structure");
  await d.fill("Identifiant", essor);
  await d.link("Demander le rattachement à cette structure").click();
  await d.title("Demander un rattachement ou des profils");
  await typing();
  await d.fill("Nom", "Test");
  await d.fill("Adresse électronique", "zoe@exemple.fr");
  assert(await d.holds("Structure", "ESSOR"), "the one structure is not chosen");
  await d.submit("Enregistrer");
  await d.title("Personne ajoutée : Zoé Test");
  await d.link("Utilisateurs").first().click();
  await d.title("Utilisateurs");
});

test("another address of the same form begins it anew, with what the address says", [], async () => {
  const id = await person("Adresse");
  await d.go("/utilisateurs/habilitations");
  await d.title("Gérer les habilitations des utilisateurs");
  await d.go(`/utilisateurs/habilitations?structure=1&user=${id}`);
  assert(await d.holds("Structure", "ESSOR"), "the structure of the address is not chosen");
  assert(await d.holds("Utilisateur", "Adresse Test"), "the person of the address is not chosen");
});

test("Enter in the search of profiles saves nothing", [], async () => {
  await typing();
  await d.fill("Nom", "Nulle");
  await d.fill("Adresse électronique", "nulle@exemple.fr");
  assert(await d.holds("Structure", "ESSOR"), "the one structure is not chosen");
  await d.labelled("Chercher un profil").fill("factures");
  await press("Enter");
  await d.page.waitForTimeout(400);
  await d.title("Ajouter une personne");
  equal(
    (await d.call("People.List", { search: "nulle", order: "", desc: false, filter: "all", holding: "", after: "" })).rows.length,
    0,
    "people",
  );
  await d.button("Annuler").click();
});

test("Enter right after the last digit of a duplication saves what was previewed", [], async () => {
  const id = await d.makeStructure({ identifier: "DOUBLER-1", name: "À doubler" });
  const saved = [];
  d.page.on("request", (r) => {
    const { name, args } = r.postDataJSON() ?? {};
    if (name === "bridge.Changes.Submit" && args[0].kind === "structure.duplicate") saved.push(args[0].fingerprint);
  });
  await d.go(`/structures/dupliquer?structure=${id}`);
  await d.title("Dupliquer une structure");
  await d.labelled(/^Nouvel identifiant/).pressSequentially("DOUBLER-2");
  await press("Enter");
  await d.page.waitForURL(/#\/structures\/\d+$/);
  equal(saved.length, 1, "saves");
  assert(/^[0-9a-f]{64}$/.test(saved[0]), "saved without a preview");
});

test("« Détacher » of a line about a department detaches from that department", [], async () => {
  await d.createDepartment(1, "ACHATS", "Achats");
  await d.createDepartment(1, "PAIE", "Paie");
  const [{ id: bought }, { id: paid }] = await d.call("Structures.Departments", 1);
  const id = await person("Deux", { department: bought });
  await send({ attach: { user: id, email: "", structure: 1, department: paid, from: "", until: "", profiles: [] } });
  await d.openPerson("Deux Test", "memberships");
  await d.page
    .getByRole("row", { name: /Achats/ })
    .getByRole("link", { name: /^Détacher/ })
    .click();
  await d.title("Détacher un utilisateur");
  await d.fill("Commentaire", "fini aux achats");
  await d.submit();
  await d.page.waitForURL(/tab=people/);
  const left = (await of(id)).memberships.filter((m) => m.state === "current").map((m) => m.departmentId);
  equal(left, [paid], "departments left");
});

test(
  "« Retirer » and « Prolonger »: the focus is within, a day that does not exist is refused beside it, Esc gives the focus back",
  [],
  async () => {
    const id = await person("Fin", { profile: "Factures émises consultation", until: `${year}-06-30` });
    await d.openPerson("Fin Test", "grants");
    const opener = d
      .button(/^Retirer « Factures émises consultation »|^Retirer Factures/)
      .or(d.button(/Retirer/))
      .first();
    await opener.click();
    const dialog = d.page.getByRole("dialog");
    await dialog.waitFor();
    await d.page.waitForTimeout(300);
    assert(
      await d.page.evaluate(() => document.querySelector("[role=dialog]").contains(document.activeElement)),
      "the focus is behind the dialog",
    );
    const day = dialog.getByRole("textbox").first();
    await day.fill("31/06/2027");
    await day.press("Tab");
    await dialog.getByText("Cette date n’existe pas.").waitFor();
    assert((await day.getAttribute("aria-invalid")) === "true", "the error is not the field's");
    await dialog.getByRole("button", { name: "Annuler" }).click();
    await dialog.waitFor({ state: "hidden" });
    await d.page.waitForTimeout(200);
    assert(/Retirer/.test(await focused()), `the focus is on ${await focused()}`);
    equal((await of(id)).grants.filter((g) => g.state === "current").length, 1, "grants");
  },
);

test("the palette gives the focus back; signing out shows nothing more of the firm", [], async () => {
  await d.go("/structures");
  await d.title("Structures");
  const search = d.labelled("Rechercher");
  await search.click();
  await press("Control+k");
  await d.page.getByRole("combobox", { name: "Rechercher ou agir" }).waitFor();
  await press("Escape");
  await d.page.getByRole("combobox", { name: "Rechercher ou agir" }).waitFor({ state: "hidden" });
  await d.page.waitForTimeout(200);
  equal(await search.evaluate((e) => e === document.activeElement), true, "the focus is back in the search");
  const other = await w.desk();
  await other.signIn("claire.morel@exemple.fr");
  await other.title("Accueil");
  await other.page.locator(".me").click();
  await other.page.getByRole("menuitem", { name: "Se déconnecter" }).click();
  await other.title("Se connecter");
  equal(await other.page.getByText("Entreprise Morel").count(), 0, "what is left of the firm");
});

test("a day that does not exist is refused beside the filter, and what is shown stays", [], async () => {
  await d.rights({ structure: 1 });
  const day = d.labelled("Au");
  await day.fill("31/02/2027");
  await day.press("Tab");
  await d.main.getByText("Cette date n’existe pas.").waitFor();
  equal(await day.inputValue(), "31/02/2027", "what was typed");
  await day.fill("28/02/2027");
  await day.press("Tab");
  await d.sees(/à la fin du 28 février 2027|28 février 2027/);
});

test("what is exported of a choice is the choice, whatever the list shows", [], async () => {
  await d.makeStructure({ type: "siret", identifier: severnaya, name: "" });
  await d.go("/structures");
  await d.title("Structures");
  await d.page.getByRole("checkbox", { name: /ESSOR/ }).check();
  await d.fill("Rechercher", "severnaya");
  await d.page.getByRole("checkbox", { name: /ESSOR/ }).waitFor({ state: "hidden" });
  await d.page.getByRole("checkbox", { name: /SEVERNAYA/ }).check();
  await d.button("Exporter").click();
  const { data } = await d.download(async () => {
    await d.page.getByRole("menuitem", { name: /CSV/ }).click();
    await d.confirms();
  });
  const text = data.toString("utf8");
  assert(/ESSOR/.test(text) && /SEVERNAYA/.test(text), `the file: ${text.slice(0, 300)}`);
});
