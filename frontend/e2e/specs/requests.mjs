// Requests: who receives them, what they give before and after a decision, who may decide.
import { after, assert, before, chain, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { World } from "../world.mjs";

chain();
let w, claire, marc, paul, julie, essorId, severnayaId;
before(async () => {
  w = await World.start("requests.mjs");
  claire = await w.desk();
  await claire.setUp({ number: essor });
  essorId = 1;
  await claire.createDepartment(essorId, "ACHATS", "Service des achats");
  await claire.createDepartment(essorId, "VENTES", "Service des ventes");
  // Marc creates, and so manages, a structure of his own
  marc = await claire.invite({
    first: "Marc",
    last: "Simon",
    email: "marc@exemple.fr",
    structure: "ESSOR",
    profiles: ["Organisation modification"],
  });
  severnayaId = await marc.createStructure(severnaya);
  await claire.grants({ structure: "ESSOR", who: "Marc" });
  await claire.button("Retirer le profil Organisation modification").click();
  const dialog = claire.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Soumettre" }).click();
  await dialog.waitFor({ state: "hidden" });
  // Paul and Julie have no right beyond being attached
  paul = await claire.invite({ first: "Paul", last: "Durand", email: "paul@exemple.fr", structure: "SEVERNAYA" });
  julie = await claire.invite({
    first: "Julie",
    last: "Petit",
    email: "julie@exemple.fr",
    structure: "ESSOR",
    profiles: ["Factures émises consultation"],
  });
});
after(() => w.stop());

const ask = async (d, { siret, code, comment }) => {
  await d.go("/");
  await d.go("/demandes/creer");
  await d.title("Demander un rattachement ou des profils");
  assert(await d.radio("Pour moi").isChecked(), "« Pour moi » is not what is chosen first");
  await d.fill("SIRET de la structure", siret);
  if (code) await d.fill("Code du service (facultatif)", code);
  await d.fill("Commentaire de la demande", comment);
  await d.submit();
  await d.title("Demande envoyée");
};
const pending = async (d) => {
  await d.go("/");
  await d.go("/approbations");
  await d.title("Approbations");
  await d.page.waitForTimeout(400);
  return (await d.main.getByRole("row").allInnerTexts()).slice(1).map((r) => r.replace(/\s+/g, " "));
};
const open = async (d, text) => {
  await pending(d);
  await d.main.getByRole("row", { name: text }).getByRole("link").click();
  await d.button("Approuver").waitFor();
};
const facts = async (d) => {
  const names = await d.main.locator("dt").allInnerTexts();
  const values = await d.main.locator("dd").allInnerTexts();
  return Object.fromEntries(names.map((n, i) => [n.replace(/\s+/g, " "), values[i].replace(/\s+/g, " ").trim()]));
};

test(
  "one asks oneself to be attached to the structures that employ one; it waits and gives nothing",
  ["001-B-04", "000-3.1-02", "000-3.1-05"],
  async () => {
    await claire.counts(0);
    const structuresBefore = await paul.structures();
    equal(structuresBefore.length, 1, "Paul's structures before");
    await ask(paul, { siret: "487 444 697 00428", comment: "Je travaille à Boulazac" });
    await claire.page.reload();
    await claire.counts(1);
    const mine = async () => {
      await paul.go("/approbations");
      await paul.page.getByRole("tab", { name: "Les miennes" }).click();
      await paul.page
        .getByRole("row", { name: /Paul Durand/ })
        .first()
        .waitFor();
      return paul.main.getByRole("row").allInnerTexts();
    };
    assert(
      (await mine()).some((r) => /En attente/.test(r)),
      "the request does not wait",
    );
    // nothing is given before
    assert(!(await paul.structures()).some((r) => r.includes("ESSOR")), "Paul sees the structure before the decision");
    const refused = await paul.call("Structures.Get", essorId).catch((e) => String(e.message));
    assert(/structure\.not_found|forbidden/.test(refused), `Paul reads the structure: ${JSON.stringify(refused)}`);
    await claire.rights({ structure: essorId });
    equal(
      await claire.cell("Paul Durand", "Consulter la structure").filter({ hasText: /✓/ }).count(),
      0,
      "Paul's rights before the decision",
    );
  },
);

test(
  "it arrives at the principal manager of that structure, named as the approver, and at no other's",
  ["000-3.1-01", "001-B-02", "000-3.1-06", "000-3.1-07", "000-3.1-08"],
  async () => {
    equal(
      (await pending(marc)).filter((r) => r.includes("Paul")),
      [],
      "at the manager of another structure",
    );
    const rows = await pending(claire);
    equal(rows.length, 1, "requests at the manager's");
    const headings = (await claire.main.getByRole("columnheader").allInnerTexts()).map((h) => h.toLowerCase().trim());
    equal(headings, ["état", "description", "demandeur", "structure", "service", "date de la demande"], "the columns");
    assert(
      /En attente Rattachement de Paul Durand à la structure Paul Durand ESSOR ENERGIES Aucun .*20\d\d/.test(rows[0].replace("● ", "")),
      rows[0],
    );
    await claire.link("Rattachement de Paul Durand à la structure").click();
    await claire.title("Rattachement de Paul Durand à la structure");
    const said = await facts(claire);
    assert(/En attente/.test(said["État"]), `état: ${said["État"]}`);
    equal(said["Description"], "Rattachement de Paul Durand à la structure", "description");
    equal(said["Demandeur"], "Paul Durand", "demandeur");
    equal(said["Structure"], "ESSOR ENERGIES", "structure");
    assert(/20\d\d/.test(said["Date de la demande"]), `date: ${said["Date de la demande"]}`);
    assert(said["Approbateur"].split(", ").includes("Claire Morel"), `approbateur: ${said["Approbateur"]}`);
    assert(!said["Approbateur"].includes("Marc"), `approbateur: ${said["Approbateur"]}`);
    equal(said["Commentaire de la demande"], "Je travaille à Boulazac", "commentaire");
  },
);

test("who does not manage the structure can neither approve nor refuse", ["000-3-01"], async () => {
  const id = Number(claire.page.url().match(/approbations\/(\d+)/)[1]);
  for (const d of [julie, marc, paul]) {
    assert(!(await pending(d)).some((r) => r.includes("En attente") && r.includes("ESSOR")), `${d.name} has it among the ones to decide`);
    await d.go(`/approbations/${id}`);
    await d.page.waitForTimeout(600);
    equal(await d.button("Approuver").count(), 0, `« Approuver » before ${d.name}`);
    equal(await d.button("Refuser").count(), 0, `« Refuser » before ${d.name}`);
    for (const approve of [true, false]) {
      const said = await d
        .call("Changes.Submit", { fingerprint: "", decide: { request: id, approve, comment: "non", confirmed: true } })
        .catch((e) => String(e.message));
      assert(/"code":"(forbidden|not_found|refused)"/.test(said), `${d.name} decides: ${JSON.stringify(said)}`);
    }
  }
  // the manager may: an approval and a refusal follow
  equal(await claire.button("Approuver").count(), 1, "« Approuver » before the manager");
  equal(await claire.button("Refuser").count(), 1, "« Refuser » before the manager");
});

test("approved, the attachment is there at once and the counter goes down", ["000-3.1-09"], async () => {
  await claire.submit("Approuver");
  equal(
    await claire.errorOfBox("Je confirme que cette personne travaille dans cette structure"),
    "Confirmez que cette personne travaille dans cette structure.",
    "unconfirmed",
  );
  await claire.box("Je confirme que cette personne travaille dans cette structure").check();
  await claire.submit("Approuver");
  await claire.title("Approbations");
  await claire.counts(0);
  await claire.page.getByRole("tab", { name: "Décidées" }).click();
  await claire.page.getByRole("row", { name: /Approuvée.*Paul Durand/ }).waitFor();
  assert(
    (await claire.members(essorId)).some((r) => r.includes("Paul Durand")),
    "Paul is not among the people",
  );
  assert(
    (await paul.structures()).some((r) => r.includes("ESSOR")),
    "Paul does not see the structure",
  );
});

test("a request for a department waits, gives nothing before, and only that department after", ["000-3.1-03"], async () => {
  const lea = await claire.invite({ first: "Léa", last: "Roy", email: "lea@exemple.fr", structure: "SEVERNAYA" });
  await ask(lea, { siret: essor, code: "ACHATS", comment: "Aux achats" });
  await claire.page.reload();
  await claire.counts(1);
  equal((await lea.structures()).length, 1, "Léa's structures before");
  const before = await lea.call("Structures.Departments", essorId).catch((e) => String(e.message));
  assert(/not_found|forbidden/.test(JSON.stringify(before)), `Léa reads the departments: ${JSON.stringify(before)}`);
  const rows = await pending(claire);
  assert(/Rattachement de Léa Roy à un service.*Service des achats/.test(rows[0]), rows[0]);
  await open(claire, /Léa Roy/);
  await claire.box("Je confirme que cette personne travaille dans cette structure").check();
  await claire.submit("Approuver");
  await claire.title("Approbations");
  equal(
    (await lea.call("Structures.Departments", essorId)).map((x) => x.label),
    ["Service des achats"],
    "after",
  );
});

test("refused, nothing is given and the request says so; a refusal says why", ["000-3.1-10"], async () => {
  await ask(julie, { siret: severnaya, comment: "Par erreur" });
  await marc.page.reload();
  await marc.counts(1);
  await open(marc, /Julie Petit/);
  await marc.submit("Refuser");
  equal(await marc.errorOf("Commentaire de la décision"), "Dites pourquoi la demande est refusée.", "without a reason");
  await marc.fill("Commentaire de la décision", "Elle n’y travaille pas");
  await marc.submit("Refuser");
  await marc.title("Approbations");
  await marc.counts(0);
  await marc.page.getByRole("tab", { name: "Décidées" }).click();
  await marc.page.getByRole("row", { name: /Refusée.*Julie Petit/ }).waitFor();
  assert(!(await marc.members(severnayaId)).some((r) => r.includes("Julie")), "Julie is attached");
  assert(!(await julie.structures()).some((r) => r.includes("SEVERNAYA")), "Julie sees the structure");
  await julie.go("/approbations");
  await julie.page.getByRole("tab", { name: "Les miennes" }).click();
  await julie.page.getByRole("row", { name: /Refusée/ }).waitFor();
});

test("a request typed in for somebody else, at several structures", [], async () => {
  // who works for two firms asks both; each manager sees their own
  const zoe = await claire.invite({
    first: "Zoé",
    last: "Blanc",
    email: "zoe@exemple.fr",
    structure: "ESSOR",
    department: "Service des ventes",
  });
  await ask(zoe, { siret: severnaya, comment: "Aussi ici" });
  await marc.page.reload();
  await marc.counts(1);
  const waiting = (await pending(claire)).length; // an administrator may decide for any structure
  await claire.go("/demandes/creer");
  await claire.title("Demander un rattachement ou des profils");
  await claire.radio(/^Avoir des profils/).check();
  await claire.radio(/^Pour quelqu’un d’autre/).check();
  await claire.choose("Bénéficiaire", "Zoé");
  await claire.choose("Structure", "ESSOR");
  await claire.choose("Service", "ventes");
  await claire.box("Factures émises consultation").check();
  await claire.fill("Commentaire de la demande", "Demandé par téléphone");
  await claire.submit();
  await claire.title("Demande envoyée");
  await claire.counts(waiting + 1);
  await open(claire, /Profils de plus pour Zoé Blanc/);
  await claire.submit("Approuver");
  await claire.title("Approbations");
  await claire.openPerson("Zoé Blanc", "grants");
  await claire.page.getByRole("row", { name: /Factures émises consultation/ }).waitFor();
  equal([...claire.faults, ...marc.faults, ...paul.faults, ...julie.faults], [], "errors in the pages");
});
