// Structures: where they are found, their identifier and what the register says of it, what exists already.
import { after, assert, before, equal, test } from "../harness.mjs";
import { absent, danone, danone2, essor, ganymede, rennes, severnaya, siren, siret } from "../register.mjs";
import { anyStructure, World } from "../world.mjs";

let w, claire, julie;
const julienne = siret(siren("51234567"), "0001");
before(async () => {
  w = await World.start("structures.mjs");
  w.register.add(julienne, { name: "JULIENNE CONSEIL" });
  claire = await w.desk();
  await claire.setUp({ number: essor });
});
after(() => w.stop());

const form = async (d) => {
  await d.go("/structures");
  await d.title("Structures");
  await d.go("/structures/creer");
  await d.title("Créer une structure");
};

test(
  "« Organisation » leads to the tasks, under the sources' names; so does the palette",
  ["000-1-17", "000-2.1-04", "000-2.3-08", "000-3.3-02", "000-3.4-03"],
  async () => {
    const d = claire;
    const ways = {
      Structures: {
        "Créer une structure": "Créer une structure",
        "Gérer une structure": "Gérer une structure",
        "Créer un service": "Créer un service",
      },
      Utilisateurs: {
        "Rattacher un utilisateur": "Rattacher un utilisateur",
        "Détacher un utilisateur": "Détacher un utilisateur",
        "Gérer les habilitations des utilisateurs": "Gérer les habilitations des utilisateurs",
      },
    };
    for (const [part, actions] of Object.entries(ways))
      for (const [name, title] of Object.entries(actions)) {
        await d.link("Organisation").click();
        await d.title("Organisation");
        const panel = d.main.locator("section").filter({ has: d.page.getByRole("heading", { level: 2, name: part, exact: true }) });
        await panel.getByRole("link", { name, exact: true }).click();
        await d.title(title);
        await d.go("/");
        await d.title("Accueil");
        await d.act(name, title);
      }
    await d.link("Organisation").click();
    await d.page.getByRole("navigation", { name: "Menu principal" }).getByRole("link", { name: "Structures" }).click();
    await d.title("Structures");
    await d.main.getByRole("link", { name: "Créer une structure" }).click();
    await d.title("Créer une structure");
    await d.field("Identifiant").waitFor();
  },
);

test("nothing of Organisation before one is identified", ["000-2.1-03"], async () => {
  const d = await w.desk();
  for (const place of ["organisation", "structures", "structures/1", "structures/creer", "utilisateurs", "droits?structure=1"]) {
    await d.page.goto(`${w.server.url}/#/${place}`);
    await d.page.reload();
    await d.title("Se connecter");
    const text = await d.page.locator("body").innerText();
    assert(!/ESSOR|Structures|Utilisateurs|Claire/.test(text), `${place} shows: ${text}`);
  }
  await d.page.context().close();
});

test("the type is chosen in a list, and the identifier is that of the type", ["000-2.1-05"], async () => {
  const d = claire;
  await form(d);
  const kinds = await d.options("Type d’identifiant");
  assert(
    kinds.some((k) => k.trim() === "SIRET"),
    `the list offers ${kinds}`,
  );
  await d.choose("Type d’identifiant", "SIRET");
  equal(await d.labelled("Type d’identifiant").inputValue(), "SIRET", "the type");
  await d.field("Identifiant").waitFor();
});

// For each type the compulsory fields with the sentence of each, and what fills it.
const identifierOf = (filled) => ({ Identifiant: ["Donnez l’identifiant.", filled] });
const nameOf = { "Raison sociale": ["Donnez la raison sociale.", "Vide ou pas"] };
const compulsory = {
  SIRET: { ...identifierOf(severnaya), ...nameOf },
  "Structure européenne hors France": { ...identifierOf("DE138263821"), ...nameOf },
  "Structure hors UE": { ...identifierOf("CHVIDE"), ...nameOf },
  "RIDET (Nouvelle-Calédonie)": { ...identifierOf("123456001"), ...nameOf },
  "Numéro TAHITI": { ...identifierOf("A12345001"), ...nameOf },
  "En cours d’immatriculation": { ...identifierOf("VIDE-1"), ...nameOf },
  Particulier: { Prénom: ["Donnez le prénom.", "Jeanne"], Nom: ["Donnez le nom.", "Le Goff"] },
};
/** Sentences beside fields, those of some names. */
const besides = (d, names) => Promise.all(names.map(async (n) => [n, await d.labelled(n).getAttribute("aria-invalid")]));

