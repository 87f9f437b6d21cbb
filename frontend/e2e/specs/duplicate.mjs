// « Dupliquer une structure »: a new structure from an old one, whole; what is left is said; refused, nothing has changed.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, ganymede, siren, siret } from "../register.mjs";
import { anyStructure, World } from "../world.mjs";

let w, claire, oldId;
const unit = siren("84234567");
const old = siret(unit, "0001");
const next = siret(unit, "0002");
const third = siret(unit, "0003");
const unknown = siret(unit, "0009");
const spaced = (text) => text.replace(/\s+/g, " ");
const grouped = (number) => number.replace(/^(\d{3})(\d{3})(\d{3})/, "$1 $2 $3 ");

before(async () => {
  w = await World.start("duplicate.mjs");
  w.register.add(old, { name: "ANCIENNE ADRESSE" });
  w.register.add(next, { name: "NOUVELLE ADRESSE", address: "8 QUAI NEUF 69007 LYON 7", postcode: "69007", town: "LYON 7" });
  w.register.add(third, { name: "TROISIEME ADRESSE" });
  claire = await w.desk();
  await claire.setUp({ number: essor });
  oldId = await claire.makeStructure({
    type: "siret",
    identifier: old,
    name: "",
    sphere: "state",
    label: "Agence",
    email: "agence@exemple.fr",
    phone: "04 72 11 22 33",
    rcs: "Lyon B 842",
    labels: ["Grands comptes"],
    mandateHolder: "Mandataire SA",
    responsible: "firm",
    edi: true,
    codeRequired: true,
    moa: "involved",
  });
  await claire.createDepartment(oldId, "ACHATS", "Service des achats");
  await claire.createDepartment(oldId, "VENTES", "Service des ventes");
  await claire.addPerson({
    first: "Ana",
    last: "Achats",
    email: "ana@exemple.fr",
    structure: "ANCIENNE",
    department: "Service des achats",
    profiles: ["Factures reçues modification"],
  });
  await claire.addPerson({
    first: "Bruno",
    last: "Partout",
    email: "bruno@exemple.fr",
    structure: "ANCIENNE",
    profiles: ["Organisation consultation"],
  });
});
after(() => w.stop());

const open = async (d) => {
  await d.go("/");
  await d.title("Accueil");
  await d.act("Dupliquer une structure");
  await d.choose("Ancien identifiant structure", "ANCIENNE");
  await d.labelled("Identifiant Siret").waitFor();
};
const state = async (d, name) => spaced((await d.structures()).find((r) => r.startsWith(name)) ?? "");
const count = async (d) => (await d.call("Structures.List", anyStructure)).rows.length;

test(
  "from the record and by its name in the palette; the old structure is chosen, its type kept",
  ["000-2.7-01", "000-2.7-05", "000-2.7-06"],
  async () => {
    const d = claire;
    await d.go(`/structures/${oldId}`);
    await d.title("ANCIENNE ADRESSE");
    await d.more("Dupliquer une structure");
    await d.title("Dupliquer une structure");
    assert(await d.holds("Ancien identifiant structure", "ANCIENNE ADRESSE"), "the record's structure is not chosen");
    await d.go("/");
    await d.title("Accueil");
    await d.act("Dupliquer une structure");
    const list = await d.found("Ancien identifiant structure");
    assert(list.some((o) => o.includes("ANCIENNE ADRESSE")) && list.some((o) => o.includes("ESSOR ENERGIES")), String(list));
    await d.choose("Ancien identifiant structure", "ANCIENNE");
    const type = d.labelled("Type d’identifiant");
    await type.waitFor();
    equal(await type.inputValue(), "SIRET", "the type");
    assert(await type.isDisabled(), "another type can be chosen");
    await d.labelled("Identifiant Siret").waitFor();
    for (const number of ["DE138263821", "123456001", "POUSSE-1"]) {
      await d.fill("Identifiant Siret", number);
      await d.submit();
      assert(/SIRET/.test(await d.errorOf("Identifiant Siret")), `${number} is not refused`);
    }
    // one of another type keeps its own too
    const pending = await d.makeStructure({ identifier: "POUSSE-1", name: "Jeune pousse" });
    await d.go(`/structures/dupliquer?structure=${pending}`);
    await d.labelled("Nouvel identifiant").waitFor();
    equal(await type.inputValue(), "En cours d’immatriculation", "the type of the other");
    assert(await type.isDisabled(), "another type can be chosen for the other");
  },
);

