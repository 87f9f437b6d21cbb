// The ways that the pages promise: previews are waited for, dates are read, Esc asks, a lock locks, codes open, steps are noted.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { passphrase, World } from "../world.mjs";

const year = new Date().getFullYear() + 1;
const [short, long] = [`31/12/${String(year).slice(2)}`, `31/12/${year}`];
const [issued, commitments, edits] = ["Factures émises consultation", "Engagements consultation", "Organisation modification"];
const until = "Jusqu’au (facultatif)";
const gains = /\+[1-9]\d* −0 droits/;
const essorId = 1;
let w, d, ids, severnayaId; // d: the desk of Claire, the administrator
before(async () => {
  w = await World.start("ways.mjs");
  d = await w.desk();
  await d.setUp({ number: essor });
  severnayaId = await d.makeStructure({ type: "siret", identifier: severnaya, name: "" });
  await d.call("Profiles.Use", { families: ["portail-public", "cabinet"] });
  ids = Object.fromEntries((await d.call("Profiles.List")).map((p) => [p.name, p.id]));
});
after(async () => {
  await w.stop();
  equal(d.faults, [], "errors in the pages");
});

// --- without the pages
const send = (wish) => d.call("Changes.Submit", { fingerprint: "", ...wish });
const picks = (name) => (name ? [{ profile: ids[name], options: [] }] : []);
const give = (user, name, end) =>
  send({ give: { user, structure: essorId, department: 0, profiles: picks(name), from: "", until: end, reason: "grant" } });
/** Adds a person, with a profile if one is named; gives the number. */
async function person(firstName, structure = 0, name = "") {
  const who = {
    email: `${firstName.toLowerCase()}@exemple.fr`,
    firstName,
    lastName: "Test",
    kind: "internal",
    enters: false,
    codeHash: "",
  };
  return (await send({ addPerson: { ...who, structure, department: 0, profiles: picks(name), from: "", until: "" } })).created;
}
const of = (id) => d.call("Grants.Of", id);
// --- with them
const type = (desk, label, text) => desk.labelled(label).pressSequentially(text);
const press = (key) => d.page.keyboard.press(key);
const rest = () => d.page.waitForTimeout(300);
const dialog = (name) => d.page.getByRole("dialog", { name });
const row = (name) => d.page.getByRole("row", { name }).first().waitFor();
const effect = (text) => d.page.getByRole("list", { name: "Aperçu avant de soumettre" }).getByText(text);
/** Opens a form afresh, from a page to go back to. */
async function open(hash, title) {
  await d.go("/utilisateurs");
  await d.title("Utilisateurs");
  await d.go(hash);
  await d.title(title);
  await rest();
}
const attaching = () => open("/utilisateurs/rattacher", "Rattacher un utilisateur");
const granting = () => open("/utilisateurs/habilitations", "Gérer les habilitations des utilisateurs");
const asking = () => open("/demandes/creer", "Demander un rattachement ou des profils");
async function unlock() {
  await dialog("Verrouillé").locator("input").fill(passphrase);
  await d.button("Déverrouiller").click();
  await dialog("Verrouillé").waitFor({ state: "hidden" });
}

test("« Désactiver » of a record leads to the request and its preview; only « Soumettre » deactivates", [], async () => {
  const id = await d.makeStructure({ identifier: "FERMER-1", name: "À fermer" });
  await d.go(`/structures/${id}`);
  await d.title("À fermer");
  await d.more("Désactiver");
  await d.title("Gérer une structure");
  equal(await d.labelled("Type de demande").inputValue(), "Désactiver une structure", "the request");
  assert(await d.holds("Identifiant", "À fermer"), "the structure is not chosen");
  await d.sees(/\+0 −[1-9]\d* droits/);
  await effect("Claire Morel · Modifier la structure").waitFor();
  equal((await d.call("Structures.Get", id)).active, true, "active before « Soumettre »");
  await d.submit();
  await d.title("À fermer");
  await d.badge("Inactive");
  equal((await d.call("Structures.Get", id)).active, false, "active after « Soumettre »");
});

