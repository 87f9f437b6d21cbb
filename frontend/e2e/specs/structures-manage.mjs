// « Gérer une structure » and its five kinds of request; the record's other actions; the list of structures.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, ganymede, siren, siret } from "../register.mjs";
import { World } from "../world.mjs";

let w, claire, julie, ids;
const unit = siren("81234567");
const lyon = siret(unit, "0001");
const moved = siret(unit, "0002");
const arrived = siret(unit, "0003");
const julies = siret(unit, "0004");
const spaced = (text) => text.replace(/\s+/g, " ");

before(async () => {
  w = await World.start("structures-manage.mjs");
  w.register.add(lyon, { name: "ATELIER LYONNAIS" });
  w.register.add(moved, { name: "AVANT LE DEMENAGEMENT", address: "1 RUE ANCIENNE 69003 LYON" });
  w.register.add(arrived, { name: "JEUNE POUSSE SAS" });
  w.register.add(julies, { name: "CHEZ JULIE" });
  claire = await w.desk();
  await claire.setUp({ number: essor });
  ids = {
    lyon: await claire.makeStructure({ type: "siret", identifier: lyon, name: "", rcs: "Lyon B 812", email: "lyon@exemple.fr" }),
    moved: await claire.makeStructure({ type: "siret", identifier: moved, name: "" }),
    public: await claire.makeStructure({
      identifier: "MAIRIE-1",
      name: "Mairie d’Exemple",
      sphere: "state",
      label: "Mairie",
      email: "mairie@exemple.fr",
      phone: "04 72 11 22 33",
      rcs: "aucun",
      address1: "Place de la Mairie",
      postcode: "26100",
      town: "Romans",
      edi: true,
      codeRequired: true,
      paymentHidden: true,
      moa: "involved",
    }),
  };
  julie = await claire.invite({
    first: "Julie",
    last: "Petit",
    email: "julie.petit@exemple.fr",
    structure: "ATELIER LYONNAIS",
    profiles: ["Organisation modification"],
  });
  await claire.attach({ email: "julie.petit@exemple.fr", structure: "ESSOR" });
  ids.julie = await julie.makeStructure({ type: "siret", identifier: julies, name: "" });
});
after(() => w.stop());

const requests = [
  "Consulter / Rechercher une structure",
  "Modifier une structure",
  "Activer une structure",
  "Mettre à jour depuis la base INSEE",
  "Désactiver une structure",
];
const [view, edit, activate, update, deactivate] = requests;

test(
  "every action on a structure from « Structures » under « Organisation », by « Gérer une structure »",
  ["000-2.2-01", "000-2.2-02"],
  async () => {
    const d = claire;
    await d.link("Organisation").click();
    await d.title("Organisation");
    await d.page.getByRole("navigation", { name: "Menu principal" }).getByRole("link", { name: "Structures" }).click();
    await d.title("Structures");
    await d.main.getByRole("link", { name: "Gérer une structure" }).click();
    await d.title("Gérer une structure");
    equal(await d.labelled("Identifiant").count(), 0, "the structure is asked before the kind of request");
    equal(
      (await d.options("Type de demande")).map((x) => x.trim()),
      requests,
      "the kinds of request",
    );
    for (const request of requests) {
      await d.choose("Type de demande", request);
      await d.labelled("Identifiant").waitFor();
      equal(await d.shown("Type de demande", request), request, "the kind of request");
    }
    for (const request of requests) {
      await d.go("/");
      await d.title("Accueil");
      await d.act(request, "Gérer une structure");
      equal(await d.labelled("Type de demande").inputValue(), request, "by its name in the palette");
    }
  },
);

test(
  "to consult: only the structures one is attached to, found by a bit of their name, town or identifier",
  ["000-2.2.1-02", "000-2.2.1-04"],
  async () => {
    const d = claire;
    await d.manage(view);
    const offered = await d.found("Identifiant");
    for (const name of ["ESSOR ENERGIES", "ATELIER LYONNAIS", "AVANT LE DEMENAGEMENT", "Mairie d’Exemple"])
      assert(
        offered.some((o) => o.startsWith(name)),
        `${name} is not offered: ${offered}`,
      );
    // an administrator sees Julie's structure, but is not attached to it
    assert(
      (await d.structures()).some((r) => r.includes("CHEZ JULIE")),
      "the administrator does not see the structure at all",
    );
    assert(!offered.some((o) => o.includes("CHEZ JULIE")), `one that she is not attached to is offered: ${offered}`);
    await d.manage(view);
    const grouped = lyon.replace(/^(\d{3})(\d{3})(\d{3})/, "$1 $2 $3 ");
    const bits = {
      onnais: "ATELIER LYONNAIS",
      "atelier lyon": "ATELIER LYONNAIS",
      Romans: "Mairie d’Exemple",
      omans: "Mairie d’Exemple",
      [lyon]: "ATELIER LYONNAIS",
      [grouped]: "ATELIER LYONNAIS",
      [grouped.slice(4, 15)]: "ATELIER LYONNAIS",
      [lyon.slice(-6)]: "ATELIER LYONNAIS",
      "MAIRIE-1": "Mairie d’Exemple",
    };
    for (const [letters, name] of Object.entries(bits)) {
      const found = await d.found("Identifiant", letters);
      assert(
        found.some((o) => o.startsWith(name)),
        `« ${letters} » finds ${found}`,
      );
    }
    equal(await d.found("Identifiant", "introuvable xyz"), [], "for what nothing has");
  },
);

