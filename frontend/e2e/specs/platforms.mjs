// Platforms (PDP): made with a registered number only, linked to their clients by contracts, consulted by those attached.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { anyStructure, World } from "../world.mjs";

let w, claire, julie;
const ids = {};
const spaced = (text) => text.replace(/\s+/g, " ");

before(async () => {
  w = await World.start("platforms.mjs");
  claire = await w.desk();
  await claire.setUp({ number: essor });
  julie = await claire.invite({
    first: "Julie",
    last: "Petit",
    email: "julie.petit@exemple.fr",
    structure: "ESSOR",
    profiles: ["Organisation modification"],
  });
  ids.public = await claire.makeStructure({ identifier: "MAIRIE-1", name: "Mairie d’Exemple", sphere: "state" });
});
after(() => w.stop());

const list = async (d) => (await d.call("Structures.List", { ...anyStructure, sphere: "platform" })).rows;
const form = async (d) => {
  await d.go("/");
  await d.title("Accueil");
  await d.act("Créer une PDP");
};
/** « Soumettre » is not there, however long one waits. */
async function nothingToSubmit(d, why) {
  await d.page.waitForTimeout(500);
  equal(await d.button("Soumettre").count(), 0, `« Soumettre » ${why}`);
  await d.page.keyboard.press("Control+s");
  await d.page.waitForTimeout(100);
  await d.title("Créer une PDP");
}
const refused = (d, identifier) =>
  d
    .call("Changes.Submit", {
      fingerprint: "",
      createStructure: { identifierType: "platform", identifier, name: "Forcée", sphere: "platform", later: false, country: "FR" },
    })
    .catch((e) => String(e.message));

test("the official list is kept by the administrator", [], async () => {
  const d = claire;
  await d.go("/plateformes");
  await d.title("Plateformes agréées (PDP)");
  await d.sees("Aucune plateforme agréée");
  await d.button("Liste officielle").click();
  const dialog = d.page.getByRole("dialog", { name: "Liste officielle" });
  const text = dialog.getByRole("textbox", { name: "Plateformes immatriculées" });
  await text.fill("0123;Plateforme Une;immatriculée\nfaux");
  await dialog.getByRole("button", { name: "Enregistrer" }).click();
  await dialog.getByText(/La ligne 2 n’est pas comprise/).waitFor();
  await text.fill("0123;Plateforme Une;immatriculée\n0456;Plateforme Deux;en cours\n0789;Plateforme Trois;retirée\nAB12;Plateforme Quatre");
  await dialog.getByRole("button", { name: "Enregistrer" }).click();
  await dialog.waitFor({ state: "hidden" });
});

test(
  "« Créer une PDP » asks for the registration number; « Soumettre » comes once it is complete and known",
  ["000-2.10-04", "000-2.10.1-01", "000-2.10.1-02", "000-2.10.1-03", "000-2.10.1-04", "000-2.10.1-06"],
  async () => {
    const d = claire;
    await form(d);
    const field = d.labelled("Identifiant d’immatriculation");
    await field.waitFor();
    equal(await field.getAttribute("aria-required"), "true", "whether it is required");
    await nothingToSubmit(d, "without a number");
    for (const part of ["0", "01", "012"]) {
      await field.fill(part);
      await nothingToSubmit(d, `for ${part}`);
    }
    // ill-formed: said
    for (const [wrong, sentence] of [
      ["01234", /exactement 4 caractères/],
      ["01-3", /que des lettres et des chiffres/],
      ["01é3", /que des lettres et des chiffres/],
    ]) {
      await field.fill(wrong);
      assert(sentence.test(await d.errorOf("Identifiant d’immatriculation")), `${wrong} is not said to be ill-formed`);
      await nothingToSubmit(d, `for ${wrong}`);
    }
    // not known as registered: said
    for (const [number, sentence] of [
      ["9999", /n’est pas connu comme immatriculé/],
      ["0456", /est en cours : elle ne peut pas encore être créée/],
      ["0789", /a été retirée : elle ne peut pas être créée/],
    ]) {
      await field.fill(number);
      await d.sees(sentence);
      await nothingToSubmit(d, `for ${number}`);
      const said = await refused(d, number);
      assert(/platform\.not_registered/.test(said), `the program did not refuse ${number}: ${JSON.stringify(said)}`);
    }
    for (const number of ["", "012", "01234"]) {
      const said = await refused(d, number);
      assert(/"field":"identifier"/.test(said), `the program did not refuse « ${number} »: ${JSON.stringify(said)}`);
    }
    equal((await list(d)).length, 0, "platforms after the refusals");
    await field.fill("012");
    await nothingToSubmit(d, "for 012");
    await field.fill("0123");
    await d.button("Soumettre").waitFor();
    await field.fill("012");
    await nothingToSubmit(d, "for 012 again");
    await field.fill("0123");
    await d.button("Soumettre").waitFor();
    equal(await d.labelled("Raison sociale").inputValue(), "Plateforme Une", "the name of the official list");
    await d.submit();
    await d.title("Plateforme Une");
    await d.sees(/Identifiant d’immatriculation 0123/);
    equal(await d.fact("Immatriculation"), "Immatriculée", "its registration");
    equal((await list(d)).length, 1, "platforms");
    ids.one = (await list(d))[0].id;
  },
);

