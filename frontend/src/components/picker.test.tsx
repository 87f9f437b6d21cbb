import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { Fault } from "../lib/fault";
import { likeABrowser, show } from "../testing";
import { Picker, type Option } from "./picker";

beforeAll(likeABrowser);
afterEach(cleanup);

const all: Option[] = [
  { id: 1, name: "Atelier", note: "000 000 208 00025" },
  { id: 2, name: "Boulangerie" },
  { id: 3, name: "Auberge" },
];

function Page({
  find,
  onPick,
  alone,
  first = 0,
}: {
  find: (s: string) => Promise<Option[]>;
  onPick: (id: number) => void;
  alone?: boolean;
  first?: number;
}) {
  const [value, setValue] = useState(first);
  const pick = (id: number) => {
    onPick(id);
    setValue(id);
  };
  return <Picker label="Structure" name="test" find={find} value={value} onChange={pick} alone={alone} />;
}

const finder = (among = all) => vi.fn((search: string) => Promise.resolve(among.filter((o) => o.name.toLowerCase().includes(search))));
const field = () => screen.getByLabelText("Structure", { selector: "input" });

test("a few letters find, with what tells two of a name apart; the choice is told and its name stays", async () => {
  const find = finder();
  const onPick = vi.fn();
  show(<Page find={find} onPick={onPick} />);
  await userEvent.type(field(), "at");
  await screen.findByText("000 000 208 00025");
  await waitFor(() => expect(screen.queryByRole("option", { name: /Boulangerie/ })).toBeNull());
  await userEvent.click(screen.getByRole("option", { name: /Atelier/ }));
  expect(onPick).toHaveBeenCalledExactlyOnceWith(1);
  expect(field()).toHaveProperty("value", "Atelier");
  expect(find.mock.calls.flat()).not.toContain("Atelier"); // the name of what is chosen is no search
});

test("one who has a single choice need not choose", async () => {
  const onPick = vi.fn();
  show(<Page find={finder(all.slice(1, 2))} onPick={onPick} alone />);
  await waitFor(() => expect(field()).toHaveProperty("value", "Boulangerie"));
  expect(onPick).toHaveBeenCalledWith(2);
});

test("what is chosen from outside has its name once it is found", async () => {
  show(<Page find={finder()} onPick={vi.fn()} first={3} />);
  await waitFor(() => expect(field()).toHaveProperty("value", "Auberge"));
});

test("a refusal says why in the list", async () => {
  show(<Page find={() => Promise.reject(new Fault("forbidden", [{ field: "", key: "session.locked" }]))} onPick={vi.fn()} />);
  await userEvent.click(field());
  expect((await screen.findAllByText(/verrouill/i)).length).toBeGreaterThan(0);
});
