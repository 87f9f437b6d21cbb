// The main job from the first launch to the proof, a request and its approval: by keyboard alone.
import { fieldsOf } from "../wish.mjs";
import { after, assert, before, chain, equal, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { passphrase, World } from "../world.mjs";

chain();
let w, claire, paul, code;
before(async () => (w = await World.start("main-job.mjs")));
after(() => w.stop());

/** What has the focus, as a screen reader names it. */
const focused = (d) =>
  d.page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return "";
    const label = e.getAttribute("aria-label") ?? [...(e.labels ?? [])].map((l) => l.innerText).join(" ");
    if (e.type === "radio") return `(radio) ${label}`; // not to be taken for the field of the same name
    return (label || e.innerText || e.id || e.tagName).replace(/\s+/g, " ").replace(/ \*$/, "").trim();
  });

async function key(d, name) {
  await d.page.keyboard.press(name);
}

/** Tabs until what is named has the focus. */
async function tab(d, name, { back = false, most = 90 } = {}) {
  const seen = [];
  for (let i = 0; i < most; i++) {
    const at = await focused(d);
    if (typeof name === "string" ? at === name : name.test(at)) return;
    seen.push(at);
    await key(d, back ? "Shift+Tab" : "Tab");
  }
  throw new Error(
    `the keyboard does not reach ${name}: ${seen
      .map((x) => x.slice(0, 30))
      .slice(-30)
      .join(" | ")}`,
  );
}
async function press(d, name, options) {
  await tab(d, name, options);
  await key(d, "Enter");
}
async function tick(d, name) {
  await tab(d, name);
  await key(d, "Space");
}
async function type(d, name, text) {
  await tab(d, name);
  await key(d, "Control+a");
  await d.page.keyboard.type(text);
}
/** Chooses in a list: a few letters, down, Enter. */
async function pick(d, name, letters) {
  await type(d, name, letters);
  await d.page
    .getByRole("option", { name: new RegExp(letters, "i") })
    .first()
    .waitFor();
  const open = d.page.getByRole("option").filter({ visible: true });
  for (let i = 0; i < 5; i++) {
    await key(d, "ArrowDown");
    await key(d, "Enter");
    if (
      (await open
        .first()
        .waitFor({ state: "hidden", timeout: 1500 })
        .catch(() => "still open")) !== "still open"
    )
      return;
  }
}
/** Opens an action from the palette. */
async function act(d, name, title) {
  await key(d, "Control+k");
  await d.page.getByRole("combobox", { name: "Rechercher ou agir" }).waitFor();
  await d.page.keyboard.type(name);
  const first = d.page.getByRole("option").first();
  await first.and(d.page.getByRole("option", { name: new RegExp(name) })).waitFor(); // the list is that of the whole name
  await d.page.waitForTimeout(200);
  await key(d, "Enter");
  await d.title(title ?? name);
}
/** From the focus in the matrix to the cell of a column, by arrows. */
async function cell(d, row, permission) {
  await tab(d, / : (oui|non|les siens|fermé.*)$/);
  for (let i = 0; i < 20 && !(await focused(d)).startsWith(`${row},`); i++) await key(d, "ArrowDown");
  for (let i = 0; i < 60 && !(await focused(d)).startsWith(`${row}, ${permission} :`); i++) await key(d, "ArrowRight");
  const at = await focused(d);
  assert(at.startsWith(`${row}, ${permission} :`), `the arrows do not reach ${row}, ${permission}: ${at}`);
  return at.split(" : ").at(-1);
}
const proof = async (d) => {
  const panel = d.page.getByRole("region", { name: "Preuve" });
  await panel.getByTestId("verdict").waitFor();
  return (await panel.innerText()).replace(/\s+/g, " ");
};