test("one already registered cannot be made again: the request for membership is offered", ["000-2.10.1-05"], async () => {
  const d = julie;
  await form(d);
  await d.fill("Identifiant d’immatriculation", "0123");
  await d.sees(/Cette PDP est déjà enregistrée dans Habilis/);
  await nothingToSubmit(d, "for one already registered");
  await d.link("Demander le rattachement à cette structure").click();
  await d.title("Demander un rattachement ou des profils");
  const values = await d.main.locator("input").evaluateAll((inputs) => inputs.map((i) => i.value));
  assert(values.includes("0123"), `the number is not carried over: ${values}`);
  const said = await refused(d, "0123");
  assert(/structure\.exists/.test(said), `the program did not refuse: ${JSON.stringify(said)}`);
  // the request reaches the manager
  await d.fill("Commentaire de la demande", "Nous y travaillons");
  await d.submit();
  await d.title("Demande envoyée");
});

test("the list tells a platform from private and public structures", ["000-2.10-01"], async () => {
  const d = claire;
  const rows = await d.structures();
  const row = (name) => spaced(rows.find((r) => r.startsWith(name)) ?? "");
  assert(/Plateforme agréée \(PDP\)/.test(row("Plateforme Une")), row("Plateforme Une"));
  assert(/Privée/.test(row("ESSOR")) && !/Plateforme/.test(row("ESSOR")), row("ESSOR"));
  assert(/Publique, État/.test(row("Mairie")) && !/Plateforme/.test(row("Mairie")), row("Mairie"));
  for (const [sphere, name] of [
    ["Plateforme", "Plateforme Une"],
    ["Privée", "ESSOR"],
    ["Publique, État", "Mairie"],
  ]) {
    await d.choose("Sphère", sphere);
    await d.page.waitForTimeout(400);
    const found = await d.rows("Structures");
    assert(found.length === 1 && found[0].startsWith(name), `${sphere}: ${found}`);
  }
  await d.choose("Sphère", "Toutes");
  await d.go("/plateformes");
  await d.title("Plateformes agréées (PDP)");
  const table = spaced(await d.main.getByRole("table").innerText());
  assert(/Plateforme Une.*0123.*Immatriculée.*Active/.test(table) && !/ESSOR|Mairie/.test(table), table);
});

test("on a platform, no update from INSEE, no duplication, no services", ["000-2.10.1-08"], async () => {
  const d = claire;
  await d.go(`/structures/${ids.one}`);
  await d.title("Plateforme Une");
  const actions = await d.offered();
  for (const name of ["Mettre à jour depuis la base INSEE…", "Vérifier auprès de l’INSEE", "Dupliquer une structure"])
    assert(!actions.includes(name), `${name} is offered: ${actions}`);
  const tabs = await d.main.getByRole("tab").allInnerTexts();
  assert(!tabs.includes("Services") && !tabs.includes("Organigramme"), String(tabs));
  await d.manage("Mettre à jour depuis la base INSEE");
  assert(!(await d.found("Identifiant", "Plateforme")).some((o) => o.includes("Plateforme")), "in the list to update");
  await d.go("/structures/dupliquer");
  await d.title("Dupliquer une structure");
  assert(
    !(await d.found("Ancien identifiant structure", "Plateforme")).some((o) => o.includes("Plateforme Une")),
    "in the list to duplicate",
  );
  await d.go("/services/creer");
  await d.title("Créer un service");
  assert(!(await d.found("Choisir la structure", "Plateforme")).some((o) => o.includes("Plateforme")), "in the list for a service");
  const said = await d
    .call("Changes.Submit", {
      fingerprint: "",
      createDepartment: { structure: ids.one, code: "A", label: "A", description: "", address: "", phone: "", from: "", until: "" },
    })
    .catch((e) => String(e.message));
  assert(/platform\.no_departments/.test(said), `the program did not refuse: ${JSON.stringify(said)}`);
});

