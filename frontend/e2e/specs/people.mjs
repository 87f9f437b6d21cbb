// People: adding, attaching, detaching.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor, severnaya } from "../register.mjs";
import { World } from "../world.mjs";

let w, claire, marc, essorId, severnayaId;
before(async () => {
  w = await World.start("people.mjs");
  claire = await w.desk();
  await claire.setUp({ number: essor });
  essorId = 1;
  await claire.createDepartment(essorId, "ACHATS", "Service des achats");
  await claire.createDepartment(essorId, "VENTES", "Service des ventes");
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
  await marc.page.reload();
  await marc.page.getByRole("navigation", { name: "Menu principal" }).waitFor();
});
after(() => w.stop());

const people = async (d) => {
  await d.go("/utilisateurs");
  await d.title("Utilisateurs");
  return d.rows("Utilisateurs");
};

test(
  "« + Ajouter » begins with the address; malformed or taken is refused beside it; what is missing is said, all at once",
  ["002-4-02", "002-4-03", "002-5-02"],
  async () => {
    const d = claire;
    for (const kind of ["Interne", "Externe"]) {
      const before = (await people(d)).length;
      await d.link("+ Ajouter").click();
      await d.title("Ajouter une personne");
      const first = d.main.locator("form input:not([type=hidden])").first();
      equal(await first.evaluate((e) => e.labels[0].innerText.replace(" *", "")), "Adresse électronique", "the first field");
      await d.radio(new RegExp(`^${kind}`)).check();
      await d.submit("Enregistrer");
      equal(await d.errorOf("Adresse électronique"), "Donnez une adresse électronique.", "no address");
      equal(await d.errorOf("Prénom"), "Donnez le prénom.", "no first name");
      equal(await d.errorOf("Nom"), "Donnez le nom.", "no last name");
      await d.fill("Prénom", "Xavier");
      await d.fill("Nom", "Inconnu");
      for (const bad of ["xavier", "xavier@", "@exemple.fr", "xa vier@exemple.fr"]) {
        await d.fill("Adresse électronique", bad);
        await d.submit("Enregistrer");
        const said = await d.errorOf("Adresse électronique");
        assert(/^Cette adresse électronique est mal formée/.test(said), `${bad}: ${said}`);
      }
      await d.fill("Adresse électronique", "MARC@exemple.fr");
      await d.submit("Enregistrer");
      equal(await d.errorOf("Adresse électronique"), "Un utilisateur a déjà cette adresse.", "a taken address");
      equal((await people(d)).length, before, "people");
    }
  },
);

test(
  "« Enregistrer » makes an internal or an external person, and their kind is in the list and on their sheet",
  ["002-4-05", "002-5-04", "002-2-01"],
  async () => {
    await claire.addPerson({ first: "Inès", last: "Interne", email: "ines@exemple.fr", kind: "Interne", structure: "ESSOR" });
    await claire.addPerson({ first: "Édith", last: "Externe", email: "edith@exemple.fr", kind: "Externe", structure: "ESSOR" });
    const list = await people(claire);
    assert(
      list.some((r) => /^Interne Inès ines@exemple.fr Interne /.test(r)),
      String(list),
    );
    assert(
      list.some((r) => /^Externe Édith edith@exemple.fr Externe /.test(r)),
      String(list),
    );
    assert(
      list.every((r) => /@\S+ (Interne|Externe) /.test(r)),
      `somebody has no kind: ${list}`,
    );
    for (const [name, kind] of [
      ["Inès Interne", "Interne"],
      ["Édith Externe", "Externe"],
    ]) {
      await claire.openPerson(name);
      const type = claire.main.locator("dt", { hasText: /^Type$/ }).locator("xpath=following-sibling::dd[1]");
      equal((await type.innerText()).trim(), kind, `the sheet of ${name}`);
    }
  },
);

