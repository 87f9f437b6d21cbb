import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { likeABrowser, show } from "../testing";
import { DayInput } from "./day-input";

beforeAll(likeABrowser);
afterEach(cleanup);

function Page({ told, wrong }: { told: (day: string) => void; wrong?: string }) {
  const [day, setDay] = useState("");
  const set = (next: string) => {
    told(next);
    setDay(next);
  };
  return <DayInput label="Jusqu’au" value={day} onChange={set} wrong={wrong} />;
}

const field = () => screen.getByLabelText("Jusqu’au", { selector: "input" });

test("a day that is typed is told as Go reads it", async () => {
  const told = vi.fn();
  show(<Page told={told} />);
  await userEvent.type(field(), "31 mars 2027");
  await userEvent.tab();
  expect(told).toHaveBeenLastCalledWith("2027-03-31");
  expect(field()).toHaveProperty("value", "31/03/2027");
});

test("what is no day stays as it was typed, and never passes for none", async () => {
  const told = vi.fn();
  show(<Page told={told} />);
  await userEvent.type(field(), "31/02/2027");
  await userEvent.tab();
  expect(told).toHaveBeenLastCalledWith("31/02/2027");
  expect(field()).toHaveProperty("value", "31/02/2027");
});

test("a day that is wiped is none", async () => {
  const told = vi.fn();
  show(<Page told={told} />);
  await userEvent.type(field(), "31/03/2027");
  await userEvent.tab();
  await userEvent.clear(field());
  await userEvent.tab();
  expect(told).toHaveBeenLastCalledWith("");
});

test("what the preview finds wrong waits until the day is typed", async () => {
  show(<Page told={vi.fn()} wrong="Ce jour est passé." />);
  await userEvent.type(field(), "31/03/2020");
  await userEvent.tab();
  expect(screen.getByText("Ce jour est passé.")).toBeTruthy();
});
