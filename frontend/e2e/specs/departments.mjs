// Departments: their form, their list, and how they part the accesses.
import { after, assert, before, equal, test } from "../harness.mjs";
import { dinum, essor, severnaya } from "../register.mjs";
import { anyStructure, World } from "../world.mjs";

let w, claire, dinumId, essorId, ana;
before(async () => {
  w = await World.start("departments.mjs");
  claire = await w.desk();
  await claire.setUp({ number: severnaya });
  dinumId = await claire.createStructure(dinum, "Publique, État");
  essorId = await claire.createStructure(essor);
});
after(() => w.stop());

const form = async (d) => {
  await d.go("/structures");
  await d.title("Structures");
  await d.go("/services/creer");
  await d.title("Créer un service");
};

test(
  "a department: the structure fills its legal name in; the code and the label",
  ["000-2.3-09", "000-2.3-10", "000-2.3-11", "000-2.3-16", "000-2.3-06"],
  async () => {
    const d = claire;
    await form(d);
    const legal = d.labelled("Raison sociale");
    equal(await legal.inputValue(), "", "the legal name before");
    await d.choose("Choisir la structure", "DIRECTION INTER");
    await d.page.waitForFunction(() =>
      [...document.querySelectorAll("input[disabled]")].some((i) => i.value === "DIRECTION INTERMINISTERIELLE DU NUMERIQUE"),
    );
    equal(await legal.inputValue(), "DIRECTION INTERMINISTERIELLE DU NUMERIQUE", "the legal name");
    assert(!(await legal.isEditable()), "the legal name may be changed");
    const general = d.page.getByRole("group", { name: "Informations générales" });
    await general.getByRole("textbox", { name: "Code" }).waitFor();
    await general.getByRole("textbox", { name: "Libellé" }).waitFor();
    await d.submit();
    equal(await d.errorOf("Code"), "Donnez un code au service.", "no code");
    equal(await d.errorOf("Libellé"), "Donnez un libellé au service.", "no label");
    await d.fill("Code", "x".repeat(101));
    await d.fill("Libellé", "y".repeat(101));
    await d.submit();
    equal(await d.errorOf("Code"), "Ce texte est trop long : 100 caractères au plus.", "a long code");
    equal(await d.errorOf("Libellé"), "Ce texte est trop long : 100 caractères au plus.", "a long label");
    await d.fill("Code", "ACHATS");
    await d.fill("Libellé", "Service des achats");
    await d.submit();
    await d.page.waitForURL(/tab=departments/);
    await d.page.getByRole("row", { name: /^ACHATS Service des achats/ }).waitFor();
    await form(d);
    await d.choose("Choisir la structure", "DIRECTION INTER");
    await d.fill("Code", "ACHATS");
    await d.fill("Libellé", "Un autre");
    await d.submit();
    equal(await d.errorOf("Code"), "Un service de cette structure a déjà ce code.", "a code twice");
    await d.fill("Code", "z".repeat(100));
    await d.fill("Libellé", "l".repeat(100));
    await d.submit();
    await d.page.waitForURL(/tab=departments/);
    await d.page.getByRole("row", { name: new RegExp(`z{100} l{100}`) }).waitFor();
    await d.createDepartment(dinumId, "VENTES", "Service des ventes");
    const list = await d.main.getByRole("row").allInnerTexts();
    assert(
      list.some((r) => /ACHATS\s+Service des achats/.test(r)) && list.some((r) => /VENTES\s+Service des ventes/.test(r)),
      String(list),
    );
    // the same code is free in another structure
    await d.createDepartment(essorId, "ACHATS", "Achats d’Essor");
  },
);

test("a person of one department has only that one in their lists", ["000-2.3-03", "000-3.2-04"], async () => {
  ana = await claire.invite({
    first: "Ana",
    last: "Achats",
    email: "ana@exemple.fr",
    structure: "DIRECTION INTER",
    department: "Service des achats",
    profiles: ["Organisation consultation"],
  });
  await ana.go(`/structures/${dinumId}?tab=departments`);
  await ana.page.getByRole("row", { name: /ACHATS Service des achats/ }).waitFor();
  await ana.seesNot("Service des ventes");
  equal(
    (await ana.call("Structures.Departments", dinumId)).map((x) => x.label),
    ["Service des achats"],
    "what the program gives her",
  );
  await ana.go("/demandes/creer");
  await ana.choose("Structure", "DIRECTION INTER");
  await ana.page.waitForTimeout(300);
  const offered = await ana.options("Service");
  assert(!offered.some((x) => x.includes("ventes")), `she is offered ${offered}`);
  await claire.openPerson("Ana Achats", "memberships");
  await claire.main.getByRole("row", { name: /Service des achats/ }).waitFor();
  const rows = await claire.main.getByRole("row").allInnerTexts();
  equal(rows.length, 2, "her memberships and the heading");
  assert(rows[1].includes("Service des achats"), rows[1]);
});

