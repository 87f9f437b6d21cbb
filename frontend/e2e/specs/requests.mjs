// Requests: who receives them, what they give before and after a decision, who may decide.
import { after, assert, before, chain, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { World } from "../world.mjs";

chain();
let w, claire, marc, paul, julie, lina, essorId, severnayaId;
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
  await dialog.locator("button[type=submit]").click();
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
  ["001-B-02", "000-3.1-06", "000-3.1-07"],
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

const kinds = [
  { what: "structure", description: "Rattachement de Julie Petit à la structure", service: "Aucun", comment: "J’y commence lundi" },
  {
    what: "department",
    description: "Rattachement de Lina Faure à un service",
    service: "Service comptable",
    comment: "Je tiens les comptes",
  },
  {
    what: "profiles",
    description: "Profils de plus pour Paul Durand : Engagements consultation",
    service: "Aucun",
    comment: "Pour suivre les engagements",
  },
];
const columns = ["État", "Description", "Demandeur", "Structure", "Service", "Date de la demande"];
/** The rows of « Approbations » by its own headings. */
const listed = async (d) => {
  await pending(d);
  const heads = (await d.main.getByRole("columnheader").allInnerTexts()).map((h) => h.trim().toLowerCase());
  equal(
    heads,
    columns.map((c) => c.toLowerCase()),
    "the columns",
  );
  return d.main
    .locator("tbody tr")
    .evaluateAll(
      (rows, names) => rows.map((r) => Object.fromEntries([...r.cells].map((c, i) => [names[i], c.innerText.replace(/\s+/g, " ").trim()]))),
      columns,
    );
};

test(
  "each kind of request arrives at the principal manager, who is no administrator; one more in the counter, then one less",
  ["000-3.1-01", "000-3.1-05", "000-3.1-06"],
  async () => {
    await marc.createDepartment(severnayaId, "COMPTA", "Service comptable");
    lina = await claire.invite({ first: "Lina", last: "Faure", email: "lina@exemple.fr", structure: "ESSOR" });
    await marc.page.reload();
    await marc.counts(0);
    const asking = {
      structure: () => ask(julie, { siret: severnaya, comment: kinds[0].comment }),
      department: () => ask(lina, { siret: severnaya, code: "COMPTA", comment: kinds[1].comment }),
      profiles: async () => {
        await paul.go("/");
        await paul.go("/demandes/creer");
        await paul.title("Demander un rattachement ou des profils");
        await paul.radio(/^Des profils de plus/).check();
        await paul.choose("Structure", "SEVERNAYA");
        await paul.box("Engagements consultation").check();
        await paul.fill("Commentaire de la demande", kinds[2].comment);
        await paul.submit();
        await paul.title("Demande envoyée");
      },
    };
    for (const [n, { what, description }] of kinds.entries()) {
      await asking[what]();
      await marc.page.reload();
      await marc.counts(n + 1);
      const rows = await listed(marc);
      equal(rows.length, n + 1, `requests at the manager's after that of the ${what}`);
      const row = rows.find((r) => r.Description === description);
      assert(row, `${description} is not among ${rows.map((r) => r.Description)}`);
      equal(row.Structure, "SEVERNAYA", `${what}: the structure`);
      equal(row.Service, kinds[n].service, `${what}: the department`);
      await marc.link(description).click();
      await marc.title(description);
      equal((await facts(marc))["Approbateur"], "Marc Simon", `${what}: the approver`);
    }
    // nobody else who is no administrator finds them, nor is told that they wait
    for (const d of [julie, lina, paul]) equal(await d.call("Requests.Count"), 0, `what waits for ${d.name}`);
    // an administrator of the firm may decide, but is not who is to answer
    const seen = (await claire.requests("pending")).filter((r) => r.structureId === severnayaId);
    equal(
      seen.map((r) => r.approvers.map((a) => a.name)),
      kinds.map(() => ["Marc Simon"]),
      "the approvers that the administrator reads",
    );
  },
);

test(
  "the request opened says again all that the list says, and adds the approver, oneself, and the comment",
  ["000-3.1-08", "000-3.1-07"],
  async () => {
    for (const { what, description, service, comment } of kinds) {
      const row = (await listed(marc)).find((r) => r.Description === description);
      equal(row.Service, service, `${what}: the department in the list`);
      await marc.link(description).click();
      await marc.title(description);
      const said = await facts(marc);
      equal(said["Approbateur"], marc.name, `${what}: the approver`);
      equal(said["Commentaire de la demande"], comment, `${what}: the comment`);
      for (const name of columns) equal(said[name] ?? "nothing", row[name], `${what}: « ${name} », as in the list`);
    }
  },
);

test(
  "decided, each leaves the counter; what was asked is there at once where approved, and nothing where refused",
  ["000-3-01", "000-3.1-05", "000-3.1-09", "000-3.1-10"],
  async () => {
    const user = { julie: await claire.userId("Julie"), lina: await claire.userId("Lina"), paul: await claire.userId("Paul") };
    const may = async (id, permission) =>
      (await claire.call("Rights.Prove", { user: id, permission, structure: severnayaId, department: 0, day: "" })).allowed;
    equal(await may(user.paul, "commitment.view"), false, "Paul's right before");
    await open(marc, /Profils de plus pour Paul Durand/);
    await marc.submit("Approuver");
    await marc.title("Approbations");
    await marc.counts(2);
    equal(await may(user.paul, "commitment.view"), true, "Paul's right after");
    await open(marc, /Lina Faure/);
    await marc.box("Je confirme que cette personne travaille dans cette structure").check();
    await marc.submit("Approuver");
    await marc.title("Approbations");
    await marc.counts(1);
    equal(
      (await lina.call("Structures.Departments", severnayaId)).map((x) => x.label),
      ["Service comptable"],
      "what Lina has after",
    );
    await open(marc, /Julie Petit/);
    await marc.fill("Commentaire de la décision", "Elle commence en mars");
    await marc.submit("Refuser");
    await marc.title("Approbations");
    await marc.counts(0);
    assert(!(await julie.structures()).some((r) => r.includes("SEVERNAYA")), "Julie sees the structure");
    const [last] = await julie.requests("mine");
    equal([last.state, last.decisionComment], ["refused", "Elle commence en mars"], "Julie's request");
  },
);

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
  await claire.radio(/^Des profils de plus/).check();
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