test(
  "« Rattacher un utilisateur »: its words, its compulsory fields, its levels",
  ["000-3.2-01", "000-3.2-03", "001-B-07", "001-B-08", "001-B-09"],
  async () => {
    const d = claire;
    await d.link("Organisation").click();
    await d.title("Organisation");
    const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { level: 2, name: "Utilisateurs" }) });
    await panel.getByRole("link", { name: "Rattacher un utilisateur" }).click();
    await d.title("Rattacher un utilisateur");
    await d.go("/");
    await d.title("Accueil");
    await d.act("Rattacher un utilisateur");
    await d.sees("Rattacher un nouvel utilisateur à ma structure ou à mon service");
    const general = d.page.getByRole("group", { name: "Informations générales" });
    await general.getByRole("textbox", { name: "Utilisateur" }).waitFor();
    await general.getByText("Veuillez renseigner l’adresse email").waitFor();
    const below = await d.main
      .locator("form input:not([type=hidden])")
      .first()
      .evaluate((e) => e.labels[0].innerText);
    assert(/^Utilisateur/.test(below), `the first field is ${below}`);
    await d.redAsterisk("Utilisateur");
    await d.redAsterisk("Structure de rattachement");
    // left empty, both say so
    const before = await d.call("Grants.In", essorId);
    await d.submit();
    equal(await d.errorOf("Utilisateur"), "Choisissez une personne.", "no person");
    equal(await d.errorOf("Structure de rattachement"), "Choisissez une structure.", "no structure");
    equal((await d.call("Grants.In", essorId)).length, before.length, "memberships");
    // the levels
    await d.choose("Structure de rattachement", "ESSOR");
    const levels = d.page.getByRole("radiogroup", { name: "Niveaux de rattachement" });
    const whole = levels.getByRole("radio", { name: "Je souhaite faire un rattachement à la maille structure" });
    assert(await whole.isChecked(), "the structure is not the level chosen first");
    equal(await d.labelled("Service").count(), 0, "a department asked for at the structure's level");
    await levels.getByRole("radio", { name: "Je souhaite faire un rattachement à la maille service" }).check();
    await d.labelled("Service").waitFor();
    await whole.check();
    equal(await d.labelled("Service").count(), 0, "a department asked for at the structure's level");
  },
);

test("one chooses among the structures one manages; who manages one need not choose", ["000-3.2-02"], async () => {
  await claire.go("/");
  await claire.title("Accueil");
  await claire.go("/utilisateurs/rattacher");
  await claire.title("Rattacher un utilisateur");
  await claire.sees("Structure de rattachement");
  const all = await claire.options("Structure de rattachement");
  assert(all.some((o) => o.startsWith("ESSOR")) && all.some((o) => o.startsWith("SEVERNAYA")), `Claire is offered ${all}`);
  equal(await claire.labelled("Structure de rattachement").inputValue(), "", "chosen for who manages several");
  await marc.go("/utilisateurs/rattacher");
  await marc.title("Rattacher un utilisateur");
  assert(await marc.holds("Structure de rattachement", "SEVERNAYA"), "not filled in for who manages one");
  const offered = await marc.options("Structure de rattachement");
  assert(!offered.some((o) => o.startsWith("ESSOR")), `Marc is offered ${offered}`);
});

test(
  "the manager attaches somebody unasked, at once; they are on both sheets",
  ["001-B-06", "001-B-10", "000-3.2-05", "000-2.3-05", "001-1-08"],
  async () => {
    await marc.attach({ email: "edith@exemple.fr", structure: "SEVERNAYA" });
    await marc.page.waitForURL(/tab=people/);
    const rows = await marc.members(severnayaId);
    assert(
      rows.some((r) => /Édith Externe.*Structure entière/.test(r)),
      String(rows),
    );
    await claire.openPerson("Édith Externe", "memberships");
    await claire.page.getByRole("row", { name: /SEVERNAYA.*Structure entière.*En cours/ }).waitFor();
    // attached, she has none of the manager's rights
    await claire.rights({ structure: severnayaId });
    await claire.answers("Marc Simon", { "Modifier la structure": "oui" });
    const proved = await claire.call("Rights.Prove", {
      user: await claire.userId("Édith"),
      permission: "structure.edit",
      structure: severnayaId,
      department: 0,
      day: "",
    });
    equal(proved.allowed, false, "Édith may edit");
    await claire.answers("Édith Externe", { "Modifier la structure": "non" });
    await claire.openPerson("Édith Externe", "grants");
    await claire.seesNot("Organisation modification");
  },
);

test("at a department's level a department must be chosen, and the person is attached to it alone", ["000-3.2-04"], async () => {
  const d = claire;
  await d.addPerson({ first: "Ugo", last: "Libre", email: "ugo@exemple.fr", structure: "SEVERNAYA" });
  await d.go("/utilisateurs/rattacher");
  await d.title("Rattacher un utilisateur");
  await d.fill("Utilisateur", "ugo@exemple.fr");
  await d.choose("Structure de rattachement", "ESSOR");
  await d.radio("Je souhaite faire un rattachement à la maille service").check();
  const offered = await d.options("Service");
  equal(
    offered.map((o) => o.trim()),
    ["ACHATS · Service des achats", "VENTES · Service des ventes"],
    "the departments offered",
  );
  await d.submit();
  equal(await d.errorOf("Service"), "Choisissez un service.", "no department");
  await d.choose("Service", "achats");
  await d.submit();
  await d.page.waitForURL(/tab=people/);
  await d.page.getByRole("row", { name: /Ugo Libre.*Service des achats/ }).waitFor();
  const proof = async (department) =>
    d
      .call("Grants.Of", await d.userId("Ugo"))
      .then((r) => r.memberships.filter((m) => m.structureId === essorId && m.departmentId === department).length);
  equal(await proof(0), 0, "memberships of the whole structure");
});

