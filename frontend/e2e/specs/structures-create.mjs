// Creating a structure: the seven types of identifier, the optional fields, the parameters of a public structure, what the register says.
import { after, assert, before, equal, test } from "../harness.mjs";
import { absent, essor, ganymede, rennes, siren, siret } from "../register.mjs";
import { anyStructure, twin, World } from "../world.mjs";

let w, claire;
const lyonSiren = siren("71234567");
const lyon = siret(lyonSiren, "0001");
const plain = siret(siren("72234567"), "0001");
const late = siret(siren("73234567"), "0001");
before(async () => {
  w = await World.start("structures-create.mjs");
  w.register.add(lyon, { name: "ATELIER LYONNAIS" });
  w.register.add(plain, { name: "SANS OPTIONS" });
  w.register.add(late, { name: "PLUS TARD" });
  claire = await w.desk();
  await claire.setUp({ number: essor });
});
after(() => w.stop());

const types = {
  siret: "SIRET",
  eu: "Structure européenne hors France",
  nonEu: "Structure hors UE",
  ridet: "RIDET (Nouvelle-Calédonie)",
  tahiti: "Numéro TAHITI",
  pending: "En cours d’immatriculation",
  individual: "Particulier",
};
const optional = ["Libellé", "Adresse électronique", "Téléphone", "Numéro de TVA", "RCS"];

/** The form, with a type chosen. */
async function form(d, type = "SIRET") {
  await d.go("/structures");
  await d.title("Structures");
  await d.go("/structures/creer");
  await d.title("Créer une structure");
  if (type !== "SIRET") await d.choose("Type d’identifiant", type);
  equal(await d.labelled("Type d’identifiant").inputValue(), type, "the type");
}
const count = async (d) => (await d.call("Structures.List", anyStructure)).rows.length;
const spaced = (text) => text.replace(/\s+/g, " ");

/** Types an identifier, submits, and waits for the sentence under the field. */
async function refused(d, typed, sentence) {
  await d.fill("Identifiant", typed);
  await d.submit();
  let said = "";
  for (let i = 0; i < 40; i++) {
    said = await d.errorOf("Identifiant");
    if (sentence.test(said)) return;
    await d.page.waitForTimeout(100);
  }
  throw new Error(`${typed}: ${said}`);
}
const address = {
  "Adresse, ligne 1": "12 rue du Port",
  "Adresse, ligne 2": "Bâtiment B",
  "Adresse, ligne 3": "Boîte 7",
};

