// A program with its own data folder and register, and the desks (browsers) before it.
import { enveloped } from "./wish.mjs";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { assert } from "./harness.mjs";
import { startRegister } from "./register.mjs";

/** How much longer than usual everything may take, on a busy computer. */
export const patience = Number(process.env.HABILIS_E2E_PATIENCE ?? 1);
/** A list of structures that is asked for nothing in particular. */
export const anyStructure = {
  search: "",
  order: "",
  desc: false,
  filter: "",
  holding: "",
  after: "",
  type: "",
  state: "",
  sphere: "",
  check: "",
  lone: false,
  tag: "",
  only: [],
};
export const passphrase = "cheval agrafe nuage tiroir batterie lampe violon";
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/opt/google/chrome/chrome"];
let browser;
const worlds = [];

export async function getBrowser() {
  browser ??= chromium.launch({
    executablePath: process.env.HABILIS_CHROMIUM || places.find(existsSync),
    args: ["--no-sandbox"],
  });
  return browser;
}
export async function closeBrowser() {
  if (browser) await (await browser).close();
}

/** Pictures of the desks of a file whose test failed, for who reads the report. */
export async function shotOf(file, name) {
  const folder = fileURLToPath(new URL("../../build/e2e/", import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const w of worlds.filter((x) => x.file === file))
    for (const [i, d] of w.desks.entries())
      await d.page.screenshot({ path: join(folder, `${name.replace(/[^\p{L}\d]+/gu, "-").slice(0, 60)}-${i}.png`) }).catch(() => undefined);
}

/** Starts the program on a folder and gives its address. */
export async function serve(folder, register) {
  const child = spawn(
    process.env.HABILIS_BINARY,
    ["serve", "--data", folder, "--listen", "127.0.0.1:0", "--annuaire", register.url, "--sirene", register.url],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (b) => (said += b));
  const ended = new Promise((done) => child.once("exit", done));
  const url = await Promise.race([
    new Promise((done) => createInterface({ input: child.stdout }).once("line", done)),
    ended.then(() => {
      throw new Error(`serve ended: ${said}`);
    }),
  ]);
  const first = url.trim(); // with the key to the set-up, while nothing is set up
  return {
    first,
    url: new URL(first).origin,
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

export class World {
  desks = [];
  /** Starts a program; before() fills the folder. file names the spec, for the pictures. */
  static async start(file, fill) {
    const w = new World();
    w.file = file;
    w.folder = mkdtempSync(join(tmpdir(), "habilis-data-"));
    w.register = await startRegister();
    await fill?.(w.folder);
    w.server = await serve(w.folder, w.register);
    worlds.push(w);
    return w;
  }
  async restart() {
    await this.server.stop();
    this.server = await serve(this.folder, this.register);
  }
  async desk(options = {}) {
    const b = await getBrowser();
    const context = await b.newContext({
      locale: "fr-FR",
      timezoneId: "Europe/Paris",
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(10_000 * patience);
    const page = await context.newPage();
    const d = new Desk(this, page);
    this.desks.push(d);
    await page.goto(this.server.first);
    return d;
  }
  async stop() {
    for (const d of this.desks) await d.page.context().close();
    await this.server.stop();
    await this.register.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function demo(folder, size = "s") {
  execFileSync(process.env.HABILIS_BINARY, ["demo", "--size", size, "--data", folder, "--passphrase", passphrase]);
}

/** The nth day from tomorrow whose day and month are the same number: read alike whichever of the two is thought to come first. */
export function twin(n) {
  const day = new Date();
  for (let left = n; ;) {
    day.setDate(day.getDate() + 1);
    if (day.getDate() !== day.getMonth() + 1 || --left > 0) continue;
    const two = String(day.getDate()).padStart(2, "0");
    const next = new Date(day.getTime() + 86_400_000);
    const last = new Date(day.getTime() - 86_400_000);
    const iso = (x) => `${x.getFullYear()}-${String(x.getMonth() + 1).padStart(2, "0")}-${String(x.getDate()).padStart(2, "0")}`;
    const words = day.toLocaleDateString("fr-FR", { day: "numeric", month: "long", year: "numeric" }).replace(/^1 /, "1er ");
    return { typed: `${two}/${two}/${day.getFullYear()}`, words, iso: iso(day), before: iso(last), after: iso(next) };
  }
}

/** A text as it is searched: no-break spaces count as spaces. */
const loose = (text) => (text instanceof RegExp ? new RegExp(text.source.replace(/ /g, "\\s"), text.flags) : text);
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** One browser of its own: what a person does at it, by roles and labels. */
export class Desk {
  constructor(world, page) {
    this.world = world;
    this.page = page;
    this.faults = [];
    page.on("pageerror", (e) => this.faults.push(String(e)));
  }
  get main() {
    return this.page.locator("#main");
  }
  async go(hash) {
    await this.page.evaluate((h) => (window.location.hash = h), `#${hash}`);
    await this.page.waitForTimeout(30);
  }
  heading(name) {
    return this.page.getByRole("heading", { level: 1, name: loose(name), exact: typeof name === "string" });
  }
  async title(name) {
    await this.heading(name).waitFor();
  }
  field(name) {
    return this.page.getByRole("textbox", { name, exact: typeof name === "string" }).first();
  }
  /** A field whose value is not in a textbox (a list, a date, a passphrase): by its label. */
  labelled(name) {
    const label = typeof name === "string" ? new RegExp(`^${escape(name)}( ?\\*)?$`) : name;
    return this.page.locator("input, textarea").and(this.page.getByLabel(label)).first();
  }
  async fill(name, text) {
    await this.labelled(name).fill(text);
  }
  button(name) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }
  link(name) {
    return this.page.getByRole("link", { name, exact: typeof name === "string" });
  }
  radio(name) {
    return this.page.getByRole("radio", { name });
  }
  box(name) {
    return this.page.getByRole("checkbox", { name, exact: typeof name === "string" });
  }
  /** Submits the form in front; what ends is submitted by its verb. */
  async submit(name = "Soumettre") {
    if (name !== "Soumettre") return this.button(name).first().click();
    const inside = this.page.getByRole("dialog").locator("form.form button[type=submit]");
    if (await inside.count()) await inside.last().click();
    else await this.page.locator("form.form button[type=submit]").first().click();
  }
  /** Gives the passphrase where it is asked again, which counts for five minutes. */
  async confirms(phrase = passphrase) {
    if (Date.now() - (this.confirmed ?? 0) < 240_000) return;
    const dialog = this.page.getByRole("dialog", { name: /C’est bien vous/ });
    await dialog.getByLabel("Phrase de passe").fill(phrase);
    await dialog.getByRole("button", { name: "Confirmer" }).click();
    await dialog.waitFor({ state: "hidden" });
    this.confirmed = Date.now();
  }
  text(text) {
    return this.page.getByText(loose(text));
  }
  async sees(text) {
    await this.page.getByText(loose(text)).filter({ visible: true }).first().waitFor();
  }
  async seesNot(text) {
    await this.page.waitForTimeout(150);
    const n = await this.page.getByText(loose(text)).filter({ visible: true }).count();
    assert(n === 0, `${text} is on the page`);
  }
  async choose(label, text) {
    const input = this.labelled(label);
    await input.click();
    if (await input.isEditable()) await input.fill(text);
    await this.page
      .getByRole("option", { name: new RegExp(escape(text), "i") })
      .filter({ visible: true })
      .first()
      .click();
  }
  /** What a list offers. */
  async options(label) {
    await this.labelled(label).click();
    const list = this.page.getByRole("option").filter({ visible: true });
    await list
      .first()
      .waitFor({ timeout: 3000 })
      .catch(() => undefined);
    const names = await list.allInnerTexts();
    await this.page.keyboard.press("Escape");
    return names;
  }
  /** The text that stands under a field as its error. */
  async errorOf(name) {
    const input = this.labelled(name);
    for (let i = 0; i < 100 * patience; i++) {
      const found = await input.evaluate((e) => {
        const ids = `${e.getAttribute("aria-errormessage") ?? ""} ${e.getAttribute("aria-describedby") ?? ""}`.split(/\s+/).filter(Boolean);
        const node = ids.map((id) => document.getElementById(id)).find((n) => n?.id.endsWith("-error"));
        return e.getAttribute("aria-invalid") === "true" && node ? node.innerText : "";
      });
      if (found) return found.replace(/\s+/g, " ");
      await this.page.waitForTimeout(50);
    }
    throw new Error(`no error beside « ${name} »`);
  }
  /** The error under a box to tick. */
  async errorOfBox(name) {
    const said = this.page.locator(".mantine-Checkbox-error");
    await said.first().waitFor();
    assert(await this.box(name).isVisible(), `no box « ${name} »`);
    return (await said.first().innerText()).replace(/\s+/g, " ");
  }
  async call(name, ...args) {
    const [handler, method] = name.split(".");
    if (handler === "Changes") args = args.map(enveloped);
    const send = () => this.page.evaluate(([h, m, a]) => window.go.bridge[h][m](...a), [handler, method, args]);
    try {
      return await send();
    } catch (e) {
      if (!String(e.message).includes("passphrase.again")) throw e;
      await this.page.evaluate((phrase) => window.go.bridge.Session.Confirm(phrase), passphrase);
      this.confirmed = Date.now();
      return send();
    }
  }
  /** Checks that a field carries a red asterisk. */
  async redAsterisk(name) {
    const label = this.main
      .locator("label")
      .filter({ hasText: new RegExp(`^${escape(name)}\\s*\\*$`) })
      .first();
    await label.waitFor();
    const colour = await label.evaluate((l) => {
      const star = [...l.querySelectorAll("*")].filter((e) => e.textContent.trim() === "*").at(-1);
      return star ? getComputedStyle(star).color : "";
    });
    const [r, g, b] = (colour.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
    const span = Math.max(r, g, b) - Math.min(r, g, b);
    const hue = r === Math.max(r, g, b) && span > 40 ? ((60 * (g - b)) / span + 360) % 360 : 180;
    assert(hue <= 15 || hue >= 345, `the asterisk of « ${name} » is not red: ${colour}`);
  }
  /** The requests of a tab that one may read, the latest first. */
  async requests(tab) {
    const none = { search: "", order: "", desc: false, filter: "", holding: "", after: "", structure: 0 };
    return (await this.call("Requests.List", { ...none, tab })).rows;
  }
  /** The names in the list of a page, once it rests. */
  async rows(label) {
    const table = this.page.getByRole("grid", { name: label });
    await table.waitFor();
    await this.page.waitForTimeout(200);
    return (await table.locator('[role="row"].trow').allInnerTexts()).map((t) => t.replace(/\s+/g, " "));
  }
  /** An action of the menu « Plus d’actions » of a structure's record. */
  async more(name) {
    await this.button("Plus d’actions").click();
    await this.page.getByRole("menuitem", { name, exact: true }).click();
  }
  /** What the menu « Plus d’actions » of a structure's record offers. */
  async offered() {
    await this.button("Plus d’actions").click();
    await this.page.getByRole("menuitem").first().waitFor();
    const names = await this.page.getByRole("menuitem").allInnerTexts();
    await this.page.keyboard.press("Escape");
    return names.map((n) => n.trim());
  }
  /** Waits for a badge: « Active », « Inactive », « À vérifier »… */
  async badge(text) {
    await this.sees(new RegExp(`^[●○▲◐]?\\s*${escape(text)}$`));
  }
  /** The value beside a name on a record, nothing where the name is not there. */
  async fact(name) {
    const value = this.main.locator("dt", { hasText: new RegExp(`^${escape(name)}$`) }).locator("xpath=following-sibling::dd[1]");
    return (await value.count()) ? (await value.first().innerText()).replace(/\s+/g, " ").trim() : "";
  }
  /** « Gérer une structure » (or « Gérer un service »): a kind of request, then what it is about. */
  async manage(request, structure, { department } = {}) {
    await this.go("/");
    await this.title("Accueil");
    await this.go(department === undefined ? "/structures/gerer" : "/services/gerer");
    await this.title(department === undefined ? "Gérer une structure" : "Gérer un service");
    await this.choose("Type de demande", request);
    const label = department === undefined ? "Identifiant" : "Choisir la structure";
    if (structure && !(await this.holds(label, structure))) await this.choose(label, structure);
    if (department) await this.choose("Code de service", department);
  }
  /** What a list offers after some letters, once it rests. */
  async found(label, letters = "") {
    const input = this.labelled(label);
    await input.click();
    await input.fill(letters);
    await this.page.waitForTimeout(500);
    const names = await this.page.getByRole("option").filter({ visible: true }).allInnerTexts();
    await this.page.keyboard.press("Escape");
    return names.map((n) => n.replace(/\s+/g, " ").trim());
  }
  async structures() {
    await this.go("/structures");
    await this.title("Structures");
    return this.rows("Structures");
  }
  async userId(name) {
    const list = await this.call("People.List", { search: name, order: "", desc: false, filter: "all", holding: "", after: "" });
    return list.rows[0].id;
  }
  async openPerson(name, tab) {
    await this.go(`/utilisateurs/${await this.userId(name)}${tab ? `?tab=${tab}` : ""}`);
    await this.title(name);
  }
  /** Opens the people of a structure and gives what the list says. */
  async members(structure) {
    await this.go(`/structures/${structure}?tab=people`);
    await this.page.getByRole("tab", { name: "Utilisateurs", selected: true }).waitFor();
    const table = this.main.getByRole("table");
    await table.or(this.page.getByText("Personne n’est rattaché")).first().waitFor();
    await this.page.waitForTimeout(200);
    return (await this.main.getByRole("row").allInnerTexts()).map((t) => t.replace(/\s+/g, " "));
  }
  /** Fills « Détacher un utilisateur » and submits it. */
  async detach({ structure, department, who, comment }) {
    await this.go("/");
    await this.title("Accueil");
    await this.go("/utilisateurs/detacher");
    await this.title("Détacher un utilisateur");
    if (!(await this.holds("Structure", structure))) await this.choose("Structure", structure);
    if (department) {
      await this.radio("Je souhaite faire un détachement à la maille service").check();
      await this.choose("Service", department);
    }
    await this.choose("Utilisateur", who);
    if (comment) await this.fill("Commentaire", comment);
    await this.submit();
  }
  /** Whether a list already holds a choice, given a moment to fill itself in. */
  /** Waits until a field shows a value: the page may be there already, with another. Gives what it shows in the end. */
  async shown(label, value) {
    const read = async () => (await this.labelled(label).inputValue()).replace(/\s/g, " ");
    for (let i = 0; i < 50 && (await read()) !== value; i++) await this.page.waitForTimeout(100);
    return read();
  }
  async holds(label, text) {
    for (let i = 0; i < 12 * patience; i++) {
      if ((await this.labelled(label).inputValue()).startsWith(text)) return true;
      await this.page.waitForTimeout(50);
    }
    return false;
  }
  async attach({ email, structure, department, profiles = [] }) {
    await this.go("/");
    await this.title("Accueil");
    await this.go("/utilisateurs/rattacher");
    await this.title("Rattacher un utilisateur");
    await this.fill("Utilisateur", email);
    if (!(await this.holds("Structure de rattachement", structure))) await this.choose("Structure de rattachement", structure);
    if (department) {
      await this.radio("Je souhaite faire un rattachement à la maille service").check();
      await this.choose("Service", department);
    }
    for (const name of profiles) await this.box(name).check();
    await this.submit();
  }
  /** « Gérer les habilitations des utilisateurs », open on a person. */
  async grants({ structure, department, who }) {
    await this.go("/");
    await this.title("Accueil");
    await this.go("/utilisateurs/habilitations");
    await this.title("Gérer les habilitations des utilisateurs");
    if (!(await this.holds("Structure", structure))) await this.choose("Structure", structure);
    if (department) {
      await this.radio("Pour un service seulement").check();
      await this.choose("Service", department);
    }
    await this.choose("Utilisateur", who);
    await this.sees("Profil recherché");
  }
  async give(place, ...profiles) {
    await this.grants(place);
    for (const name of profiles) await this.box(name).check();
    await this.submit();
    await this.sees(/Habilitations enregistrées/);
  }
  async palette(search) {
    await this.page.keyboard.press("Control+k");
    const input = this.page.getByRole("combobox", { name: "Rechercher ou agir" });
    await input.waitFor();
    await input.fill(search);
  }
  /** Opens an action by its name in the palette. */
  async act(name, title = name) {
    await this.palette(name);
    await this.page.getByRole("group", { name: "Actions", exact: true }).getByRole("option", { name, exact: true }).waitFor();
    await this.page.getByRole("group", { name: "Actions", exact: true }).getByRole("option", { name, exact: true }).click();
    await this.title(title);
  }

  // --- whole steps, as a person does them

  /** The first launch, with a mouse. */
  async setUp({
    first = "Claire",
    last = "Morel",
    email = "claire.morel@exemple.fr",
    firm = "Entreprise Morel",
    registry = true,
    number = "",
  } = {}) {
    const p = this.page;
    await p.getByRole("button", { name: /^Je gère ma propre entreprise/ }).click();
    await this.button(registry ? "Oui" : "Non, je saisirai tout").click();
    if (number) {
      await this.fill("SIRET", number);
      await this.sees("Actif à l’INSEE");
      await this.button("Continuer").click();
    } else await this.button("Plus tard").click();
    await this.button("Continuer").click();
    await this.fill("Nom de l’entreprise ou du cabinet", firm);
    await this.fill("Prénom", first);
    await this.fill("Nom", last);
    await this.fill("Adresse électronique", email);
    await this.fill("Phrase de passe", passphrase);
    await this.button("Commencer").click();
    await this.title("Accueil");
    this.email = email;
    this.name = `${first} ${last}`;
  }
  async signIn(email, phrase = passphrase) {
    await this.title("Se connecter");
    await this.fill("Adresse électronique", email);
    await this.fill("Phrase de passe", phrase);
    await this.button("Se connecter").click();
  }
  async activate(email, code) {
    await this.button("J’ai un code d’activation").click();
    await this.fill("Adresse électronique", email);
    await this.fill("Code d’activation", code);
    await this.fill("Phrase de passe", passphrase);
    await this.button("Activer mon accès").click();
    await this.title("Accueil");
  }
  /** « Ajouter une personne »; gives the code if one was made. */
  async addPerson({ first, last, email, kind = "Externe", structure, department, profiles = [], enters = false }) {
    await this.go("/");
    await this.title("Accueil");
    await this.go("/utilisateurs/ajouter");
    await this.title("Ajouter une personne");
    await this.fill("Adresse électronique", email);
    await this.fill("Prénom", first);
    await this.fill("Nom", last);
    await this.radio(new RegExp(`^${kind}`)).check();
    if (structure) {
      if (!(await this.holds("Structure", structure))) await this.choose("Structure", structure);
      if (department) {
        await this.radio("Un service seulement").check();
        await this.choose("Service", department);
      }
    }
    for (const name of profiles) await this.box(name).check();
    if (enters) await this.box("Pourra ouvrir Habilis sur ce poste").check();
    await this.submit("Enregistrer");
    await this.title(`Personne ajoutée : ${first} ${last}`);
    return enters ? (await this.page.getByTestId("code").innerText()).trim() : "";
  }
  /** Adds a person and gives their own desk, entered. */
  async invite(person) {
    const code = await this.addPerson({ ...person, enters: true });
    const d = await this.world.desk();
    await d.activate(person.email, code);
    d.email = person.email;
    d.name = `${person.first} ${person.last}`;
    return d;
  }
  /** « Créer une structure » from a SIRET that the register knows; gives its id. */
  async createStructure(number, sphere) {
    await this.go("/structures/creer");
    await this.title("Créer une structure");
    await this.fill("Identifiant", number);
    await this.sees("Actif à l’INSEE");
    if (sphere) await this.choose("Sphère", sphere);
    await this.submit();
    await this.page.waitForURL(/#\/structures\/\d+$/);
    return Number(this.page.url().match(/structures\/(\d+)/)[1]);
  }
  /** Creates a structure without its form; fields: those of the form. Gives its id. */
  async makeStructure({ type = "pending", identifier, name, sphere = "private", later = false, ...fields }) {
    const wish = { identifierType: type, identifier, name, sphere, later, label: "", email: "", phone: "", country: "FR", ...fields };
    return (await this.call("Changes.Submit", { fingerprint: "", createStructure: wish })).created;
  }
  /** What a click saves: the file's name and content. */
  async download(act) {
    const [file] = await Promise.all([this.page.waitForEvent("download"), act()]);
    return { name: file.suggestedFilename(), data: readFileSync(await file.path()) };
  }
  async createDepartment(structure, code, label) {
    await this.go(`/services/creer?structure=${structure}`);
    await this.title("Créer un service");
    await this.fill("Code", code);
    await this.fill("Libellé", label);
    await this.submit();
    await this.page.waitForURL(/tab=departments/);
    await this.page.getByRole("row", { name: new RegExp(escape(label)) }).waitFor();
  }
  /** What a cell of the matrix of rights answers: oui, non, les siens. */
  cell(name, permission) {
    return this.page.getByRole("button", { name: new RegExp(`^${escape(name)}, ${escape(permission)} : `) });
  }
  async rights({ structure, department, user }) {
    await this.go("/");
    await this.title("Accueil");
    await this.go(
      user ? `/droits?mode=person&user=${user}` : `/droits?structure=${structure}${department ? `&department=${department}` : ""}`,
    );
    await this.title("Qui peut quoi");
    await this.page
      .getByRole("button", { name: / : (oui|non|les siens|fermé.*)$/ })
      .first()
      .waitFor();
  }
  async answers(name, expected) {
    for (const [permission, answer] of Object.entries(expected)) {
      const label = await this.cell(name, permission).first().getAttribute("aria-label");
      const seen = label.replace(/\s+/g, " ").split(" : ").at(-1);
      assert(seen === answer, `${name}, ${permission}: expected ${answer}, seen ${seen}`);
    }
  }
  /** Opens the proof of a cell and gives its text. */
  async proof(name, permission) {
    await this.cell(name, permission).first().click();
    const panel = this.page.getByRole("region", { name: "Preuve" });
    await panel
      .getByTestId("verdict")
      .filter({ hasText: permission })
      .or(panel.getByTestId("verdict").filter({ hasText: /^Non/ }))
      .first()
      .waitFor();
    return (await panel.innerText()).replace(/\s+/g, " ");
  }
  async count() {
    const c = this.page
      .getByRole("navigation", { name: "Menu principal" })
      .getByRole("link", { name: /^Approbations/ })
      .locator(".count");
    return (await c.count()) ? Number(await c.innerText()) : 0;
  }
  async counts(n) {
    for (let i = 0; i < 100 * patience; i++) {
      if ((await this.count()) === n) return;
      await this.page.waitForTimeout(100);
    }
    throw new Error(`Approbations: expected ${n} waiting, seen ${await this.count()}`);
  }
}
