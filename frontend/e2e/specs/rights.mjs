// What profiles give and do not give, and who may change them.
import { fieldsOf } from "../wish.mjs";
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { World } from "../world.mjs";

let w, claire, marc, essorId, severnayaId, mairieId;
before(async () => {
  w = await World.start("rights.mjs");
  claire = await w.desk();
  await claire.setUp({ number: essor });
  essorId = 1;
  marc = await claire.invite({
    first: "Marc",
    last: "Simon",
    email: "marc@exemple.fr",
    structure: "ESSOR",
    profiles: ["Organisation modification"],
  });
  severnayaId = await marc.createStructure(severnaya);
  for (const [first, last] of [
    ["Nina", "Un"],
    ["Omar", "Deux"],
    ["Rose", "Trois"],
  ])
    await claire.addPerson({ first, last, email: `${first.toLowerCase()}@exemple.fr`, structure: "ESSOR" });
});
after(() => w.stop());

const remove = async (d, profile) => {
  await d.button(`Retirer le profil ${profile}`).click();
  const dialog = d.page.getByRole("dialog");
  await dialog.getByText(/en moins\s: [1-9]\d*/).waitFor();
  await dialog.locator("button[type=submit]").click();
  await dialog.waitFor({ state: "hidden" });
};

// The applications of the source and where each is offered (data/families/portail-public-profiles.csv); what one sees and changes of each.
const invoicing = (name) => ({ view: `${name} : consulter`, edit: `${name} : modifier` });
const applications = {
  Organisation: { offered: ["private", "public"], view: "Consulter la structure", edit: "Modifier la structure" },
  "Factures émises": { offered: ["private", "public"], ...invoicing("Factures émises") },
  "Factures reçues": { offered: ["public"], ...invoicing("Factures reçues") },
  "Factures à valider": { offered: ["private", "public"], ...invoicing("Factures à valider") },
  "Factures de travaux": { offered: ["private", "public"], ...invoicing("Factures de travaux") },
  "Mémoires de frais de justice": { offered: ["private"], ...invoicing("Mémoires de frais de justice") },
  "Remboursements de taxes": { offered: ["private"], ...invoicing("Remboursements de taxes") },
  Engagements: { offered: ["private", "public"], ...invoicing("Engagements") },
  "Sollicitations émises": { offered: ["private", "public"], ...invoicing("Sollicitations émises") },
  "Sollicitations reçues": { offered: ["private", "public"], ...invoicing("Sollicitations reçues") },
  "Suivi des flux": { offered: ["private", "public"], ...invoicing("Suivi des flux") },
  Raccordements: { offered: ["private", "public"], ...invoicing("Raccordements") },
  "Certificats de cessibilité": { offered: ["private", "public"], ...invoicing("Certificats de cessibilité") },
};
const levels = ["consultation", "modification"];
// What merely shows; every other column of the matrix changes or processes something.
const shows = /^(Voir|Consulter) | : consulter$/;
/** What the matrix answers for a person, by column. */
const answersOf = async (d, name) =>
  Object.fromEntries(
    (await d.page.getByRole("button", { name: new RegExp(`^${name}, `) }).evaluateAll((l) => l.map((b) => b.getAttribute("aria-label"))))
      .map((l) => l.replace(/\s+/g, " ").replace(`${name}, `, ""))
      .map((l) => l.split(/ : (?=oui$|non$|les siens$|fermé.*$)/)),
  );