/** Fills the rest of the form, submits it and reads the record: the identifier, the name and the address that were typed. */
async function made(d, type, { typed, shown, name, postcode, town, country }) {
  const before = await count(d);
  if (typed !== undefined) await d.fill("Identifiant", typed);
  if (type !== types.nonEu) await d.fill("Raison sociale", name);
  for (const [label, text] of Object.entries(address)) await d.fill(label, text);
  await d.fill("Code postal", postcode);
  await d.fill("Ville", town);
  if (country) await d.choose("Pays", country);
  await d.submit();
  await d.page.waitForURL(/#\/structures\/\d+$/);
  await d.title(name);
  await d.sees(`${type} ${shown}`);
  equal(await d.fact("Raison sociale"), name, "the name on the record");
  equal(await d.fact("Adresse"), Object.values(address).join(", "), "the address on the record");
  equal(await d.fact("Code postal"), postcode, "the postcode");
  equal(await d.fact("Ville"), town, "the town");
  if (country) equal(await d.fact("Pays"), country, "the country");
  equal(await count(d), before + 1, "structures");
  const list = await d.structures();
  assert(
    list.some((r) => r.includes(name) && r.includes(spaced(shown))),
    `not in the list: ${list}`,
  );
}

test("the seven types are offered, and the form expected of the identifier follows the type", ["000-2.1-06", "000-2.1-07"], async () => {
  const d = claire;
  await form(d);
  equal(
    (await d.options("Type d’identifiant")).map((o) => o.trim()),
    Object.values(types),
    "the types",
  );
  const forms = {
    [types.siret]: /14 chiffres ; espaces et points acceptés/,
    [types.eu]: /Numéro de TVA intracommunautaire.*18 caractères au plus/,
    [types.nonEu]: /Le code du pays \(2 lettres\) et le début de la raison sociale, 18 caractères au plus/,
    [types.ridet]: /9 ou 10 chiffres/,
    [types.tahiti]: /9 caractères : une lettre ou un chiffre, 5 chiffres, puis les 3 chiffres de l’établissement/,
    [types.pending]: /1 à 18 lettres, chiffres ou tirets/,
  };
  for (const [type, expected] of Object.entries(forms)) {
    if (type !== types.siret) await d.choose("Type d’identifiant", type);
    const input = d.labelled("Identifiant");
    await input.waitFor();
    const said = await input.evaluate((e) =>
      (e.getAttribute("aria-describedby") ?? "")
        .split(/\s+/)
        .map((id) => document.getElementById(id)?.innerText ?? "")
        .join(" "),
    );
    assert(expected.test(spaced(said)), `${type}: ${said}`);
    for (const [other, sentence] of Object.entries(forms))
      if (other !== type) assert(!sentence.test(spaced(said)), `${type} says the form of ${other}: ${said}`);
  }
});

test("outside France, within the Union: the VAT number, never French nor foreign to the Union", ["000-2.1-14", "000-2.1-23"], async () => {
  const d = claire;
  await form(d, types.eu);
  await d.fill("Raison sociale", "Hafen GmbH");
  const before = await count(d);
  await refused(d, "FR 83 487444697", /français : choisissez le type SIRET/);
  await refused(d, "US 123456789", /ne sont pas celles d’un pays de l’Union/);
  await refused(d, "CH 123456789", /ne sont pas celles d’un pays de l’Union/);
  await refused(d, "GR 123456789", /Le préfixe de la Grèce est EL/);
  await refused(d, "DE 12345", /n’a pas la forme d’un numéro de TVA de ce pays/);
  await refused(d, "DE 1234567890123456789", /n’a pas la forme|18 caractères/);
  await refused(d, "DE 138 263 822", /n’a pas la bonne clé/);
  equal(await count(d), before, "structures after the refusals");
  await made(d, types.eu, {
    typed: "DE 138.263.821",
    shown: "DE 138263821",
    name: "Hafen GmbH",
    postcode: "20457",
    town: "Hamburg",
    country: "Allemagne",
  });
});

test(
  "outside the Union: the identifier is proposed from the country and the name, and can be mended",
  ["000-2.1-15", "000-2.1-23"],
  async () => {
    const d = claire;
    await form(d, types.nonEu);
    await d.choose("Pays", "Suisse");
    await d.fill("Raison sociale", "Alpes & Lacs Conseil International");
    const value = async (expected) => {
      for (let i = 0; i < 50 && (await d.labelled("Identifiant").inputValue()) !== expected; i++) await d.page.waitForTimeout(100);
      equal(await d.labelled("Identifiant").inputValue(), expected, "the identifier proposed");
    };
    await value("CHALPESLACSCONSEIL"); // 18 characters
    await d.choose("Pays", "Canada");
    await value("CAALPESLACSCONSEIL");
    const before = await count(d);
    await refused(d, "ZZALPES", /doivent être le code d’un pays/);
    await refused(d, "DEALPES", /dans l’Union européenne/);
    await refused(d, "CA", /Ajoutez le début de la raison sociale/);
    await refused(d, "CAALPESLACSCONSEILX", /18 caractères au plus/);
    await refused(d, "CA@LPES", /que des lettres sans signe et des chiffres/);
    equal(await count(d), before, "structures after the refusals");
    await made(d, types.nonEu, {
      typed: "CA ALPES 2",
      shown: "CAALPES2",
      name: "Alpes & Lacs Conseil International",
      postcode: "H2Y 1C6",
      town: "Montréal",
    });
  },
);

test("RIDET: 9 or 10 digits, never the RID alone", ["000-2.1-16", "000-2.1-23"], async () => {
  const d = claire;
  await form(d, types.ridet);
  await d.fill("Raison sociale", "Lagon Services");
  const before = await count(d);
  await refused(d, "123456", /RID seul : ajoutez les 3 chiffres de l’établissement/);
  await refused(d, "1234567", /RID seul/);
  await refused(d, "12345678901", /9 ou 10 chiffres/);
  await refused(d, "12345678", /9 ou 10 chiffres/);
  await refused(d, "12345A001", /que des chiffres/);
  await refused(d, "000000000", /zéros/);
  equal(await count(d), before, "structures after the refusals");
  await made(d, types.ridet, {
    typed: "123456 001",
    shown: "123456 001",
    name: "Lagon Services",
    postcode: "98800",
    town: "Nouméa",
    country: "Nouvelle-Calédonie",
  });
  await form(d, types.ridet);
  await made(d, types.ridet, {
    typed: "1 234 567.002",
    shown: "1234567 002",
    name: "Lagon Négoce",
    postcode: "98800",
    town: "Nouméa",
    country: "Nouvelle-Calédonie",
  });
});

test("TAHITI: a letter or a digit, 5 digits, 3 of the establishment", ["000-2.1-17", "000-2.1-23"], async () => {
  const d = claire;
  await form(d, types.tahiti);
  await d.fill("Raison sociale", "Perles du Sud");
  const before = await count(d);
  await refused(d, "A12345", /manque les 3 chiffres de l’établissement/);
  await refused(d, "A1234500", /une lettre ou un chiffre, puis 8 chiffres/);
  await refused(d, "A123450011", /une lettre ou un chiffre, puis 8 chiffres/);
  await refused(d, "AB2345001", /une lettre ou un chiffre, puis 8 chiffres/);
  await refused(d, "A1234500X", /une lettre ou un chiffre, puis 8 chiffres/);
  equal(await count(d), before, "structures after the refusals");
  await made(d, types.tahiti, {
    typed: "a12345 001",
    shown: "A12345 001",
    name: "Perles du Sud",
    postcode: "98714",
    town: "Papeete",
    country: "Polynésie française",
  });
  await form(d, types.tahiti);
  await made(d, types.tahiti, { typed: "912345002", shown: "912345 002", name: "Perles du Nord", postcode: "98714", town: "Papeete" });
});

test("being registered: a provisional identifier of 1 to 18 letters, digits or hyphens", ["000-2.1-18", "000-2.1-23"], async () => {
  const d = claire;
  await form(d, types.pending);
  await d.fill("Raison sociale", "Jeune Pousse");
  const before = await count(d);
  await refused(d, "JEUNE_POUSSE", /que des lettres, des chiffres et des tirets/);
  await refused(d, "JEUNE/1", /que des lettres, des chiffres et des tirets/);
  await refused(d, "éphémère", /que des lettres, des chiffres et des tirets/);
  await refused(d, "ABCDEFGHIJKLMNOPQRS", /18 caractères au plus/); // 19
  equal(await count(d), before, "structures after the refusals");
  await made(d, types.pending, { typed: "JEUNE-2026", shown: "JEUNE-2026", name: "Jeune Pousse", postcode: "69003", town: "Lyon" });
  await form(d, types.pending);
  await made(d, types.pending, { typed: "7", shown: "7", name: "Un Seul Signe", postcode: "69003", town: "Lyon" });
  await form(d, types.pending);
  await made(d, types.pending, {
    typed: "ABCDEFGHIJKLMNOPQR",
    shown: "ABCDEFGHIJKLMNOPQR",
    name: "Dix-huit Signes",
    postcode: "69003",
    town: "Lyon",
  });
});

test(
  "a particulier: first and last name instead of the legal name, a local number, never the social security number",
  ["000-2.1-19", "000-2.1-24"],
  async () => {
    const d = claire;
    await form(d, types.individual);
    await d.labelled("Prénom").waitFor();
    await d.labelled("Nom").waitFor();
    equal(await d.labelled("Raison sociale").count(), 0, "a field for the legal name");
    equal(await d.labelled("Identifiant").count(), 0, "a field for an identifier");
    const labels = (await d.main.locator("label").allInnerTexts()).join(" | ");
    assert(!/sécurité sociale|NIR|INSEE/i.test(labels), `the form asks for ${labels}`);
    await d.sees(/Ne saisissez jamais de numéro de sécurité sociale/);
    const before = await count(d);
    await d.submit();
    equal(await d.errorOf("Prénom"), "Donnez le prénom.", "no first name");
    equal(await d.errorOf("Nom"), "Donnez le nom.", "no last name");
    equal(await count(d), before, "structures after the refusal");
    await d.fill("Prénom", "Jeanne");
    await d.fill("Nom", "Le Goff");
    await d.fill("Adresse, ligne 1", "3 quai des Indes");
    await d.fill("Code postal", "56100");
    await d.fill("Ville", "Lorient");
    await d.submit();
    await d.title("Jeanne Le Goff");
    await d.sees(/Particulier P\d{6}/);
    equal(await d.fact("Ville"), "Lorient", "the town");
    const first = (await d.main.innerText()).match(/P\d{6}/)[0];
    await form(d, types.individual);
    await d.fill("Prénom", "Yann");
    await d.fill("Nom", "Le Goff");
    await d.submit();
    await d.title("Yann Le Goff");
    const second = (await d.main.innerText()).match(/P\d{6}/)[0];
    assert(first !== second, "two people with one number");
  },
);

test("the optional fields come once the identifier is typed; without them, and with them reread", ["000-2.1-20"], async () => {
  const d = claire;
  await form(d);
  for (const name of optional) equal(await d.labelled(name).count(), 0, `« ${name} » before the identifier`);
  await d.fill("Identifiant", plain);
  for (const name of optional) {
    await d.labelled(name).waitFor();
    assert(!(await d.labelled(name).getAttribute("aria-required")), `« ${name} » is required`);
  }
  await d.sees("Actif à l’INSEE");
  await d.submit();
  await d.title("SANS OPTIONS");
  for (const name of ["Libellé", "Adresse électronique", "Téléphone", "RCS"]) equal(await d.fact(name), "", `${name} on the record`);

  await form(d);
  await d.fill("Identifiant", lyon);
  await d.sees("Actif à l’INSEE");
  await d.fill("Libellé", "Agence de Lyon");
  await d.fill("Adresse électronique", "pas-une-adresse");
  await d.fill("Téléphone", "12");
  await d.fill("Numéro de TVA", "FR00123");
  await d.submit();
  assert(/mal formée/.test(await d.errorOf("Adresse électronique")), "a wrong address");
  assert(/forme connue/.test(await d.errorOf("Téléphone")), "a wrong telephone");
  assert(/numéro de TVA/i.test(await d.errorOf("Numéro de TVA")), "a wrong VAT number");
  const vat = `FR${String((12 + 3 * (Number(lyonSiren) % 97)) % 97).padStart(2, "0")}${lyonSiren}`;
  const values = {
    "Adresse électronique": "lyon@exemple.fr",
    Téléphone: "04 72 11 22 33",
    "Numéro de TVA": vat,
    RCS: "Lyon B 712 345 670",
  };
  for (const [name, text] of Object.entries(values)) await d.fill(name, text);
  await d.submit();
  await d.title("ATELIER LYONNAIS");
  equal(await d.fact("Libellé"), "Agence de Lyon", "the label");
  equal(await d.fact("Adresse électronique"), "lyon@exemple.fr", "the address");
  equal(await d.fact("Téléphone"), "04 72 11 22 33", "the telephone");
  equal((await d.fact("TVA intracommunautaire")).replace(/\s/g, "").split("·")[0], vat, "the VAT number");
  equal(await d.fact("RCS"), "Lyon B 712 345 670", "the RCS");
});

test("the other optional fields are reread too", [], async () => {
  const d = claire;
  await form(d, types.pending);
  await d.fill("Identifiant", "TOUS-CHAMPS");
  await d.fill("Raison sociale", "Tous Champs");
  await d.button("Plus de champs facultatifs").click();
  await d.labelled("Étiquettes").fill("Export");
  await d.page.keyboard.press("Enter");
  await d.choose("Qui répond aux demandes", "Le cabinet ou l’entreprise");
  await d.fill("Titulaire du mandat", "Mandataire SA");
  await d.fill("Mandat depuis le", twin(1).typed);
  await d.fill("Numéro PACAGE", "12");
  await d.fill("Compte technique", "TECH-01");
  await d.fill("Raccordements", "EDI par AS4");
  await d.submit();
  equal(await d.errorOf("Numéro PACAGE"), "Un numéro PACAGE a 9 chiffres.", "a wrong PACAGE number");
  await d.fill("Numéro PACAGE", "069012345");
  await d.submit();
  await d.title("Tous Champs");
  equal(await d.fact("Étiquettes"), "Export", "the labels");
  equal(await d.fact("Responsable"), "Le cabinet ou l’entreprise", "who answers");
  equal(await d.fact("Mandat de facturation"), `Mandataire SA, depuis le ${twin(1).words}`, "the mandate");
  equal(await d.fact("Numéro PACAGE"), "069012345", "the PACAGE number");
  equal(await d.fact("Compte technique"), "TECH-01", "the technical account");
  equal(await d.fact("Raccordements"), "EDI par AS4", "the connections");
});

test("a day is typed as it is shown: the day, then the month", [], async () => {
  const d = claire;
  await form(d, types.pending);
  await d.fill("Identifiant", "DATES-1");
  await d.fill("Raison sociale", "Dates tapées");
  await d.button("Plus de champs facultatifs").click();
  await d.fill("Titulaire du mandat", "Mandataire SA");
  await d.fill("Mandat depuis le", "03/02/2026");
  await d.fill("Mandat jusqu’au", "25/12/2027");
  await d.submit();
  await d.title("Dates tapées");
  equal(await d.fact("Mandat de facturation"), "Mandataire SA, depuis le 3 février 2026, jusqu’au 25 décembre 2027", "the mandate");
});

const boxes = {
  edi: "L’entité publique peut recevoir des données via EDI",
  code: "Le code service doit être renseigné par le fournisseur",
  commitment: "Le numéro d’engagement doit être renseigné par le fournisseur",
  either: "Le numéro d’engagement ou le code service est obligatoire",
  payment: /^Le statut «\s?Mise en paiement\s?» n’est pas remonté au fournisseur$/,
};
const panel = (d) => d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Paramètres structure publique" }) });
const said = async (d) => spaced(await panel(d).innerText());

/** Creates a public structure with some boxes ticked and reads its record. */
async function publicOne(d, number, name, { ticked = [], moa, sphere = "Publique, État" }) {
  await form(d, types.pending);
  await d.fill("Identifiant", number);
  await d.fill("Raison sociale", name);
  await d.choose("Sphère", sphere);
  for (const box of ticked) await d.box(box).check();
  if (moa) await d.radio(moa).check();
  await d.submit();
  await d.title(name);
  await panel(d).waitFor();
  return said(d);
}

test("the parameters are for a public structure only", ["000-2.9.1-01"], async () => {
  const d = claire;
  await form(d, types.pending);
  const block = d.page.getByRole("group", { name: "Paramètres structure publique" });
  equal(await block.count(), 0, "the block in the form of a private structure");
  await d.choose("Sphère", "Publique, hors État");
  await block.waitFor();
  await d.choose("Sphère", "Publique, État");
  await block.waitFor();
  for (const box of Object.values(boxes)) assert(!(await d.box(box).isChecked()), `${box} is ticked from the start`);
  await d.choose("Sphère", "Privée");
  await block.waitFor({ state: "detached" });
  await d.fill("Identifiant", "PRIVEE-1");
  await d.fill("Raison sociale", "Maison Privée");
  await d.submit();
  await d.title("Maison Privée");
  await d.sees("Gestionnaire principal");
  equal(await panel(d).count(), 0, "the block on the record of a private structure");
  await publicOne(d, "LOCALE-1", "Commune d’Exemple", { sphere: "Publique, hors État" });
  await publicOne(d, "ETAT-1", "Service de l’État", {});
});

test(
  "each parameter is kept, and the record says what it asks of a supplier",
  ["000-2.9.1-02", "000-2.9.1-03", "000-2.9.1-04", "000-2.9.1-05", "000-2.9.1-06"],
  async () => {
    const d = claire;
    const sentences = {
      code: /Tout fournisseur doit donner un code service\./,
      commitment: /Tout fournisseur doit donner un numéro d’engagement\./,
      either: /Le fournisseur doit donner au moins l’un des deux/,
      payment: /Le fournisseur ne verra pas le statut «\s?Mise en paiement\s?»/,
    };
    const none = await publicOne(d, "PARAM-0", "Rien de coché", {});
    for (const sentence of Object.values(sentences)) assert(!sentence.test(none), `nothing ticked: ${none}`);
    assert(/L’entité publique peut recevoir des données via EDI\s*non/.test(none), none);
    const edi = await publicOne(d, "PARAM-1", "Avec EDI", { ticked: [boxes.edi] });
    assert(/L’entité publique peut recevoir des données via EDI\s*oui/.test(edi), edi);
    await d.page.reload();
    await d.title("Avec EDI");
    await panel(d).waitFor();
    assert(/L’entité publique peut recevoir des données via EDI\s*oui/.test(await said(d)), "EDI, after a reload");
    let n = 1;
    for (const [name, sentence] of Object.entries(sentences)) {
      const text = await publicOne(d, `PARAM-${++n}`, `Avec ${name}`, { ticked: [boxes[name]] });
      assert(sentence.test(text), `${name}: ${text}`);
      for (const [other, wrong] of Object.entries(sentences))
        if (other !== name) assert(!wrong.test(text), `${name} says ${other}: ${text}`);
      // kept: read again from the program, not from the form
      await d.page.reload();
      await d.title(`Avec ${name}`);
      await panel(d).waitFor();
      assert(sentence.test(await said(d)), `${name}, after a reload`);
    }
  },
);

test("MOA: none, one that intervenes, or only one", ["000-2.9.1-08"], async () => {
  const d = claire;
  await form(d, types.pending);
  await d.choose("Sphère", "Publique, État");
  const group = d.page.getByRole("radiogroup", { name: "MOA" });
  const offered = (await group.getByRole("radio").evaluateAll((list) => list.map((e) => e.labels[0].innerText))).map((x) => x.trim());
  equal(offered, moas, "the choices");
  for (const [n, moa] of moas.entries()) {
    const text = await publicOne(d, `MOA-${n}`, `Travaux ${n}`, { moa });
    assert(text.includes(`MOA ${moa}`), text);
  }
});
const moas = ["Sans MOA", "Une MOA intervient", "MOA uniquement"];

// What each state says: whether a contracting authority intervenes, and how works invoices are then received.
const received = {
  "Sans MOA": /aucune maîtrise d’ouvrage n’intervient, les factures de travaux arrivent directement à la structure\./,
  "Une MOA intervient": /les factures de travaux passent par la maîtrise d’ouvrage avant d’être reçues par la structure\./,
  "MOA uniquement": /seule la maîtrise d’ouvrage reçoit les factures de travaux\./,
};

test(
  "MOA: the record says whether one intervenes, and how works invoices are received then, in its own words",
  ["000-2.9.1-07"],
  async () => {
    const d = claire;
    const only = (text, moa, when) => {
      assert(text.includes(`MOA ${moa}`), `${when}: ${text}`);
      for (const [other, sentence] of Object.entries(received))
        equal(sentence.test(text), other === moa, `${when}: whether it says what « ${other} » means, in ${text}`);
    };
    for (const [n, moa] of moas.entries()) {
      const name = `Reçues ${n}`;
      only(await publicOne(d, `RECUES-${n}`, name, { moa, sphere: n === 1 ? "Publique, hors État" : "Publique, État" }), moa, moa);
      // changed, it says the other thing, and keeps it
      const next = moas[(n + 1) % moas.length];
      await d.manage("Modifier une structure", name);
      await d.radio(next).check();
      await d.submit();
      await d.title(name);
      await panel(d).waitFor();
      only(await said(d), next, `${moa} changed to ${next}`);
      await d.page.reload();
      await d.title(name);
      await panel(d).waitFor();
      only(await said(d), next, `${moa} changed to ${next}, read again`);
    }
    // untouched, it is without
    only(await publicOne(d, "RECUES-DEFAUT", "Reçues sans choix", {}), "Sans MOA", "untouched");
  },
);

test("« Activer tout de suite » unticked: inactive, in the list to activate, activated later", ["000-2.2.3-03"], async () => {
  const d = claire;
  await form(d);
  await d.fill("Identifiant", late);
  await d.sees("Actif à l’INSEE");
  assert(await d.box(/^Activer tout de suite/).isChecked(), "the box is not ticked from the start");
  await d.box(/^Activer tout de suite/).uncheck();
  await d.submit();
  await d.title("PLUS TARD");
  await d.badge("Inactive");
  const row = async () => (await d.structures()).find((r) => r.includes("PLUS TARD"));
  assert(/Inactive/.test(await row()), await row());
  await d.manage("Désactiver une structure");
  assert(!(await d.found("Identifiant", "PLUS TARD")).some((o) => o.includes("PLUS TARD")), "it is offered for deactivation");
  await d.manage("Activer une structure");
  assert(
    (await d.found("Identifiant", "PLUS")).some((o) => o.includes("PLUS TARD")),
    "it is not in the list to activate",
  );
  await d.choose("Identifiant", "PLUS TARD");
  await d.sees(/sera active dès maintenant/);
  await d.submit();
  await d.title("PLUS TARD");
  await d.badge("Active");
  assert(/ Active/.test(await row()), await row());
});

test("what the register says decides: closed is refused, confidential is masked, absent or silent is kept « à vérifier »", [], async () => {
  const d = claire;
  await form(d);
  await d.fill("Identifiant", ganymede);
  await d.sees(/fermé à l’INSEE depuis le 22 octobre 2022/);
  assert(await d.button("Soumettre").isDisabled(), "closed: « Soumettre » may be pressed");
  await form(d);
  await d.fill("Identifiant", rennes);
  await d.sees(/tient ce SIRET pour confidentiel/);
  assert(!/RENNES|NON-DIFFUSIBLE/i.test(await d.main.innerText()), "something shows through");
  const reasons = {
    duplicate: "L’INSEE tient ce SIRET pour un doublon.",
    down: "Le service de l’État est en panne.",
    html: "La réponse du service de l’État est illisible.",
    array: "La réponse du service de l’État est illisible.",
    absent: "Inconnu de l’annuaire",
    limited: /réessayez dans \d+ s/, // last: nothing is asked while the register wants a rest
  };
  let place = 0;
  for (const [mode, sentence] of Object.entries(reasons)) {
    w.register.mode = mode === "absent" ? "" : mode;
    const number = mode === "absent" ? absent : siret(siren("74234567"), String(++place).padStart(4, "0"));
    await form(d);
    await d.fill("Identifiant", number);
    await d.page
      .getByText(mode === "absent" ? "Inconnu de l’annuaire" : "Non vérifiable pour l’instant")
      .first()
      .waitFor({ timeout: 25_000 });
    await d.sees(sentence);
    await d.fill("Raison sociale", `Gardée ${mode}`);
    await d.submit();
    await d.title(`Gardée ${mode}`);
    await d.sees("À vérifier");
  }
  w.register.mode = "";
  equal([...claire.faults], [], "errors in the page");
});

test("unknown to Sirene: refused", [], async () => {
  const d = claire;
  const saved = async (registry) => {
    for (let i = 0; i < 50 && (await d.call("Firm.Settings")).registry !== registry; i++) await d.page.waitForTimeout(100);
    equal((await d.call("Firm.Settings")).registry, registry, "the register of the settings");
  };
  await d.go("/parametres");
  await d.title("Paramètres");
  await d.choose("Vérification des SIRET", "INSEE Sirene");
  await d.fill("Clé d’accès à l’API Sirene", "ma-cle");
  await d.submit();
  await saved("sirene");
  await form(d);
  await d.fill("Identifiant", siret(siren("75234567"), "0001"));
  await d.sees("L’INSEE ne connaît pas ce SIRET : la structure ne peut pas être créée.");
  assert(await d.button("Soumettre").isDisabled(), "« Soumettre » may be pressed");
});
