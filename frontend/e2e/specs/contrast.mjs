// What is seen: edges of fields and boxes 3:1 against what they stand on, days of a calendar 4.5:1, light and dark.
import { after, assert, before, test } from "../harness.mjs";
import { essor } from "../register.mjs";
import { World } from "../world.mjs";

let w;
before(async () => {
  w = await World.start("contrast.mjs");
  const d = await w.desk();
  await d.setUp({ number: essor });
});
after(() => w.stop());

/** In the page: how far colours stand from what is behind them, by element. kind: edge or text. */
function measured([selector, kind]) {
  const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const light = (c) => {
    const [r, g, b] = c.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {
    for (let x = e; x; x = x.parentElement) {
      const c = parse(getComputedStyle(x).backgroundColor);
      if (c.length === 3 || c[3] > 0.5) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const list = [];
  for (const e of window.document.querySelectorAll(selector)) {
    const style = getComputedStyle(e);
    if (!e.getClientRects().length || e.disabled || (kind === "edge" && parseFloat(style.borderTopWidth) === 0)) continue;
    const colour = parse(kind === "edge" ? style.borderTopColor : style.color).slice(0, 3);
    const [a, b] = [light(colour), light(behind(kind === "edge" ? e.parentElement : e))].sort((p, q) => q - p);
    list.push([e.className || e.tagName, style.opacity === "1" ? (a + 0.05) / (b + 0.05) : 0]);
  }
  return list;
}

const edges = "input:not([type='hidden']), textarea, button.choice, .tick";
const pages = [
  "/parametres",
  "/structures",
  "/utilisateurs/ajouter",
  "/structures/creer",
  "/services/creer?structure=1",
  "/droits",
  "/journal",
  "/demandes/creer",
];

for (const colorScheme of ["light", "dark"]) {
  test(`edges of fields and boxes are seen, ${colorScheme}`, [], async () => {
    const d = await w.desk({ colorScheme });
    await d.signIn("claire.morel@exemple.fr");
    await d.title("Accueil");
    let seen = 0;
    for (const at of pages) {
      await d.go(at);
      await d.main.locator(edges).filter({ visible: true }).first().waitFor();
      const list = await d.page.evaluate(measured, [edges, "edge"]);
      seen += list.length;
      const bad = list.filter(([, ratio]) => ratio < 3);
      assert(bad.length === 0, `${at}: ${JSON.stringify(bad.slice(0, 4))}`);
    }
    assert(seen > 30, `${seen} edges`);
  });
  test(`days of a calendar are read, ${colorScheme}`, [], async () => {
    const d = await w.desk({ colorScheme });
    await d.signIn("claire.morel@exemple.fr");
    await d.title("Accueil");
    await d.go("/droits");
    await d.page.getByRole("button", { name: "Ouvrir le calendrier" }).click();
    const days = "[data-dates-dropdown] td button";
    await d.page.locator(days).first().waitFor();
    const list = await d.page.evaluate(measured, [days, "text"]);
    const bad = list.filter(([, ratio]) => ratio < 4.5);
    assert(list.length >= 28 && bad.length === 0, `${list.length}: ${JSON.stringify(bad.slice(0, 4))}`);
  });
}