test("each application is given at two levels, each a profile of its own in the list, whatever the structure", ["001-1-01"], async () => {
  await claire.go("/profils");
  await claire.title("Profils");
  const shown = (await claire.options("Profil")).map((o) => o.trim());
  const expected = Object.keys(applications).flatMap((a) => levels.map((level) => `${a} ${level}`));
  const ofSource = shown.filter((o) => / (consultation|modification)$/.test(o));
  equal([...ofSource].sort(), [...expected].sort(), "the profiles in the list, each once");
  // each is given apart: ticking the one ticks not the other, and the person then has just that one in their own list
  mairieId = await claire.makeStructure({ identifier: "MAIRIE-1", name: "Mairie d’Exemple", sphere: "state" });
  for (const level of levels) await claire.addPerson({ first: level, last: "Partout", email: `${level}@exemple.fr`, structure: "ESSOR" });
  for (const level of levels) {
    await claire.attach({ email: `${level}@exemple.fr`, structure: "Mairie" });
    await claire.page.waitForURL(/tab=people/);
  }
  for (const level of levels)
    for (const [structure, sphere] of [
      ["ESSOR", "private"],
      ["Mairie", "public"],
    ]) {
      const given = Object.keys(applications).filter((a) => applications[a].offered.includes(sphere));
      await claire.grants({ structure, who: `${level} Partout` });
      const add = claire.page.getByRole("group", { name: "Ajouter", exact: true });
      for (const a of given) await add.getByRole("checkbox", { name: `${a} ${level}`, exact: true }).check();
      equal(await add.getByRole("checkbox", { checked: true }).count(), given.length, `boxes ticked for ${level} at ${structure}`);
      await claire.submit();
      await claire.sees(/Habilitations enregistrées/);
      const list = claire.main.getByRole("table").filter({ has: claire.page.getByRole("columnheader", { name: "Profil" }) });
      for (const a of given) await list.getByRole("row", { name: new RegExp(`^${a} ${level} `) }).waitFor();
      const rows = (await list.getByRole("row").allInnerTexts()).slice(1);
      equal(rows.length, given.length, `profiles of ${level} at ${structure}`);
    }
});

test("every « consultation » lets see its application, and change or process nothing anywhere", ["001-1-02"], async () => {
  for (const [structure, sphere] of [
    [essorId, "private"],
    [mairieId, "public"],
  ]) {
    await claire.rights({ structure });
    const said = await answersOf(claire, "consultation Partout");
    for (const [name, a] of Object.entries(applications).filter(([, x]) => x.offered.includes(sphere)))
      equal([said[a.view], said[a.edit]], ["oui", "non"], `${name} consultation, in a ${sphere} structure: see and change`);
    equal(
      Object.entries(said).filter(([permission, answer]) => answer !== "non" && !shows.test(permission)),
      [],
      `what may be changed or processed in a ${sphere} structure`,
    );
  }
  await claire.give({ structure: "ESSOR", who: "Nina" }, "Factures émises consultation");
  await claire.rights({ structure: essorId });
  await claire.answers("Nina Un", { "Factures émises : consulter": "oui", "Factures émises : modifier": "non" });
  const no = await claire.proof("Nina Un", "Factures émises : modifier");
  assert(/Non/.test(no) && /Factures émises consultation/.test(no), no);
});

test("every « modification » lets change its application, and see it too", ["001-1-03"], async () => {
  for (const [structure, sphere] of [
    [essorId, "private"],
    [mairieId, "public"],
  ]) {
    await claire.rights({ structure });
    const said = await answersOf(claire, "modification Partout");
    for (const [name, a] of Object.entries(applications).filter(([, x]) => x.offered.includes(sphere)))
      equal([said[a.view], said[a.edit]], ["oui", "oui"], `${name} modification, in a ${sphere} structure: see and change`);
  }
});

test("« modification » lets change, and see too; a person may have many profiles", ["001-1-04", "000-3.4-09"], async () => {
  await claire.give({ structure: "ESSOR", who: "Omar" }, "Factures émises modification");
  await claire.rights({ structure: essorId });
  await claire.answers("Omar Deux", {
    "Factures émises : modifier": "oui",
    "Factures émises : consulter": "oui",
    "Engagements : consulter": "non",
  });
  // « Ajouter » gives more to the one chosen, several at once
  await claire.grants({ structure: "ESSOR", who: "Omar" });
  const add = claire.page.getByRole("group", { name: "Ajouter", exact: true });
  await add.getByRole("checkbox", { name: "Engagements consultation" }).check();
  await add.getByRole("checkbox", { name: "Factures de travaux modification" }).check();
  await claire.submit();
  await claire.sees(/Habilitations enregistrées/);
  for (const name of ["Factures émises modification", "Engagements consultation", "Factures de travaux modification"])
    await claire.page.getByRole("row", { name }).waitFor();
  await claire.rights({ structure: essorId });
  await claire.answers("Omar Deux", {
    "Factures émises : modifier": "oui",
    "Engagements : consulter": "oui",
    "Engagements : modifier": "non",
    "Factures de travaux : modifier": "oui",
  });
  await claire.answers("Rose Trois", { "Factures émises : consulter": "non" });
});

