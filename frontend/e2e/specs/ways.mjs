// The ways that the pages promise: previews are waited for, dates are read, Esc asks, a lock locks, codes open, steps are noted.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { passphrase, World } from "../world.mjs";

const year = new Date().getFullYear() + 1;
const short = `31/12/${String(year).slice(2)}`;
const long = `31/12/${year}`;
const [attachPage, grantsPage, addPage] = ["/utilisateurs/rattacher", "/utilisateurs/habilitations", "/utilisateurs/ajouter"];
const titles = {
  [attachPage]: "Rattacher un utilisateur",
  [grantsPage]: "Gérer les habilitations des utilisateurs",
  [addPage]: "Ajouter une personne",
  "/demandes/creer": "Demander un rattachement ou des profils",
};
const otherEffect = /Depuis l’aperçu, quelqu’un a changé quelque chose : l’effet n’est plus le même\./;
const issued = "Factures émises consultation";
const commitments = "Engagements consultation";

let w, claire, ids;
const essorId = 1;
let severnayaId;
before(async () => {
  w = await World.start("ways.mjs");
  claire = await w.desk();
  await claire.setUp({ number: essor });
  severnayaId = await claire.makeStructure({ type: "siret", identifier: severnaya, name: "" });
  await claire.call("Profiles.Use", { families: ["portail-public", "cabinet"] });
  ids = Object.fromEntries((await claire.call("Profiles.List")).map((p) => [p.name, p.id]));
});
after(async () => {
  equal(claire.faults, [], "errors in the pages");
  await w.stop();
});

const submit = (wish) => claire.call("Changes.Submit", { fingerprint: "", ...wish });
const picks = (...names) => names.map((n) => ({ profile: ids[n], options: [] }));
const give = (user, structure, name, until = "") =>
  submit({ give: { user, structure, department: 0, profiles: picks(name), from: "", until, reason: "grant" } });
/** A person, added without the form; gives the number. */
async function person(first, structure = 0, more = {}) {
  const who = { email: `${first.toLowerCase()}@exemple.fr`, firstName: first, lastName: "Test", kind: "internal", structure, department: 0 };
  return (await submit({ addPerson: { ...who, profiles: [], from: "", until: "", enters: false, codeHash: "", ...more } })).created;
}
const of = (id) => claire.call("Grants.Of", id);
const holds = async (id) => (await of(id)).grants.map((g) => g.profile);
/** Opens a form afresh. */
async function open(d, page) {
  await d.go("/");
  await d.title("Accueil");
  await d.go(page);
  await d.title(titles[page]);
}
async function attaching(d, email) {
  await open(d, attachPage);
  await d.choose("Structure de rattachement", "ESSOR");
  if (email) await d.fill("Utilisateur", email);
}
/** What the page asks the program, by its name: what was sent, and what came back. */
function listen(d, name) {
  const calls = [];
  d.page.on("response", async (r) => {
    if (!r.url().endsWith("/rpc") || r.request().postDataJSON().name !== `bridge.${name}`) return;
    calls.push({ sent: r.request().postDataJSON().args[0], got: await r.text() });
  });
  return calls;
}
const dialogOf = (d, name) => d.page.getByRole("dialog", { name });
const unlock = async (d) => {
  const lock = dialogOf(d, "Verrouillé");
  await lock.locator("input").fill(passphrase);
  await lock.getByRole("button", { name: "Déverrouiller" }).click();
  await lock.waitFor({ state: "hidden" });
};

test("« Désactiver » of a record leads to the request and its preview; only « Soumettre » deactivates", [], async () => {
  const d = claire;
  const id = await d.makeStructure({ identifier: "FERMER-1", name: "À fermer" });
  await d.go(`/structures/${id}`);
  await d.title("À fermer");
  await d.more("Désactiver");
  await d.title("Gérer une structure");
  equal(await d.labelled("Type de demande").inputValue(), "Désactiver une structure", "the request");
  assert(await d.holds("Identifiant", "À fermer"), "the structure is not chosen");
  await d.sees(/\+0 −[1-9]\d* droits/);
  await d.page.getByRole("list", { name: "Aperçu avant de soumettre" }).getByText("Claire Morel · Modifier la structure").waitFor();
  equal((await d.call("Structures.Get", id)).active, true, "active before « Soumettre »");
  await d.submit();
  await d.title("À fermer");
  await d.badge("Inactive");
  equal((await d.call("Structures.Get", id)).active, false, "active after « Soumettre »");
});

