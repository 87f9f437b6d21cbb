// What is kept and what is not: behind the lock and across a sign-in, what was typed; after a save, the way back; while nothing answers, everything.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { passphrase, World } from "../world.mjs";

let w, claire, house;
before(async () => {
  w = await World.start("keeping.mjs");
  claire = await w.desk();
  await claire.setUp({ number: essor });
  house = await claire.call("Changes.Submit", {
    fingerprint: "",
    createStructure: { identifierType: "pending", identifier: "GARDE1", sphere: "private", name: "Maison Secrète", later: false },
  });
});
after(() => w.stop());

const document = (d) => d.page.evaluate(() => window.document.documentElement.outerHTML);
const typed = (d) => d.labelled("Libellé").inputValue();
const lockTitle = (d) => d.page.getByRole("dialog", { name: "Verrouillé" });

async function typing(d, text) {
  await d.go("/");
  await d.title("Accueil");
  await d.manage("Modifier une structure", "Maison Secrète");
  await d.fill("Libellé", text);
}

test(
  "behind the lock nothing of the page is in the document; unlocked, what was typed is there and the focus where it was",
  [],
  async () => {
    const d = claire;
    await typing(d, "Libellé tapé avant");
    await d.labelled("Libellé").focus();
    await d.call("Session.Lock");
    await d.page.evaluate(() => window.dispatchEvent(new CustomEvent("habilis:session")));
    await lockTitle(d).waitFor();
    const html = await document(d);
    for (const text of ["Maison Secrète", "Libellé tapé avant", "Claire", "GARDE1"])
      assert(!html.includes(text), `${text} is in the document`);
    await lockTitle(d).locator("input").fill(passphrase);
    await d.page.keyboard.press("Enter");
    await lockTitle(d).waitFor({ state: "hidden" });
    equal(await typed(d), "Libellé tapé avant", "what was typed");
    await d.page.waitForFunction(() => window.document.activeElement?.matches("input"));
    await d.submit();
    await d.title("Maison Secrète");
  },
);

test("signed in again after the program began anew: what was typed is there for the same person, and for nobody else", [], async () => {
  const marc = await claire.invite({ first: "Marc", last: "Simon", email: "marc@exemple.fr", structure: "Maison Secrète" });
  await marc.page.context().close();
  const d = claire;
  for (const [who, kept] of [
    ["claire.morel@exemple.fr", "Encore tapé"],
    ["marc@exemple.fr", undefined],
  ]) {
    await typing(d, "Encore tapé");
    await d.page.context().clearCookies(); // as after a restart: the seat is gone
    await d.page.evaluate(() => window.dispatchEvent(new CustomEvent("habilis:session")));
    await d.title("Se connecter");
    const html = await document(d);
    for (const text of ["Maison Secrète", "Encore tapé", "Claire"]) assert(!html.includes(text), `${text} is in the document`);
    await d.signIn(who);
    if (kept) {
      await d.title("Gérer une structure");
      equal(await typed(d), kept, `for ${who}`);
      continue;
    }
    await d.page.getByText("Marc Simon").first().waitFor();
    assert(!(await document(d)).includes("Encore tapé"), "somebody else finds what was typed");
  }
  await d.page.getByRole("button", { name: /Marc Simon/ }).click();
  await d.page.getByRole("menuitem", { name: "Se déconnecter" }).click();
  await d.signIn("claire.morel@exemple.fr");
  await d.title("Accueil");
});

test("while nothing answers one banner says so, what is shown stays, and goes on once something answers", [], async () => {
  const d = claire;
  await d.go("/structures");
  await d.title("Structures");
  await d.page.getByText("Maison Secrète").first().waitFor();
  const banner = d.page.getByRole("alert").filter({ hasText: "Habilis ne répond plus. Votre saisie est gardée." });
  await d.page.route("**/rpc", (r) => r.abort());
  await d.page.evaluate(() => window.dispatchEvent(new CustomEvent("habilis:session")));
  await banner.waitFor();
  equal(await banner.count(), 1, "banners");
  await d.page.getByText("Maison Secrète").first().waitFor();
  await d.page.unroute("**/rpc");
  await banner.waitFor({ state: "hidden" });
  d.faults.length = 0; // what was aborted
});