test("a date that does not exist attaches nobody and stays as typed; « 31/12/27 », left, is the whole year", [], async () => {
  const id = await person("Dora");
  await attaching();
  await d.fill("Utilisateur", "dora@exemple.fr");
  await d.choose("Structure de rattachement", "ESSOR");
  await type(d, until, "31/06/2026");
  await d.submit();
  equal(await d.errorOf(until), "Cette date n’existe pas.", "beside the date");
  equal(await d.labelled(until).inputValue(), "31/06/2026", "what was typed");
  await rest();
  equal((await of(id)).memberships, [], "memberships");
  await d.fill(until, "");
  await type(d, until, short);
  await press("Tab");
  await rest();
  equal(await d.labelled(until).inputValue(), long, "the year, after Tab");
  await d.submit();
  await d.page.waitForURL(/tab=people/);
  equal((await of(id)).memberships.length, 1, "memberships, with a day that exists");
});

for (const [what, first, last, told] of [
  ["an address", "Wanda", "Utilisateur", "wanda@exemple.fr"],
  ["a day", "Willy", until, long],
  ["a short year", "Wilma", until, short],
])
  test(`Ctrl+S right after the last key of ${what} saves what was typed, previewed`, [], async () => {
    const id = await person(first);
    await attaching();
    await d.choose("Structure de rattachement", "ESSOR");
    await d.box(issued).check();
    if (last === until) await d.fill("Utilisateur", `${first.toLowerCase()}@exemple.fr`);
    if (last === until) await d.sees(gains);
    const [seen, sent] = [[], []];
    const listen = async (r) => {
      const { name, args } = r.url().endsWith("/rpc") ? r.request().postDataJSON() : {};
      if (name === "bridge.Changes.Preview") seen.push([await r.json().catch(() => ({})), args[0]]);
      if (name === "bridge.Changes.Submit") sent.push(args[0]);
    };
    d.page.on("response", listen);
    await d.labelled(last).focus();
    await d.page.keyboard.type(told);
    await press("Control+s");
    await d.page.waitForURL(/tab=people/);
    d.page.off("response", listen);
    const [{ fingerprint, attach }] = sent;
    assert(fingerprint, "submitted without a preview");
    const same = seen.filter(([answer]) => JSON.stringify(answer).includes(fingerprint)).map(([, asked]) => JSON.stringify(asked.attach));
    assert(same.includes(JSON.stringify(attach)), `previewed: ${same}; submitted: ${JSON.stringify(attach)}`);
    const told2 = { email: attach.email, until: attach.until, profiles: attach.profiles.map((p) => p.profile) };
    const day = last === until ? `${year}-12-31` : "";
    equal(told2, { email: `${first.toLowerCase()}@exemple.fr`, until: day, profiles: [ids[issued]] }, "submitted");
    equal(
      (await of(id)).grants.map((g) => g.profile),
      [issued],
      "profiles",
    );
  });

test("somebody else changes the effect meanwhile: refused in words, the new effect shown, then saved", [], async () => {
  const id = await person("Rémi", essorId, issued);
  await d.detach({ structure: "ESSOR", who: "Rémi" }); // without its comment, not sent
  await d.fill("Commentaire", "S’en va");
  await effect("Factures émises : consulter").waitFor();
  const other = await w.desk();
  await other.signIn("claire.morel@exemple.fr");
  await other.give({ structure: "ESSOR", who: "Rémi" }, commitments);
  equal(await effect("Engagements : consulter").count(), 0, "the new right in the old preview");
  await d.submit();
  await d.sees(/Depuis l’aperçu, quelqu’un a changé quelque chose : l’effet n’est plus le même\./);
  equal((await of(id)).memberships[0].state, "current", "the membership, refused");
  await effect("Engagements : consulter").waitFor();
  equal(await d.labelled("Commentaire").inputValue(), "S’en va", "what was typed");
  await d.submit();
  await d.page.waitForURL(/tab=people/);
  equal((await of(id)).memberships[0].state, "past", "the membership");
});