const typed = {
  "Raison sociale": "Mairie d’Exemple",
  Libellé: "Mairie",
  "Adresse électronique": "mairie@exemple.fr",
  RCS: "aucun",
  "Adresse, ligne 1": "Place de la Mairie",
  "Code postal": "26100",
  Ville: "Romans",
  Pays: "France",
  Numéro: "MAIRIE-1",
  "Type d’identifiant": "En cours d’immatriculation",
};
const boxes = {
  "L’entité publique peut recevoir des données via EDI": true,
  "Le code service doit être renseigné par le fournisseur": true,
  "Le numéro d’engagement doit être renseigné par le fournisseur": false,
  "Le numéro d’engagement ou le code service est obligatoire": false,
};
const payment = /^Le statut «\s?Mise en paiement\s?» n’est pas remonté au fournisseur$/;

test("to consult: everything shows as soon as a structure is chosen, and nothing can be changed", ["000-2.2.1-01"], async () => {
  const d = claire;
  await d.manage(view, "Mairie");
  await d.main.getByRole("heading", { name: "Mairie d’Exemple" }).waitFor();
  for (const [name, text] of Object.entries(typed)) equal(await d.labelled(name).inputValue(), text, name);
  equal((await d.labelled("Téléphone").inputValue()).replace(/\D/g, "").slice(-9), "472112233", "the telephone");
  for (const [name, ticked] of Object.entries(boxes)) equal(await d.box(name).isChecked(), ticked, name);
  equal(await d.box(payment).isChecked(), true, "the status");
  equal(await d.radio("Une MOA intervient").isChecked(), true, "MOA");
  const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Mairie d’Exemple" }) });
  const open = await panel
    .locator("input:enabled, textarea:enabled, select:enabled, button:enabled")
    .evaluateAll((list) => list.filter((e) => e.offsetParent !== null).map((e) => e.labels?.[0]?.innerText || e.innerText || e.outerHTML));
  equal(open, [], "what can be changed");
  equal(await d.button("Soumettre").count(), 0, "« Soumettre »");
  await d.page.keyboard.press("Control+s");
  await d.title("Gérer une structure");
});

// Everything that can be known of a structure, as it is typed, by the name of its field in the consultation.
const whole = {
  name: "Régie entière",
  label: "La régie",
  email: "regie@exemple.fr",
  address1: "12 rue du Port",
  address2: "Bâtiment B",
  address3: "Boîte 7",
  postcode: "26100",
  town: "Romans",
  country: "FR",
  vat: "BE0468561072",
  rcs: "Romans B 12",
  labels: ["Export", "Lyon"],
  mandateHolder: "Mandataire SA",
  mandateFrom: "2026-02-03",
  mandateUntil: "2027-12-25",
  pacage: "069012345",
  technicalAccount: "TECH-01",
  connections: "EDI par AS4",
};
const fieldsOfWhole = {
  "Type d’identifiant": /^En cours d’immatriculation$/,
  Numéro: /^ENTIERE-1$/,
  "Raison sociale": /^Régie entière$/,
  Libellé: /^La régie$/,
  "Adresse électronique": /^regie@exemple\.fr$/,
  Téléphone: /4\s?72\s?11\s?22\s?33$|472112233$/,
  "Adresse, ligne 1": /^12 rue du Port$/,
  "Adresse, ligne 2": /^Bâtiment B$/,
  "Adresse, ligne 3": /^Boîte 7$/,
  "Code postal": /^26100$/,
  Ville: /^Romans$/,
  Pays: /^France$/,
  "Numéro de TVA": /^BE\s?0468\s?561\s?072$/,
  RCS: /^Romans B 12$/,
  "Titulaire du mandat": /^Mandataire SA$/,
  "Mandat depuis le": /^(2026-02-03|03\/02\/2026|3 février 2026)$/,
  "Mandat jusqu’au": /^(2027-12-25|25\/12\/2027|25 décembre 2027)$/,
  "Numéro PACAGE": /^069012345$/,
  "Compte technique": /^TECH-01$/,
  Raccordements: /^EDI par AS4$/,
};

