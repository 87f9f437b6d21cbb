/** One thing that was done in this session; back takes it back, where something does. */
export interface Done {
  id: number;
  at: number;
  text: string;
  back?: () => Promise<unknown>;
}

let all: Done[] = [];
const watchers = new Set<() => void>();

function change(next: Done[]): void {
  all = next;
  for (const tell of watchers) tell();
}

/** What was done in this session, the latest first. It is forgotten with the session. */
export const told = {
  get: () => all,
  add: (text: string, back?: () => Promise<unknown>) => {
    change([{ id: (all[0]?.id ?? 0) + 1, at: Date.now(), text, back }, ...all].slice(0, 100));
  },
  /** Something was taken back: it cannot be again. */
  undone: (id: number) => {
    change(all.map((d) => (d.id === id ? { ...d, back: undefined } : d)));
  },
  clear: () => {
    change([]);
  },
  watch: (tell: () => void) => {
    watchers.add(tell);
    return () => watchers.delete(tell);
  },
};