test("what is given for one department holds there and not in the other, both ways, with the proof", ["000-2.3-04"], async () => {
  await claire.addPerson({
    first: "Bruno",
    last: "Ventes",
    email: "bruno@exemple.fr",
    structure: "DIRECTION INTER",
    department: "Service des ventes",
    profiles: ["Factures reçues modification"],
  });
  await claire.give({ structure: "DIRECTION INTER", department: "Service des achats", who: "Ana" }, "Factures reçues modification");
  const departments = Object.fromEntries((await claire.call("Structures.Departments", dinumId)).map((x) => [x.label, x.id]));
  const edit = "Factures reçues : modifier";
  for (const [name, own, other] of [
    ["Ana Achats", "Service des achats", "Service des ventes"],
    ["Bruno Ventes", "Service des ventes", "Service des achats"],
  ]) {
    await claire.rights({ structure: dinumId, department: departments[own] });
    await claire.answers(name, { [edit]: "oui" });
    const yes = await claire.proof(name, edit);
    assert(
      yes.includes(`Oui. ${name} a le droit « ${edit} »`) && /Claire Morel a donné le profil « Factures reçues modification »/.test(yes),
      yes,
    );
    // for the other department: no, shown from the person's side too
    const id = await claire.userId(name);
    const proved = await claire.call("Rights.Prove", {
      user: id,
      permission: "invoice_received.edit",
      structure: dinumId,
      department: departments[other],
      day: "",
    });
    equal(proved.allowed, false, `${name} in the other department`);
    await claire.rights({ structure: dinumId, department: departments[other] });
    if ((await claire.cell(name, edit).count()) > 0) {
      await claire.answers(name, { [edit]: "non" });
      const no = await claire.proof(name, edit);
      assert(/Non/.test(no), no);
    } else throw new Error(`${name} has no row for the other department: neither the No nor its proof can be read`);
  }
});

test("a structure without a department is of full use", ["000-2.3-05"], async () => {
  const id = (await claire.call("Structures.List", { ...anyStructure, search: "SEVERNAYA" })).rows[0].id;
  await claire.go(`/structures/${id}?tab=departments`);
  await claire.sees("Aucun service");
  await claire.addPerson({ first: "Denis", last: "Seul", email: "denis@exemple.fr", structure: "SEVERNAYA" });
  await claire.give({ structure: "SEVERNAYA", who: "Denis" }, "Factures émises modification");
  const rows = await claire.members(id);
  assert(
    rows.some((r) => /Denis Seul/.test(r)),
    String(rows),
  );
  await claire.rights({ structure: id });
  await claire.answers("Denis Seul", { "Factures émises : modifier": "oui" });
});

test("a department's new label is read everywhere", ["000-2.4.4-03"], async () => {
  await claire.go(`/structures/${dinumId}?tab=departments`);
  await claire.link("Modifier le service Service des achats").click();
  await claire.title("Gérer un service");
  equal(await claire.labelled("Type de demande").inputValue(), "Modification d’un service", "the kind of request");
  await claire.fill("Libellé", "Achats et marchés");
  await claire.submit();
  await claire.page.getByRole("row", { name: /^ACHATS Achats et marchés/ }).waitFor();
  const nowhere = async () => claire.seesNot("Service des achats");
  await nowhere();
  await claire.openPerson("Ana Achats", "memberships");
  await claire.sees("Achats et marchés");
  await nowhere();
  await claire.openPerson("Ana Achats", "grants");
  await claire.sees(/Achats et marchés/);
  await nowhere();
  await claire.members(dinumId);
  await claire.sees("Achats et marchés");
  await nowhere();
  await claire.go("/utilisateurs/rattacher");
  await claire.choose("Structure de rattachement", "DIRECTION INTER");
  await claire.radio("Je souhaite faire un rattachement à la maille service").check();
  const offered = await claire.options("Service");
  assert(offered.some((o) => o.includes("Achats et marchés")) && !offered.some((o) => o.includes("Service des achats")), String(offered));
  await ana.go(`/structures/${dinumId}?tab=departments`);
  await ana.page.reload();
  await ana.page.getByRole("row", { name: /ACHATS Achats et marchés/ }).waitFor();
  equal([...claire.faults, ...ana.faults], [], "errors in the pages");
});
