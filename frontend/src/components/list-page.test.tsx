import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, expect, test } from "vitest";
import { readAsked, writeAsked } from "../lib/use-list";
import { anything } from "../lib/wanted";
import { likeABrowser, showAt } from "../testing";
import { ListPage } from "./list-page";

interface Row {
  id: number;
  name: string;
}

const none = { ...anything, state: "", lone: false, structure: 0 };
type Asked = typeof none;

beforeAll(likeABrowser);
afterEach(cleanup);

/** A list of three pages, which answers after the letters that are searched. */
function shown(address: string) {
  const asked: Asked[] = [];
  const read = (q: Asked) => {
    asked.push(q);
    const from = Number(q.after || 0);
    const rows = Array.from({ length: 3 }, (_, i): Row => ({ id: from + i + 1, name: `${q.search || "ligne"} ${from + i + 1}` }));
    return Promise.resolve({ rows, next: from < 6 ? String(from + 3) : "" });
  };
  const page = (
    <ListPage<Asked, Row>
      plain
      name="rows"
      title="Lignes"
      none={none}
      order="name"
      read={read}
      columns={[{ key: "name", name: "Nom", width: "1fr", cell: (r) => r.name }]}
      id={(r) => r.id}
      to={(r) => `/lignes/${r.id}`}
      search="Nom"
      filters={() => [{ name: "lone", label: "Seules", yes: true }]}
      empty={() => <p>vide</p>}
    />
  );
  const router = showAt(address, [
    { path: "/lignes", element: page },
    { path: "/lignes/:id", element: <p>fiche</p> },
  ]);
  return { asked, router };
}

test("the address asks: search, order and filters are read off it, and written into it", async () => {
  const { asked, router } = shown("/lignes?search=du&desc=1&lone=1");
  await screen.findByText("du 1");
  expect(asked[0]).toMatchObject({ search: "du", desc: true, lone: true, order: "", after: "" });
  const user = userEvent.setup();
  await user.type(screen.getByRole("textbox"), "pont");
  await waitFor(() => expect(router.state.location.search).toBe("?search=dupont&desc=1&lone=1"));
  await user.click(screen.getByRole("checkbox"));
  await waitFor(() => expect(router.state.location.search).toBe("?search=dupont&desc=1"));
  await waitFor(() => expect(asked.at(-1)).toMatchObject({ search: "dupont", lone: false }));
});

test("page after page, each row once, until there are no more", async () => {
  shown("/lignes");
  await screen.findByText("ligne 3");
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: /suite|plus/i }));
  await screen.findByText("ligne 6");
  await user.click(screen.getByRole("button", { name: /suite|plus/i }));
  await screen.findByText("ligne 9");
  expect(screen.getAllByRole("row")).toHaveLength(10);
  expect(screen.queryByRole("button", { name: /suite|plus/i })).toBeNull();
});

test("the way back asks again what was asked", async () => {
  const { asked, router } = shown("/lignes?search=du");
  await userEvent.setup().click(await screen.findByRole("link", { name: "du 2" }));
  await screen.findByText("fiche");
  await router.navigate(-1);
  await screen.findByText("du 1");
  expect(screen.getByRole("textbox")).toHaveProperty("value", "du");
  expect(asked.at(-1)).toMatchObject({ search: "du" });
});

test("a question is read by the kind of its values, whatever stands in the address", () => {
  const read = (text: string) => readAsked(none, new URLSearchParams(text));
  expect(read("structure=12&lone=1&state=x")).toMatchObject({ structure: 12, lone: true, state: "x" });
  expect(read("structure=douze&lone=oui")).toMatchObject({ structure: 0, lone: false });
  expect(read("inconnu=1")).toEqual(none);
  const params = new URLSearchParams("structure=12&tab=a");
  writeAsked(params, none, "structure", 0);
  writeAsked(params, none, "lone", true);
  expect(params.toString()).toBe("tab=a&lone=1");
});