test("first launch, by keyboard", ["000-2.8-02"], async () => {
  claire = await w.desk();
  await claire.title("Bienvenue dans Habilis");
  await claire.sees("Tout reste sur cet ordinateur.");
  await press(claire, /^Je gère ma propre entreprise/);
  await claire.title(/^Vérifier les SIRET/);
  await press(claire, "Oui");
  await claire.title("Votre SIRET");
  await type(claire, "SIRET", "487 444 697 00428");
  await claire.sees("Actif à l’INSEE");
  await claire.sees("ESSOR ENERGIES");
  await press(claire, "Continuer");
  await claire.title(/^De quels outils/);
  assert(await claire.box(/^Chorus Pro/).isChecked(), "Chorus Pro is not ticked for one's own firm");
  await press(claire, "Continuer");
  await claire.title("Choisissez une phrase que personne d’autre ne connaît");
  equal(await claire.labelled("Nom de l’entreprise ou du cabinet").inputValue(), "ESSOR ENERGIES", "the firm's name");
  await type(claire, "Prénom", "Claire");
  await type(claire, "Nom", "Morel");
  await type(claire, "Adresse électronique", "claire.morel@exemple.fr");
  await type(claire, "Phrase de passe", "cheval agrafe");
  await claire.sees(/Trop facile à deviner/);
  await type(claire, "Phrase de passe", passphrase);
  await claire.sees(/C’est assez : cette phrase est difficile à deviner/);
  await claire.sees("Personne ne peut retrouver cette phrase à votre place.");
  await press(claire, "Commencer");
  await claire.title("Accueil");
  equal(
    w.register.asked.every((q) => q.includes(essor)),
    true,
    "only the SIRET typed was sent",
  );
  // her structure, her role and her profile, with its reason
  await act(claire, "Gérer une structure");
  await press(claire, "Structures"); // in the menu
  await claire.title("Structures");
  await tab(claire, "Rechercher");
  await tab(claire, "Structures"); // the list itself
  await claire.page.getByRole("grid", { name: "Structures" }).getByText("ESSOR ENERGIES").waitFor();
  await key(claire, "ArrowDown");
  await key(claire, "Enter");
  await claire.title("ESSOR ENERGIES");
  await claire.sees("Gestionnaire principal");
  await claire.main.getByRole("link", { name: "Claire Morel" }).waitFor();
  await press(claire, "Droits");
  await claire.title("Qui peut quoi");
  await claire.cell("Claire Morel", "Modifier la structure").waitFor();
  equal(await cell(claire, "Claire Morel", "Modifier la structure"), "oui", "Claire may edit");
  await key(claire, "Enter");
  const said = await proof(claire);
  assert(/Organisation modification/.test(said), `the profile is not in the proof: ${said}`);
  assert(
    /Gestionnaire principal|pour avoir créé la structure|mise en service d’Habilis/.test(said),
    `the creation is not the reason: ${said}`,
  );
});

test("a person, a department, a profile and the proof, by keyboard", ["001-1-02"], async () => {
  await act(claire, "Créer un service");
  await claire.page.waitForFunction(() => [...document.querySelectorAll("input[disabled]")].some((i) => i.value.startsWith("ESSOR")));
  await type(claire, "Code", "ACHATS");
  await type(claire, "Libellé", "Service des achats");
  await press(claire, "Soumettre");
  await claire.page.getByRole("row", { name: /ACHATS Service des achats/ }).waitFor();

  await act(claire, "Ajouter une personne");
  await tab(claire, "Adresse électronique", { back: true, most: 3 });
  await type(claire, "Adresse électronique", "paul.durand@exemple.fr");
  await type(claire, "Prénom", "Paul");
  await type(claire, "Nom", "Durand");
  await claire.page.waitForFunction(() => [...document.querySelectorAll("input")].some((i) => i.value.startsWith("ESSOR")));
  await type(claire, "Chercher un profil", "émises cons");
  await tick(claire, "Factures émises consultation");
  await tick(claire, "Pourra ouvrir Habilis sur ce poste");
  await claire.sees(/Droits en plus\s: [1-9]\d*, en moins\s: 0, pour 1 personne/);
  await press(claire, "Enregistrer");
  await claire.title("Personne ajoutée : Paul Durand");
  code = (await claire.page.getByTestId("code").innerText()).trim();

  await act(claire, "Gérer les habilitations des utilisateurs");
  await claire.page.waitForFunction(() => [...document.querySelectorAll("input")].some((i) => i.value.startsWith("ESSOR")));
  await pick(claire, "Utilisateur", "Paul");
  await claire.page.getByRole("row", { name: /Factures émises consultation/ }).waitFor();
  await type(claire, "Chercher un profil", "travaux mod");
  await tick(claire, "Factures de travaux modification");
  await claire.sees(/Droits en plus\s: [1-9]\d*, en moins\s: 0, pour 1 personne/);
  await press(claire, "Soumettre");
  await claire.sees(/Habilitations enregistrées/);

  await act(claire, "Droits", "Qui peut quoi");
  await pick(claire, "Structure", "ESSOR");
  await claire.cell("Paul Durand", "Factures émises : consulter").waitFor();
  equal(await cell(claire, "Paul Durand", "Factures émises : consulter"), "oui", "view");
  await key(claire, "Enter");
  let said = await proof(claire);
  assert(/^.*Oui\. Paul Durand a le droit « Factures émises : consulter » pour ESSOR ENERGIES/.test(said), said);
  assert(/Claire Morel a donné le profil « Factures émises consultation » le /.test(said), said);
  equal(await cell(claire, "Paul Durand", "Factures émises : modifier"), "non", "edit");
  await key(claire, "Enter");
  await claire.page.getByTestId("verdict").filter({ hasText: /^Non/ }).waitFor();
  said = await proof(claire);
  assert(/ne contient pas « Factures émises : modifier »/.test(said), said);
  // the proof leads to the record
  await press(claire, "Voir l’habilitation");
  await claire.title("Paul Durand");
  await claire.page
    .getByRole("row", { name: /Factures émises consultation/ })
    .first()
    .waitFor();
});