test("what is copied and what is left is said before: the billing mandate is not taken over", ["000-2.7-03"], async () => {
  const d = claire;
  await open(d);
  const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Repris dans la copie" }) });
  await panel.getByText("Mandat de facturation").waitFor();
  const text = spaced(await panel.innerText());
  assert(/2 services.*3 rattachements.*2 habilitations.*Laissé/.test(text), text);
  const [, left] = text.split("Laissé");
  assert(/Mandat de facturation/.test(left), text);
  const line = spaced(await panel.getByRole("listitem").filter({ hasText: "Mandat de facturation" }).innerText());
  assert(!/il n’y en a pas/.test(line), `it says that there is none: ${line}`);
  assert(/ANCIENNE ADRESSE deviendra inactive/.test(text), text);
});

test("an unknown or a closed SIRET is refused, and the old structure stays active", ["000-2.7-07", "000-2.7-10"], async () => {
  const d = claire;
  const before = await count(d);
  await open(d);
  await d.fill("Identifiant Siret", ganymede);
  await d.sees(/fermé à l’INSEE depuis le 22 octobre 2022/);
  assert(await d.button("Soumettre").isDisabled(), "closed: « Soumettre » may be pressed");
  const found = { siret: "", verdict: "active", name: "MENSONGE" };
  const refused = await d
    .call("Changes.Submit", { fingerprint: "", duplicate: { from: oldId, identifier: ganymede, label: "", email: "", phone: "", found } })
    .catch((e) => String(e.message));
  assert(/siret\.closed/.test(refused), `the program did not refuse: ${JSON.stringify(refused)}`);
  // unknown: by Sirene, which knows them all
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
  await open(d);
  await d.fill("Identifiant Siret", unknown);
  await d.sees(/L’INSEE ne connaît pas ce SIRET/);
  assert(await d.button("Soumettre").isDisabled(), "unknown: « Soumettre » may be pressed");
  await d.go("/parametres");
  await d.title("Paramètres");
  await d.choose("Vérification des SIRET", "Annuaire public");
  await d.submit();
  await saved("annuaire");
  equal(await count(d), before, "structures");
  assert(/ ●?\s?Active/.test(await state(d, "ANCIENNE ADRESSE")), await state(d, "ANCIENNE ADRESSE"));
});

test("what fails changes nothing", ["000-2.7-11"], async () => {
  const d = claire;
  const before = await count(d);
  await open(d);
  await d.fill("Identifiant Siret", third);
  await d.sees("TROISIEME ADRESSE");
  await d.fill("Adresse électronique", "fausse");
  await d.submit();
  assert(/mal formée/.test(await d.errorOf("Adresse électronique")), "a wrong address");
  await d.fill("Adresse électronique", "");
  await d.fill("Identifiant Siret", essor);
  assert(/existe déjà/.test(await d.errorOf("Identifiant Siret")), "one that exists");
  await d.button("Annuler").click();
  equal(await count(d), before, "structures");
  assert(/ ●?\s?Active/.test(await state(d, "ANCIENNE ADRESSE")), await state(d, "ANCIENNE ADRESSE"));
  equal((await d.members(oldId)).length, 4, "its people, with the heading");
  // and the real one is whole: the list has it, with its services, people and rights
  await copy(d);
  const rows = await d.structures();
  assert(
    rows.some((r) => r.startsWith("NOUVELLE ADRESSE") && r.includes(grouped(next))),
    String(rows),
  );
  equal(await count(d), before + 1, "structures after « Soumettre »");
});

let copyId;
async function copy(d) {
  if (copyId) return;
  await open(d);
  await d.fill("Identifiant Siret", next);
  await d.page.waitForFunction(() => [...document.querySelectorAll("input[disabled]")].some((i) => i.value === "NOUVELLE ADRESSE"));
  seen.name = [await d.labelled("Raison sociale").inputValue(), await d.labelled("Raison sociale").isEditable()];
  seen.address = [await d.labelled("Adresse postale").inputValue(), await d.labelled("Adresse postale").isEditable()];
  seen.before = [
    await d.labelled("Libellé").inputValue(),
    await d.labelled("Adresse électronique").inputValue(),
    await d.labelled("Téléphone").inputValue(),
  ];
  await d.fill("Libellé", "Agence du quai");
  await d.fill("Adresse électronique", "quai@exemple.fr");
  await d.fill("Téléphone", "04 78 00 00 01");
  await d.submit();
  await d.title("NOUVELLE ADRESSE");
  copyId = Number(d.page.url().match(/structures\/(\d+)/)[1]);
}
const seen = {};

