// What takes its time: locking when nobody is there, and the delays after wrong passphrases.
import { after, assert, before, equal, test, waits } from "../harness.mjs";
import { essor } from "../register.mjs";
import { passphrase, World } from "../world.mjs";

let w, claire;
waits();
before(async () => {
  w = await World.start("waits.mjs");
  claire = await w.desk();
  await claire.setUp({ number: essor });
});
after(() => w.stop());

test(
  "locked when idle, by the minutes of the settings",
  [],
  async () => {
    const d = claire;
    await d.go("/parametres");
    await d.title("Paramètres");
    await d.fill("Verrouiller après (minutes sans activité)", "1");
    await d.submit();
    for (let i = 0; i < 50 && (await d.call("Firm.Settings")).idleMinutes !== 1; i++) await d.page.waitForTimeout(100);
    equal((await d.call("Firm.Settings")).idleMinutes, 1, "the minutes");
    const late = await w.desk();
    await late.signIn("claire.morel@exemple.fr");
    await late.title("Accueil");
    await late.go("/services/creer?structure=1");
    await late.title("Créer un service");
    await late.fill("Code", "ATTEND");
    await late.page.getByRole("dialog", { name: "Verrouillé" }).waitFor({ timeout: 110_000 });
    await late.page.getByRole("dialog").locator("input").fill(passphrase);
    await late.button("Déverrouiller").click();
    await late.page.getByRole("dialog").waitFor({ state: "hidden" });
    equal(await late.labelled("Code").inputValue(), "ATTEND", "what was typed");
    await late.page.keyboard.type("RA");
    equal(await late.labelled("Code").inputValue(), "ATTENDRA", "one goes on where one was");
  },
  { seconds: 180 },
);

test(
  "wrong passphrases delay more and more, across a restart too",
  [],
  async () => {
    const d = await w.desk();
    await d.title("Se connecter");
    const waits = [];
    for (let i = 0; i < 40 && !(waits.at(-1) >= 15); i++) {
      await d.fill("Adresse électronique", "claire.morel@exemple.fr");
      await d.fill("Phrase de passe", `fausse ${i}`);
      await d.button("Se connecter").click();
      await d.page.waitForTimeout(400);
      await d.button("Se connecter").and(d.page.locator(":not([data-loading])")).waitFor();
      await d.sees(/phrase de passe incorrecte|Trop d’essais/);
      const text = (await d.page.locator("main").innerText()).replace(/\s+/g, " ");
      const wait = Number(text.match(/Trop d’essais : attendez (\d+) s/)?.[1] ?? 0);
      if (wait > 0) {
        waits.push(wait);
        if (wait < 15) await d.page.waitForTimeout(wait * 1000);
      }
    }
    assert(waits.at(-1) >= 15, `the delays do not grow: ${waits}`);
    await w.restart();
    const again = await w.desk();
    await again.signIn("claire.morel@exemple.fr");
    await again.sees(/Trop d’essais : attendez \d+ s/);
  },
  { seconds: 180 },
);