test("after a save a line says what was done, with the way back; the session keeps a log", [], async () => {
  const d = claire;
  await d.manage("Désactiver une structure", "Maison Secrète");
  await d.submit();
  const line = d.page.locator(".told");
  await line.filter({ hasText: "Structure désactivée" }).waitFor();
  equal((await d.call("Structures.Get", house.created)).active, false, "deactivated");
  await line.getByRole("button", { name: "Annuler" }).click();
  await line.filter({ hasText: "Annulé : Structure désactivée" }).waitFor();
  equal((await d.call("Structures.Get", house.created)).active, true, "taken back");
  await line.waitFor({ state: "hidden" });
  await d.page.getByRole("button", { name: /Claire Morel/ }).click();
  await d.page.getByRole("menuitem", { name: "Ce que j’ai fait" }).click();
  const log = d.page.getByRole("dialog", { name: "Ce que j’ai fait" });
  const lines = (await log.getByRole("listitem").allInnerTexts()).map((l) => l.replace(/\s+/g, " "));
  assert(/^Annulé : Structure désactivée/.test(lines[0]) && /^Structure désactivée/.test(lines[1]), `the log, the latest first: ${lines}`);
  equal(await log.getByRole("button", { name: "Annuler" }).count(), 0, "what was taken back cannot be again");
  await d.page.keyboard.press("Escape");
});

test(
  "a profile that was given is taken back by « Annuler »; several given at once are not, nothing takes them back as one",
  [],
  async () => {
    const d = claire;
    await d.addPerson({ first: "Nina", last: "Prat", email: "nina@exemple.fr", structure: "Maison Secrète" });
    const line = d.page.locator(".told");
    const held = async () =>
      (await d.call("Grants.Of", await d.userId("Nina"))).grants.filter((g) => g.state === "current").map((g) => g.profile);
    await d.give({ structure: "Maison Secrète", who: "Nina" }, "Factures émises consultation");
    equal((await held()).join(), "Factures émises consultation", "what Nina holds");
    await line.filter({ hasText: "Profils donnés" }).getByRole("button", { name: "Annuler" }).click();
    await line.filter({ hasText: "Annulé : Profils donnés" }).waitFor();
    equal((await held()).join(), "", "taken back");
    await d.give({ structure: "Maison Secrète", who: "Nina" }, "Factures émises consultation", "Factures de travaux consultation");
    await line.filter({ hasText: /^Profils donnés/ }).waitFor();
    equal(await line.getByRole("button", { name: "Annuler" }).count(), 0, "several");
  },
);

test("a day is read as it is typed, and nothing covers the answer; the old answer goes at the first key", [], async () => {
  const d = claire;
  await d.go(`/droits?structure=${house.created}`);
  await d.title("Qui peut quoi");
  const day = d.labelled("Au");
  await d.main.locator("table.matrix").waitFor();
  await day.click();
  await day.pressSequentially("hi");
  await d.sees("Tapez un jour entier : la réponse suit.");
  equal(await d.main.locator("table.matrix").count(), 0, "the old answer");
  equal(await d.page.locator("[data-dates-dropdown]").count(), 0, "a calendar over the page");
  await day.pressSequentially("er");
  await d.sees(/Habilis ne tient rien avant le/);
  await day.fill("demain");
  await d.main.locator("table.matrix").waitFor();
  await d.sees(/au soir du/);
  await d.page.keyboard.press("Alt+ArrowDown");
  await d.page.locator("[data-dates-dropdown]").waitFor();
  await d.page.keyboard.press("Escape");
  await d.page.locator("[data-dates-dropdown]").waitFor({ state: "hidden" });
});

test("a list speaks: the row that the arrows reach is told and ringed, and holds a link", [], async () => {
  const d = claire;
  await d.go("/structures");
  await d.title("Structures");
  const list = d.page.getByRole("grid", { name: "Structures" });
  await list.focus();
  await d.page.keyboard.press("ArrowDown");
  await d.page.keyboard.press("ArrowDown");
  const active = await list.getAttribute("aria-activedescendant");
  const row = d.page.locator(`[id="${active}"]`);
  equal(await row.getAttribute("aria-rowindex"), "3", "the second row, below the headings");
  equal(await row.getAttribute("aria-selected"), "true", "the row that is reached");
  const ring = await row.evaluate((e) => [getComputedStyle(e).outlineStyle, parseFloat(getComputedStyle(e).outlineWidth)]);
  equal(ring, ["solid", 2], "the ring");
  const link = row.getByRole("link");
  const name = await link.innerText();
  await d.page.keyboard.press("Enter");
  await d.title(name);
});

test("a right whose function is not there yet is « à venir », never ✓", [], async () => {
  const d = claire;
  await d.rights({ structure: house.created });
  await d.answers("Claire Morel", { "Modifier la structure": "oui", "Voir les coordonnées bancaires": "oui (à venir)" });
  const said = await d.proof("Claire Morel", "Voir les coordonnées bancaires");
  assert(/la fonction qu’il ouvre n’existe pas encore/.test(said), said);
});