/** Each line of a record, by its name, and the sentences under its parameters. */
async function recordOf(d, id) {
  await d.go("/");
  await d.title("Accueil");
  await d.go(`/structures/${id}`);
  await d.main.getByRole("heading", { name: "Identité" }).waitFor();
  await d.main.getByRole("heading", { name: "Gestionnaire principal" }).waitFor();
  await d.page.waitForTimeout(300);
  const names = (await d.main.locator("dt").allInnerTexts()).map(spaced);
  const values = (await d.main.locator("dd").allInnerTexts()).map((x) =>
    spaced(x)
      .replace(/ INSEE$/, "")
      .trim(),
  );
  const parameters = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Paramètres structure publique" }) });
  const manager = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Gestionnaire principal" }) });
  return {
    lines: names.map((name, i) => [name, values[i]]),
    sentences: (await parameters.locator("p").allInnerTexts()).map(spaced),
    manager: spaced(await manager.getByRole("link").first().innerText()),
    state: (await d.call("Structures.Get", id)).active ? "Active" : "Inactive",
  };
}

/** All that a consultation shows: its texts, what its fields hold, what is ticked in it. */
async function shownBy(d) {
  const text = spaced(await d.main.innerText());
  const values = await d.main
    .locator("input, textarea")
    .evaluateAll((list) =>
      list.map((e) => (["checkbox", "radio"].includes(e.type) ? (e.checked ? (e.labels?.[0]?.innerText ?? "") : "") : e.value)),
    );
  return { text, values: values.map(spaced), all: [text, ...values.map(spaced)].join(" | ") };
}

test("to consult: every field that was ever typed shows as soon as a structure is chosen, each parameter as it stands", [], async () => {
  const d = claire;
  const before = await d.page.evaluate(() => window.location.hash);
  assert(before, "nowhere");
  const rita = await d.call("Changes.Submit", {
    fingerprint: "",
    addPerson: {
      email: "rita@exemple.fr",
      firstName: "Rita",
      lastName: "Répond",
      kind: "internal",
      structure: 0,
      department: 0,
      profiles: [],
      from: "",
      until: "",
      enters: false,
    },
  });
  const parameters = [
    { edi: true, codeRequired: false, commitmentRequired: true, commitmentOrCode: false, paymentHidden: true, moa: "only" },
    { edi: false, codeRequired: true, commitmentRequired: false, commitmentOrCode: true, paymentHidden: false, moa: "involved" },
  ];
  const moas = { only: "MOA uniquement", involved: "Une MOA intervient", none: "Sans MOA" };
  for (const [n, p] of parameters.entries()) {
    const name = n === 0 ? whole.name : `Régie ${n}`;
    const id = await d.makeStructure({
      ...whole,
      ...p,
      identifier: n === 0 ? "ENTIERE-1" : `ENTIERE-${n + 1}`,
      name,
      phone: "04 72 11 22 33",
      sphere: n === 0 ? "state" : "local",
      responsible: "user",
      responsibleId: rita.created,
    });
    if (n === 0) ids.whole = id;
    await d.manage(view, name);
    await d.main.getByRole("heading", { name }).waitFor();
    if (n === 0)
      for (const [field, expected] of Object.entries(fieldsOfWhole)) {
        const seen = spaced(await d.labelled(field).inputValue());
        assert(expected.test(seen), `« ${field} »: ${seen}`);
        assert(await d.labelled(field).isDisabled(), `« ${field} » is not greyed`);
      }
    const { all } = await shownBy(d);
    for (const text of ["Export", "Lyon", "Rita Répond"]) assert(all.includes(text), `${text} does not show: ${all}`);
    for (const [box, key] of Object.entries({
      "L’entité publique peut recevoir des données via EDI": "edi",
      "Le code service doit être renseigné par le fournisseur": "codeRequired",
      "Le numéro d’engagement doit être renseigné par le fournisseur": "commitmentRequired",
      "Le numéro d’engagement ou le code service est obligatoire": "commitmentOrCode",
    })) {
      equal(await d.box(box).isChecked(), p[key], `${name}: ${box}`);
      assert(await d.box(box).isDisabled(), `« ${box} » is not greyed`);
    }
    equal(await d.box(payment).isChecked(), p.paymentHidden, `${name}: the status`);
    for (const [moa, label] of Object.entries(moas)) equal(await d.radio(label).isChecked(), moa === p.moa, `${name}: ${label}`);
  }
});

