import { TextInput } from "@mantine/core";
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { UseChange } from "../api/use-change";
import { Fault, type Problem } from "../lib/fault";
import { useForm } from "../lib/form";
import { likeABrowser, show } from "../testing";
import { ChangeForm } from "./change-form";

beforeAll(likeABrowser);
afterEach(cleanup);

const outcome = { created: 7, code: "", followUps: [] };

/** A change that Go takes, or refuses with problems. */
function changeOf(refused: Problem[] = []): UseChange {
  const answer = () => (refused.length ? Promise.reject(new Fault("invalid", refused)) : Promise.resolve(outcome));
  return { effect: undefined, error: null, of: () => undefined, send: vi.fn(answer), check: vi.fn(answer), more: vi.fn() } as never;
}

function Page({ change, missing, onSaved }: { change: UseChange; missing?: Problem[]; onSaved?: () => void }) {
  const form = useForm({ name: "" });
  return (
    <ChangeForm change={change} form={form} fields={["name", "day"]} missing={missing} onSaved={onSaved}>
      <TextInput
        label="Nom"
        value={form.values.name}
        onChange={(e) => form.set("name", e.currentTarget.value)}
        error={form.error("name")}
      />
      <TextInput label="Jour" defaultValue="" error={form.error("day")} />
    </ChangeForm>
  );
}

const submit = () => userEvent.click(screen.getByRole("button", { name: "Soumettre" }));

test("what is saved is told to the page, once", async () => {
  const change = changeOf();
  const onSaved = vi.fn();
  show(<Page change={change} onSaved={onSaved} />);
  await submit();
  await waitFor(() => expect(onSaved).toHaveBeenCalledExactlyOnceWith(outcome));
  expect(change.send).toHaveBeenCalledOnce();
});

test("what is missing shows with what Go refuses of the rest, and nothing is sent", async () => {
  const change = changeOf([{ field: "day", key: "period.past" }]);
  show(<Page change={change} missing={[{ field: "name", key: "user.empty" }]} />);
  await submit();
  await waitFor(() => expect(screen.getByLabelText("Nom").getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByLabelText("Jour").getAttribute("aria-invalid")).toBe("true");
  expect(change.check).toHaveBeenCalledOnce();
  expect(change.send).not.toHaveBeenCalled();
});

test("what no field shows stands at the foot; what one shows stands there alone", async () => {
  show(
    <Page
      change={changeOf([
        { field: "", key: "change.other_effect" },
        { field: "name", key: "user.empty" },
      ])}
    />,
  );
  await submit();
  const alert = await screen.findByRole("alert");
  expect(alert.querySelectorAll("p")).toHaveLength(1);
  expect(screen.getByLabelText("Nom").getAttribute("aria-invalid")).toBe("true");
});

test("Ctrl+S submits", async () => {
  const change = changeOf();
  show(<Page change={change} />);
  await userEvent.type(screen.getByLabelText("Nom"), "Alba");
  await userEvent.keyboard("{Control>}s{/Control}");
  await waitFor(() => expect(change.send).toHaveBeenCalledOnce());
});