test("a contract of services links it to a client, and is seen from both records", ["000-2.10-02"], async () => {
  const d = claire;
  await d.go(`/structures/${ids.one}`);
  await d.title("Plateforme Une");
  await d.button("Ajouter un contrat").click();
  const dialog = d.page.getByRole("dialog", { name: "Ajouter un contrat" });
  await dialog.locator("button[type=submit]").click();
  await dialog.getByText("Choisissez la structure cliente.").waitFor();
  await d.choose("Client", "ESSOR");
  await dialog.locator("button[type=submit]").click();
  await dialog.getByText("Donnez la référence du contrat.").waitFor();
  await dialog.getByText("Dites au moins une chose que la plateforme peut faire.").waitFor();
  await d.fill("Référence du contrat", "CT-2026-01");
  await dialog.getByRole("checkbox", { name: "Émettre les factures du client" }).check();
  await dialog.getByRole("checkbox", { name: "Transmettre les statuts" }).check();
  await dialog.locator("button[type=submit]").click();
  await dialog.waitFor({ state: "hidden" });
  const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { name: "Contrats de services" }) });
  const row = async (name) => spaced(await panel.getByRole("row", { name: new RegExp(name) }).innerText());
  const expected = /En vigueur.*CT-2026-01.*Émettre les factures du client.*Transmettre les statuts/;
  assert(expected.test(await row("ESSOR ENERGIES")), await row("ESSOR ENERGIES"));
  await panel.getByRole("link", { name: "ESSOR ENERGIES" }).click();
  await d.title("ESSOR ENERGIES");
  assert(expected.test(await row("Plateforme Une")), await row("Plateforme Une"));
  await panel.getByRole("link", { name: "Plateforme Une" }).click();
  await d.title("Plateforme Une");
});

test(
  "« Consulter une PDP »: only those one is attached to; what is known shows once it is chosen",
  ["000-2.10.2-01", "000-2.10.2-03"],
  async () => {
    // Julie makes her own, to which Claire is not attached
    await form(julie);
    await julie.fill("Identifiant d’immatriculation", "ab12");
    await julie.submit();
    await julie.title("Plateforme Quatre");
    ids.four = Number(julie.page.url().match(/structures\/(\d+)/)[1]);
    for (const [d, own, other] of [
      [claire, "Plateforme Une", "Plateforme Quatre"],
      [julie, "Plateforme Quatre", "Plateforme Une"],
    ]) {
      await d.go("/");
      await d.title("Accueil");
      await d.act("Consulter une PDP");
      const label = "Identifiant d’immatriculation de la PDP";
      await d.labelled(label).waitFor();
      const offered = await d.found(label, "Plateforme");
      assert(offered.some((o) => o.includes(own)) && !offered.some((o) => o.includes(other)), `${own}: ${offered}`);
      assert(!offered.some((o) => /ESSOR|Mairie/.test(o)), `not only platforms: ${offered}`);
      assert(!(await d.found(label, other)).some((o) => o.includes(other)), `${other} is found`);
      await d.go("/");
      await d.title("Accueil");
      await d.go("/plateformes/consulter");
      if (!(await d.holds(label, own))) await d.choose(label, own);
      await d.main.getByRole("heading", { name: "Identité" }).waitFor();
      equal(await d.fact("Raison sociale"), own, "the name");
      equal(await d.fact("Immatriculation"), "Immatriculée", "its registration");
      await d.main.getByRole("heading", { name: "Contrats de services" }).waitFor();
    }
    await claire.sees("CT-2026-01");
  },
);

test("a platform that one is not attached to is neither listed nor reached otherwise", ["000-2.10.2-02"], async () => {
  for (const [d, other] of [
    [claire, "Plateforme Quatre"],
    [julie, "Plateforme Une"],
  ]) {
    await d.go("/");
    await d.title("Accueil");
    await d.go("/plateformes/consulter");
    await d.title("Consulter une PDP");
    for (const letters of ["", other])
      assert(!(await d.found("Identifiant d’immatriculation de la PDP", letters)).some((o) => o.includes(other)), `${other} is listed`);
  }
  // Julie holds no right on Claire's platform
  for (const place of [`/structures/${ids.one}`, `/plateformes/consulter?structure=${ids.one}`]) {
    await julie.go("/");
    await julie.title("Accueil");
    await julie.go(place);
    await julie.page.waitForTimeout(600);
    assert(!/Plateforme Une|CT-2026-01/.test(await julie.main.innerText()), `${place} shows it`);
  }
  const said = await julie.call("Structures.Get", ids.one).catch((e) => String(e.message));
  assert(/structure\.not_found/.test(said), `the program gives it: ${JSON.stringify(said)}`);
  assert(!(await julie.structures()).some((r) => r.includes("Plateforme Une")), "in her list of structures");
  // Claire, an administrator, may see Julie's elsewhere, but not choose it here
  await claire.go("/");
  await claire.title("Accueil");
  await claire.go(`/plateformes/consulter?structure=${ids.four}`);
  await claire.page.waitForTimeout(600);
  assert(!/Immatriculation/.test(await claire.main.innerText()), "one that she is not attached to shows by its address");
  equal([...claire.faults, ...julie.faults], [], "errors in the pages");
});
