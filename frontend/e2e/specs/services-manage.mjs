// « Gérer un service » and its four kinds of request; the dates of a service, what it asks of suppliers, the list of codes; the chart.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { anyStructure, twin, World } from "../world.mjs";

let w, claire, ids;
const mairie = "Mairie d’Exemple";
const spaced = (text) => text.replace(/\s+/g, " ");
const [view, activate, deactivate, edit] = [
  "Vue d’un service",
  "Activation d’un service",
  "Désactivation d’un service",
  "Modification d’un service",
];

before(async () => {
  w = await World.start("services-manage.mjs");
  claire = await w.desk();
  await claire.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await claire.setUp({ number: essor });
  const essorId = (await claire.call("Structures.List", anyStructure)).rows[0].id;
  ids = {
    essor: essorId,
    mairie: await claire.makeStructure({ identifier: "MAIRIE-1", name: mairie, sphere: "local" }),
    other: await claire.makeStructure({ identifier: "PREF-1", name: "Préfecture d’Exemple", sphere: "state" }),
  };
  await claire.createDepartment(ids.mairie, "ACHATS", "Service des achats");
  await claire.createDepartment(ids.mairie, "VOIRIE", "Service de la voirie");
  await claire.createDepartment(ids.mairie, "ECOLES", "Service des écoles");
  await claire.createDepartment(ids.other, "ETRANGERS", "Accueil");
  await claire.createDepartment(ids.essor, "VENTES", "Service des ventes");
  await claire.addPerson({ first: "Bruno", last: "Bientôt", email: "bruno@exemple.fr", structure: mairie });
});
after(() => w.stop());

/** The rows of the services tab. */
async function services(d, id) {
  await d.go(`/structures/${id}?tab=departments`);
  await d.page.getByRole("tab", { name: "Services", selected: true }).waitFor();
  await d.main.getByRole("table").first().waitFor();
  await d.page.waitForTimeout(200);
  return (await d.main.getByRole("table").first().getByRole("row").allInnerTexts()).slice(1).map(spaced);
}
/** The codes in the panel of active services on the record. */
async function codes(d, id) {
  await d.go("/");
  await d.title("Accueil");
  await d.go(`/structures/${id}`);
  const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Codes des services actifs" }) });
  await panel.waitFor();
  await d.page.waitForTimeout(200);
  return (await panel.getByRole("listitem").allInnerTexts()).map((x) => spaced(x).trim());
}
async function offered(d, request) {
  await d.manage(request, "Mairie", { department: "" });
  await d.page.waitForTimeout(300);
  return (await d.options("Code de service")).map((o) => o.split(" · ")[0].trim());
}

test(
  "every action on a service from « Structures » under « Organisation », by « Gérer un service »",
  ["000-2.4-01", "000-2.4-02"],
  async () => {
    const d = claire;
    await d.link("Organisation").click();
    await d.title("Organisation");
    const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { level: 2, name: "Structures", exact: true }) });
    await panel.getByRole("link", { name: "Gérer un service", exact: true }).click();
    await d.title("Gérer un service");
    equal(await d.labelled("Choisir la structure").count(), 0, "the structure is asked before the kind of request");
    const kinds = (await d.options("Type de demande")).map((x) => x.trim());
    equal(kinds, [view, activate, deactivate, edit], "the kinds of request");
    for (const kind of kinds) {
      await d.choose("Type de demande", kind);
      await d.labelled("Choisir la structure").waitFor();
      await d.labelled("Code de service").waitFor();
    }
    assert(!/supprim|suppression/i.test(await d.main.innerText()), "a deletion is offered");
    await d.act("Gérer un service");
    await services(d, ids.mairie);
    assert(!/supprim|suppression/i.test(await d.main.innerText()), "a deletion is offered on the record");
    await d.palette("Supprimer un service");
    await d.sees("Rien ne correspond");
    await d.page.keyboard.press("Escape");
  },
);

