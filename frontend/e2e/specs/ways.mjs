// The ways that the pages promise: previews are waited for, dates are read, Esc asks, a lock locks, codes open, steps are noted.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { passphrase, World } from "../world.mjs";

const year = new Date().getFullYear() + 1;
const [short, long] = [`31/12/${String(year).slice(2)}`, `31/12/${year}`];
const [issued, commitments, edits] = ["Factures émises consultation", "Engagements consultation", "Organisation modification"];
const [until, gains] = ["Jusqu’au (facultatif)", /Droits en plus\s: [1-9]\d*, en moins\s: 0,/];
let w, d, ids, severnayaId; // d: the desk of Claire, the administrator; ESSOR is her structure 1
before(async () => {
  w = await World.start("ways.mjs");
  d = await w.desk();
  await d.setUp({ number: essor });
  severnayaId = await d.makeStructure({ type: "siret", identifier: severnaya, name: "" });
  await d.call("Changes.Submit", { useFamilies: { families: ["portail-public", "cabinet"] } });
  ids = Object.fromEntries((await d.call("Profiles.List")).map((p) => [p.name, p.id]));
});
after(() => w.stop().then(() => equal(d.faults, [], "errors in the pages")));

const of = (id) => d.call("Grants.Of", id);
const send = (wish) => d.call("Changes.Submit", { fingerprint: "", ...wish });
const picks = (name) => (name ? [{ profile: ids[name], options: [] }] : []);
const at = { structure: 1, department: 0, from: "", until: "" };
const give = (user, name) => send({ give: { ...at, user, profiles: picks(name), until: `${year}-06-30` } });
async function person(firstName, structure = 0, name = "") {
  const who = { email: `${firstName.toLowerCase()}@exemple.fr`, firstName, lastName: "Test", kind: "internal" };
  return (await send({ addPerson: { ...at, ...who, structure, profiles: picks(name) } })).created;
}
const press = (key) => d.page.keyboard.press(key);
const rest = () => d.page.waitForTimeout(300);
const dialog = (name) => d.page.getByRole("dialog", { name });
const gone = (locator) => locator.waitFor({ state: "hidden" });
const row = (name) => d.page.getByRole("row", { name }).first().waitFor();
const effect = (text) => d.page.getByRole("list", { name: "Aperçu avant de soumettre" }).getByText(text);
const fills = async (desk, values) => {
  for (const [name, text] of Object.entries(values)) await desk.fill(name, text);
};
/** Opens a form afresh, from a page to go back to. */
const open = (name) => d.go("/utilisateurs").then(() => d.act(name)).then(rest); // prettier-ignore
const attaching = () => open("Rattacher un utilisateur").then(() => d.choose("Structure de rattachement", "ESSOR"));
const attached = () => d.page.waitForURL(/tab=people/).then(rest);
const lock = () => dialog("Verrouillé");
const unlock = () => lock().locator("input").fill(passphrase).then(() => press("Enter")).then(() => gone(lock())); // prettier-ignore

test("« Désactiver » of a record leads to the request and its preview; only « Soumettre » deactivates", [], async () => {
  const id = await d.makeStructure({ identifier: "FERMER-1", name: "À fermer" });
  await d.go(`/structures/${id}`);
  await d.more("Désactiver…");
  equal(await d.labelled("Type de demande").inputValue(), "Désactiver une structure", "the request");
  assert(await d.holds("Identifiant", "À fermer"), "the structure is not chosen");
  await d.sees(/Droits en plus\s: 0, en moins\s: [1-9]\d*/);
  equal((await d.call("Structures.Get", id)).active, true, "active before « Soumettre »");
  await d.submit();
  await d.title("À fermer");
  await d.badge("Inactive");
});
test("a date that does not exist attaches nobody and stays as typed; « 31/12/27 », left, is the whole year", [], async () => {
  const id = await person("Dora");
  await attaching();
  await d.fill("Utilisateur", "dora@exemple.fr");
  await d.labelled(until).pressSequentially("31/06/2026");
  await d.submit();
  equal(await d.errorOf(until), "Cette date n’existe pas.", "beside the date");
  equal(await d.labelled(until).inputValue(), "31/06/2026", "what was typed");
  await rest();
  equal((await of(id)).memberships, [], "memberships");
  await d.fill(until, short);
  await press("Tab").then(rest);
  equal(await d.labelled(until).inputValue(), long, "the year, after Tab");
  await d.submit().then(attached);
  equal((await of(id)).memberships.length, 1, "memberships, with a day that exists");
});
for (const [what, day] of Object.entries({ "an address": "", "a day": long, "a short year": short }))
  test(`Ctrl+S right after the last key of ${what} saves what was typed, previewed`, [], async () => {
    const [id, email, calls] = [await person(`W${day.length}`), `w${day.length}@exemple.fr`, []];
    await attaching();
    await d.box(issued).check();
    const listen = async (r) => calls.push([r.request().postDataJSON() ?? {}, await r.text().catch(String)]);
    d.page.on("response", listen);
    await d.labelled("Utilisateur").pressSequentially(email);
    if (day) await d.labelled(until).pressSequentially(day);
    await press("Control+s");
    await attached();
    d.page.off("response", listen);
    const [{ fingerprint, kind, input }] = calls.find(([{ name }]) => name === "bridge.Changes.Submit")[0].args;
    equal(kind, "membership.open", "the kind");
    const attach = JSON.parse(input);
    equal([attach.email, attach.until, attach.profiles], [email, day && `${year}-12-31`, picks(issued)], "submitted");
    const asked = calls.filter(([, answer]) => answer.includes(`"fingerprint":"${fingerprint}"`)).map(([q]) => JSON.stringify(q.args));
    assert(fingerprint && asked.some((a) => a.includes(JSON.stringify(input))), `not previewed: ${JSON.stringify(attach)}`);
    equal((await of(id)).grants.length, 1, "grants");
  });