test("a date that does not exist attaches nobody and stays as typed; « 31/12/27 » is the whole year", [], async () => {
  const d = claire;
  const id = await person("Dora");
  const until = "Jusqu’au (facultatif)";
  await attaching(d, "dora@exemple.fr");
  await d.labelled(until).pressSequentially("31/06/2026");
  await d.submit();
  equal(await d.errorOf(until), "Cette date n’existe pas.", "beside the date");
  equal(await d.labelled(until).inputValue(), "31/06/2026", "what was typed");
  await d.page.waitForTimeout(500);
  equal((await of(id)).memberships.length, 0, "memberships");
  await d.heading("Rattacher un utilisateur").waitFor();
  await d.fill(until, "");
  await d.labelled(until).pressSequentially(short);
  await d.page.keyboard.press("Tab");
  await d.page.waitForTimeout(200);
  equal(await d.labelled(until).inputValue(), long, "the year, after Tab");
  await d.submit();
  await d.page.waitForURL(/tab=people/);
  const end = new Date((await of(id)).memberships[0].until);
  equal(end.getFullYear() - (end.getMonth() === 0 ? 1 : 0), year, "the end"); // the evening of 31 December
});

test("Ctrl+S right after the last key saves what was typed, previewed", [], async () => {
  const d = claire;
  const first = await person("Wanda");
  const second = await person("Willy");
  const previews = listen(d, "Changes.Preview");
  const submits = listen(d, "Changes.Submit");
  const saved = async (wish) => {
    await d.page.waitForURL(/tab=people/);
    await d.page.waitForTimeout(200);
    const { fingerprint, ...rest } = submits.pop().sent;
    assert(fingerprint !== "", "saved without a preview");
    for (const [k, v] of Object.entries(wish)) equal(rest.attach[k], v, `saved: ${k}`);
    const seen = previews.filter((p) => p.got.includes(`"fingerprint":${JSON.stringify(fingerprint)}`));
    assert(
      seen.some((p) => JSON.stringify(p.sent.attach) === JSON.stringify(rest.attach)),
      `what was saved was not previewed: ${JSON.stringify(rest)}`,
    );
  };
  // the address last
  await attaching(d);
  await d.box(issued).check();
  await d.labelled("Utilisateur").focus();
  await d.page.keyboard.type("wanda@exemple.fr");
  await d.page.keyboard.press("Control+s");
  await saved({ email: "wanda@exemple.fr", structure: essorId });
  equal(await holds(first), [issued], "Wanda's profiles");
  // a date last, not yet left
  await attaching(d, "willy@exemple.fr");
  await d.sees(/Aucun droit ne change|\+\d+ −\d+ droits/);
  await d.labelled("Jusqu’au (facultatif)").focus();
  await d.page.keyboard.type(short);
  await d.page.keyboard.press("Control+s");
  await saved({ email: "willy@exemple.fr", until: `${year}-12-31` });
  equal((await of(second)).memberships.length, 1, "Willy's memberships");
});

test("somebody else changes the effect meanwhile: refused in words, the new effect shown, then saved", [], async () => {
  const d = claire;
  const id = await person("Rémi", essorId, { profiles: picks(issued) });
  await d.detach({ structure: "ESSOR", who: "Rémi", comment: "" });
  await d.fill("Commentaire", "S’en va");
  const effect = d.page.getByRole("list", { name: "Aperçu avant de soumettre" });
  await effect.getByText("Factures émises : consulter").waitFor();
  const other = await w.desk();
  await other.signIn("claire.morel@exemple.fr");
  await other.give({ structure: "ESSOR", who: "Rémi" }, commitments);
  equal(await effect.getByText("Engagements : consulter").count(), 0, "the new right in the preview before");
  await d.submit();
  await d.sees(otherEffect);
  equal((await of(id)).memberships[0].state, "current", "the membership, refused");
  await effect.getByText("Engagements : consulter").waitFor();
  equal(await d.labelled("Commentaire").inputValue(), "S’en va", "what was typed");
  await d.submit();
  await d.page.waitForURL(/tab=people/);
  assert((await of(id)).memberships[0].state !== "current", "still attached");
});

