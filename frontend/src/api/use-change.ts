import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { toFault } from "../lib/fault";
import { noted } from "../lib/noted";
import { sentenceOf } from "../lib/sentence";
import { change, preview, submit, type Change, type Input, type Kind } from "./changes";

/** Follows a value with a delay, so that each key typed does not ask Go again. */
function useSettled<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), delay);
    return () => clearTimeout(timer);
  }, [text, delay]);
  return settled;
}

/**
 * A change as a form makes it: previewed again as the form changes, unless it is not shown yet. send saves it with the fingerprint of the preview of
 * what is typed, waiting for it; where the effect is another by then, the new one is shown.
 */
export function useChange<K extends Kind>(kind: K, input: Input<K>, shown = true) {
  const made = change(kind, input);
  const settled = useSettled(shown ? made : null, 250);
  const client = useQueryClient();
  const asked = (c: Change | null) => ({
    queryKey: ["effect", c],
    queryFn: () => preview(c as Change),
    retry: false,
    gcTime: 0,
    staleTime: 0,
  });
  const query = useQuery({ ...asked(settled), enabled: settled !== null });
  const ready = shown && JSON.stringify(settled) === JSON.stringify(made) && query.data !== undefined && !query.isFetching;
  const fingerprint = async () => (ready ? query.data : await client.fetchQuery(asked(made))).fingerprint;
  const send = async (back?: Change) => {
    try {
      const outcome = await submit(made, await fingerprint(), back);
      if (outcome.followUps.length) noted.set(outcome.followUps);
      return outcome;
    } catch (reason) {
      if (toFault(reason).problems.some((p) => p.key === "change.other_effect")) void query.refetch();
      throw reason;
    }
  };
  const error = shown ? query.error : null;
  return {
    effect: shown ? query.data : undefined,
    error,
    /** What the preview finds wrong with a field, told beside it. */
    of: (field: string): string | undefined => {
      const found = error ? toFault(error).of(field) : undefined;
      return found && sentenceOf(found);
    },
    send,
    /** Tells what Go finds wrong with what is typed until now. */
    check: () => preview(made),
    more: async (skip: number) => (await preview(settled ?? made, skip)).lines,
  };
}

export type UseChange = ReturnType<typeof useChange>;
