import { store } from "./store";

/** Whether the program has stopped answering: the last message got no answer, and none has come since. */
export const silence = store(false);