test("« Demander » for somebody else with nobody chosen: an error beside the person, and no request for oneself", [], async () => {
  const d = claire;
  const count = async () => (await d.call("Requests.List", "mine")).length;
  const n = await count();
  await open(d, "/demandes/creer");
  await d.radio(/^Avoir des profils/).check();
  await d.radio(/^Pour quelqu’un d’autre/).check();
  await d.choose("Structure", "ESSOR");
  await d.box(issued).check();
  await d.fill("Commentaire de la demande", "Par téléphone");
  await d.submit();
  equal(await d.errorOf("Bénéficiaire"), "Choisissez une personne.", "nobody chosen");
  equal(await count(), n, "requests");
  await d.radio("Pour moi").check(); // nothing else was missing
  await d.submit();
  await d.title("Demande envoyée");
  equal(await count(), n + 1, "requests, for oneself");
});

test("« Ajouter une personne »: profiles of the firm do not stay ticked once a structure is chosen", [], async () => {
  const d = claire;
  await open(d, addPage);
  await d.fill("Adresse électronique", "fanny@exemple.fr");
  await d.fill("Prénom", "Fanny");
  await d.fill("Nom", "Test");
  await d.radio(/^Interne/).check();
  await d.box("Lecteur").check();
  await d.box("Site · Collaborateur").check(); // offered at both places
  await d.sees(/\+[1-9]\d* −0 droits/);
  await d.choose("Structure", "ESSOR");
  await d.box(issued).waitFor();
  const profiles = d.page.getByRole("group", { name: "Peut faire quoi" }).first();
  equal(await profiles.getByRole("checkbox", { checked: true }).count(), 0, "boxes ticked");
  await d.submit("Enregistrer");
  await d.title("C’est fait : Fanny Test est dans Habilis");
  const id = await d.userId("Fanny");
  equal(await holds(id), [], "profiles");
  equal((await of(id)).memberships.map((m) => m.structureId), [essorId], "memberships");
});

test("on a Fiche: a code opens, « Verrouiller l’accès » puts out at once, a new code lets choose a new phrase", [], async () => {
  const d = claire;
  const id = await person("Lola", essorId, { profiles: picks("Organisation consultation") });
  const code = async (button) => {
    await d.openPerson("Lola Test");
    await d.button(button).click();
    await d.page.getByTestId("code").waitFor();
    return (await d.page.getByTestId("code").innerText()).trim();
  };
  const lola = await w.desk();
  await lola.activate("lola@exemple.fr", await code("Donner un code d’accès"));
  await d.go("/");
  await d.openPerson("Lola Test");
  await d.button("Verrouiller l’accès").click();
  const dialog = d.page.getByRole("dialog");
  await dialog.getByText(/ne pourra plus ouvrir Habilis, et sort tout de suite/).waitFor();
  equal((await d.call("People.Get", id)).signIn, "open", "before the answer");
  await dialog.getByRole("button", { name: "Verrouiller l’accès" }).click();
  await dialog.waitFor({ state: "hidden" });
  await d.sees("L’accès de Lola Test est verrouillé. Un nouveau code lui rouvre.");
  await lola.go("/structures");
  await lola.signIn("lola@exemple.fr"); // back at the door
  await lola.sees(/L’accès à Habilis n’est pas ouvert pour ce compte|n’est pas la bonne/);
  equal(await lola.heading("Accueil").count(), 0, "entered");
  const again = await w.desk();
  const phrase = "rideau cerise moteur plume orage banquise tambour";
  await again.button("J’ai un code d’activation").click();
  await again.fill("Adresse électronique", "lola@exemple.fr");
  await again.fill("Code d’activation", await code("Donner un code d’accès"));
  await again.fill("Phrase de passe", phrase);
  await again.button("Activer mon accès").click();
  await again.title("Accueil");
  await again.call("Session.Leave");
  await again.page.reload();
  await again.signIn("lola@exemple.fr", phrase);
  await again.title("Accueil");
});