test("from the list each profile may be taken away, and the right stops", ["000-3.4-08", "000-3.4-02"], async () => {
  await claire.grants({ structure: "ESSOR", who: "Omar" });
  await remove(claire, "Factures émises modification");
  await remove(claire, "Engagements consultation");
  await claire.page.getByRole("row", { name: "Factures de travaux modification" }).waitFor();
  await claire.seesNot("Retirer le profil Factures émises modification");
  equal(await claire.button("Retirer le profil Factures émises modification").count(), 0, "still in the list");
  // only « Factures de travaux modification » is left: yes for works, no for every other application
  await claire.rights({ structure: essorId });
  const labels = await claire.page
    .getByRole("button", { name: /^Omar Deux, / })
    .evaluateAll((l) => l.map((b) => b.getAttribute("aria-label")));
  const answers = Object.fromEntries(
    labels.map((l) =>
      l
        .replace(/\s+/g, " ")
        .replace("Omar Deux, ", "")
        .split(/ : (?=oui$|non$|les siens$)/),
    ),
  );
  const { "Factures de travaux : modifier": edit, "Factures de travaux : consulter": view, ...others } = answers;
  equal([edit, view], ["oui", "oui"], "works invoices");
  for (const name of [
    "Factures émises : consulter",
    "Factures émises : modifier",
    "Factures reçues : consulter",
    "Factures reçues : modifier",
  ])
    if (name in others || !name.includes("reçues")) equal(others[name], "non", name);
  const applications = Object.entries(others).filter(([name]) => / : (consulter|modifier)$/.test(name));
  assert(applications.length >= 15, `${applications.length} other applications in the matrix`);
  equal(
    applications.filter(([, a]) => a !== "non"),
    [],
    "other applications",
  );
  const received = await claire.call("Rights.Prove", {
    user: await claire.userId("Omar"),
    permission: "invoice_received.view",
    structure: essorId,
    department: 0,
    day: "",
  });
  equal(received.allowed, false, "Factures reçues");
});