test(
  "to consult: all that the record tells shows too, for a public, a registered and a natural person's (bank details, files: later)",
  ["000-2.2.1-03"],
  async () => {
    const d = claire;
    ids.person = await d.makeStructure({
      type: "individual",
      identifier: "",
      name: "",
      firstName: "Jeanne",
      lastName: "Le Goff",
      town: "Lorient",
    });
    const missing = [];
    for (const [id, name] of [
      [ids.whole, "Régie entière"],
      [ids.lyon, "ATELIER LYONNAIS"],
      [ids.person, "Jeanne Le Goff"],
    ]) {
      const record = await recordOf(d, id);
      await d.manage(view, name);
      await d.main.getByRole("heading", { name }).waitFor();
      await d.page.waitForTimeout(300);
      const { text, values, all } = await shownBy(d);
      const tell = (what, value) => {
        const plain = (x) => x.replace(/[\s.,]/g, "").toLowerCase();
        const parts = value.split(", ");
        if (!parts.every((part) => plain(all).includes(plain(part)))) missing.push(`${name}: ${what} (${value})`);
      };
      for (const [what, value] of record.lines) {
        if (/^(oui|non)$/.test(value)) {
          const ticked = values.some((x) => x === what);
          if (ticked !== (value === "oui")) missing.push(`${name}: ${what} (${value})`);
        } else if (what === "Mandat de facturation") tell(what, "Mandataire SA");
        else if (what === "Téléphone" || what.startsWith("Créée")) tell(what, value.replace(/^0/, ""));
        else tell(what, value);
      }
      tell("Gestionnaire principal", record.manager);
      if (!new RegExp(`(^|[^\\p{L}])${record.state}([^\\p{L}]|$)`, "u").test(text))
        missing.push(`${name}: whether it is active (${record.state})`);
      for (const sentence of record.sentences) tell("what its parameters say", sentence);
    }
    equal(missing, [], "what the record tells and the consultation does not");
  },
);

test("to edit: only one's own structures", ["000-2.2.2-01"], async () => {
  const d = julie;
  await d.manage(edit);
  const offered = await d.found("Identifiant");
  assert(
    offered.some((o) => o.startsWith("ATELIER LYONNAIS")) && offered.some((o) => o.startsWith("CHEZ JULIE")),
    `hers are not offered: ${offered}`,
  );
  // attached to ESSOR, but without a profile that lets her change it; the others are not hers
  for (const other of ["ESSOR", "AVANT LE DEMENAGEMENT", "Mairie"]) {
    assert(!offered.some((o) => o.includes(other)), `${other} is offered: ${offered}`);
    assert(!(await d.found("Identifiant", other)).some((o) => o.includes(other)), `${other} is found`);
  }
});

test(
  "to edit: what is fixed is greyed, the rest is changed by « Soumettre » alone, and reread",
  ["000-2.2.2-02", "000-2.2.2-03"],
  async () => {
    const d = claire;
    await d.manage(edit, "ATELIER");
    await d.main.getByRole("heading", { name: "ATELIER LYONNAIS" }).waitFor();
    for (const name of ["Type d’identifiant", "Numéro", "Raison sociale", "Adresse, ligne 1", "Code postal", "Ville", "Pays"])
      assert(await d.labelled(name).isDisabled(), `« ${name} » is not greyed`);
    for (const name of ["Libellé", "Adresse électronique", "Téléphone", "RCS", "Étiquettes", "Titulaire du mandat", "Numéro PACAGE"])
      assert(await d.labelled(name).isEditable(), `« ${name} » is greyed`);
    await d.fill("Libellé", "Atelier jamais");
    await d.button("Annuler").click();
    await d.go(`/structures/${ids.lyon}`);
    await d.title("ATELIER LYONNAIS");
    equal(await d.fact("Libellé"), "", "the label without « Soumettre »");
    await d.manage(edit, "ATELIER");
    equal(await d.labelled("Libellé").inputValue(), "", "the label in the form without « Soumettre »");
    await d.fill("Libellé", "Atelier de Lyon");
    await d.fill("Téléphone", "04 72 99 88 77");
    await d.fill("RCS", "Lyon B 900");
    await d.submit();
    await d.title("ATELIER LYONNAIS");
    const read = async () => [await d.fact("Libellé"), await d.fact("Téléphone"), await d.fact("RCS")];
    equal(await read(), ["Atelier de Lyon", "04 72 99 88 77", "Lyon B 900"], "the record");
    await d.page.reload();
    await d.title("ATELIER LYONNAIS");
    equal(await read(), ["Atelier de Lyon", "04 72 99 88 77", "Lyon B 900"], "the record, read again");
    await d.manage(edit, "ATELIER");
    await d.fill("Adresse électronique", "fausse");
    await d.submit();
    assert(/mal formée/.test(await d.errorOf("Adresse électronique")), "a wrong address");
  },
);