test("the second person enters, sees only what they may, asks; the first approves; by keyboard", ["000-3.1-04", "000-1-15"], async () => {
  paul = await w.desk();
  await press(paul, "J’ai un code d’activation");
  await type(paul, "Adresse électronique", "paul.durand@exemple.fr");
  await type(paul, "Code d’activation", code);
  await type(paul, "Phrase de passe", passphrase);
  await press(paul, "Activer mon accès");
  await paul.title("Accueil");
  const menu = paul.page.getByRole("navigation", { name: "Menu principal" });
  equal(await menu.getByRole("link", { name: "Journal" }).count(), 0, "the journal in his menu");
  await paul.palette("Créer une structure");
  await paul.sees("Rien ne correspond");
  await key(paul, "Escape");
  await paul.go("/journal");
  await paul.sees(/Il faut le droit « Lire le journal »/);
  await paul.go("/");
  await paul.title("Accueil");

  // no right before
  await act(claire, "Droits", "Qui peut quoi");
  await pick(claire, "Structure", "ESSOR");
  await claire.cell("Paul Durand", "Modifier la structure").waitFor();
  equal(await cell(claire, "Paul Durand", "Modifier la structure"), "non", "before the request");

  const edited = async () => {
    const base = await paul.call("Structures.Get", 1);
    return paul
      .call("Changes.Submit", {
        editStructure: { id: 1, version: base.version, mine: { ...fieldsOf(base), label: "Trop tôt" }, base: fieldsOf(base) },
      })
      .then(() => "edited")
      .catch((e) => String(e.message));
  };
  assert(/"code":"forbidden"/.test(await edited()), "he edits before he asks");

  await act(paul, "Demander un rattachement ou des profils");
  await tab(paul, "(radio) Un rattachement à une structure ou à un service");
  await key(paul, "ArrowDown");
  assert(await paul.radio("Des profils de plus").isChecked(), "the arrow does not choose");
  await pick(paul, "Structure", "ESSOR");
  await type(paul, "Chercher un profil", "organisation mod");
  await tick(paul, "Organisation modification");
  await type(paul, "Commentaire de la demande", "Pour tenir la fiche à jour");
  await press(paul, "Soumettre");
  await paul.title("Demande envoyée");

  // asked is not given
  await claire.page.reload();
  await claire.title("Qui peut quoi");
  await claire.cell("Paul Durand", "Modifier la structure").waitFor();
  equal(await cell(claire, "Paul Durand", "Modifier la structure"), "non", "while the request waits");
  assert(/"code":"forbidden"/.test(await edited()), "he edits while the request waits");
  await claire.counts(1);

  await act(claire, "Approbations");
  await press(claire, "Profils de plus pour Paul Durand : Organisation modification");
  await claire.title("Profils de plus pour Paul Durand : Organisation modification");
  await claire.sees("Pour tenir la fiche à jour");
  await press(claire, "Approuver");
  await claire.title("Approbations");
  await claire.sees("Aucune demande n’attend votre décision");
  await claire.counts(0);

  await act(claire, "Droits", "Qui peut quoi");
  await pick(claire, "Structure", "ESSOR");
  await claire.cell("Paul Durand", "Modifier la structure").waitFor();
  equal(await cell(claire, "Paul Durand", "Modifier la structure"), "oui", "after the approval");
  await key(claire, "Enter");
  const said = await proof(claire);
  assert(/Claire Morel a approuvé la demande du profil « Organisation modification » le /.test(said), said);
  // and he may indeed
  await paul.page.reload();
  await paul.page.getByRole("navigation", { name: "Menu principal" }).waitFor();
  await act(paul, "Créer un service");
  await type(paul, "Code", "VENTES");
  await type(paul, "Libellé", "Service des ventes");
  await press(paul, "Soumettre");
  await paul.page.getByRole("row", { name: /VENTES Service des ventes/ }).waitFor();
  await act(paul, "Modifier une structure", "Gérer une structure");
  await paul.labelled("Libellé").waitFor();
  await type(paul, "Libellé", "Tenue par Paul");
  await press(paul, "Soumettre");
  await paul.title("ESSOR ENERGIES");
  equal(await paul.fact("Libellé"), "Tenue par Paul", "what he changed");
  equal([...claire.faults, ...paul.faults], [], "errors in the pages");
});
