import { useState } from "react";
import { useLocation } from "react-router";

/** What a page has done: undefined until then, and again once one comes back to the page, be it from itself. */
export function useDone<T>(): [T | undefined, (what: T) => void] {
  const { key } = useLocation();
  const [done, setDone] = useState<{ at: string; what: T }>();
  return [done?.at === key ? done.what : undefined, (what) => setDone({ at: key, what })];
}
