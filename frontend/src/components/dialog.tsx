import { Modal, type ModalProps } from "@mantine/core";
import { focusIn, useFocusBack } from "../lib/focus";

type Props = Omit<ModalProps, "opened" | "returnFocus">;

/** A dialog, for as long as it is there. */
export function Dialog({ children, ...props }: Props) {
  useFocusBack();
  return (
    <Modal opened returnFocus={false} {...props}>
      <div ref={focusIn}>{children}</div>
    </Modal>
  );
}