test(
  "« Vue d’un service »: the structure, then the code, then everything, and nothing to change",
  ["000-2.4.1-01", "000-2.4.1-02"],
  async () => {
    const d = claire;
    await d.go(`/services/creer?structure=${ids.mairie}`);
    await d.title("Créer un service");
    await d.fill("Code", "COMPLET");
    await d.fill("Libellé", "Service complet");
    await d.fill("Description", "Tout y est");
    await d.fill("Adresse", "2 place de la Mairie");
    await d.fill("Téléphone", "04 72 11 22 33");
    await d.box("Le numéro d’engagement est obligatoire").check();
    await d.submit();
    await d.page.getByRole("row", { name: /^COMPLET/ }).waitFor();
    await d.manage(view, "", { department: "" });
    const code = d.labelled("Code de service");
    equal(await code.inputValue(), "", "the code before the structure");
    assert(await code.isDisabled(), "a code can be chosen before the structure");
    await d.choose("Choisir la structure", "Mairie");
    await d.page.waitForTimeout(300);
    equal(await code.inputValue(), "", "the code before it is chosen");
    const list = (await d.options("Code de service")).map((o) => o.split(" · ")[0].trim());
    equal([...list].sort(), ["ACHATS", "COMPLET", "ECOLES", "VOIRIE"], "the services of this structure");
    await d.choose("Code de service", "COMPLET");
    await d.main.getByRole("heading", { name: "Service complet" }).waitFor();
    const values = { Code: "COMPLET", Libellé: "Service complet", Description: "Tout y est", Adresse: "2 place de la Mairie" };
    for (const [name, text] of Object.entries(values)) equal(await d.labelled(name).inputValue(), text, name);
    equal((await d.labelled("Téléphone").inputValue()).replace(/\D/g, "").slice(-9), "472112233", "the telephone");
    assert(await d.box("Le numéro d’engagement est obligatoire").isChecked(), "the commitment");
    await d.badge("Actif");
    const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Service complet" }) });
    equal(await panel.locator("input:enabled, textarea:enabled, button:enabled").count(), 0, "what can be changed");
    equal(await d.button("Soumettre").count(), 0, "« Soumettre »");
  },
);

test(
  "« Désactivation » then « Activation »: each offers only what it can act on",
  ["000-2.4.2-01", "000-2.4.2-02", "000-2.4.3-01", "000-2.4.3-02"],
  async () => {
    const d = claire;
    assert((await offered(d, deactivate)).includes("VOIRIE"), "an active one is not offered to deactivate");
    assert(!(await offered(d, activate)).includes("VOIRIE"), "an active one is offered to activate");
    await d.manage(deactivate, "Mairie", { department: "VOIRIE" });
    await d.sees(/Le service Service de la voirie sera inactif dès maintenant/);
    await d.submit();
    await d.page.waitForURL(/tab=departments/);
    const row = async () => (await services(d, ids.mairie)).find((r) => r.startsWith("VOIRIE"));
    assert(/Inactif/.test(await row()), await row());
    assert(!(await codes(d, ids.mairie)).some((c) => c.includes("VOIRIE")), "it stays among the active services");
    assert(!(await offered(d, deactivate)).includes("VOIRIE"), "an inactive one is offered to deactivate");
    equal(await offered(d, activate), ["VOIRIE"], "the services to activate");
    await d.manage(view, "Mairie", { department: "VOIRIE" });
    await d.main.getByRole("heading", { name: "Service de la voirie" }).waitFor();
    await d.badge("Inactif");
    await d.manage(activate, "Mairie", { department: "VOIRIE" });
    await d.sees(/Le service Service de la voirie sera actif dès maintenant/);
    await d.submit();
    await d.page.waitForURL(/tab=departments/);
    assert(/ ●?\s?Actif/.test(await row()), await row());
    assert(
      (await codes(d, ids.mairie)).some((c) => c.includes("VOIRIE")),
      "it is not back among the active services",
    );
  },
);

