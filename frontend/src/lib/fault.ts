import { silence } from "./silence";

export interface Problem {
  field: string;
  key: string;
  params?: Record<string, string>;
}

/** A failure that a person can act on, or the one generic failure. */
export class Fault extends Error {
  constructor(
    readonly code: string,
    readonly problems: Problem[],
  ) {
    super(code);
  }

  /** The first problem beside a field ("" for the whole form). */
  of(field: string): Problem | undefined {
    return this.problems.find((p) => p.field === field);
  }
}

/**
 * Refuses what a form itself finds missing, together with what Go refuses of the rest (ask), so that all problems show at once. Nothing where
 * nothing is missing.
 */
export async function refuse(missing: Problem[], ask?: () => Promise<unknown>): Promise<void> {
  if (missing.length === 0) return;
  const others = await (ask?.() ?? Promise.resolve()).then(
    () => [],
    (reason: unknown) => toFault(reason).problems.filter((p) => p.field !== "" && missing.every((own) => own.field !== p.field)),
  );
  throw new Fault("invalid", [...others, ...missing]);
}

const patience = 60_000;

// What is told where no handler answered.
const unanswered = ["message.failed", "message.timeout"];

function plain(code: string, key: string): Fault {
  return new Fault(code, [{ field: "", key }]);
}

/** Turns whatever a binding rejects with into a Fault: Go's JSON text, or anything else that is not JSON. */
export function toFault(reason: unknown): Fault {
  if (reason instanceof Fault) return reason;
  const text = reason instanceof Error ? reason.message : String(reason);
  try {
    const read = JSON.parse(text) as { code?: string; problems?: Problem[] };
    if (typeof read.code === "string" && Array.isArray(read.problems)) return new Fault(read.code, read.problems);
  } catch {
    // not JSON: the message never reached a handler
  }
  return plain("protocol", "message.failed");
}

/** Asks for the passphrase once more, and tells whether it was given. */
let confirm: (() => Promise<boolean>) | undefined;

/** Says who asks for the passphrase where Go wants it once more. */
export function confirmBy(asker: typeof confirm): void {
  confirm = asker;
}

/** Calls Go, and once again where it wants the passphrase first and it was given. */
export async function call<T>(method: () => Promise<T>): Promise<T> {
  try {
    return await send(method);
  } catch (reason) {
    if (!confirm || !(reason instanceof Fault) || reason.problems[0]?.key !== "passphrase.again" || !(await confirm())) throw reason;
    return await send(method);
  }
}

// The signal of the query that asks: it is read as its call begins.
let asking: AbortSignal | undefined;

/** Asks for a query that may be dropped: once it is, Go stops reading for it too. The call begins at once. */
export function dropping<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  asking = signal;
  try {
    return ask();
  } finally {
    asking = undefined;
  }
}

/** The one door to Go: has a time-out, and throws a Fault, an unknown method included. */
async function send<T>(method: () => Promise<T> & { stop?: () => void }): Promise<T> {
  const signal = asking;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(plain("protocol", "message.timeout")), patience);
  });
  try {
    const asked = method();
    signal?.addEventListener("abort", () => asked.stop?.());
    const answer = await Promise.race([asked, late]);
    silence.set(false);
    return answer;
  } catch (reason) {
    const fault = toFault(reason);
    if (signal?.aborted) throw fault; // nobody waits for it
    silence.set(fault.code === "protocol" && unanswered.includes(fault.problems[0]?.key ?? ""));
    if (fault.code === "unauthenticated") window.dispatchEvent(new CustomEvent("habilis:session", { detail: fault.problems[0]?.key }));
    throw fault;
  } finally {
    clearTimeout(timer);
  }
}
