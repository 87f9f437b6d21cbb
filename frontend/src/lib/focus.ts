import { useEffect, useRef } from "react";

/** Puts the focus on a field when its page opens: what the page is for is typed there first. */
export function useFirstField<T extends HTMLElement = HTMLInputElement>() {
  const field = useRef<T>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}

/** Gives the focus back where it was before a dialog, or to the page where that is gone. */
export function useFocusBack() {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body && document.activeElement !== null) return; // somebody has it already
        const to =
          before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.getElementById("main");
        to?.focus();
      });
    };
  }, []);
}