test("« Prolonger… » saves a later end, previewed, and the table shows it", [], async () => {
  const d = claire;
  const id = await person("Paola", essorId);
  await give(id, essorId, issued, `${year}-06-30`);
  await d.openPerson("Paola Test", "grants");
  await d.page.getByRole("row", { name: new RegExp(`${issued}.*jusqu’au 30 juin ${year}`) }).waitFor();
  await d.button(`Prolonger « ${issued} »`).click();
  const dialog = dialogOf(d, `Prolonger « ${issued} »`);
  await dialog.getByRole("textbox", { name: "Jusqu’au" }).pressSequentially(long);
  await d.page.keyboard.press("Tab");
  await dialog.getByText(/\+[1-9]\d* −0 droits/).waitFor();
  equal((await of(id)).grants.length, 1, "saved by its preview");
  await dialog.getByRole("button", { name: "Soumettre" }).click();
  await dialog.waitFor({ state: "hidden" });
  await d.page.getByRole("row", { name: new RegExp(`${issued}.*jusqu’au 31 décembre ${year}`) }).waitFor();
  await d.seesNot(`jusqu’au 30 juin ${year}`);
});

test("« Gérer les habilitations » at the firm gives a profile of the firm", [], async () => {
  const d = claire;
  const id = await person("Firmin", essorId);
  await open(d, grantsPage);
  await d.radio(/^Au cabinet/).check();
  await d.choose("Utilisateur", "Firmin");
  await d.box("Lecteur").check();
  await d.sees(/\+[1-9]\d* −0 droits, 1 personne/);
  await d.submit();
  await d.page.getByRole("row", { name: /^Lecteur/ }).waitFor();
  equal((await of(id)).grants.map((g) => [g.profile, g.structureId]), [["Lecteur", 0]], "grants");
  await d.openPerson("Firmin Test", "grants");
  await d.page.getByRole("row", { name: /Lecteur.*Tout le cabinet.*En cours/ }).waitFor();
});

test("« Familles de profils »: what is unticked is not offered, ticked it is again; for administrators alone", [], async () => {
  const d = claire;
  const nora = await d.invite({ first: "Nora", last: "Test", email: "nora@exemple.fr", structure: "ESSOR" });
  const offered = async () => {
    await open(d, grantsPage);
    await d.box(issued).or(d.radio(/^Au cabinet/)).first().waitFor();
    await d.radio(/^Au cabinet/).check();
    await d.box("Lecteur").waitFor();
    return d.box("Site · Gestionnaire").count();
  };
  equal(await offered(), 1, "offered at first");
  for (const [on, n] of [[false, 0], [true, 1]]) {
    await d.go("/parametres");
    await d.title("Paramètres");
    const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Familles de profils" }) });
    await panel.getByRole("checkbox", { name: "Plateforme du cabinet", checked: !on }).setChecked(on);
    await panel.getByRole("button", { name: "Soumettre" }).click();
    await d.sees("Les familles sont enregistrées.");
    equal(await offered(), n, `offered, ${on ? "ticked" : "unticked"}`);
  }
  await nora.go("/parametres");
  await nora.title("Paramètres");
  await nora.sees("Apparence");
  await nora.seesNot("Familles de profils");
  await nora.page.context().close();
});

test("« C’est noté ici… » lists the step; « Marquer comme fait » puts it away, from Accueil too", [], async () => {
  const d = claire;
  await person("Noé", essorId);
  const step = (profile) => `donnez « ${profile} » à Noé Test sur ESSOR ENERGIES.`;
  const panel = d.page.getByRole("region", { name: /^C’est noté ici/ });
  for (const [profile, done] of [[issued, "Plus tard"], [commitments, "Marquer comme fait"]]) {
    await d.give({ structure: "ESSOR", who: "Noé" }, profile);
    await panel.getByText(step(profile)).waitFor();
    await panel.getByRole("button", { name: done }).click();
    await panel.waitFor({ state: "hidden" });
  }
  await d.go("/");
  await d.title("Accueil");
  await d.sees(step(issued));
  await d.seesNot(step(commitments));
});