test("somebody else changes the effect meanwhile: refused in words, the new effect shown, then saved", [], async () => {
  const id = await person("Rémi", 1, issued);
  const state = async () => (await of(id)).memberships[0].state;
  await d.detach({ structure: "ESSOR", who: "Rémi" }); // without its comment, not sent
  await d.fill("Commentaire", "S’en va");
  await d.page.waitForTimeout(600); // the preview is of what is typed now, not of what was there before
  await effect("Factures émises : consulter").waitFor();
  await give(id, commitments); // without the pages, as at another desk
  equal(await effect("Engagements : consulter").count(), 0, "the new right in the old preview");
  await d.submit();
  await d.sees(/Depuis l’aperçu, quelqu’un a changé quelque chose : l’effet n’est plus le même\./);
  await effect("Engagements : consulter").waitFor();
  equal([await state(), await d.labelled("Commentaire").inputValue()], ["current", "S’en va"], "membership and comment, refused");
  await d.submit().then(attached);
  equal(await state(), "past", "the membership");
});
test("« Demander » for somebody else with nobody chosen: an error beside the person, and no request for oneself", [], async () => {
  const count = async () => (await d.requests("mine")).length;
  const n = await count();
  await open("Demander un rattachement ou des profils");
  await d.radio(/^Des profils de plus/).check();
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
  await open("Ajouter une personne");
  await fills(d, { "Adresse électronique": "fanny@exemple.fr", Prénom: "Fanny", Nom: "Test" });
  await d.radio(/^Interne/).check();
  await d.box("Lecteur").check();
  await d.box("Site · Collaborateur").check(); // offered in a structure too
  await d.choose("Structure", "ESSOR");
  await d.box(issued).waitFor();
  equal(await d.main.getByRole("checkbox", { checked: true }).count(), 0, "boxes ticked");
  await d.submit("Enregistrer");
  await d.title("Personne ajoutée : Fanny Test");
  const { grants, memberships } = await of(await d.userId("Fanny"));
  equal([grants, memberships.map((m) => m.structureId)], [[], [1]], "grants and memberships");
});
test("on a Fiche: a code opens, « Verrouiller l’accès » puts out at once, a new code lets choose a new phrase", [], async () => {
  await person("Lola", 1);
  const code = async () => {
    await d.openPerson("Lola Test");
    await d.button("Donner un code d’activation").click();
    return (await d.page.getByTestId("code").innerText()).trim();
  };
  const [email, phrase] = ["lola@exemple.fr", `${passphrase} banquise`];
  const lola = await w.desk();
  await lola.activate(email, await code());
  await d.page.reload(); // somebody else's act
  await d.button("Verrouiller l’accès").click();
  await d.sees(/ne pourra plus ouvrir Habilis, et sa session se ferme tout de suite/);
  await dialog().getByRole("button", { name: "Verrouiller l’accès" }).click();
  await d.sees("L’accès de Lola Test est verrouillé. Un nouveau code d’activation le rouvrira.");
  await lola.go("/profils");
  await lola.signIn(email); // she is back at the door
  await lola.sees(/L’accès à Habilis n’est pas ouvert pour ce compte|phrase de passe incorrecte/);
  await lola.button("J’ai un code d’activation").click();
  await fills(lola, { "Adresse électronique": email, "Code d’activation": await code(), "Phrase de passe": phrase });
  await lola.button("Activer mon accès").click();
  await lola.button(/Lola Test/).waitFor();
});
test("« Prolonger… » saves a later end, previewed, and the table shows it", [], async () => {
  await give(await person("Paola", 1), issued);
  await d.openPerson("Paola Test", "grants");
  await d.button(`Prolonger « ${issued} »`).click();
  await dialog(`Prolonger « ${issued} »`).getByRole("textbox").pressSequentially(long);
  await press("Tab"); // closes the calendar
  await dialog().getByText(gains).waitFor();
  await d.submit();
  await gone(dialog());
  await row(new RegExp(`${issued}.*jusqu’au 31 décembre ${year}`));
});
test("« Gérer les habilitations » at the firm gives a profile of the firm", [], async () => {
  await person("Firmin", 1);
  await open("Gérer les habilitations des utilisateurs");
  await d.radio(/^Dans toutes les structures/).check();
  await d.choose("Utilisateur", "Firmin");
  await d.box("Lecteur").check();
  await d.submit();
  await row(/^Lecteur/);
  await d.openPerson("Firmin Test", "grants");
  await row(/Lecteur.*Toute l’organisation.*En cours/);
});
test("« Familles de profils »: what is unticked is not offered, ticked it is again; for administrators alone", [], async () => {
  const offered = async () => {
    await open("Gérer les habilitations des utilisateurs");
    await d.radio(/^Dans toutes les structures/).check();
    await d.box("Lecteur").waitFor();
    return d.box("Site · Gestionnaire").count();
  };
  for (const on of [false, true]) {
    await d.go("/parametres");
    const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Familles de profils" }) });
    await panel.getByRole("checkbox", { name: "Plateforme du cabinet", checked: !on }).setChecked(on);
    await panel.locator("button[type=submit]").click();
    await d.sees("Les familles sont enregistrées.");
    equal(await offered(), on ? 1 : 0, `offered, ticked: ${on}`);
  }
  const nora = await d.invite({ first: "Nora", last: "Test", email: "nora@exemple.fr", structure: "ESSOR" });
  await nora.go("/parametres");
  await nora.sees("Apparence");
  await nora.seesNot("Familles de profils");
});
test("« Noté dans Habilis… » lists the step; « Marquer comme fait » puts it away, from Accueil too", [], async () => {
  await person("Noé", 1);
  const step = (profile) => `donnez « ${profile} » à Noé Test sur ESSOR ENERGIES.`;
  for (const profile of [issued, commitments]) {
    await d.give({ structure: "ESSOR", who: "Noé" }, profile);
    const panel = d.page.getByRole("region", { name: /^Noté dans Habilis/ });
    await panel.getByText(step(profile)).waitFor();
    await panel.getByRole("button", { name: profile === issued ? "Plus tard" : "Marquer comme fait" }).click();
    await gone(panel);
  }
  await d.go("/");
  await d.title("Accueil");
  await d.sees("À faire dans les portails");
  for (const all of await d.page.getByRole("button", { name: /^Tout afficher/ }).all()) await all.click();
  await d.sees(step(issued));
  await d.seesNot(step(commitments));
});
test("Esc asks before what was typed is lost, goes back from an untouched form, and first closes a list", [], async () => {
  const asks = dialog("Quitter sans soumettre ?");
  const closesList = async () => {
    await d.labelled("Structure de rattachement").click();
    const option = d.page.getByRole("option").filter({ visible: true }).first();
    await option.waitFor();
    await press("Escape");
    await gone(option).then(rest);
    assert(d.page.url().endsWith("/rattacher") && (await asks.count()) === 0, "Esc closes more than the list");
  };
  await open("Rattacher un utilisateur");
  await closesList();
  await press("Escape");
  await d.title("Utilisateurs"); // untouched: at once
  await open("Rattacher un utilisateur");
  await closesList();
  await d.labelled("Utilisateur").pressSequentially("quelqu");
  for (const answer of ["Rester", "Quitter"]) {
    equal(await d.labelled("Utilisateur").inputValue(), "quelqu", "what was typed");
    await press("Escape");
    await asks.getByRole("button", { name: answer }).click();
    await gone(asks);
  }
  await d.title("Utilisateurs");
});
test("an inactive department takes no request; deactivating one closes those that wait", [], async () => {
  for (const code of ["FERME", "VIVE"]) await d.createDepartment(1, code, `Service ${code}`);
  const department = (await d.call("Structures.Departments", 1)).find((x) => x.code === "FERME").id;
  await send({ switchDepartment: { structure: 1, department, active: false } });
  await person("Zélie", severnayaId);
  const waiting = async () => (await d.requests("pending")).filter((r) => r.beneficiary.name === "Zélie Test").length;
  await open("Demander un rattachement ou des profils");
  await d.radio(/^Pour quelqu’un d’autre/).check();
  await d.choose("Bénéficiaire", "Zélie");
  await fills(d, { "SIRET de la structure": essor, "Commentaire de la demande": "Par courrier", "Code du service (facultatif)": "FERME" });
  await d.submit();
  await d.sees("Ce service est inactif : personne n’y répondrait à une demande.");
  equal(await waiting(), 0, "requests to the inactive department");
  await d.fill("Code du service (facultatif)", "VIVE");
  await d.submit();
  await d.title("Demande envoyée");
  equal(await waiting(), 1, "requests to the active department");
  await d.manage("Désactivation d’un service", "ESSOR", { department: "VIVE" });
  await d.submit();
  await d.page.waitForURL(/\/structures\/1/);
  equal(await waiting(), 0, "requests that wait, once inactive");
  await d.go("/approbations");
  await d.page.getByRole("tab", { name: "Les miennes" }).click();
  await row(/Close.*Zélie Test/);
});
test("the first launch without a SIRET: a RIDET makes the first structure", [], async () => {
  const fresh = await World.start("ways.mjs");
  const x = await fresh.desk();
  for (const name of [/^Je gère ma propre entreprise/, "Oui", "Je n’ai pas de SIRET"]) await x.button(name).click();
  await x.choose("Type d’identifiant", "RIDET");
  await fills(x, { Identifiant: "12", "Raison sociale": "Nickel du Caillou" });
  await x.button("Continuer").click();
  equal(await x.errorOf("Identifiant"), "Un RIDET a 9 ou 10 chiffres.", "beside the identifier, before the next step");
  await x.fill("Identifiant", "0123456001");
  await x.button("Continuer").click();
  await x.title(/^De quels outils/);
  await x.button("Continuer").click();
  await fills(x, { Prénom: "Zoé", Nom: "Roy", "Adresse électronique": "zoe@exemple.nc", "Phrase de passe": passphrase });
  await x.button("Commencer").click();
  await x.title("Accueil");
  const rows = await x.structures();
  const { identifierType, managed } = await x.call("Structures.Get", 1);
  await fresh.stop();
  assert(rows.length === 1 && /Nickel du Caillou.*123 ?456.?001.*Active/.test(rows[0]), String(rows));
  equal([identifierType, managed], ["ridet", true], "the first structure");
});
test("the proof of a « non » tells no grant of a structure that one may not see, only that there are others", [], async () => {
  const marc = await d.invite({ first: "Marc", last: "Simon", email: "m@exemple.fr", structure: "SEVERNAYA", profiles: [edits] });
  const user = await person("Vera", severnayaId);
  await send({ attach: { ...at, user, email: "", profiles: [] } });
  await give(user, edits);
  const said = async (desk) => {
    await desk.rights({ structure: severnayaId });
    await desk.answers("Vera Test", { "Modifier la structure": "non" });
    return (await desk.proof("Vera Test", "Modifier la structure")).split(/Un autre profil|\d+ autres profils/)[0];
  };
  const [whole, hidden] = [await said(d), await said(marc)];
  assert(whole.includes(`« ${edits} »`) && whole.includes(`30 juin ${year}`), `the administrator reads: ${whole}`);
  assert(/Une autre habilitation, dans une structure que vous ne voyez pas, n’y suffit pas non plus\./.test(hidden), hidden);
  assert(!/Organisation modification|ESSOR|juin|20\d\d/.test(hidden), `the manager of the other reads: ${hidden}`);
});
test("what is typed right after Ctrl+K is typed in the palette, however slow the computer is", [], async () => {
  const palette = d.page.getByRole("combobox", { name: "Rechercher ou agir" });
  await open("Rattacher un utilisateur");
  await d.labelled("Utilisateur").focus();
  const has = await d.page.evaluate(async () => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, cancelable: true }));
    await new Promise((done) => queueMicrotask(done)); // no timer in between: the next key may come before it
    return document.activeElement.labels?.[0]?.innerText;
  });
  equal(has, "Rechercher ou agir", "the focus");
  await d.page.keyboard.type("Droits");
  equal(await palette.inputValue(), "Droits", "the palette");
  await press("Escape");
  equal(await d.labelled("Utilisateur").inputValue(), "", "the field below");
});
test("locked, Ctrl+N and Ctrl+K do nothing, and a dialog left open is out of reach", [], async () => {
  const palette = d.page.getByRole("combobox", { name: "Rechercher ou agir" });
  await person("Vito", 1, issued);
  await open("Rattacher un utilisateur");
  await d.labelled("Utilisateur").pressSequentially("en.attente@exemple.fr");
  await d.button(/Claire Morel/).click();
  await d.page.getByRole("menuitem", { name: "Verrouiller" }).click();
  await lock().waitFor();
  for (const key of ["Control+k", "Control+n"]) await press(key).then(rest);
  equal(await palette.count(), 0, "the palette");
  await unlock();
  equal(await d.labelled("Utilisateur").inputValue(), "en.attente@exemple.fr", "what was typed");
  await press("Control+k");
  await palette.waitFor(); // unlocked, it opens
  await press("Escape");
  await d.openPerson("Vito Test", "grants");
  await d.button(`Retirer le profil ${issued}`).click();
  const day = dialog(`Retirer « ${issued} »`).getByRole("textbox");
  await day.fill(long);
  await d.call("Session.Lock"); // told at once, whoever did it
  await lock().waitFor();
  for (let i = 0; i < 24; i++) {
    await press(i < 12 ? "Tab" : "Shift+Tab");
    const inside = await lock().evaluate((e) => e.contains(document.activeElement) || document.activeElement === document.body);
    assert(inside, `Tab reaches ${await d.page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
  }
  await unlock();
  equal(await day.inputValue(), long, "what was typed in the dialog");
});
test(
  "the journal is narrowed to a structure, a person, a hand, a kind of act and days; its address keeps that; one press gives it back",
  [],
  async () => {
    await person("Jules", 1, issued);
    const lines = () => d.page.locator("table.plain tbody tr");
    await d.go("/journal");
    await lines().nth(3).waitFor();
    await d.choose("Personne", "Jules Test");
    await d.page.waitForURL(/person=\d+/).then(rest);
    equal(await lines().filter({ hasNotText: "Jules Test" }).count(), 0, "lines about others");
    await d.choose("Auteur", "Claire");
    await d.choose("Type d’action", "Utilisateurs");
    await d.page.waitForURL(/actor=\d+.*noun=user/).then(rest);
    equal(await lines().count(), 1, "« Personne ajoutée » alone");
    await d.page.reload();
    await lines().first().waitFor();
    assert(await d.holds("Personne", "Jules Test"), "the person is not shown after a reload");
    await d.fill("Du", `01/01/${year}`);
    await press("Tab");
    await d.sees(/Élargissez les dates/);
    await d.page.getByRole("button", { name: "Tout le journal" }).click();
    await lines().nth(3).waitFor();
  },
);
test("the palette puts what is named so before what is also named so; once a person is added, the next form is empty", [], async () => {
  for (const place of ["Structures", "Utilisateurs", "Paramètres"]) {
    await d.palette(place);
    await press("Enter");
    await d.title(place);
  }
  for (const [typed, right] of [
    ["factures reçues", "Factures reçues : modifier"],
    ["suivi flux modif", "Suivi des flux : modifier"],
  ]) {
    await d.palette(typed);
    await d.page.getByRole("option", { name: right }).click();
    await d.title("Qui peut… ?");
    equal(await d.shown("Droit", right), right);
  }
  await d.palette("iban");
  await d.page.getByRole("option", { name: /^Gérer les coordonnées bancaires\s*À venir/ }).waitFor(); // what is not there yet says so
  await press("Escape");
  await d.act("Ajouter une personne");
  await fills(d, { "Adresse électronique": "irma@exemple.fr", Prénom: "Irma", Nom: "Test" });
  await d.choose("Structure", "ESSOR");
  await d.button("Enregistrer").click();
  await d.title(/^Personne ajoutée : Irma Test/);
  await d.palette("Ajouter une personne");
  await press("Enter");
  await d.title("Ajouter une personne");
  equal(await d.labelled("Prénom").inputValue(), "", "the first name of the next person");
});