test("« Modification »: only an active service; its code is greyed, the rest is changed", ["000-2.4.4-01", "000-2.4.4-02"], async () => {
  const d = claire;
  await d.manage(deactivate, "Mairie", { department: "VOIRIE" });
  await d.submit();
  await d.page.waitForURL(/tab=departments/);
  const list = await offered(d, edit);
  assert(list.includes("ACHATS") && !list.includes("VOIRIE"), `offered: ${list}`);
  assert((await offered(d, view)).includes("VOIRIE"), "not to be consulted");
  await d.manage(edit, "Mairie", { department: "ECOLES" });
  const code = d.main.getByRole("group", { name: "Informations générales" }).getByRole("textbox", { name: "Code" });
  equal(await code.inputValue(), "ECOLES", "the code");
  assert(await code.isDisabled(), "the code is not greyed");
  for (const name of ["Libellé", "Description", "Adresse", "Téléphone", "Date de fin (facultative)"])
    assert(await d.labelled(name).isEditable(), `« ${name} » is greyed`);
  assert(!(await d.box("Le numéro d’engagement est obligatoire").isDisabled()), "the commitment is greyed");
  await d.fill("Libellé", "Service scolaire");
  await d.fill("Description", "Écoles et cantines");
  await d.submit();
  await d.page.waitForURL(/tab=departments/);
  await d.page.getByRole("row", { name: /^ECOLES Service scolaire/ }).waitFor();
  await d.manage(view, "Mairie", { department: "ECOLES" });
  equal(await d.labelled("Description").inputValue(), "Écoles et cantines", "the description");
  await d.manage(activate, "Mairie", { department: "VOIRIE" });
  await d.submit();
  await d.page.waitForURL(/tab=departments/);
});

test(
  "« Informations générales »: description, address and telephone are optional; the reserved code is refused",
  ["000-2.3-12", "000-2.3-13"],
  async () => {
    const d = claire;
    await d.go(`/services/creer?structure=${ids.mairie}`);
    await d.title("Créer un service");
    const general = d.page.getByRole("group", { name: "Informations générales" });
    for (const name of ["Description", "Adresse", "Téléphone"]) {
      await general.getByRole("textbox", { name }).waitFor();
      assert(!(await general.getByRole("textbox", { name }).getAttribute("aria-required")), `« ${name} » is required`);
    }
    const before = (await d.call("Structures.Departments", ids.mairie)).length;
    for (const code of ["FACTURES_PUBLIQUES", "factures_publiques", " FACTURES_PUBLIQUES "]) {
      await d.fill("Code", code);
      await d.fill("Libellé", "Réservé");
      await d.submit();
      assert(/réservé par le portail/.test(await d.errorOf("Code")), `${code} is not refused`);
    }
    equal((await d.call("Structures.Departments", ids.mairie)).length, before, "services after the refusals");
    await d.fill("Code", "NU");
    await d.fill("Libellé", "Sans options");
    await d.submit();
    await d.page.getByRole("row", { name: /^NU Sans options/ }).waitFor();
    await d.manage(view, "Mairie", { department: "NU" });
    for (const name of ["Description", "Adresse", "Téléphone"]) equal(await d.labelled(name).inputValue(), "", name);
  },
);

test("the box of the commitment number: for a public structure, unticked; for a private one, not there", ["000-2.3-15"], async () => {
  const d = claire;
  const box = d.box("Le numéro d’engagement est obligatoire");
  for (const [id, there] of [
    [ids.mairie, 1],
    [ids.other, 1],
    [ids.essor, 0],
  ]) {
    await d.go("/");
    await d.title("Accueil");
    await d.go(`/services/creer?structure=${id}`);
    await d.title("Créer un service");
    const parameters = d.page.getByRole("group", { name: "Paramètres" });
    await parameters.waitFor();
    await d.page.waitForTimeout(500);
    equal(await box.count(), there, `the box for structure ${id}`);
    if (there) assert(!(await box.isChecked()), "it is ticked from the start");
  }
  await d.manage(edit, "ESSOR", { department: "VENTES" });
  await d.page.getByRole("group", { name: "Paramètres" }).waitFor();
  equal(await box.count(), 0, "the box for a service of a private structure");
});

