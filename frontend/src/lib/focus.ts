import { useEffect, useRef } from "react";

/** Puts the focus on a field when its page opens: what the page is for is typed there first. */
export function useFirstField<T extends HTMLElement = HTMLInputElement>() {
  const field = useRef<T>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}