test(
  "« Détacher un utilisateur »: its words, its compulsory fields; without a comment the person stays",
  ["000-3.3-03", "001-C-02", "001-C-03"],
  async () => {
    const d = claire;
    await d.act("Détacher un utilisateur");
    await d.sees("Détacher un utilisateur de ma structure ou de mes services");
    await d.redAsterisk("Structure");
    await d.redAsterisk("Utilisateur");
    await d.redAsterisk("Commentaire");
    await d.submit();
    equal(await d.errorOf("Structure"), "Choisissez une structure.", "no structure");
    equal(await d.errorOf("Commentaire"), "Écrivez un commentaire qui dit pourquoi.", "no comment");
    await d.choose("Structure", "ESSOR");
    const levels = d.page.getByRole("radiogroup", { name: "Niveaux de rattachement" });
    await levels.getByRole("radio", { name: "Je souhaite faire un détachement à la maille structure" }).waitFor();
    await levels.getByRole("radio", { name: "Je souhaite faire un détachement à la maille service" }).waitFor();
    await d.submit();
    equal(await d.errorOf("Utilisateur"), "Choisissez une personne.", "no person");
    await d.choose("Utilisateur", "Édith");
    await d.fill("Commentaire", "   ");
    await d.submit();
    equal(await d.errorOf("Commentaire"), "Écrivez un commentaire qui dit pourquoi.", "a comment of spaces");
    const refused = await d
      .call("Changes.Submit", {
        fingerprint: "",
        detach: { user: await d.userId("Édith"), structure: essorId, department: 0, comment: "" },
      })
      .catch((e) => String(e.message));
    assert(/"field":"comment"/.test(refused), JSON.stringify(refused));
    assert(
      (await d.members(essorId)).some((r) => r.includes("Édith")),
      "she has gone",
    );
  },
);

test("detached, the person is gone and each Yes is a No at once", ["000-3.3-01", "000-3.3-04", "001-C-01", "001-C-04"], async () => {
  const rights = [
    "Factures émises : consulter",
    "Factures émises : modifier",
    "Factures de travaux : modifier",
    "Factures à valider : modifier",
  ];
  const paul = await claire.invite({
    first: "Paul",
    last: "Durand",
    email: "paul@exemple.fr",
    structure: "SEVERNAYA",
    profiles: ["Factures émises modification", "Factures de travaux modification", "Factures à valider modification"],
  });
  const all = (answer) => Object.fromEntries(rights.map((r) => [r, answer]));
  await marc.rights({ structure: severnayaId });
  await marc.answers("Paul Durand", all("oui"));
  assert(
    (await paul.structures()).some((r) => r.includes("SEVERNAYA")),
    "he does not see it",
  );
  await marc.detach({ structure: "SEVERNAYA", who: "Paul", comment: "A quitté l’entreprise" });
  await marc.page.waitForURL(/tab=people/);
  assert(!(await marc.members(severnayaId)).some((r) => r.includes("Paul")), "he is still among the people");
  const refused = await paul.call("Structures.Get", severnayaId).catch((e) => String(e.message));
  assert(/not_found|forbidden/.test(JSON.stringify(refused)), `he still reads it: ${JSON.stringify(refused)}`);
  await paul.page.reload();
  await paul.page.getByRole("navigation", { name: "Menu principal" }).waitFor();
  await paul.page.waitForTimeout(500);
  await paul.seesNot("SEVERNAYA"); // the list, or « Il faut le droit… » for who has none left
  await claire.rights({ structure: severnayaId });
  await claire.answers("Paul Durand", all("non"));
  const said = await claire.proof("Paul Durand", "Factures émises : modifier");
  assert(/son rattachement a pris fin/.test(said), said);
});

test("detached from a department, the person keeps the rest", ["000-3.3-05"], async () => {
  const d = claire;
  await d.addPerson({ first: "Vera", last: "Double", email: "vera@exemple.fr", structure: "ESSOR", department: "Service des achats" });
  await d.attach({ email: "vera@exemple.fr", structure: "ESSOR", department: "ventes" });
  await d.page.waitForURL(/tab=people/);
  await d.attach({ email: "vera@exemple.fr", structure: "SEVERNAYA" });
  await d.page.waitForURL(/tab=people/);
  await d.detach({ structure: "ESSOR", department: "achats", who: "Vera", comment: "Passe aux ventes" });
  await d.page.waitForURL(/tab=people/);
  await d.openPerson("Vera Double", "memberships");
  await d.page.getByRole("row", { name: /ESSOR.*Service des achats.*Terminé/ }).waitFor();
  await d.page.getByRole("row", { name: /ESSOR.*Service des ventes.*En cours/ }).waitFor();
  await d.page.getByRole("row", { name: /SEVERNAYA.*Structure entière.*En cours/ }).waitFor();
  equal([...claire.faults, ...marc.faults], [], "errors in the pages");
});
