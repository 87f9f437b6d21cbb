// « Transférer le gestionnaire principal », its three ways; who may take the role over; what the role gives; the PIGP account.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { demo, World } from "../world.mjs";

let w, sample, claire, paula, julie, paul;
const ids = {};
const names = ["Alpha", "Bêta", "Gamma", "Delta", "Epsilon"];
const kinds = {
  part: "Transfert d’une partie de vos structures",
  all: "Transfert de toutes vos structures vers un seul gestionnaire",
  several: "Transfert de toutes vos structures vers plusieurs gestionnaires",
};
const attach = (d, user, structure) =>
  d.call("Changes.Submit", {
    fingerprint: "",
    attach: { user, email: "", structure, department: 0, from: "", until: "", profiles: [] },
  });

before(async () => {
  w = await World.start("transfer.mjs");
  claire = await w.desk();
  await claire.setUp({ number: essor });
  paula = await claire.invite({
    first: "Paula",
    last: "Sortante",
    email: "paula@exemple.fr",
    structure: "ESSOR",
    profiles: ["Organisation modification"],
  });
  julie = await claire.invite({ first: "Julie", last: "Reprend", email: "julie@exemple.fr", structure: "ESSOR" });
  await claire.addPerson({ first: "Marc", last: "Aussi", email: "marc@exemple.fr", structure: "ESSOR" });
  await claire.addPerson({ first: "Zoé", last: "Ailleurs", email: "zoe@exemple.fr", structure: "ESSOR" });
  for (const [i, name] of names.entries()) ids[name] = await paula.makeStructure({ identifier: `T-${i}`, name });
  const [j, m] = [await claire.userId("Julie"), await claire.userId("Marc")];
  for (const name of names) {
    await attach(claire, j, ids[name]);
    await attach(claire, m, ids[name]);
  }
});
after(async () => {
  await w.stop();
  await sample?.stop();
});

/** The principal manager on a structure's record. */
async function manager(d, id) {
  await d.go(`/structures/${id}`);
  await d.page.reload(); // others have changed it
  const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Gestionnaire principal" }) });
  await panel.getByRole("link").first().waitFor();
  return (await panel.getByRole("link").first().innerText()).trim();
}
const managers = async (d) => {
  const list = {};
  for (const name of names) list[name] = await manager(d, ids[name]);
  return list;
};
async function open(d, kind) {
  await d.go("/");
  await d.title("Accueil");
  await d.act("Transférer le gestionnaire principal");
  await d.labelled("Type de demande").waitFor();
  if (kind) await d.choose("Type de demande", kind);
}
const effect = (d) => d.sees(/Droits en plus\s: \d+, en moins\s: \d+, pour \d+ personne/);

test("the principal manager has every right that changes their structure, without any profile", ["000-2.8-01"], async () => {
  const d = paula;
  const people = await claire.members(ids.Alpha);
  const row = people.find((r) => r.includes("Paula Sortante"));
  assert(/Gestionnaire principal/.test(row) && !/Organisation modification/.test(row), `she holds a profile there: ${row}`);
  await claire.rights({ structure: ids.Alpha });
  await claire.answers("Paula Sortante", {
    "Modifier la structure": "oui",
    "Activer ou désactiver la structure": "oui",
    "Gérer les services": "oui",
    "Rattacher et détacher": "oui",
    Habiliter: "oui",
    "Transférer le rôle de gestionnaire": "oui",
    "Approuver les demandes": "oui",
  });
  const said = await claire.proof("Paula Sortante", "Modifier la structure");
  assert(/Gestionnaire principal de Alpha/.test(said), said);
  // and she does change it
  await d.manage("Modifier une structure", "Alpha");
  await d.fill("Libellé", "Changée par Paula");
  await d.submit();
  await d.title("Alpha");
  equal(await d.fact("Libellé"), "Changée par Paula", "the label");
  await d.createDepartment(ids.Alpha, "A1", "Un service");
});

test("from the record and by its name in the palette; the three kinds of request", ["000-2.8-05", "000-2.8-06"], async () => {
  const d = paula;
  await d.go(`/structures/${ids.Gamma}`);
  await d.title("Gamma");
  await d.more("Transférer le gestionnaire principal");
  await d.title("Transférer le gestionnaire principal");
  await d.sees(/^Gamma/);
  await open(d);
  equal(
    (await d.options("Type de demande")).map((x) => x.trim()),
    Object.values(kinds),
    "the kinds of request",
  );
});