test("the six parameters: greyed to consult, changed to edit", ["000-2.9.1-09"], async () => {
  const d = claire;
  const all = [...Object.keys(boxes), payment];
  await d.manage(view, "Mairie");
  for (const name of all) assert(await d.box(name).isDisabled(), `${name} is not greyed`);
  for (const name of ["Sans MOA", "Une MOA intervient", "MOA uniquement"])
    assert(await d.radio(name).isDisabled(), `${name} is not greyed`);
  await d.manage(edit, "Mairie");
  for (const name of all) {
    assert(!(await d.box(name).isDisabled()), `${name} is greyed`);
    await d.box(name).click(); // each the other way
  }
  await d.radio("MOA uniquement").check();
  await d.submit();
  await d.title("Mairie d’Exemple");
  const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Paramètres structure publique" }) });
  await panel.waitFor();
  await d.manage(view, "Mairie");
  for (const [name, ticked] of Object.entries(boxes)) equal(await d.box(name).isChecked(), !ticked, name);
  equal(await d.box(payment).isChecked(), false, "the status");
  equal(await d.radio("MOA uniquement").isChecked(), true, "MOA");
});

test(
  "deactivated then activated: each list holds only what it can act on",
  ["000-2.2.3-01", "000-2.2.3-02", "000-2.2.5-01", "000-2.2.5-02"],
  async () => {
    const d = claire;
    const offered = async (request) => {
      await d.manage(request);
      await d.page.waitForTimeout(300);
      // one who has a single choice has it made: then the field itself holds it
      return [await d.labelled("Identifiant").inputValue(), ...(await d.found("Identifiant", "AVANT"))].join(" | ");
    };
    const state = async () => spaced((await d.structures()).find((r) => r.includes("AVANT LE DEMENAGEMENT")));
    assert((await offered(deactivate)).includes("AVANT LE DEMENAGEMENT"), "an active one is not offered to deactivate");
    assert(!(await offered(activate)).includes("AVANT LE DEMENAGEMENT"), "an active one is offered to activate");
    await d.manage(deactivate, "AVANT");
    await d.sees(/AVANT LE DEMENAGEMENT sera inactive dès maintenant/);
    await d.submit();
    await d.title("AVANT LE DEMENAGEMENT");
    await d.badge("Inactive");
    assert(/Inactive/.test(await state()), await state());
    assert(!(await offered(deactivate)).includes("AVANT LE DEMENAGEMENT"), "an inactive one is offered to deactivate");
    assert((await offered(activate)).includes("AVANT LE DEMENAGEMENT"), "an inactive one is not offered to activate");
    for (const active of ["ESSOR ENERGIES", "ATELIER LYONNAIS", "Mairie d’Exemple", "CHEZ JULIE"]) {
      await d.manage(activate);
      const found = await d.found("Identifiant", active.slice(0, 6));
      assert(!found.some((o) => o.includes(active)), `the active ${active} is offered to activate`);
    }
    await d.manage(activate, "AVANT");
    await d.submit();
    await d.title("AVANT LE DEMENAGEMENT");
    await d.badge("Active");
    assert(/ ●?\s?Active/.test(await state()), await state());
    assert(!(await offered(activate)).includes("AVANT LE DEMENAGEMENT"), "it stays in the list to activate");
  },
);

test("« Mettre à jour depuis la base INSEE » takes the changed name and address", ["000-2.2.4-01"], async () => {
  const d = claire;
  w.register.add(moved, { name: "APRES LE DEMENAGEMENT", address: "9 QUAI NEUF 69007 LYON 7", postcode: "69007", town: "LYON 7" });
  await d.manage(update, "AVANT");
  const table = d.main.getByRole("table");
  await table.waitFor();
  const text = spaced(await table.innerText());
  assert(/Valeur actuelle.*Valeur de l’INSEE/.test(text), text);
  assert(/AVANT LE DEMENAGEMENT.*APRES LE DEMENAGEMENT/.test(text) && /1 RUE ANCIENNE.*9 QUAI NEUF/.test(text), text);
  await d.submit();
  await d.title("APRES LE DEMENAGEMENT");
  assert(/9 QUAI NEUF/.test(await d.fact("Adresse")), await d.fact("Adresse"));
  equal(await d.fact("Code postal"), "69007", "the postcode");
  equal(await d.fact("Ville"), "LYON 7", "the town");
  const list = await d.structures();
  assert(list.some((r) => r.includes("APRES LE DEMENAGEMENT")) && !list.some((r) => r.includes("AVANT LE")), String(list));
  // a part only: what is left unticked stays
  w.register.add(moved, { name: "ENCORE UN NOM", address: "10 QUAI NEUF 69007 LYON 7", postcode: "69007", town: "LYON 7" });
  await d.manage(update, "APRES");
  await d.box("Raison sociale").uncheck();
  await d.submit();
  await d.title("APRES LE DEMENAGEMENT");
  assert(/10 QUAI NEUF/.test(await d.fact("Adresse")), await d.fact("Adresse"));
  // from the record too
  await d.more("Mettre à jour depuis la base INSEE…");
  await d.title("Gérer une structure");
  equal(await d.labelled("Type de demande").inputValue(), update, "the kind of request");
});