test("« Demander » for somebody else with nobody chosen: an error beside the person, and no request for oneself", [], async () => {
  const count = async () => (await d.call("Requests.List", "mine")).length;
  const n = await count();
  await asking();
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
  await open("/utilisateurs/ajouter", "Ajouter une personne");
  await d.fill("Adresse électronique", "fanny@exemple.fr");
  await d.fill("Prénom", "Fanny");
  await d.fill("Nom", "Test");
  await d.radio(/^Interne/).check();
  await d.box("Lecteur").check();
  await d.box("Site · Collaborateur").check(); // offered in a structure too
  await d.sees(gains);
  await d.choose("Structure", "ESSOR");
  await d.box(issued).waitFor();
  equal(await d.main.getByRole("checkbox", { checked: true }).count(), 0, "boxes ticked");
  await d.submit("Enregistrer");
  await d.title("C’est fait : Fanny Test est dans Habilis");
  const { grants, memberships } = await of(await d.userId("Fanny"));
  equal([grants, memberships.map((m) => m.structureId)], [[], [essorId]], "grants and memberships");
});

test("on a Fiche: a code opens, « Verrouiller l’accès » puts out at once, a new code lets choose a new phrase", [], async () => {
  const id = await person("Lola", essorId);
  const code = async () => {
    await d.openPerson("Lola Test");
    await d.button("Donner un code d’accès").click();
    return (await d.page.getByTestId("code").innerText()).trim();
  };
  const lola = await w.desk();
  await lola.activate("lola@exemple.fr", await code());
  await d.page.reload(); // somebody else's act
  await d.button("Verrouiller l’accès").click();
  await dialog()
    .getByText(/ne pourra plus ouvrir Habilis, et sort tout de suite/)
    .waitFor();
  equal((await d.call("People.Get", id)).signIn, "open", "before the answer");
  await dialog().getByRole("button", { name: "Verrouiller l’accès" }).click();
  await d.sees("L’accès de Lola Test est verrouillé. Un nouveau code lui rouvre.");
  await lola.go("/profils");
  await lola.signIn("lola@exemple.fr"); // she is back at the door
  await lola.sees(/L’accès à Habilis n’est pas ouvert pour ce compte|n’est pas la bonne/);
  await lola.button("J’ai un code d’activation").click();
  await lola.fill("Adresse électronique", "lola@exemple.fr");
  await lola.fill("Code d’activation", await code());
  await lola.fill("Phrase de passe", `${passphrase} banquise`);
  await lola.button("Activer mon accès").click();
  await lola.title("Accueil");
  await lola.call("Session.Leave");
  await lola.page.reload();
  await lola.signIn("lola@exemple.fr", `${passphrase} banquise`);
  await lola.title("Accueil");
});

test("« Prolonger… » saves a later end, previewed, and the table shows it", [], async () => {
  const id = await person("Paola", essorId);
  await give(id, issued, `${year}-06-30`);
  await d.openPerson("Paola Test", "grants");
  await row(new RegExp(`${issued}.*jusqu’au 30 juin ${year}`));
  await d.button(`Prolonger « ${issued} »`).click();
  await dialog(`Prolonger « ${issued} »`).getByRole("textbox", { name: "Jusqu’au" }).pressSequentially(long);
  await press("Tab");
  await dialog().getByText(gains).waitFor();
  await d.submit();
  await dialog().waitFor({ state: "hidden" });
  await row(new RegExp(`${issued}.*jusqu’au 31 décembre ${year}`));
  await d.seesNot(`jusqu’au 30 juin ${year}`);
});