test("the new manager is chosen among the people attached alone", ["000-2.8-04"], async () => {
  const d = paula;
  await open(d, kinds.part);
  await d.choose("Structures", "Alpha");
  await d.page.keyboard.press("Escape");
  const offered = (await d.options("Nouveau gestionnaire principal")).map((x) => x.trim());
  equal([...offered].sort(), ["Julie Reprend", "Marc Aussi"], "who is offered");
  await d.labelled("Nouveau gestionnaire principal").fill("Zoé");
  await d.sees(/Personne d’autre n’y est rattaché/);
  await d.page.keyboard.press("Escape");
  const zoe = await claire.userId("Zoé");
  const refused = await d
    .call("Changes.Submit", { fingerprint: "", transfer: { moves: [{ structure: ids.Alpha, to: zoe }] } })
    .catch((e) => String(e.message));
  assert(/transfer\.not_attached/.test(refused), `the program did not refuse: ${JSON.stringify(refused)}`);
  equal(await manager(claire, ids.Alpha), "Paula Sortante", "the manager");
});

test(
  "the principal manager is not detached before the role is handed over; the sentence leads there (removing a person: with its issue)",
  ["000-2.8-03"],
  async () => {
    const id = await paula.makeStructure({ identifier: "T-DEPART", name: "Zêta" });
    await attach(claire, await claire.userId("Marc"), id);
    const user = await claire.userId("Paula");
    const stays = async (why) => {
      assert(
        (await claire.members(id)).some((r) => r.includes("Paula Sortante")),
        `${why}: she was detached`,
      );
      equal(await manager(claire, id), "Paula Sortante", `${why}: the manager`);
    };
    // by an administrator, by herself, and without the pages
    for (const d of [claire, paula]) {
      await d.detach({ structure: "Zêta", who: "Paula", comment: "Elle part" });
      await d.sees(/Transférez d’abord son rôle/);
      await d.title("Détacher un utilisateur");
      await stays(`by ${d.name}`);
      const wish = { fingerprint: "", detach: { user, structure: id, department: 0, comment: "Elle part" } };
      const refused = await d.call("Changes.Submit", wish).catch((e) => String(e.message));
      assert(/guard\.principal_manager/.test(refused), `the program did not refuse it to ${d.name}: ${JSON.stringify(refused)}`);
    }
    await stays("without the pages");
    // from her own record
    await claire.openPerson("Paula Sortante", "memberships");
    await claire.main.getByRole("row", { name: /Zêta/ }).getByRole("link", { name: "Détacher" }).click();
    await claire.title("Détacher un utilisateur");
    await claire.fill("Commentaire", "Elle part");
    await claire.submit();
    const alert = claire.main.getByRole("alert").filter({ hasText: /Transférez d’abord son rôle/ });
    await alert.waitFor();
    await stays("from her record");
    await claire.go("/");
    await claire.title("Accueil");
    // the sentence leads to the transfer of that structure; once it is done, she is detached
    await claire.detach({ structure: "Zêta", who: "Paula", comment: "Elle part" });
    await alert.waitFor();
    await alert.getByRole("link").first().click();
    await claire.title("Transférer le gestionnaire principal");
    await claire.sees(/^Zêta/);
    equal(await claire.labelled("Type de demande").inputValue(), kinds.part, "the kind of transfer");
    await claire.choose("Nouveau gestionnaire principal", "Marc");
    await effect(claire);
    await claire.submit();
    await claire.confirms();
    await claire.title("Zêta");
    equal(await manager(claire, id), "Marc Aussi", "the manager after the transfer");
    await claire.detach({ structure: "Zêta", who: "Paula", comment: "Elle part" });
    await claire.page.waitForURL(/tab=people/);
    assert(!(await claire.members(id)).some((r) => r.includes("Paula Sortante")), "she is still there after the transfer");
    // and the new one stands in the same place
    await claire.detach({ structure: "Zêta", who: "Marc", comment: "Lui aussi" });
    await claire.sees(/Transférez d’abord son rôle/);
  },
);

test("part: only the structures chosen change hands", ["000-2.8.1-01"], async () => {
  const d = paula;
  await open(d, kinds.part);
  await d.submit();
  await d.sees("Choisissez au moins une structure.");
  for (const name of ["Alpha", "Bêta"]) await d.choose("Structures", name);
  await d.page.keyboard.press("Escape");
  await d.choose("Nouveau gestionnaire principal", "Julie");
  await effect(d);
  await d.submit();
  await d.confirms();
  await d.title("Structures");
  equal(
    await managers(claire),
    { Alpha: "Julie Reprend", Bêta: "Julie Reprend", Gamma: "Paula Sortante", Delta: "Paula Sortante", Epsilon: "Paula Sortante" },
    "the managers",
  );
});

test("by transfer one gains « Organisation modification », and the proof names the transfer", ["000-1-13"], async () => {
  await claire.rights({ structure: ids.Alpha });
  await claire.answers("Julie Reprend", { "Modifier la structure": "oui" });
  const said = await claire.proof("Julie Reprend", "Modifier la structure");
  assert(/Gestionnaire principal de Alpha depuis le .*par transfert du rôle/.test(said), said);
  // she may indeed
  await julie.manage("Modifier une structure", "Alpha");
  await julie.fill("Libellé", "Changée par Julie");
  await julie.submit();
  await julie.title("Alpha");
  equal(await julie.fact("Libellé"), "Changée par Julie", "the label");
  assert(/« Organisation modification »/.test(said), `the profile gained is not named: ${said}`);
});

