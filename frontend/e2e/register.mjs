// A register of companies on this computer: the real answers of insee/, answers made from them by hand, and failures on demand.
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";

const folder = new URL("./insee/", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

/** The digit that makes a number pass Luhn's key. */
function withKey(head) {
  let sum = 0;
  [...head].reverse().forEach((c, i) => {
    const d = Number(c) * (i % 2 === 0 ? 2 : 1);
    sum += d > 9 ? d - 9 : d;
  });
  return head + ((10 - (sum % 10)) % 10);
}

/** A SIREN with a good key from its first 8 digits. */
export const siren = (head) => withKey(head);
/** A SIRET with a good key from a SIREN and the 4 digits of an establishment. */
export const siret = (unit, place) => withKey(unit + place);

// Real SIRETs, from the real answers.
export const essor = "48744469700428"; // active, asked by its SIRET
export const ganymede = "88087814500015"; // closed on 2022-10-22, asked by its SIRET
export const absent = siret(siren("12345678"), "0000"); // nobody has it
export const severnaya = "90859587900010"; // from the real answer about its SIREN
export const danone = "55203253400703"; // the same
export const danone2 = siret("552032534", "0021"); // a second establishment, made by hand
export const dinum = "13002526500013"; // the same
export const rennes = "30002576400048"; // not public
const heads = { [severnaya]: "908595879", [danone]: "552032534", [dinum]: "130025265", [rennes]: "300025764" };
export const sireneActive = "26570134200148";

/** An answer about an establishment made by hand, in the shape of a real one. */
export function shaped(
  number,
  { name, address = "12 RUE DES LILAS 69003 LYON", postcode = "69003", town = "LYON", state = "A", closed = null },
) {
  const answer = read("search-48744469700428.json");
  const unit = answer.results[0];
  const place = unit.matching_etablissements[0];
  Object.assign(unit, { siren: number.slice(0, 9), nom_complet: name, nom_raison_sociale: name });
  Object.assign(place, {
    siret: number,
    adresse: address,
    code_postal: postcode,
    libelle_commune: town,
    etat_administratif: state,
    date_fermeture: closed,
  });
  unit.matching_etablissements = [place];
  return answer;
}

/** The real answer about a SIREN, as it comes when its seat's SIRET is asked: with the seat among the matching establishments. */
function seat(number) {
  const answer = read(`search-${heads[number]}.json`);
  const unit = answer.results[0];
  const model = read("search-48744469700428.json").results[0].matching_etablissements[0];
  const place = Object.fromEntries(Object.keys(model).map((k) => [k, unit.siege[k] ?? null]));
  unit.matching_etablissements = [place];
  return answer;
}

const failures = {
  down: (res) => void res.writeHead(503, { "Content-Type": "text/plain" }).end("Service Unavailable"),
  html: (res) => void res.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><h1>Maintenance</h1>"),
  limited: (res) => void res.writeHead(429, { "Retry-After": "2" }).end("{}"),
  array: (res) => void res.writeHead(200, { "Content-Type": "application/json" }).end("[]"),
  duplicate: (res) =>
    void res
      .writeHead(301, { Location: "/search?q=1", "Content-Type": "application/json" })
      .end(JSON.stringify({ header: { statut: 301 } })),
  network: (res) => void res.destroy(),
  slow: () => undefined, // never answers
};

export async function startRegister() {
  const made = new Map();
  const files = new Set(readdirSync(folder));
  const register = {
    mode: "", // one of failures, for every question
    asked: [],
    add(number, values) {
      made.set(number, shaped(number, values));
      return number;
    },
  };
  register.add(danone2, { name: "DANONE", address: "5 QUAI DE SEINE 75019 PARIS", postcode: "75019", town: "PARIS 19" });
  const server = createServer((req, res) => {
    const url = new URL(req.url, "http://register");
    register.asked.push(url.pathname + url.search);
    if (register.mode) return failures[register.mode](res);
    const json = (status, value) => res.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (url.pathname === "/search") {
      const q = url.searchParams.get("q") ?? "";
      if (made.has(q)) return json(200, made.get(q));
      if (heads[q]) return json(200, seat(q));
      if (files.has(`search-${q}.json`)) return json(200, read(`search-${q}.json`));
      return json(200, { results: [], total_results: 0, page: 1, per_page: 10, total_pages: 0 });
    }
    if (url.pathname === "/informations")
      return req.headers["x-insee-api-key-integration"] === "bonne"
        ? json(200, { versionService: "3.11", etatService: "UP" })
        : json(401, {});
    const number = url.pathname.match(/^\/siret\/(\d{14})$/)?.[1];
    if (number === sireneActive) return json(200, read(`sirene-${number}.json`));
    return json(404, { header: { statut: 404, message: `Aucun élément trouvé pour le siret ${number}` } });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  register.url = `http://127.0.0.1:${server.address().port}`;
  register.stop = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return register;
}