test("Esc asks before what was typed is lost, goes back from an untouched form, and first closes a list", [], async () => {
  const d = claire;
  const start = async () => {
    await d.go("/utilisateurs");
    await d.title("Utilisateurs");
    await d.go(attachPage);
    await d.title("Rattacher un utilisateur");
    await d.page.waitForTimeout(300);
  };
  const esc = () => d.page.keyboard.press("Escape");
  const asks = dialogOf(d, "Quitter sans soumettre ?");
  await start();
  await d.labelled("Utilisateur").focus();
  await esc();
  await d.title("Utilisateurs");
  // a list
  await start();
  await d.labelled("Structure de rattachement").click();
  const options = d.page.getByRole("option").filter({ visible: true });
  await options.first().waitFor();
  await esc();
  await options.first().waitFor({ state: "hidden" });
  await d.page.waitForTimeout(300);
  assert(await d.heading("Rattacher un utilisateur").isVisible(), "Esc in an open list left the page");
  // what was typed
  await d.labelled("Utilisateur").pressSequentially("quelqu");
  await d.labelled("Structure de rattachement").click();
  await options.first().waitFor();
  await esc();
  await options.first().waitFor({ state: "hidden" });
  await d.page.waitForTimeout(300);
  equal(await asks.count(), 0, "asks while a list is closed");
  await esc();
  await asks.getByRole("button", { name: "Rester" }).click();
  await asks.waitFor({ state: "hidden" });
  equal(await d.labelled("Utilisateur").inputValue(), "quelqu", "what was typed");
  await esc();
  await asks.getByRole("button", { name: "Quitter" }).click();
  await d.title("Utilisateurs");
});