test(
  "several: each line has its pencil; « Enregistrer » transfers nothing, « Soumettre » all at once",
  ["000-2.8.3-01", "000-2.8.3-02"],
  async () => {
    const d = paula;
    await open(d, kinds.several);
    const wanted = { Gamma: "Julie", Delta: "Marc", Epsilon: "Julie" };
    const table = d.main.getByRole("table");
    await table.getByRole("columnheader", { name: "Actions" }).waitFor();
    equal((await table.getByRole("row").count()) - 1, 3, "her structures");
    for (const [name, person] of Object.entries(wanted)) {
      const row = table.getByRole("row", { name: new RegExp(`^${name}`) });
      await row.getByText("Personne n’est encore désigné").waitFor();
      await row.getByRole("button", { name: `Désigner le gestionnaire de ${name}` }).click();
      await d.choose(`Nouveau gestionnaire principal de ${name}`, person);
      await row.getByRole("button", { name: "Enregistrer" }).click();
      await row.getByText(new RegExp(`^${person}`)).waitFor();
      if (name !== "Epsilon") {
        await d.submit();
        await d.sees("Désignez un gestionnaire pour chaque structure.");
      }
    }
    await effect(d);
    for (const name of Object.keys(wanted)) equal(await manager(claire, ids[name]), "Paula Sortante", `${name} before « Soumettre »`);
    await d.submit();
    await d.confirms();
    await d.title("Structures");
    equal(
      await managers(claire),
      { Alpha: "Julie Reprend", Bêta: "Julie Reprend", Gamma: "Julie Reprend", Delta: "Marc Aussi", Epsilon: "Julie Reprend" },
      "the managers",
    );
    // one who manages nothing any more is told so
    await d.go("/");
    await d.title("Accueil");
    await d.go("/structures/transferer");
    await d.sees("Vous n’avez le rôle de gestionnaire principal dans aucune structure");
  },
);

test("all to one: only the person is chosen", ["000-2.8.2-01"], async () => {
  const d = julie;
  await open(d, kinds.all);
  equal(await d.labelled("Structures").count(), 0, "a field for the structures");
  await d.sees(/Vos 4 structures auront ce gestionnaire principal/);
  await d.choose("Nouveau gestionnaire principal", "Marc");
  await effect(d);
  await d.submit();
  await d.confirms();
  await d.title("Structures");
  equal(await managers(claire), Object.fromEntries(names.map((n) => [n, "Marc Aussi"])), "the managers");
  equal([...claire.faults, ...paula.faults, ...julie.faults], [], "errors in the pages");
});

test("public outside the State: without a PIGP account refused, with one accepted", ["000-2.9.3-01", "000-2.9.3-02"], async () => {
  sample = await World.start("transfer.mjs", (folder) => demo(folder));
  paul = await sample.desk();
  await paul.signIn("paul.durand@exemple.example");
  await paul.title("Accueil");
  const d = paul;
  const commune = await d.makeStructure({ identifier: "COMMUNE-1", name: "Commune d’Exemple", sphere: "local" });
  const list = await d.call("People.List", { search: "", order: "", desc: false, filter: "active", holding: "", after: "" });
  const chosen = {};
  for (const row of list.rows) {
    const u = await d.call("People.Get", row.id);
    const name = `${u.firstName} ${u.lastName}`;
    if (name !== "Paul Durand" && u.active && u.kind !== "technical") chosen[u.pigp] ??= { id: u.id, name };
    if (chosen.true && chosen.false) break;
  }
  const [w1, wo] = [chosen.true, chosen.false];
  for (const [person, said] of [
    [w1, "Oui"],
    [wo, "Non"],
  ]) {
    await d.go(`/utilisateurs/${person.id}`);
    await d.title(person.name);
    equal(await d.fact("Compte PIGP"), said, `the PIGP account of ${person.name}`);
    await attach(d, person.id, commune);
  }
  await d.go(`/structures/transferer?structure=${commune}`);
  await d.title("Transférer le gestionnaire principal");
  await d.sees(/Pour une structure publique hors État, le nouveau gestionnaire doit avoir un compte PIGP/);
  await d.choose("Nouveau gestionnaire principal", wo.name);
  await d.submit();
  assert(
    /n’a pas de compte PIGP : elle ne peut pas gérer une structure publique hors État/.test(
      await d.errorOf("Nouveau gestionnaire principal"),
    ),
    "another reason",
  );
  equal(await manager(d, commune), "Paul Durand", "the manager after the refusal");
  await d.go(`/structures/transferer?structure=${commune}`);
  await d.title("Transférer le gestionnaire principal");
  await d.choose("Nouveau gestionnaire principal", w1.name);
  await d.submit();
  await d.confirms();
  await d.title("Commune d’Exemple");
  equal(await manager(d, commune), w1.name, "the manager after the transfer");
  equal([...paul.faults], [], "errors in the page");
});
