import { useCallback, useState } from "react";
import { focusOn } from "./focus";
import { sentenceOf } from "./sentence";
import { toFault, type Problem } from "./fault";

/** A form: its values, the problems Go found beside each field, and whether it is being sent. */
export function useForm<T extends object>(initial: T) {
  const [values, setValues] = useState(initial);
  const [problems, setProblems] = useState<Problem[]>([]);
  const [sending, setSending] = useState(false);
  const set = useCallback(<K extends keyof T>(name: K, value: T[K]) => {
    setValues((old) => ({ ...old, [name]: value }));
    setProblems((old) => old.filter((p) => p.field !== name));
  }, []);
  const error = (field: string): string | undefined => {
    const found = problems.find((p) => p.field === field);
    return found && sentenceOf(found);
  };
  const send = async <R>(work: () => Promise<R>): Promise<R | undefined> => {
    setSending(true);
    setProblems([]);
    try {
      return await work();
    } catch (reason) {
      const fault = toFault(reason);
      setProblems(fault.problems);
      requestAnimationFrame(() => focusOn(document.querySelector<HTMLElement>("[aria-invalid='true']")));
      return undefined;
    } finally {
      setSending(false);
    }
  };
  /** The problems that no field of the form shows. */
  const rest = (...fields: string[]): string[] => problems.filter((p) => !fields.includes(p.field)).map(sentenceOf);
  return { values, set, setValues, error, problems, setProblems, send, sending, rest };
}

export type FormOf<T extends object> = ReturnType<typeof useForm<T>>;