test("« Gérer les habilitations » at the firm gives a profile of the firm", [], async () => {
  const id = await person("Firmin", essorId);
  await granting();
  await d.radio(/^Au cabinet/).check();
  await d.choose("Utilisateur", "Firmin");
  await d.box("Lecteur").check();
  await d.sees(gains);
  await d.submit();
  await row(/^Lecteur/);
  const given = (await of(id)).grants.map((g) => [g.profile, g.structureId]);
  equal(given, [["Lecteur", 0]], "grants");
  await d.openPerson("Firmin Test", "grants");
  await row(/Lecteur.*Tout le cabinet.*En cours/);
});

test("« Familles de profils »: what is unticked is not offered, ticked it is again; for administrators alone", [], async () => {
  const offered = async () => {
    await granting();
    await d.radio(/^Au cabinet/).check();
    await d.box("Lecteur").waitFor();
    return d.box("Site · Gestionnaire").count();
  };
  equal(await offered(), 1, "offered at first");
  for (const on of [false, true]) {
    await d.go("/parametres");
    const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Familles de profils" }) });
    await panel.getByRole("checkbox", { name: "Plateforme du cabinet", checked: !on }).setChecked(on);
    await panel.getByRole("button", { name: "Soumettre" }).click();
    await d.sees("Les familles sont enregistrées.");
    equal(await offered(), on ? 1 : 0, `offered, ticked: ${on}`);
  }
  const nora = await d.invite({ first: "Nora", last: "Test", email: "nora@exemple.fr", structure: "ESSOR" });
  await nora.go("/parametres");
  await nora.sees("Apparence");
  await nora.seesNot("Familles de profils");
});

test("« C’est noté ici… » lists the step; « Marquer comme fait » puts it away, from Accueil too", [], async () => {
  await person("Noé", essorId);
  const step = (profile) => `donnez « ${profile} » à Noé Test sur ESSOR ENERGIES.`;
  const noted = async (profile, answer) => {
    await d.give({ structure: "ESSOR", who: "Noé" }, profile);
    const panel = d.page.getByRole("region", { name: /^C’est noté ici/ });
    await panel.getByText(step(profile)).waitFor();
    await panel.getByRole("button", { name: answer }).click();
    await panel.waitFor({ state: "hidden" });
  };
  await noted(issued, "Plus tard");
  await noted(commitments, "Marquer comme fait");
  await d.go("/");
  await d.title("Accueil");
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
    await option.waitFor({ state: "hidden" });
    await rest();
    assert(d.page.url().endsWith("/rattacher") && (await asks.count()) === 0, "Esc closes more than the list");
  };
  await attaching();
  await closesList();
  await press("Escape");
  await d.title("Utilisateurs"); // untouched: at once
  await attaching();
  await type(d, "Utilisateur", "quelqu");
  await closesList();
  await press("Escape");
  await asks.getByRole("button", { name: "Rester" }).click();
  await asks.waitFor({ state: "hidden" });
  equal(await d.labelled("Utilisateur").inputValue(), "quelqu", "what was typed");
  await press("Escape");
  await asks.getByRole("button", { name: "Quitter" }).click();
  await d.title("Utilisateurs");
});

