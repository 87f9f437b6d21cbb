import { useEffect, useRef, useState } from "react";

/** Gives the focus to a node, unless a dialog that does not hold it is open: nobody's typing is led away. */
export function focusOn(node: HTMLElement | null | undefined) {
  const dialog = [...document.querySelectorAll("[role='dialog'][aria-modal='true']")].at(-1);
  if (!dialog || dialog.contains(node ?? null)) node?.focus();
}

/**
 * Gives the focus to what a dialog asks first as it appears: what bears data-autofocus, or its first field, or its way out.
 * The library does so by a timer, and what is typed until then would go to what is below.
 */
export function focusIn(inside: HTMLElement | null) {
  const dialog = inside?.closest("[role='dialog']");
  const first =
    dialog?.querySelector<HTMLElement>("[data-autofocus]") ??
    inside?.querySelector<HTMLElement>("input:enabled, textarea:enabled") ??
    dialog?.querySelector<HTMLElement>("button");
  first?.setAttribute("data-autofocus", ""); // the timer comes to the same
  focusOn(first);
}

/** Puts the focus on a field when its page opens: what the page is for is typed there first. */
export function useFirstField<T extends HTMLElement = HTMLInputElement>() {
  const field = useRef<T>(null);
  useEffect(() => focusOn(field.current), []);
  return field;
}

/** Gives the focus back where it was before a dialog, or to the page where that is gone. */
export function useFocusBack() {
  const [before] = useState(() => document.activeElement); // before the dialog takes it
  useEffect(() => {
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body && document.activeElement !== null) return; // somebody has it already
        const to =
          before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.getElementById("main");
        to?.focus();
      });
    };
  }, [before]);
}
