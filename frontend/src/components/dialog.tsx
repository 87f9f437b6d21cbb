import { Modal, type ModalProps } from "@mantine/core";
import { useFocusBack } from "../lib/focus";

type Props = Omit<ModalProps, "opened" | "returnFocus">;

/** A dialog, for as long as it is there. */
export function Dialog(props: Props) {
  useFocusBack();
  return <Modal opened returnFocus={false} {...props} />;
}
