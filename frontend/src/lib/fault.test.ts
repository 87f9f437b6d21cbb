import { describe, expect, it } from "vitest";
import { call, dropping, Fault, toFault } from "./fault";

const text = JSON.stringify({ code: "invalid", problems: [{ field: "email", key: "email.taken" }] });

describe("toFault", () => {
  it("reads the fault that Go wrote", () => {
    const fault = toFault(new Error(text));
    expect(fault.code).toBe("invalid");
    expect(fault.of("email")?.key).toBe("email.taken");
  });

  it("turns what is not JSON into the fault protocol", () => {
    expect(toFault("error parsing arguments").code).toBe("protocol");
    expect(toFault(new Error("null")).code).toBe("protocol");
  });
});

describe("call", () => {
  it("gives what Go answered", async () => {
    await expect(call(() => Promise.resolve(7))).resolves.toBe(7);
  });

  it("throws a Fault for an unknown method", async () => {
    const missing = undefined as unknown as () => Promise<number>;
    await expect(call(() => missing())).rejects.toBeInstanceOf(Fault);
  });

  it("tells the page that the session is gone", async () => {
    let told = 0;
    window.addEventListener("habilis:session", () => (told += 1));
    const gone = JSON.stringify({ code: "unauthenticated", problems: [{ field: "", key: "session.locked" }] });
    await expect(call(() => Promise.reject(new Error(gone)))).rejects.toMatchObject({ code: "unauthenticated" });
    expect(told).toBe(1);
  });
});

describe("dropping", () => {
  it("stops what was asked once its query is dropped, and that alone", async () => {
    const query = new AbortController();
    let stopped = 0;
    const asked = () => {
      let stop = () => {};
      const answer = new Promise<number>((_, reject) => {
        stop = () => {
          stopped++;
          reject(new Error("aborted"));
        };
      });
      return Object.assign(answer, { stop });
    };
    const lists = Promise.all([dropping(query.signal, () => call(asked)), Promise.resolve(call(() => Promise.resolve(7)))]);
    query.abort();
    await expect(lists).rejects.toBeInstanceOf(Fault);
    expect(stopped).toBe(1);
  });
});