test("locked, Ctrl+N and Ctrl+K do nothing, and a dialog left open is out of reach", [], async () => {
  const lock = dialog("Verrouillé");
  const palette = d.page.getByRole("combobox", { name: "Rechercher ou agir" });
  await person("Vito", essorId, issued);
  await attaching();
  await type(d, "Utilisateur", "en.attente@exemple.fr");
  await d.button(/Claire Morel/).click();
  await d.page.getByRole("menuitem", { name: "Verrouiller" }).click();
  await lock.waitFor();
  for (const key of ["Control+k", "Control+n"]) await press(key).then(rest);
  equal(await palette.count(), 0, "the palette");
  await unlock();
  assert(d.page.url().endsWith("/rattacher"), `led to ${d.page.url()}`);
  equal(await d.labelled("Utilisateur").inputValue(), "en.attente@exemple.fr", "what was typed");
  await press("Control+k");
  await palette.waitFor(); // unlocked, it opens
  await press("Escape");
  await d.openPerson("Vito Test", "grants");
  await d.button(`Retirer le profil ${issued}`).click();
  const day = dialog(`Retirer « ${issued} »`).getByRole("textbox");
  await dialog(`Retirer « ${issued} »`)
    .getByText(/−\d+ droits/)
    .waitFor();
  await d.call("Session.Lock");
  await day.fill(long); // its preview is refused
  await lock.waitFor();
  for (let i = 0; i < 24; i++) {
    await press(i < 12 ? "Tab" : "Shift+Tab");
    const inside = await lock.evaluate((e) => e.contains(document.activeElement) || document.activeElement === document.body);
    assert(inside, `Tab reaches ${await d.page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
  }
  await unlock();
  equal(await day.inputValue(), long, "what was typed in the dialog");
});

test("an inactive department takes no request; deactivating one closes those that wait", [], async () => {
  for (const code of ["FERME", "VIVE"]) await d.createDepartment(essorId, code, `Service ${code}`);
  const department = (await d.call("Structures.Departments", essorId)).find((x) => x.code === "FERME").id;
  await send({ switchDepartment: { structure: essorId, department, active: false } });
  await person("Zélie", severnayaId);
  const waiting = async () => (await d.call("Requests.List", "pending")).filter((r) => r.beneficiary.name === "Zélie Test").length;
  const ask = async (code) => {
    await asking();
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
  await d.page.getByRole("tab", { name: "Les miennes" }).click();
  await row(/Close.*Zélie Test/);
});

test("the first launch without a SIRET: a RIDET makes the first structure", [], async () => {
  const fresh = await World.start("ways.mjs");
  const x = await fresh.desk();
  await x.button(/^Je gère ma propre entreprise/).click();
  await x.button("Oui").click();
  await x.button("Je n’ai pas de SIRET").click();
  await x.choose("Type d’identifiant", "RIDET");
  await x.fill("Identifiant", "0123456001");
  await x.fill("Raison sociale", "Nickel du Caillou");
  await x.button("Continuer").click();
  await x.title(/^De quels outils/);
  await x.button("Continuer").click();
  await x.fill("Prénom", "Claire");
  await x.fill("Nom", "Morel");
  await x.fill("Adresse électronique", "claire@exemple.nc");
  await x.fill("Phrase de passe", passphrase);
  await x.button("Commencer").click();
  await x.title("Accueil");
  const rows = await x.structures();
  const { identifierType, managed } = await x.call("Structures.Get", 1);
  await fresh.stop();
  assert(rows.length === 1 && /Nickel du Caillou.*0 ?123 ?456.?001.*Active/.test(rows[0]), String(rows));
  equal([identifierType, managed], ["ridet", true], "the first structure");
});

test("the proof of a « non » tells no grant of a structure that one may not see, only that there are others", [], async () => {
  const marc = await d.invite({ first: "Marc", last: "Simon", email: "m@exemple.fr", structure: "SEVERNAYA", profiles: [edits] });
  const user = await person("Vera", severnayaId);
  await send({ attach: { user, email: "", structure: essorId, department: 0, from: "", until: "", profiles: [] } });
  await give(user, edits, `${year}-06-30`);
  const said = async (desk) => {
    await desk.rights({ structure: severnayaId });
    await desk.answers("Vera Test", { "Modifier la structure": "non" });
    return (await desk.proof("Vera Test", "Modifier la structure")).split("Sinon")[0];
  };
  const whole = await said(d);
  assert(whole.includes(`« ${edits} »`) && whole.includes(`30 juin ${year}`), `the administrator reads: ${whole}`);
  const hidden = await said(marc);
  assert(/Une autre habilitation, dans une structure que vous ne voyez pas, n’y suffit pas non plus\./.test(hidden), hidden);
  assert(!/Organisation modification|ESSOR|juin|20\d\d/.test(hidden), `the manager of the other reads: ${hidden}`);
});
