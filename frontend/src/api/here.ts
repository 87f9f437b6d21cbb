import { here } from "./session";

// How often it is told that somebody is there, at most, in milliseconds: far below the minute after which a session may lock.
const often = 15_000;

const signs = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

let told = 0;

/** Tells Go that somebody moves or types, so that the session does not lock under their hands: what pages read by themselves is no sign of it. */
export function watchHands(): () => void {
  const tell = (event: Event) => {
    if (!event.isTrusted || Date.now() - told < often) return;
    told = Date.now();
    void here().catch(() => undefined); // who is no longer signed in is told so by the gate
  };
  for (const sign of signs) window.addEventListener(sign, tell, { passive: true, capture: true });
  return () => {
    for (const sign of signs) window.removeEventListener(sign, tell, { capture: true });
  };
}