test("locked, Ctrl+N and Ctrl+K do nothing, and a dialog left open is out of reach", [], async () => {
  const d = claire;
  await person("Vito", essorId, { profiles: picks(issued) });
  const lock = dialogOf(d, "Verrouillé");
  const palette = d.page.getByRole("combobox", { name: "Rechercher ou agir" });
  await open(d, attachPage);
  await d.labelled("Utilisateur").pressSequentially("en.attente@exemple.fr");
  await d.button(/Claire Morel/).click();
  await d.page.getByRole("menuitem", { name: "Verrouiller" }).click();
  await lock.waitFor();
  for (const key of ["Control+k", "Control+n"]) {
    await d.page.keyboard.press(key);
    await d.page.waitForTimeout(300);
    equal(await palette.count(), 0, `the palette, by ${key}`);
  }
  assert(d.page.url().endsWith(attachPage), `Ctrl+N leads to ${d.page.url()}`);
  await unlock(d);
  await d.title("Rattacher un utilisateur");
  equal(await d.labelled("Utilisateur").inputValue(), "en.attente@exemple.fr", "what was typed");
  await d.page.keyboard.press("Control+k");
  await palette.waitFor(); // unlocked, it opens
  await d.page.keyboard.press("Escape");
  // a dialog was open
  await d.openPerson("Vito Test", "grants");
  await d.button(`Retirer le profil ${issued}`).click();
  const left = dialogOf(d, `Retirer « ${issued} »`);
  await left.getByText(/−\d+ droits/).waitFor();
  await d.call("Session.Lock");
  await left.getByRole("textbox").fill(long); // its preview is refused
  await lock.waitFor();
  for (let i = 0; i < 25; i++) {
    await d.page.keyboard.press(i < 15 ? "Tab" : "Shift+Tab");
    const at = await lock.evaluate((e) => e.contains(document.activeElement) || document.activeElement === document.body);
    assert(at, `Tab ${i} reaches ${await d.page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
  }
  await unlock(d);
  equal(await left.getByRole("textbox").inputValue(), long, "what was typed in the dialog");
});

test("an inactive department takes no request; deactivating one closes those that wait", [], async () => {
  const d = claire;
  for (const code of ["FERME", "VIVE"]) await d.createDepartment(essorId, code, `Service ${code}`);
  const closed = (await d.call("Structures.Departments", essorId)).find((x) => x.code === "FERME").id;
  await submit({ switchDepartment: { structure: essorId, department: closed, active: false } });
  await person("Zélie", severnayaId);
  const waiting = async () => (await d.call("Requests.List", "pending")).filter((r) => r.beneficiary.name === "Zélie Test").length;
  const ask = async (code) => {
    await open(d, "/demandes/creer");
    await d.radio(/^Pour quelqu’un d’autre/).check();
    await d.choose("Bénéficiaire", "Zélie");
    await d.fill("SIRET de la structure", essor);
    await d.fill("Code du service (facultatif)", code);
    await d.fill("Commentaire de la demande", "Par courrier");
    await d.submit();
  };
  await ask("FERME");
  await d.sees("Ce service est inactif : personne n’y répondrait à une demande.");
  equal(await waiting(), 0, "requests to the inactive department");
  await ask("VIVE");
  await d.title("Demande envoyée");
  equal(await waiting(), 1, "requests to the active department");
  await d.manage("Désactivation d’un service", "ESSOR", { department: "VIVE" });
  await d.submit();
  await d.page.waitForURL(/\/structures\/1/);
  equal(await waiting(), 0, "requests that wait, once inactive");
  await d.go("/approbations");
  await d.page.getByRole("tab", { name: "Décidées" }).click();
  await d.page.getByRole("row", { name: /Close.*Zélie Test/ }).waitFor();
});

test("the first launch without a SIRET: a RIDET makes the first structure", [], async () => {
  const fresh = await World.start("ways.mjs");
  try {
    const d = await fresh.desk();
    await d.button(/^Je gère ma propre entreprise/).click();
    await d.button("Oui").click();
    await d.button("Je n’ai pas de SIRET").click();
    await d.choose("Type d’identifiant", "RIDET");
    await d.fill("Identifiant", "0123456001");
    await d.fill("Raison sociale", "Nickel du Caillou");
    for (const title of [/^De quels outils/, "Choisissez une phrase que vous seul connaissez"]) {
      await d.button("Continuer").click();
      await d.title(title);
    }
    equal(await d.labelled("Nom de l’entreprise ou du cabinet").inputValue(), "Nickel du Caillou", "the firm's name");
    for (const [name, text] of [["Prénom", "Claire"], ["Nom", "Morel"], ["Adresse électronique", "c@exemple.nc"]]) await d.fill(name, text);
    await d.fill("Phrase de passe", passphrase);
    await d.button("Commencer").click();
    await d.title("Accueil");
    const rows = await d.structures();
    assert(rows.length === 1 && /Nickel du Caillou.*0 ?123 ?456.?001.*Active/.test(rows[0]), String(rows));
    const first = await d.call("Structures.Get", 1);
    equal([first.identifierType, first.managed], ["ridet", true], "the first structure");
  } finally {
    await fresh.stop();
  }
});

test("the proof of a « non » tells no grant of a structure that one may not see, only that there are others", [], async () => {
  const name = "Organisation modification";
  const marc = await claire.invite({ first: "Marc", last: "Simon", email: "m@exemple.fr", structure: "SEVERNAYA", profiles: [name] });
  const id = await person("Vera", severnayaId);
  await submit({ attach: { user: id, email: "", structure: essorId, department: 0, from: "", until: "", profiles: [] } });
  await give(id, essorId, name, `${year}-06-30`);
  const said = async (d) => {
    await d.rights({ structure: severnayaId });
    await d.answers("Vera Test", { "Modifier la structure": "non" });
    return (await d.proof("Vera Test", "Modifier la structure")).split("Sinon")[0];
  };
  const whole = await said(claire);
  assert(/« Organisation modification »/.test(whole) && new RegExp(`30 juin ${year}`).test(whole), `the administrator: ${whole}`);
  const hidden = await said(marc);
  assert(/Une autre habilitation, dans une structure que vous ne voyez pas, n’y suffit pas non plus\./.test(hidden), hidden);
  assert(!/Organisation modification|ESSOR|juin|20\d\d/.test(hidden), `the manager elsewhere: ${hidden}`);
});