test("two desks save the same record: field by field, whose value stays", [], async () => {
  for (const d of [claire, julie]) {
    await d.manage(edit, "ATELIER");
    await d.main.getByRole("heading", { name: "ATELIER LYONNAIS" }).waitFor();
  }
  await claire.fill("Libellé", "Celui de Claire");
  await claire.fill("Adresse électronique", "claire@exemple.fr");
  await claire.submit();
  await claire.title("ATELIER LYONNAIS");
  await julie.fill("Libellé", "Celui de Julie");
  await julie.fill("RCS", "Celui de Julie aussi");
  await julie.submit();
  const dialog = julie.page.getByRole("dialog", { name: "Quelqu’un a modifié cette fiche entre-temps" });
  await dialog.waitFor();
  const label = dialog.getByRole("radiogroup", { name: "Libellé" });
  const email = dialog.getByRole("radiogroup", { name: "Adresse électronique" });
  equal(await dialog.getByRole("radiogroup").count(), 2, "fields to settle");
  await label.getByRole("radio", { name: "La vôtre : Celui de Julie" }).waitFor();
  await label.getByRole("radio", { name: "Enregistrée entre-temps : Celui de Claire" }).waitFor();
  await claire.go(`/structures/${ids.lyon}`);
  await claire.page.reload();
  await claire.title("ATELIER LYONNAIS");
  equal(await claire.fact("Libellé"), "Celui de Claire", "nothing is saved before one has chosen");
  await label.getByRole("radio", { name: /^La vôtre/ }).check();
  await email.getByRole("radio", { name: /^Enregistrée entre-temps/ }).check();
  await dialog.getByRole("button", { name: "Enregistrer ce choix" }).click();
  await julie.title("ATELIER LYONNAIS");
  equal(await julie.fact("Libellé"), "Celui de Julie", "the label");
  equal(await julie.fact("Adresse électronique"), "claire@exemple.fr", "the address");
  equal(await julie.fact("RCS"), "Celui de Julie aussi", "the RCS");
});

test("« Le SIRET est arrivé »: the provisional identifier gives way, and stays in the history", [], async () => {
  const d = claire;
  const id = await d.makeStructure({ identifier: "POUSSE-1", name: "Jeune pousse" });
  await d.go(`/structures/${id}`);
  await d.title("Jeune pousse");
  await d.more("Le SIRET est arrivé");
  const dialog = d.page.getByRole("dialog", { name: "Le SIRET est arrivé" });
  const field = dialog.getByRole("textbox", { name: "SIRET" });
  for (const [number, sentence] of [
    ["123", /il en manque/],
    [ganymede, /fermé à l’INSEE/],
    [lyon, /existe déjà/],
  ]) {
    await field.fill(number);
    await dialog.locator("button[type=submit]").click();
    await dialog.getByText(sentence).waitFor();
  }
  await field.fill(arrived);
  await dialog.locator("button[type=submit]").click();
  await d.title("JEUNE POUSSE SAS");
  await d.sees(new RegExp(`SIRET ${arrived.replace(/^(\d{3})(\d{3})(\d{3})/, "$1 $2 $3 ")}`));
  assert(/POUSSE-1/.test(await d.fact("Anciens identifiants")), await d.fact("Anciens identifiants"));
  assert(!(await d.offered()).includes("Le SIRET est arrivé"), "it is offered once more");
});

test("« Annuler la création »: only while nothing else refers to it; the identifier is free again", [], async () => {
  const d = claire;
  const id = await d.makeStructure({ identifier: "ERREUR-1", name: "Créée par erreur" });
  await d.go(`/structures/${id}`);
  await d.title("Créée par erreur");
  await d.more("Annuler la création");
  const dialog = d.page.getByRole("dialog", { name: "Annuler la création" });
  await dialog.getByText(/quitte toutes les listes et son identifiant redevient libre/).waitFor();
  await dialog.getByRole("button", { name: "Annuler la création" }).click();
  await d.title("Structures");
  assert(!(await d.structures()).some((r) => r.includes("Créée par erreur")), "it stays in the list");
  const again = await d.makeStructure({ identifier: "ERREUR-1", name: "Créée à dessein" });
  assert(again !== id, "the same record");
  await d.go(`/structures/${ids.lyon}`);
  await d.title("ATELIER LYONNAIS");
  assert(!(await d.offered()).includes("Annuler la création"), "offered though others refer to it");
});

