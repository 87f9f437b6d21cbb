import { store } from "./store";

/** One thing that was done in this session; back takes it back, where something does. */
export interface Done {
  id: number;
  at: number;
  text: string;
  back?: () => Promise<unknown>;
}

const all = store<Done[]>([]);

/** What was done in this session, the latest first. It is forgotten with the session. */
export const told = {
  get: all.get,
  watch: all.watch,
  add: (text: string, back?: () => Promise<unknown>) => {
    all.set([{ id: (all.get()[0]?.id ?? 0) + 1, at: Date.now(), text, back }, ...all.get()].slice(0, 100));
  },
  /** Something was taken back: it cannot be again. */
  undone: (id: number) => {
    all.set(all.get().map((d) => (d.id === id ? { ...d, back: undefined } : d)));
  },
  clear: () => {
    all.set([]);
  },
};