test("another time zone says which days would read otherwise, and keeps them", [], async () => {
  const d = claire;
  const marc = await d.userId("Marc");
  const profile = (await d.call("Profiles.List")).find((p) => p.name === "Organisation consultation").id;
  await d.call("Changes.Submit", {
    fingerprint: "",
    give: {
      user: marc,
      structure: house.created,
      department: 0,
      profiles: [{ profile, options: [] }],
      from: "",
      until: "2030-12-31",
    },
  });
  await d.go("/parametres");
  await d.title("Paramètres");
  await d.choose("Fuseau horaire", "Pacific/Noumea");
  await d.sees("Une période à venir se lirait autrement dans ce fuseau");
  await d.page.getByRole("radio", { name: /Garder les instants/ }).click();
  await d.sees(/Une fin au 31 décembre 2030 deviendrait le 1er janvier 2031 à 10:00/);
  await d.page.getByRole("radio", { name: /Garder les jours/ }).click();
  await d.submit();
  await d.sees("Paramètres enregistrés");
  const held = (await d.call("Grants.Of", marc)).grants.find((g) => g.profile === "Organisation consultation");
  equal(new Date(held.until).toISOString(), "2030-12-31T13:00:00.000Z", "the end of 31 December in Nouméa");
  equal([...d.faults], [], "errors in the page");
});

test("the passphrase is asked before an export: refused without it, wrong beside its field, then given once", [], async () => {
  const d = claire;
  await d.go("/structures");
  await d.title("Structures");
  const csv = async () => {
    await d.button("Exporter").click();
    await d.page.getByRole("menuitem", { name: "CSV (tableur)" }).click();
  };
  const dialog = d.page.getByRole("dialog", { name: /C’est bien vous/ });
  await csv();
  await dialog.waitFor();
  await dialog.getByRole("button", { name: "Annuler" }).click();
  await d.sees("Confirmez d’abord avec votre phrase de passe.");
  await csv();
  await dialog.getByLabel("Phrase de passe").fill("mauvaise phrase");
  await dialog.getByRole("button", { name: "Confirmer" }).click();
  await dialog.getByText("Adresse ou phrase de passe incorrecte.").waitFor();
  await dialog.getByLabel("Phrase de passe").fill(passphrase);
  const file = await d.download(() => dialog.getByRole("button", { name: "Confirmer" }).click());
  assert(file.data.includes("Maison Secr"), "the file");
  await d.download(csv); // once is enough for five minutes
});

test("first steps: language first, a SIREN is told, a proposed phrase is taken", [], async () => {
  const fresh = await World.start("keeping.mjs");
  const d = await fresh.desk();
  await d.title("Bienvenue dans Habilis");
  await d.page.getByText("English", { exact: true }).click();
  await d.title("Welcome to Habilis");
  await d.page.getByText("Français", { exact: true }).click();
  await d.title("Bienvenue dans Habilis");
  await d.page.getByRole("button", { name: /Je gère ma propre entreprise/ }).click();
  await d.page.keyboard.press("Enter"); // the first choice has the focus
  await d.fill("SIRET", "552 100 554");
  await d.page.keyboard.press("Enter");
  await d.sees(/C’est un SIREN : il a 9 chiffres/);
  await d.button("Plus tard").click();
  await d.button("Continuer").click();
  await d.title(/Choisissez une phrase/);
  await d.button("Proposer une phrase").click();
  const phrase = await d.page.getByTestId("proposed").innerText();
  equal(phrase.trim().split(/\s+/).length, 7, "words");
  await d.sees(/C’est assez : cette phrase est difficile à deviner/);
  await d.fill("Phrase de passe", "Baguette2026!");
  await d.sees(/Trop facile à deviner/);
  await fresh.stop();
});

test("the example: one click, a banner, a way in without a phrase, and « Effacer et commencer »", [], async () => {
  const fresh = await World.start("keeping.mjs");
  const d = await fresh.desk();
  await d.page.getByRole("button", { name: /Explorer avec un exemple/ }).click();
  await d.title("Accueil");
  const banner = d.page.getByRole("note").filter({ hasText: "Exemple" });
  await banner.waitFor();
  await d.call("Session.Lock");
  await d.page.evaluate(() => window.dispatchEvent(new CustomEvent("habilis:session")));
  await lockTitle(d).waitFor();
  await d.button("Entrer dans l’exemple").click();
  await lockTitle(d).waitFor({ state: "detached" });
  await d.call("Session.Leave");
  await d.page.reload();
  await d.title("Se connecter");
  await d.button("Entrer dans l’exemple").click();
  await d.title("Accueil");
  await banner.getByRole("button", { name: "Effacer et commencer" }).click();
  await d.page.getByRole("dialog").getByRole("button", { name: "Effacer et commencer" }).click();
  await d.title("Bienvenue dans Habilis");
  await d.setUp({ firm: "Entreprise vraie" });
  await d.page.getByText(/tout ce que vous voyez est fictif/).waitFor({ state: "detached" });
  await d.go("/structures");
  await d.page.getByText("Boulangerie").first().waitFor({ state: "detached" });
  const state = await d.call("Session.State");
  equal(state.sample, undefined, "no way in without a phrase");
  await fresh.stop();
});