test(
  "« Vérifier » all: progress, stop, and what was found",
  [],
  async () => {
    const d = claire;
    w.register.mode = "down";
    const many = Array.from({ length: 12 }, (_, i) => siret(siren("83234567"), String(i + 1).padStart(4, "0")));
    for (const [i, number] of many.entries()) {
      w.register.add(number, { name: `VERIFIEE ${i}`, ...(i === 0 ? { state: "F", closed: "2026-01-15" } : {}) });
      await d.makeStructure({ type: "siret", identifier: number, name: `À vérifier ${i}` });
    }
    w.register.mode = "";
    await d.go("/structures");
    await d.title("Structures");
    await d.choose("Registre", "À vérifier");
    await d.sees("12 structures");
    // silent: it goes on until one stops it
    w.register.mode = "slow";
    await d.button("Vérifier toutes les structures à vérifier").click();
    await d.sees(/Vérification : \d+ sur 12/);
    await d.page.getByRole("progressbar", { name: "Avancement de la vérification" }).waitFor();
    await d.button("Arrêter").click();
    await d.sees(/Vérification terminée : \d+ sur 12/);
    await d.button("Fermer").click();
    w.register.mode = "";
    await d.sees("12 structures");
    await d.button("Vérifier toutes les structures à vérifier").click();
    await d.page.getByText(/Vérification terminée\s:\s12\ssur\s12/).waitFor({ timeout: 30_000 });
    await d.sees(/Structures fermées : 1, introuvables : 0, sans réponse : 0/);
    await d.button("Fermer").click();
    await d.sees("0 structure"); // a closed one has its own filter: the decision is the manager’s
    await d.choose("Registre", "Fermées à l’INSEE");
    await d.sees("1 structure");
    const [row] = await d.rows("Structures");
    assert(/VERIFIEE 0/.test(row) && /Fermé/.test(row), row);
  },
  { seconds: 120 },
);

test("the list: its filters", [], async () => {
  const d = claire;
  await d.makeStructure({ identifier: "FILTRE-1", name: "Dort encore", later: true, labels: ["Réveil"], town: "Valence" });
  await d.makeStructure({ type: "ridet", identifier: "123456001", name: "Lagon", country: "NC" });
  await d.page.reload(); // made without its form: the page does not know of the new label yet
  const filtered = async (name, choice) => {
    await d.go("/");
    await d.title("Accueil");
    await d.go("/structures");
    await d.title("Structures");
    await d.choose(name, choice);
    await d.page.waitForTimeout(400);
    return d.rows("Structures");
  };
  const only = (rows, name) => assert(rows.length === 1 && rows[0].includes(name), `${name}: ${rows}`);
  only(await filtered("État", "Inactives"), "Dort encore");
  only(await filtered("Type", "RIDET"), "Lagon");
  const state = await filtered("Sphère", "Publique, État");
  assert(state.some((row) => row.includes("Mairie d’Exemple")) && state.every((row) => row.includes("Publique, État")), String(state));
  only(await filtered("Étiquette", "Réveil"), "Dort encore");
  only(await filtered("Registre", "Fermées"), "VERIFIEE 0");
  await d.go("/structures");
  await d.title("Structures");
  await d.choose("Registre", "Toutes");
  await d.box("Sans gestionnaire").click();
  await d.sees("Rien ne correspond");
  assert(await d.box("Sans gestionnaire").isChecked(), "the filter is not ticked");
  await d.box("Sans gestionnaire").click();
  await d.sees(/^\d+ structures$/);
  await d.fill("Rechercher", "alence");
  await d.page.waitForTimeout(400);
  only(await d.rows("Structures"), "Dort encore");
  await d.fill("Rechercher", "");
});

test("the list: its columns are chosen, moved and kept; its order", [], async () => {
  const d = claire;
  const heads = async () =>
    (await d.page.getByRole("grid", { name: "Structures" }).getByRole("columnheader").allInnerTexts()).map((x) => x.trim()).filter(Boolean);
  await d.structures();
  equal(await heads(), ["Raison sociale", "Identifiant", "Ville", "Sphère", "État", "Registre"], "the usual columns");
  await d.button("Colonnes").click();
  const choice = d.page.getByRole("group", { name: "Colonnes" });
  await choice.getByRole("checkbox", { name: "Code postal" }).check();
  await choice.getByRole("checkbox", { name: "Sphère" }).uncheck();
  await choice.getByRole("button", { name: "Avancer la colonne Code postal" }).click();
  const wanted = ["Raison sociale", "Identifiant", "Ville", "État", "Code postal", "Registre"];
  await d.page.keyboard.press("Escape");
  equal(await heads(), wanted, "the columns chosen");
  await d.page.reload();
  await d.title("Structures");
  await d.page.getByRole("grid", { name: "Structures" }).locator(".trow").first().waitFor();
  equal(await heads(), wanted, "the columns after a reload");
  await d.page.getByRole("columnheader").getByRole("button", { name: "Raison sociale" }).click();
  await d.page.waitForTimeout(400);
  const rows = await d.rows("Structures");
  assert(/^VERIFIEE/.test(rows[0]), `not from the end: ${rows[0]}`);
  await d.page.getByRole("columnheader").getByRole("button", { name: "Raison sociale" }).click();
});