test(
  "type, identifier and name are compulsory for every type: each says so beside its field, alone or all at once",
  ["000-2.1-08"],
  async () => {
    const d = claire;
    const before = (await d.call("Structures.List", anyStructure)).rows.length;
    equal(
      (await form(d), await d.options("Type d’identifiant")).map((o) => o.trim()),
      Object.keys(compulsory),
      "the types",
    );
    for (const [type, fields] of Object.entries(compulsory)) {
      const names = Object.keys(fields);
      for (const blank of ["", "   "]) {
        await form(d);
        if (type !== "SIRET") await d.choose("Type d’identifiant", type);
        for (const name of names) await d.fill(name, blank);
        await d.submit();
        for (const [name, [sentence]] of Object.entries(fields))
          equal(await d.errorOf(name), sentence, `${type}, all left at « ${blank} »: beside « ${name} »`);
        await d.title("Créer une structure");
      }
      // one alone: its sentence, and no other's. (Of a known SIRET the register gives the name: nothing is left to type.)
      for (const alone of names) {
        if (type === "SIRET" && alone === "Raison sociale") continue;
        await form(d);
        if (type !== "SIRET") await d.choose("Type d’identifiant", type);
        for (const name of names) if (name !== alone) await d.fill(name, fields[name][1]);
        if (type === "Structure hors UE" && alone === "Identifiant") await d.fill(alone, " ");
        await d.submit();
        equal(await d.errorOf(alone), fields[alone][0], `${type}: « ${alone} » alone left empty`);
        const others = names.filter((n) => n !== alone);
        equal(
          await besides(d, others),
          others.map((n) => [n, null]),
          `${type}: what « ${alone} » left empty says of the others`,
        );
        await d.title("Créer une structure");
      }
    }
    equal((await d.call("Structures.List", anyStructure)).rows.length, before, "structures after all that");
    // the list always holds a type: one that arrives empty all the same is told beside the list, with the others
    await form(d);
    await d.page.route("**/rpc", (route) => {
      const body = route.request().postData() ?? "";
      return route.continue({ postData: body.replace('\\"identifierType\\":\\"siret\\"', '\\"identifierType\\":\\"\\"') });
    });
    try {
      await d.submit();
      equal(await d.errorOf("Type d’identifiant"), "Choisissez le type d’identifiant.", "beside the type");
      equal(await d.errorOf("Identifiant"), "Donnez l’identifiant.", "beside the identifier");
      equal(await d.errorOf("Raison sociale"), "Donnez la raison sociale.", "beside the name");
    } finally {
      await d.page.unroute("**/rpc");
    }
    equal((await d.call("Structures.List", anyStructure)).rows.length, before, "structures");
  },
);

test("a SIRET: 14 digits, spaces and dots accepted; too short or a wrong key is refused with its reason", ["000-2.1-09"], async () => {
  const d = claire;
  await form(d);
  const sentences = {
    "908 595 879 0001": /^Un SIRET a 14 chiffres : il en manque\.$/,
    90859587900011: /bonne clé : vérifiez/,
    908595879000100: /^Un SIRET a 14 chiffres : il y en a trop\.$/,
    "9085958790001X": /que des chiffres|il en manque/,
    "00000000000000": /zéros/,
  };
  for (const [typed, sentence] of Object.entries(sentences)) {
    await d.fill("Identifiant", typed);
    await d.submit();
    const said = await d.errorOf("Identifiant");
    assert(sentence.test(said), `${typed}: ${said}`);
  }
  await d.fill("Identifiant", "908.595.879 00010");
  await d.sees("Actif à l’INSEE");
  await d.fill("Identifiant", "908 595 879.00010"); // no-break spaces, as pasted
  await d.sees("Actif à l’INSEE");
});