test(
  "the one to whom a manager gives « Organisation modification » edits the structure at once, and not before; the proof names that manager",
  ["000-1-14"],
  async () => {
    // Marc manages the structure and is no administrator of the firm; Sonia, attached to it, has no profile
    const sonia = await claire.invite({ first: "Sonia", last: "Cinq", email: "sonia@exemple.fr", structure: "SEVERNAYA" });
    const user = await claire.userId("Sonia");
    const edit = async (label) => {
      const s = await sonia.call("Structures.Get", severnayaId);
      return sonia
        .call("Changes.Submit", {
          editStructure: { id: severnayaId, version: s.version, mine: { ...fieldsOf(s), label }, base: fieldsOf(s) },
        })
        .then(() => "")
        .catch((e) => String(e.message));
    };
    assert(/"code":"forbidden"/.test(await edit("Trop tôt")), "she edits before");
    await sonia.manage("Modifier une structure");
    assert(!(await sonia.found("Identifiant", "SEVERNAYA")).some((o) => o.startsWith("SEVERNAYA")), "it is offered before");
    await marc.rights({ structure: severnayaId });
    await marc.answers("Sonia Cinq", { "Modifier la structure": "non" });
    // the manager gives it; she edits from where she stands, without entering again
    await marc.give({ structure: "SEVERNAYA", who: "Sonia" }, "Organisation modification");
    await sonia.manage("Modifier une structure", "SEVERNAYA");
    await sonia.fill("Libellé", "Tenue par Sonia");
    await sonia.submit();
    await sonia.title("SEVERNAYA");
    equal(await sonia.fact("Libellé"), "Tenue par Sonia", "the label that she typed");
    equal((await claire.call("Structures.Get", severnayaId)).label, "Tenue par Sonia", "the label in the file");
    // the proof names Marc, to all: himself, her, an administrator
    for (const d of [marc, sonia, claire]) {
      await d.rights({ structure: severnayaId });
      await d.answers("Sonia Cinq", { "Modifier la structure": "oui", "Gérer les services": "oui" });
      const said = await d.proof("Sonia Cinq", "Modifier la structure");
      assert(/Marc Simon a donné le profil « Organisation modification » le/.test(said), `to ${d.name}: ${said}`);
      assert(!/Claire Morel/.test(said), `another is named to ${d.name}: ${said}`);
    }
    const proved = await claire.call("Rights.Prove", { user, permission: "structure.edit", structure: essorId, department: 0, day: "" });
    equal(proved.allowed, false, "in another structure");
    equal([...sonia.faults], [], "errors in her page");
  },
);

test("a manager changes the profiles of who is attached to their structures, and of nobody else", ["000-3.4-01"], async () => {
  await claire.grants({ structure: "ESSOR", who: "Marc" });
  await remove(claire, "Organisation modification");
  await marc.addPerson({ first: "Théo", last: "Quatre", email: "theo@exemple.fr", structure: "SEVERNAYA" });
  await marc.give({ structure: "SEVERNAYA", who: "Théo" }, "Engagements consultation");
  await marc.rights({ structure: severnayaId });
  await marc.answers("Théo Quatre", { "Engagements : consulter": "oui" });
  // neither the other structure nor its people are offered
  await marc.go("/");
  await marc.go("/utilisateurs/habilitations");
  await marc.title("Gérer les habilitations des utilisateurs");
  assert(await marc.holds("Structure", "SEVERNAYA"), "his structure is not filled in");
  const structures = await marc.options("Structure");
  assert(!structures.some((s) => s.startsWith("ESSOR")), `he is offered ${structures}`);
  const offered = await marc.options("Utilisateur");
  assert(offered.some((o) => o.includes("Théo")) && !offered.some((o) => /Nina|Omar|Rose/.test(o)), `he is offered ${offered}`);
  // and the program refuses it however it is asked
  const profile = (await marc.call("Profiles.List")).find((p) => p.name === "Engagements consultation").id;
  const nina = await claire.userId("Nina");
  for (const structure of [essorId, severnayaId]) {
    const said = await marc
      .call("Changes.Submit", {
        fingerprint: "",
        give: { user: nina, structure, department: 0, profiles: [{ profile, options: [] }], from: "", until: "" },
      })
      .catch((e) => String(e.message));
    assert(/"code":"(forbidden|not_found|refused|invalid)"/.test(said), `given: ${JSON.stringify(said)}`);
  }
  equal(
    (await claire.call("Grants.Of", nina)).grants.map((g) => g.profile),
    ["Factures émises consultation"],
    "Nina's profiles",
  );
});

test("any day, and « Qui peut… ? »", [], async () => {
  await claire.rights({ structure: essorId });
  await claire.fill("Au", "2020-01-01");
  await claire.sees(/Habilis ne tient rien avant le/);
  await claire.act("Qui peut… ?");
  await claire.fill("Droit", "Factures émises");
  await claire.page.getByRole("option", { name: /Factures émises.: consulter/ }).click();
  await claire.choose("Structure", "ESSOR");
  await claire.page.getByRole("row", { name: /Nina Un.*Claire Morel a donné le profil « Factures émises consultation »/ }).waitFor();
  equal([...claire.faults, ...marc.faults], [], "errors in the pages");
});