test("the list: several are chosen, labelled, deactivated and activated, all or none", [], async () => {
  const d = claire;
  await d.go("/");
  await d.title("Accueil");
  await d.go("/structures");
  await d.title("Structures");
  await d.fill("Rechercher", "verifiee");
  await d.page.waitForTimeout(500);
  await d.box("Sélectionner VERIFIEE 1").check();
  await d.box("Sélectionner VERIFIEE 2").check();
  await d.sees("2 sélectionnées");
  await d.button("Étiqueter").click();
  let dialog = d.page.getByRole("dialog", { name: "Étiqueter" });
  await dialog.getByText(/Pour les 2 structures sélectionnées/).waitFor();
  await d.labelled("Ajouter").fill("Lot 1");
  await d.page.keyboard.press("Enter");
  await dialog.locator("button[type=submit]").click();
  await dialog.waitFor({ state: "hidden" });
  await d.button("Désactiver…").click();
  dialog = d.page.getByRole("dialog", { name: "Désactiver" });
  await dialog.getByText(/Les 2 structures sélectionnées seront inactives, toutes ou aucune/).waitFor();
  await dialog.locator("button[type=submit]").click();
  await dialog.waitFor({ state: "hidden" });
  await d.page.waitForTimeout(400);
  let rows = await d.rows("Structures");
  for (const name of ["VERIFIEE 1 ", "VERIFIEE 2 "]) assert(/Inactive/.test(rows.find((r) => r.startsWith(name))), String(rows));
  assert(!/Inactive/.test(rows.find((r) => r.startsWith("VERIFIEE 3 "))), String(rows));
  await d.fill("Rechercher", "");
  await d.choose("Étiquette", "Lot 1");
  await d.page.waitForTimeout(400);
  rows = await d.rows("Structures");
  equal(rows.length, 2, "with the label");
  await d.box("Sélectionner toutes les lignes affichées").check();
  await d.sees("2 sélectionnées");
  await d.button("Activer…").click();
  dialog = d.page.getByRole("dialog", { name: "Activer" });
  await dialog.locator("button[type=submit]").click();
  await dialog.waitFor({ state: "hidden" });
  await d.page.waitForTimeout(400);
  rows = await d.rows("Structures");
  assert(
    rows.every((r) => !/Inactive/.test(r)),
    String(rows),
  );
});

test("the list: saved as CSV, with the columns and the rows on screen", [], async () => {
  const d = claire;
  await d.makeStructure({ identifier: "FORMULE-1", name: "=1+1", town: "Crest", postcode: "26400", labels: ["Tableur"] });
  await d.go("/");
  await d.title("Accueil");
  await d.go("/structures");
  await d.title("Structures");
  await d.button("Colonnes").click();
  await d.button("Colonnes habituelles").click();
  await d.page.keyboard.press("Escape");
  await d.button("Exporter").click();
  const whole = await d.download(async () => {
    await d.page.getByRole("menuitem", { name: "CSV (tableur)" }).click();
    await d.confirms();
  });
  assert(/\.csv$/.test(whole.name), whole.name);
  const text = whole.data.toString("utf8");
  assert(text.startsWith("\ufeff"), "no byte-order mark");
  const lines = text.slice(1).trim().split(/\r?\n/);
  equal(lines[0], "Raison sociale;Identifiant;Ville;Sphère;État;Registre", "the heading");
  await d.sees(`${lines.length - 1} structures`);
  assert(
    lines.some((l) => /^'=1\+1;FORMULE-1;Crest;Privée;Active;/.test(l)),
    `a formula as such: ${lines.filter((l) => l.includes("FORMULE"))}`,
  );
  assert(
    lines.some((l) => /^ATELIER LYONNAIS;/.test(l) && /Vérifié/.test(l)),
    "no line for ATELIER LYONNAIS",
  );
  // what is chosen only
  await d.fill("Rechercher", "crest");
  await d.page.waitForTimeout(500);
  await d.box("Sélectionner =1+1").check();
  await d.fill("Rechercher", "");
  await d.button("Exporter").click();
  const one = await d.download(async () => {
    await d.page.getByRole("menuitem", { name: "CSV (tableur)" }).click();
    await d.confirms();
  });
  equal(one.data.toString("utf8").trim().split(/\r?\n/).length, 2, "the chosen row and the heading");
  await d.button("Exporter").click();
  const book = await d.download(async () => {
    await d.page.getByRole("menuitem", { name: "Excel (XLSX)" }).click();
    await d.confirms();
  });
  assert(/\.xlsx$/.test(book.name) && book.data.subarray(0, 2).toString() === "PK", "not a workbook");
  equal([...claire.faults, ...julie.faults], [], "errors in the pages");
});
