// « Dupliquer une structure »: a new structure from an old one, whole; what is left is said; refused, nothing has changed.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, ganymede, siren, siret } from "../register.mjs";
import { anyStructure, World } from "../world.mjs";

let w, claire, oldId;
const domain = siren("85234567");
const manor = siret(domain, "0001");
const moved = siret(domain, "0002");
const taken = siret(domain, "0003");
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
  w.register.add(manor, { name: "DOMAINE" });
  w.register.add(moved, { name: "DOMAINE DEPLACE", address: "3 QUAI NEUF 69007 LYON 7", postcode: "69007", town: "LYON 7" });
  w.register.add(taken, { name: "PRIS ENTRE-TEMPS" });
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
  assert(!/ · aucune?$/.test(line), `it says that there is none: ${line}`);
  assert(/ANCIENNE ADRESSE deviendra inactive/.test(text), text);
});

test("an unknown or a closed SIRET is refused, and the old structure stays active", ["000-2.7-07", "000-2.7-10"], async () => {
  const d = claire;
  const before = await count(d);
  await open(d);
  await d.fill("Identifiant Siret", ganymede);
  await d.sees(/fermé à l’INSEE depuis le 22 octobre 2022/);
  assert(await d.button("Soumettre").isDisabled(), "closed: « Soumettre » may be pressed");
  const wish = { from: oldId, identifier: ganymede, label: "", email: "", phone: "" };
  const refusal = (duplicate) => d.call("Changes.Submit", { duplicate }).catch((e) => String(e.message));
  assert(/siret\.closed/.test(await refusal(wish)), "the program did not refuse");
  const found = { siret: "", verdict: "active", name: "MENSONGE" };
  assert(/change\.malformed/.test(await refusal({ ...wish, found })), "a page may say what a register answers");
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
  await d.choose("Vérification des SIRET", "Annuaire des entreprises");
  await d.submit();
  await saved("annuaire");
  equal(await count(d), before, "structures");
  assert(/ ●?\s?Active/.test(await state(d, "ANCIENNE ADRESSE")), await state(d, "ANCIENNE ADRESSE"));
});

