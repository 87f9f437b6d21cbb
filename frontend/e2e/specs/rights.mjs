// What profiles give and do not give, and who may change them.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { World } from "../world.mjs";

let w, claire, marc, essorId, severnayaId;
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
  await dialog.getByText(/−\d+ droits/).waitFor();
  await dialog.getByRole("button", { name: "Soumettre" }).click();
  await dialog.waitFor({ state: "hidden" });
};

test("each application comes at two levels, each a profile of its own in the list", ["001-1-01"], async () => {
  await claire.go("/profils");
  await claire.title("Profils");
  const list = (await claire.call("Profiles.List")).filter((p) => p.family === "portail-public").map((p) => p.name);
  const shown = await claire.options("Profil");
  const applications = [...new Set(list.map((p) => p.replace(/ (consultation|modification)$/, "")))];
  assert(applications.length >= 10, `${applications.length} applications`);
  for (const a of applications)
    for (const level of ["consultation", "modification"])
      equal(shown.filter((s) => s.trim() === `${a} ${level}`).length, 1, `${a} ${level} in the list`);
});

test("« consultation » lets see and change nothing", ["001-1-02"], async () => {
  await claire.give({ structure: "ESSOR", who: "Nina" }, "Factures émises consultation");
  await claire.rights({ structure: essorId });
  await claire.answers("Nina Un", { "Factures émises : consulter": "oui", "Factures émises : modifier": "non" });
  const no = await claire.proof("Nina Un", "Factures émises : modifier");
  assert(/Non/.test(no), no);
});

test("« modification » lets change, and see too; a person may have many profiles", ["001-1-03", "001-1-04", "000-3.4-09"], async () => {
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
  await claire.sees(/C’est noté ici/);
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
  "the one to whom a manager gives « Organisation modification » may edit at once; the proof names the manager",
  ["000-1-14"],
  async () => {
    await claire.rights({ structure: essorId });
    await claire.answers("Rose Trois", { "Modifier la structure": "non" });
    await claire.give({ structure: "ESSOR", who: "Rose" }, "Organisation modification");
    await claire.rights({ structure: essorId });
    await claire.answers("Rose Trois", { "Modifier la structure": "oui", "Gérer les services": "oui" });
    const said = await claire.proof("Rose Trois", "Modifier la structure");
    assert(/Claire Morel a donné le profil « Organisation modification » le/.test(said), said);
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
        give: { user: nina, structure, department: 0, profiles: [{ profile, options: [] }], from: "", until: "", reason: "grant" },
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
  await claire.sees("Personne n’a de droit ici à cette date");
  await claire.act("Qui peut… ?");
  await claire.fill("Droit", "Factures émises");
  await claire.page.getByRole("option", { name: /Factures émises.: consulter/ }).click();
  await claire.choose("Structure", "ESSOR");
  await claire.page.getByRole("row", { name: /Nina Un.*Claire Morel a donné le profil « Factures émises consultation »/ }).waitFor();
  equal([...claire.faults, ...marc.faults], [], "errors in the pages");
});