test(
  "an active SIRET is created with its name and address from the register; leaving creates nothing",
  ["000-2.1-10", "000-2.1-13", "000-2.1-25"],
  async () => {
    const d = claire;
    await form(d);
    await d.fill("Identifiant", severnaya);
    await d.sees("Actif à l’INSEE");
    equal(await d.labelled("Raison sociale").inputValue(), "SEVERNAYA", "the name");
    assert(!(await d.labelled("Raison sociale").isEditable()), "the name may be typed over");
    await d.button("Annuler").click();
    await d.title("Structures");
    assert(!(await d.structures()).some((r) => r.includes("SEVERNAYA")), "leaving has created the structure");
    await d.createStructure("908 595 879 00010");
    await d.title("SEVERNAYA");
    await d.sees("10 RUE DE PENTHIEVRE");
    await d.sees("75008");
    await d.sees(/^PARIS/);
    const list = await d.structures();
    assert(
      list.some((r) => /SEVERNAYA 908 595 879 00010/.test(r)),
      `not in the list: ${list}`,
    );
    assert(
      list.some((r) => r.startsWith("ESSOR ENERGIES")),
      `the first is gone: ${list}`,
    );
  },
);

test("two establishments of one firm are two structures", ["000-2.1-02"], async () => {
  const one = await claire.createStructure(danone);
  const two = await claire.createStructure(danone2);
  assert(one !== two, "one structure for two SIRETs");
  const list = (await claire.structures()).filter((r) => r.startsWith("DANONE"));
  equal(list.length, 2, "structures of the firm");
  assert(list.some((r) => r.includes("552 032 534 00703")) && list.some((r) => r.includes("552 032 534 0021")), String(list));
});

test("a closed SIRET is refused with its day, and « Soumettre » creates nothing", ["000-2.1-12"], async () => {
  const d = claire;
  await form(d);
  await d.fill("Identifiant", ganymede);
  await d.sees("Fermé à l’INSEE");
  await d.sees(/fermé à l’INSEE depuis le 22 octobre 2022 : la structure ne peut pas être créée/);
  assert(await d.button("Soumettre").isDisabled(), "« Soumettre » may be pressed");
  await d.page.keyboard.press("Control+s");
  await d.title("Créer une structure");
  const refused = await d
    .call("Changes.Submit", {
      fingerprint: "",
      createStructure: {
        identifierType: "siret",
        identifier: ganymede,
        name: "GANYMEDE",
        sphere: "private",
        label: "",
        email: "",
        phone: "",
      },
    })
    .catch((e) => String(e.message));
  assert(/siret\.closed/.test(refused), `the program did not refuse: ${JSON.stringify(refused)}`);
  assert(!(await d.structures()).some((r) => r.includes("GANYMEDE")), "it was created");
});

test("a SIRET that INSEE does not know is refused with this reason", ["000-2.1-11"], async () => {
  const d = claire;
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
  await form(d);
  await d.fill("Identifiant", absent);
  await d.sees("L’INSEE ne connaît pas ce SIRET : la structure ne peut pas être créée.");
  assert(await d.button("Soumettre").isDisabled(), "« Soumettre » may be pressed");
  const refused = await d
    .call("Changes.Submit", {
      fingerprint: "",
      createStructure: {
        identifierType: "siret",
        identifier: absent,
        name: "PERSONNE",
        sphere: "private",
        label: "",
        email: "",
        phone: "",
      },
    })
    .catch((e) => String(e.message));
  assert(/siret\.unknown/.test(refused), `the program did not refuse: ${JSON.stringify(refused)}`);
  assert(!(await d.structures()).some((r) => r.includes("PERSONNE")), "it was created");
  await d.go("/parametres");
  await d.title("Paramètres");
  await d.choose("Vérification des SIRET", "Annuaire des entreprises");
  await d.submit();
  await saved("annuaire");
});