test("the commitment number is asked for one service, and not for the rest of the structure", ["000-2.3-02", "000-2.9.2-01"], async () => {
  const d = claire;
  await d.manage(edit, "Mairie", { department: "ACHATS" });
  const parameters = d.page.getByRole("group", { name: "Paramètres" });
  await parameters.getByRole("checkbox", { name: "Le numéro d’engagement est obligatoire" }).check();
  await d.submit();
  await d.page.waitForURL(/tab=departments/);
  const rows = await services(d, ids.mairie);
  assert(/Numéro d’engagement obligatoire/.test(rows.find((r) => r.startsWith("ACHATS"))), String(rows));
  for (const code of ["VOIRIE", "ECOLES"]) assert(!/engagement/.test(rows.find((r) => r.startsWith(code))), String(rows));
  await d.manage(view, "Mairie", { department: "ACHATS" });
  await d.sees(/^Numéro d’engagement obligatoire$/);
  assert(await d.box("Le numéro d’engagement est obligatoire").isChecked(), "the box of ACHATS");
  await d.manage(view, "Mairie", { department: "VOIRIE" });
  await d.sees("Rien de plus");
  assert(!(await d.box("Le numéro d’engagement est obligatoire").isChecked()), "the box of VOIRIE");
  await d.go(`/structures/${ids.mairie}`);
  await d.title(mairie);
  equal(await d.fact("Le numéro d’engagement doit être renseigné par le fournisseur"), "non", "the structure's own parameter");
});

test(
  "the record lists the active services with their codes; the list is copied and saved for suppliers",
  ["000-2.3-01", "000-2.3-07"],
  async () => {
    const d = claire;
    await d.manage(deactivate, "Mairie", { department: "NU" });
    await d.submit();
    await d.page.waitForURL(/tab=departments/);
    const list = await codes(d, ids.mairie);
    for (const [code, label] of [
      ["ACHATS", "Service des achats"],
      ["ECOLES", "Service scolaire"],
      ["VOIRIE", "Service de la voirie"],
    ])
      assert(
        list.some((c) => c.startsWith(`${code} · ${label}`)),
        `${code} is missing: ${list}`,
      );
    assert(!list.some((c) => c.startsWith("NU")), `an inactive one is listed: ${list}`);
    await d.button("Copier la liste").click();
    await d.sees("Liste copiée.");
    const copied = await d.page.evaluate(() => navigator.clipboard.readText());
    assert(/^ACHATS\tService des achats$/m.test(copied) && /^VOIRIE\t/m.test(copied) && !/^NU/m.test(copied), copied);
    const csv = await d.download(() => d.button("Enregistrer en CSV").click());
    assert(/\.csv$/.test(csv.name), csv.name);
    const lines = csv.data
      .toString("utf8")
      .replace(/^\ufeff/, "")
      .trim()
      .split(/\r?\n/);
    equal(lines[0], "Code;Libellé;À donner par le fournisseur", "the heading");
    assert(lines.includes("ACHATS;Service des achats;Numéro d’engagement obligatoire"), String(lines));
    assert(lines.includes("VOIRIE;Service de la voirie;Rien de plus"), String(lines));
    assert(!lines.some((l) => l.startsWith("NU;")), String(lines));
    const pdf = await d.download(() => d.button("Enregistrer en PDF").click());
    assert(/\.pdf$/.test(pdf.name) && pdf.data.subarray(0, 5).toString() === "%PDF-", pdf.name);
    assert(/%%EOF\s*$/.test(pdf.data.toString("latin1")), "the PDF is not whole");
    // a private structure shows its services too
    const rows = await services(d, ids.essor);
    assert(
      rows.some((r) => /^VENTES Service des ventes .*Actif/.test(r)),
      String(rows),
    );
  },
);