test(
  "name and address come from INSEE, greyed; label, address and telephone can be changed before",
  ["000-2.7-08", "000-2.7-09"],
  async () => {
    const d = claire;
    await copy(d);
    equal(seen.name, ["NOUVELLE ADRESSE", false], "the name, and whether it can be typed");
    assert(/8 QUAI NEUF.*69007 LYON 7/.test(seen.address[0]) && !seen.address[1], `the address: ${seen.address}`);
    equal(seen.before.slice(0, 2), ["Agence", "agence@exemple.fr"], "what the old one had");
    await d.go("/");
    await d.title("Accueil");
    await d.go(`/structures/${copyId}`);
    await d.title("NOUVELLE ADRESSE");
    equal(await d.fact("Libellé"), "Agence du quai", "the label");
    equal(await d.fact("Adresse électronique"), "quai@exemple.fr", "the address");
    equal(await d.fact("Téléphone"), "04 78 00 00 01", "the telephone");
    assert(/8 QUAI NEUF/.test(await d.fact("Adresse")), await d.fact("Adresse"));
  },
);

test("the old one is inactive, the new one active", ["000-2.7-04"], async () => {
  const d = claire;
  await copy(d);
  assert(/Inactive/.test(await state(d, "ANCIENNE ADRESSE")), await state(d, "ANCIENNE ADRESSE"));
  assert(/ ●?\s?Active/.test(await state(d, "NOUVELLE ADRESSE")), await state(d, "NOUVELLE ADRESSE"));
  await d.go(`/structures/${copyId}`);
  await d.title("NOUVELLE ADRESSE");
  await d.badge("Active");
  assert(/ANCIENNE ADRESSE/.test(await d.fact("Remplace")), "the old one is not named");
  await d.go(`/structures/${oldId}`);
  await d.title("ANCIENNE ADRESSE");
  await d.badge("Inactive");
  assert(/NOUVELLE ADRESSE/.test(await d.fact("Remplacée par")), "the new one is not named");
  assert(!(await d.offered()).includes("Dupliquer une structure"), "an inactive one is offered for duplication");
});

// The demand also names bank details and attachments: the program holds none yet, so nothing here can show that they are copied.
test("the copy has the services, people, rights, parameters and manager of the old one", ["000-2.7-02"], async () => {
  const d = claire;
  await copy(d);
  await d.go(`/structures/${copyId}?tab=departments`);
  await d.page.getByRole("row", { name: /^ACHATS Service des achats/ }).waitFor();
  await d.page.getByRole("row", { name: /^VENTES Service des ventes/ }).waitFor();
  const people = await d.members(copyId);
  assert(
    people.some((r) => /Ana Achats.*Service des achats/.test(r)) && people.some((r) => /Bruno Partout.*Structure entière/.test(r)),
    String(people),
  );
  await d.go(`/structures/${copyId}`);
  await d.title("NOUVELLE ADRESSE");
  equal(await d.fact("RCS"), "Lyon B 842", "the RCS");
  equal(await d.fact("Étiquettes"), "Grands comptes", "the labels");
  equal(await d.fact("Responsable"), "Le cabinet ou l’entreprise", "who answers");
  equal(await d.fact("Sphère"), "Publique, État", "the sphere");
  equal(await d.fact("L’entité publique peut recevoir des données via EDI"), "oui", "EDI");
  equal(await d.fact("Le code service doit être renseigné par le fournisseur"), "oui", "the code");
  assert(/^Une MOA intervient/.test(await d.fact("MOA")), await d.fact("MOA"));
  equal(await d.fact("Mandat de facturation"), "", "the billing mandate");
  const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Gestionnaire principal" }) });
  await panel.getByRole("link", { name: "Claire Morel" }).waitFor();
  await d.rights({ structure: copyId });
  await d.answers("Bruno Partout", { "Consulter la structure": "oui" });
  const department = (await d.call("Structures.Departments", copyId)).find((x) => x.code === "ACHATS").id;
  await d.rights({ structure: copyId, department });
  await d.answers("Ana Achats", { "Factures reçues : modifier": "oui" });
  equal([...claire.faults], [], "errors in the page");
});
