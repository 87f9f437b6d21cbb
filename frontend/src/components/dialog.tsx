import { Modal, type ModalProps } from "@mantine/core";
import { useEffect } from "react";

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

type Props = Omit<ModalProps, "opened" | "returnFocus">;

/** A dialog, for as long as it is there. */
export function Dialog(props: Props) {
  useFocusBack();
  return <Modal opened returnFocus={false} {...props} />;
}
