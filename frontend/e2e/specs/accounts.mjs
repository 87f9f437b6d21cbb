// Two accounts of one person: linked and separated on a record; the contact address, given when the person is added.
import { after, assert, before, equal, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { World } from "../world.mjs";

let w, d, first, second; // d: the desk of Claire, the administrator; ESSOR is her structure 1
before(async () => {
  w = await World.start("accounts.mjs");
  d = await w.desk();
  await d.setUp({ number: essor });
  const who = { kind: "internal", structure: 0, department: 0, profiles: [], from: "", until: "" };
  const add = async (email, lastName) =>
    (await d.call("Changes.Submit", { addPerson: { ...who, email, firstName: "Nora", lastName } })).created;
  first = await add("nora@exemple.fr", "Petit");
  second = await add("nora.petit@exemple.fr", "Petit-Roy");
});
after(() => w.stop().then(() => equal(d.faults, [], "errors in the pages")));

const button = (name) => d.page.getByRole("button", { name });
const accounts = async (id) => (await d.call("People.Get", id)).accounts.map((a) => a.id);

test("« Lier un autre compte… » makes two accounts one person, on both records; « Annuler » takes it back", [], async () => {
  await d.go(`/utilisateurs/${first}`);
  await d.sees(/Aucun autre compte n’est connu de cette personne/);
  await button("Lier un autre compte…").click();
  const dialog = d.page.getByRole("dialog", { name: "Lier un compte à Nora Petit" });
  await dialog.waitFor();
  await d.choose("L’autre compte", "Nora Petit-Roy");
  await button("Lier les comptes").click();
  await dialog.waitFor({ state: "hidden" });
  await d.page.getByText("nora.petit@exemple.fr").first().waitFor();
  equal(await accounts(first), [second], "the other account");
  equal(await accounts(second), [first], "the other way round");
  await d.page.getByRole("button", { name: "Annuler" }).click();
  await d.sees(/Aucun autre compte n’est connu de cette personne/);
  equal(await accounts(second), [], "taken back");
});

test("the same account is refused beside the field; « Séparer » takes one out", [], async () => {
  await d.call("Changes.Submit", { linkAccounts: { user: first, account: second, linked: true } });
  await d.go(`/utilisateurs/${second}`);
  await button("Lier un autre compte…").click();
  await d.choose("L’autre compte", "Nora Petit");
  await d.sees(/Ces deux comptes sont déjà de la même personne/);
  await d.page.keyboard.press("Escape");
  await d.go(`/utilisateurs/${second}`);
  await button(/^Séparer le compte de Nora Petit/).click();
  await d.sees(/Aucun autre compte n’est connu de cette personne/);
  equal(await accounts(first), [], "separate again");
  await d.go("/journal");
  await d.sees(/Comptes séparés/);
});

test("« Adresse de contact » is asked when a person is added, checked, and told on the record", [], async () => {
  await d.go("/utilisateurs/ajouter");
  await d.title("Ajouter une personne");
  await d.fill("Adresse électronique", "ines@exemple.fr");
  await d.fill("Prénom", "Inès");
  await d.fill("Nom", "Faure");
  await d.radio(/^Interne/).check();
  await d.fill("Adresse de contact", "pas une adresse");
  await d.submit("Enregistrer");
  assert(await d.errorOf("Adresse de contact"), "beside the field");
  await d.fill("Adresse de contact", "Secretariat@Exemple.fr");
  await d.submit("Enregistrer");
  await d.title("Personne ajoutée : Inès Faure");
  const { rows } = await d.call("People.List", { search: "Faure", order: "", desc: false, filter: "all", holding: "", after: "" });
  await d.go(`/utilisateurs/${rows[0].id}`);
  await d.title(/Inès Faure/);
  await d.sees("secretariat@exemple.fr");
  equal(await d.fact("Adresse de contact"), "secretariat@exemple.fr", "on the record");
});