test("what is refused in the form changes nothing", [], async () => {
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

// --- an estate: a structure with all that a duplication carries over, in force, to come, ended one day and switched off

/** A day so many years from now, 0 this year: always the second of March, whatever today is. */
const year = (n) => `${new Date().getFullYear() + n}-03-02`;
const submit = (d, wish) => d.call("Changes.Submit", { fingerprint: "", ...wish });
const list = { search: "", order: "", desc: false, filter: "all", holding: "", after: "" };

async function estate(d, number) {
  const profiles = Object.fromEntries((await d.call("Profiles.List")).map((p) => [p.name, p.id]));
  const pick = (...names) => names.map((name) => ({ profile: profiles[name], options: [] }));
  const person = async (first, kind = "external") => {
    const wish = { email: `${first.toLowerCase()}.estate@exemple.fr`, firstName: first, lastName: "Domaine", kind };
    return (await submit(d, { addPerson: { ...wish, structure: 0, department: 0, profiles: [], from: "", until: "", enters: false } }))
      .created;
  };
  const who = {};
  for (const first of ["Gina", "Hugo", "Iris", "Jean", "Katia"]) who[first] = await person(first);
  who.Rita = await person("Rita", "internal");
  const id = await d.makeStructure({
    type: "siret",
    identifier: number,
    name: "",
    sphere: "state",
    label: "Domaine",
    email: "domaine@exemple.fr",
    phone: "04 72 11 22 33",
    rcs: "Lyon B 845",
    labels: ["Grands comptes", "Lyon"],
    responsible: "user",
    responsibleId: who.Rita,
    mandateHolder: "Mandataire SA",
    mandateFrom: year(-1),
    mandateUntil: year(2),
    pacage: "069012345",
    technicalAccount: "TECH-45",
    connections: "EDI par AS4",
    edi: true,
    codeRequired: false,
    commitmentRequired: true,
    commitmentOrCode: true,
    paymentHidden: true,
    moa: "only",
  });
  const rooms = {};
  const room = async (code, more) => {
    const fields = { label: `Service ${code}`, description: "", address: "", phone: "", commitmentRequired: false, from: "", until: "" };
    rooms[code] = (await submit(d, { createDepartment: { structure: id, code, ...fields, ...more } })).created;
  };
  await room("PLEIN", {
    description: "Tout y est",
    address: "2 place de la Mairie",
    phone: "04 72 99 88 77",
    commitmentRequired: true,
    until: year(3),
  });
  await room("VENIR", { from: year(1), until: year(2) });
  await room("ETEINT", {});
  await room("NU", {});
  const attach = (user, department, names, from = "", until = "") =>
    submit(d, {
      attach: { user, email: "", structure: id, department: department ? rooms[department] : 0, from, until, profiles: pick(...names) },
    });
  const give = (user, department, names, from, until) =>
    submit(d, {
      give: { user, structure: id, department: department ? rooms[department] : 0, profiles: pick(...names), from, until },
    });
  await attach(who.Gina, "", []);
  await attach(who.Hugo, "", ["Organisation consultation", "Factures reçues modification"]);
  await give(who.Hugo, "PLEIN", ["Engagements modification"], "", year(1));
  await give(who.Hugo, "", ["Suivi des flux consultation"], year(1), year(2));
  await attach(who.Iris, "PLEIN", ["Factures reçues modification"]);
  await attach(who.Iris, "NU", ["Factures reçues consultation"], "", year(2));
  await attach(who.Jean, "", ["Organisation modification"], "", year(1));
  await attach(who.Katia, "", ["Factures émises consultation"], year(1), year(3));
  await attach(who.Rita, "ETEINT", ["Engagements consultation"]);
  await submit(d, { switchDepartment: { structure: id, department: rooms.ETEINT, active: false } });
  await submit(d, { transfer: { moves: [{ structure: id, to: who.Gina }] } });
  return id;
}

// Left behind, said before (facts/structures.md), or of the one record alone.
const left = ["mandateHolder", "mandateFrom", "mandateUntil", "pacage", "technicalAccount", "connections"];
const own = [
  "id",
  "identifier",
  "raw",
  "name",
  "address1",
  "address2",
  "postcode",
  "town",
  "address",
  "vat",
  "vatShown",
  "verified",
  "fixed",
];
const past = [
  "active",
  "predecessor",
  "successor",
  "former",
  "cancellable",
  "createdAt",
  "version",
  "activity",
  "activityList",
  "legalCategory",
];

/** All that a structure holds, by names instead of numbers; what began already begins anew in a copy. */
async function holds(d, id) {
  const now = Date.now();
  const since = (at) => (at > now ? at : "begun");
  const s = await d.call("Structures.Get", id);
  const rooms = await d.call("Structures.Departments", id);
  const code = Object.fromEntries([[0, ""], ...rooms.map((r) => [r.id, r.code])]);
  const people = (await d.call("People.List", list)).rows;
  const here = async (p) => {
    const record = await d.call("Grants.Of", p.id);
    const rows = (all, more) =>
      all
        .filter((x) => x.structureId === id && x.until > now && x.until > x.from)
        .map((x) => [code[x.departmentId], since(x.from), x.until, x.state, ...more(x)].join(" · "))
        .sort();
    return {
      memberships: rows(record.memberships, () => []),
      grants: rows(record.grants, (g) => [g.profile, g.family, g.options, g.reason]),
      principal: record.principals.includes(id),
    };
  };
  const members = {};
  for (const p of people) {
    const found = await here(p);
    if (found.memberships.length > 0) members[p.email] = found;
  }
  const rights = {};
  for (const [room, name] of Object.entries(code)) {
    const matrix = await d.call("Rights.OfStructure", { structure: id, department: Number(room), user: 0, day: "" });
    rights[name] = Object.fromEntries(matrix.lines.map((l) => [l.name, `${l.titles} ${l.cells}`]));
  }
  return {
    fields: Object.fromEntries(Object.entries(s).filter(([name]) => ![...left, ...own, ...past].includes(name))),
    departments: Object.fromEntries(
      rooms.map((r) => [
        r.code,
        [
          r.label,
          r.description,
          r.address,
          r.phone,
          r.commitmentRequired,
          r.switch,
          r.active,
          since(r.validFrom),
          r.validUntil,
          r.supplier,
          r.people,
        ],
      ]),
    ),
    members,
    rights,
  };
}

/** What has been carried over of one thing at a time, so that a difference names it. */
function same(seen, expected, what) {
  for (const part of Object.keys(expected)) {
    equal(Object.keys(seen[part]).sort(), Object.keys(expected[part]).sort(), `${what}: ${part}`);
    for (const [name, value] of Object.entries(expected[part])) equal(seen[part][name], value, `${what}: ${part}, ${name || "whole"}`);
  }
}

let manorId, manorCopy, held;
async function copyManor(d) {
  if (manorCopy) return manorCopy;
  manorId ??= await estate(d, manor);
  held = await holds(d, manorId);
  await d.go("/");
  await d.title("Accueil");
  await d.go(`/structures/dupliquer?structure=${manorId}`);
  await d.title("Dupliquer une structure");
  await d.fill("Identifiant Siret", moved);
  await d.page.waitForFunction(() => [...document.querySelectorAll("input[disabled]")].some((i) => i.value === "DOMAINE DEPLACE"));
  await d.submit();
  await d.title("DOMAINE DEPLACE");
  return (manorCopy = Number(d.page.url().match(/structures\/(\d+)/)[1]));
}

test(
  "what fails after « Soumettre » changes nothing: taken, changed or deactivated meanwhile, or never arrived",
  ["000-2.7-11"],
  async () => {
    const d = claire;
    manorId ??= await estate(d, manor);
    const profile = (await d.call("Profiles.List")).find((p) => p.name === "Raccordements consultation").id;
    const hugo = await d.userId("Hugo");
    const everything = async () => ({
      list: (await d.call("Structures.List", anyStructure)).rows,
      record: await d.call("Structures.Get", manorId),
      held: await holds(d, manorId),
      line: (
        await d.call("Journal.List", {
          structure: 0,
          person: 0,
          actor: 0,
          noun: "",
          from: "",
          until: "",
          search: "",
          order: "",
          desc: false,
          filter: "",
          holding: "",
          after: "",
        })
      ).rows[0].seq,
    });
    const typed = async (number, name) => {
      await d.go("/");
      await d.title("Accueil");
      await d.go(`/structures/dupliquer?structure=${manorId}`);
      await d.title("Dupliquer une structure");
      await d.fill("Identifiant Siret", number);
      await d.page.waitForFunction((n) => [...document.querySelectorAll("input[disabled]")].some((i) => i.value === n), name);
      await d.sees(/Droits en (plus|moins)|Aucun droit ne change/);
    };
    const failures = {
      "taken by another meanwhile": {
        meanwhile: () => d.makeStructure({ type: "siret", identifier: taken, name: "" }),
        number: [taken, "PRIS ENTRE-TEMPS"],
        sentence: /existe déjà/,
      },
      "its rights changed by another meanwhile": {
        meanwhile: () =>
          submit(d, {
            give: {
              user: hugo,
              structure: manorId,
              department: 0,
              profiles: [{ profile, options: [] }],
              from: "",
              until: "",
            },
          }),
        number: [moved, "DOMAINE DEPLACE"],
        sentence: /Depuis l’aperçu, quelqu’un a changé quelque chose/,
      },
      "deactivated by another meanwhile": {
        meanwhile: () => submit(d, { setState: { structure: manorId, active: false } }),
        number: [moved, "DOMAINE DEPLACE"],
        sentence: /inactive|n’est pas active|changé quelque chose/i,
        back: () => submit(d, { setState: { structure: manorId, active: true } }),
      },
      "a message that never arrives": {
        meanwhile: () =>
          d.page.route("**/rpc", (route) => (/Changes\.Submit/.test(route.request().postData() ?? "") ? route.abort() : route.continue())),
        number: [moved, "DOMAINE DEPLACE"],
        sentence: /Habilis ne répond pas/,
        back: () => d.page.unroute("**/rpc"),
      },
      "a wrong address": {
        meanwhile: () => d.fill("Adresse électronique", "fausse"),
        number: [moved, "DOMAINE DEPLACE"],
        sentence: /mal formée/,
      },
    };
    for (const [what, { meanwhile, number, sentence, back }] of Object.entries(failures)) {
      await typed(...number);
      await meanwhile();
      const before = await everything();
      await d.submit();
      await d.sees(sentence);
      await d.title("Dupliquer une structure");
      const after = await everything();
      for (const part of Object.keys(before)) equal(after[part], before[part], `${what}: ${part}`);
      await back?.();
    }
  },
);

test("« Soumettre » done, the new structure is in the list, active, and whole", ["000-2.7-11"], async () => {
  const d = claire;
  const id = await copyManor(d);
  const row = await state(d, "DOMAINE DEPLACE");
  assert(row.includes(grouped(moved)) && / ●?\s?Active/.test(row), `in the list: ${row}`);
  same(await holds(d, id), held, "the copy");
});

test(
  "the copy has all data of the old one: services, people, rights, parameters, manager (bank details and attachments: with their issues)",
  ["000-2.7-02", "000-2.7-03"],
  async () => {
    const d = claire;
    const id = await copyManor(d);
    // what the old one held, so that the comparison is of something
    equal(Object.keys(held.departments).sort(), ["ETEINT", "NU", "PLEIN", "VENIR"], "the services of the old one");
    equal(Object.keys(held.members).length, 7, "the people of the old one, its creator among them");
    assert(Object.values(held.members).flatMap((m) => m.grants).length >= 9, `their profiles: ${JSON.stringify(held.members)}`);
    same(await holds(d, id), held, "the copy");
    // as a person reads it
    await d.go(`/structures/${id}?tab=departments`);
    await d.page.getByRole("row", { name: /^PLEIN Service PLEIN.*Numéro d’engagement obligatoire/ }).waitFor();
    await d.page.getByRole("row", { name: /^ETEINT Service ETEINT.*Inactif/ }).waitFor();
    await d.page.getByRole("row", { name: /^VENIR Service VENIR.*Inactif/ }).waitFor();
    await d.page.getByRole("row", { name: /^NU Service NU/ }).waitFor();
    const people = await d.members(id);
    for (const expected of [
      /Gina Domaine.*Structure entière.*Gestionnaire principal/,
      /Hugo Domaine.*Structure entière.*Factures reçues modification/,
      /Iris Domaine.*Service PLEIN.*Factures reçues modification/,
      /Iris Domaine.*Service NU.*Factures reçues consultation/,
      /Jean Domaine.*Structure entière.*Organisation modification/,
      /Rita Domaine.*Service ETEINT/,
      /Claire Morel.*Structure entière/,
    ])
      assert(
        people.some((r) => expected.test(r)),
        `${expected} is not among ${people.join(" | ")}`,
      );
    await d.go(`/structures/${id}`);
    await d.main.getByRole("heading", { name: "Identité" }).waitFor();
    await d.main.getByRole("heading", { name: "Gestionnaire principal" }).waitFor();
    const expected = {
      Libellé: "Domaine",
      "Adresse électronique": "domaine@exemple.fr",
      Téléphone: "04 72 11 22 33",
      RCS: "Lyon B 845",
      Étiquettes: "Grands comptes, Lyon",
      Responsable: "Rita Domaine",
      Sphère: "Publique, État",
      "L’entité publique peut recevoir des données via EDI": "oui",
      "Le code service doit être renseigné par le fournisseur": "non",
      "Le numéro d’engagement doit être renseigné par le fournisseur": "oui",
      "Le numéro d’engagement ou le code service est obligatoire": "oui",
      MOA: "MOA uniquement",
      // left behind: the billing mandate (and what facts/structures.md adds)
      "Mandat de facturation": "",
      "Numéro PACAGE": "",
      "Compte technique": "",
      Raccordements: "",
    };
    for (const [name, value] of Object.entries(expected)) equal(await d.fact(name), value, `« ${name} » on the record of the copy`);
    assert(/Mandataire SA/.test(JSON.stringify(await d.call("Structures.Get", manorId))), "the old one has lost its own mandate");
    const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Gestionnaire principal" }) });
    await panel.getByRole("link", { name: "Gina Domaine" }).waitFor();
    equal(await panel.getByRole("link").count(), 1, "principal managers of the copy");
    equal([...claire.faults], [], "errors in the page");
  },
);