test("a service has dates, today by default; outside them it counts as inactive", ["000-2.3-14"], async () => {
  const d = claire;
  const [first, last] = [twin(1), twin(2)];
  await d.go(`/services/creer?structure=${ids.mairie}`);
  await d.title("Créer un service");
  const parameters = d.page.getByRole("group", { name: "Paramètres" });
  await parameters.getByLabel("Date de début").first().waitFor();
  await d.fill("Code", "BIENTOT");
  await d.fill("Libellé", "Service à venir");
  await d.fill("Date de début", first.typed);
  await d.fill("Date de fin (facultative)", last.typed);
  await d.submit();
  await d.page.getByRole("row", { name: /^BIENTOT/ }).waitFor();
  const row = (await services(d, ids.mairie)).find((r) => r.startsWith("BIENTOT"));
  assert(/Inactif/.test(row) && row.includes(first.words) && row.includes(`jusqu’au ${last.words}`), row);
  assert(!(await codes(d, ids.mairie)).some((c) => c.startsWith("BIENTOT")), "it is among the active services");
  // the default: today, without end
  const today = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris" }).format(new Date());
  await d.manage(view, "Mairie", { department: "VOIRIE" });
  equal(await d.labelled("Date de début").inputValue(), today, "the first day of one created without dates");
  equal(await d.labelled("Date de fin (facultative)").inputValue(), "", "its last day");
  // what counts on each day is read in the rights of a person of the service
  await d.give({ structure: mairie, who: "Bruno" }, "Factures reçues modification");
  const user = await d.userId("Bruno");
  const department = (await d.call("Structures.Departments", ids.mairie)).find((x) => x.code === "BIENTOT").id;
  const on = async (day) =>
    (await d.call("Rights.Prove", { user, permission: "invoice_received.edit", structure: ids.mairie, department, day })).allowed;
  equal(
    [await on(first.before), await on(first.iso), await on(last.iso), await on(last.after)],
    [false, true, true, false],
    "his right in the service the day before, the first day, the last day, the day after",
  );
  // an end before the beginning
  await d.go(`/services/creer?structure=${ids.mairie}`);
  await d.title("Créer un service");
  await d.fill("Code", "ENVERS");
  await d.fill("Libellé", "À l’envers");
  await d.fill("Date de début", last.typed);
  await d.fill("Date de fin (facultative)", first.typed);
  await d.submit();
  assert(/fin/.test(await d.errorOf("Date de fin (facultative)")), "crossed dates");
});

test("the chart: by keyboard, and saved as SVG and PNG", [], async () => {
  const d = claire;
  await d.go(`/structures/${ids.mairie}`);
  await d.title(mairie);
  await d.page.getByRole("tab", { name: "Organigramme" }).click();
  const chart = d.page.getByRole("group", { name: /^Organigramme de Mairie d’Exemple : \d+ services, 2 personnes$/ });
  await chart.waitFor();
  await chart.focus();
  const place = () => chart.locator("> div").evaluate((e) => e.style.transform);
  const percent = async () => Number((await d.main.getByText(/^\d+\s%$/).innerText()).match(/\d+/)[0]);
  const from = [await place(), await percent()];
  await d.page.keyboard.press("ArrowRight");
  assert((await place()) !== from[0], "the arrow does not move it");
  await d.page.keyboard.press("+");
  assert((await percent()) > from[1], "+ does not enlarge it");
  await d.page.keyboard.press("-");
  await d.page.keyboard.press("-");
  assert((await percent()) < from[1], "− does not shrink it");
  await d.page.keyboard.press("0");
  equal([await place(), await percent()], from, "0 shows it whole again");
  await d.button("Agrandir").click();
  assert((await percent()) > from[1], "the button does not enlarge it");
  await d.button("Ajuster").click();
  const svg = await d.download(() => d.button("Enregistrer en SVG").click());
  assert(/^Organigramme Mairie d’Exemple\.svg$/.test(svg.name), svg.name);
  const text = svg.data.toString("utf8");
  for (const part of [mairie, "Service des achats", "Service scolaire", "Claire Morel", "gestionnaire principal", "Bruno Bientôt"])
    assert(text.includes(part), `the picture lacks ${part}`);
  assert(/^<svg[\s>]/.test(text) && text.trim().endsWith("</svg>"), "not an SVG");
  const png = await d.download(() => d.button("Enregistrer en PNG").click());
  assert(
    /\.png$/.test(png.name) && png.data.subarray(1, 4).toString() === "PNG" && png.data.length > 5000,
    `${png.name} ${png.data.length}`,
  );
  equal([...claire.faults], [], "errors in the page");
});