test("an edit is taken back by « Annuler », and says that it was", [], async () => {
  const d = claire;
  await d.go("/");
  await d.title("Accueil");
  await d.manage("Modifier une structure", "Maison Secrète");
  const earlier = await typed(d);
  await d.fill("Libellé", "Libellé à reprendre");
  await d.submit("Soumettre");
  const line = d.page.locator(".told");
  await line.getByText("Structure modifiée").waitFor();
  await line.getByRole("button", { name: "Annuler" }).click();
  await line.getByText(/Annulé/).waitFor();
  const now = await d.call("Structures.Get", house.created);
  equal(now.label, earlier, "label");
});

test(
  "an attachment with an end is prolonged where it is shown, with its profiles; the step in the portal is told and taken back",
  [],
  async () => {
    const d = claire;
    const until = new Date(Date.now() + 20 * 86400e3).toISOString().slice(0, 10);
    const profiles = (await d.call("Profiles.List")).filter((p) => p.inUse && p.name === "Organisation consultation");
    await d.call("Changes.Submit", {
      fingerprint: "",
      addPerson: {
        email: "noe@exemple.fr",
        firstName: "Noé",
        lastName: "Prolongé",
        kind: "external",
        structure: house.created,
        department: 0,
        profiles: profiles.map((p) => ({ profile: p.id, options: [] })),
        from: "",
        until,
        enters: false,
      },
    });
    await d.go("/");
    await d.title("Accueil");
    await d.page.getByRole("button", { name: "Prolonger le rattachement de Noé Prolongé" }).waitFor();
    await d.go(`/structures/${house.created}?tab=people`);
    await d.page.reload(); // the person was added beside the page
    await d.page.getByRole("button", { name: "Prolonger le rattachement de Noé Prolongé" }).click();
    const dialog = d.page.getByRole("dialog");
    assert(await dialog.getByLabel("Prolonger aussi les profils qui prennent fin le même jour").isChecked(), "profiles go on");
    await dialog.getByLabel("Jusqu’au").fill("31/12/2031");
    await dialog.getByLabel("Jusqu’au").press("Tab");
    await dialog.locator("button[type=submit]").click();
    await dialog.waitFor({ state: "detached" });
    await d.page.getByText("jusqu’au 31 décembre 2031").first().waitFor();
    const row = d.page.getByRole("row").filter({ hasText: "Noé Prolongé" });
    await row.getByRole("link", { name: "Noé Prolongé" }).click();
    await d.page.getByRole("tab", { name: "Habilitations" }).click();
    const carried = d.page.getByTestId("carried").first();
    await carried.getByText("À reporter dans le portail").waitFor();
    await carried.getByRole("button", { name: "Marquer comme fait" }).click();
    await carried.getByText(/Reporté dans le portail le .* par Claire Morel/).waitFor();
    await carried.getByRole("button", { name: "Annuler le report" }).click();
    await carried.getByText("À reporter dans le portail").waitFor();
  },
);

test("a no offers its ways out: giving a profile that can be given there, or attaching; who may not is led to ask", [], async () => {
  const d = claire;
  const person = await d.call("Changes.Submit", {
    fingerprint: "",
    addPerson: {
      email: "zoe@exemple.fr",
      firstName: "Zoé",
      lastName: "Sans-Droit",
      kind: "external",
      structure: house.created,
      department: 0,
      profiles: [],
      from: "",
      until: "",
      enters: true,
    },
  });
  const proof = await d.call("Rights.Prove", {
    user: person.created,
    permission: "structure.edit",
    structure: house.created,
    department: 0,
    day: "",
  });
  assert(!proof.allowed && proof.ways.length > 0, "ways");
  const permission = "Modifier la structure";
  await d.go(`/droits?structure=${house.created}`);
  await d.proof("Zoé Sans-Droit", permission);
  const ways = d.page.getByTestId("ways-out");
  await ways.getByRole("link", { name: /^Donner « .* »…$/ }).click();
  await d.title("Gérer les habilitations des utilisateurs");
  await d.page.locator("input[type=checkbox]:checked").first().waitFor();
  assert(!(await d.box("Administrateur").isVisible()), "what is given at the firm is not offered");
  await d.page.getByText("Zoé Sans-Droit").first().waitFor();
  // who sees but may not give asks for it
  const zoe = await w.desk();
  await zoe.activate("zoe@exemple.fr", person.code);
  await zoe.go("/journal");
  await zoe.page.getByRole("link", { name: "Demander ce droit…" }).click();
  await zoe.title("Demander un rattachement ou des profils");
});