test("a SIRET that is not public: one types the name, the address stays masked", ["000-2.1-22", "000-2.1-21"], async () => {
  const d = claire;
  await form(d);
  await d.fill("Identifiant", rennes);
  await d.sees(/L’INSEE tient ce SIRET pour confidentiel/);
  assert(await d.labelled("Raison sociale").isEditable(), "the name cannot be typed");
  await d.fill("Raison sociale", "Cabinet discret");
  await d.submit();
  await d.title("Cabinet discret");
  const masked = async () => {
    for (const name of ["Adresse", "Code postal", "Ville", "Pays"]) {
      const value = d.main.locator("dt", { hasText: new RegExp(`^${name}$`) }).locator("xpath=following-sibling::dd[1]");
      equal((await value.innerText()).trim(), "▒▒▒▒", name);
    }
    assert(!/NON-DIFFUSIBLE|RENNES/i.test(await d.main.innerText()), "something shows through");
  };
  await masked();
  // the demand says: after an update too
  await d.more("Mettre à jour depuis la base INSEE…");
  await d.title("Gérer une structure");
  await d.sees(/Rien n’a changé à l’INSEE|Valeur de l’INSEE/);
  assert(!/RENNES|NON-DIFFUSIBLE/i.test(await d.main.innerText()), "something shows through in the update");
  await d.submit();
  await d.title("Cabinet discret");
  await masked();
});

test(
  "the one who creates a structure is its principal manager, with the profile for that reason",
  ["000-1-12", "000-2.8-02", "000-2.1-01"],
  async () => {
    julie = await claire.invite({
      first: "Julie",
      last: "Petit",
      email: "julie.petit@exemple.fr",
      structure: "SEVERNAYA",
      profiles: ["Organisation modification"],
    });
    const id = await julie.createStructure(julienne);
    await julie.title("JULIENNE CONSEIL");
    const panel = julie.main.locator("section").filter({ has: julie.page.getByRole("heading", { name: "Gestionnaire principal" }) });
    await panel.getByRole("link", { name: "Julie Petit" }).waitFor();
    await julie.rights({ structure: id });
    await julie.answers("Julie Petit", { "Modifier la structure": "oui" });
    const said = await julie.proof("Julie Petit", "Modifier la structure");
    assert(
      /Gestionnaire principal de JULIENNE CONSEIL depuis le .*pour avoir créé la structure.*ce rôle donne le profil « Organisation modification »/.test(
        said,
      ),
      said,
    );
    // attached to one already, she has both now: in her list and on her record
    const hers = await julie.structures();
    for (const name of ["SEVERNAYA", "JULIENNE CONSEIL"]) assert(hers.filter((r) => r.startsWith(name)).length === 1, `${name}: ${hers}`);
    await julie.openPerson("Julie Petit", "memberships");
    for (const name of ["SEVERNAYA", "JULIENNE CONSEIL"])
      await julie.main.getByRole("row", { name: new RegExp(`^${name}.*Structure entière.*En cours`) }).waitFor();
  },
);

test(
  "what exists already says so while typing, and only a request is offered, which reaches the manager",
  ["000-2.1-26", "000-2.1-27"],
  async () => {
    await form(julie);
    const asked = w.register.asked.length;
    await julie.fill("Identifiant", "487 444 697 00428");
    await julie.sees(/existe déjà dans Habilis/);
    assert(await julie.button("Soumettre").isDisabled(), "« Soumettre » may be pressed");
    await julie.page.keyboard.press("Control+s");
    await julie.title("Créer une structure");
    const again = { identifierType: "siret", identifier: essor, name: "Encore", sphere: "private", label: "", email: "", phone: "" };
    const refused = await julie.call("Changes.Submit", { fingerprint: "", createStructure: again }).catch((e) => String(e.message));
    assert(/structure\.exists/.test(refused), `the program did not refuse: ${JSON.stringify(refused)}`);
    equal((await claire.call("Structures.List", { ...anyStructure, search: essor })).rows.length, 1, "structures with that SIRET");
    equal(w.register.asked.length, asked, "questions to the register about what is known here");
    await julie.link("Demander le rattachement à cette structure").click();
    await julie.title("Demander un rattachement ou des profils");
    equal((await julie.labelled("SIRET de la structure").inputValue()).replace(/\D/g, ""), essor, "the SIRET");
    await julie.fill("Commentaire de la demande", "J’y travaille depuis lundi");
    await julie.submit();
    await julie.title("Demande envoyée");
    await claire.go("/approbations");
    await claire.title("Approbations");
    await claire.page.getByRole("row", { name: /Julie Petit.*ESSOR ENERGIES/ }).waitFor();
    equal([...claire.faults, ...julie.faults], [], "errors in the pages");
  },
);
