let silent = false;
const watchers = new Set<() => void>();

/** Whether the program has stopped answering: the last message got no answer, and none has come since. */
export const silence = {
  get: () => silent,
  set: (now: boolean) => {
    if (now === silent) return;
    silent = now;
    for (const tell of watchers) tell();
  },
  watch: (tell: () => void) => {
    watchers.add(tell);
    return () => watchers.delete(tell);
  },
};
