const forms = new Set<unknown>();
let ask: ((go: () => void) => void) | undefined;

/** The forms, by any value of their own, in which something was typed that is not saved; and what asks before they are left. */
export const unsaved = {
  any: () => forms.size > 0,
  add: (form: unknown) => void forms.add(form),
  delete: (form: unknown) => void forms.delete(form),
  clear: () => forms.clear(),
  /** Goes at once, or once somebody has said that what was typed may be lost. */
  leave: (go: () => void) => (forms.size > 0 && ask ? ask(go) : go()),
  asked: (by: typeof ask) => {
    ask = by;
  },
};
