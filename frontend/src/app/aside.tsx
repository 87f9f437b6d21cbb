import { useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { createPortal } from "react-dom";

/** Where a page was scrolled to: a part that leaves the document forgets it. */
function scrolled(within: ParentNode): () => void {
  const list = [...within.querySelectorAll("*")].filter((e) => e.scrollTop > 0 || e.scrollLeft > 0);
  const places = list.map((e) => [e, e.scrollTop, e.scrollLeft] as const);
  return () => {
    for (const [e, top, left] of places) e.scrollTo(left, top);
  };
}

/**
 * A page that can be put aside: behind the lock, and while its person signs in again, nothing of it stays in the document. What was typed waits in
 * memory. Dialogs, lists and calendars stand beside the page and go with it.
 */
export function Aside({ away, children }: { away: boolean; children: ReactNode }) {
  const [box] = useState(() => {
    const made = document.createElement("div");
    made.className = "fill";
    return made;
  });
  const place = useRef<HTMLDivElement>(null);
  const taken = useRef({ others: [] as Element[], scroll: () => {} });
  useLayoutEffect(() => {
    if (away) return;
    place.current?.append(box);
    document.body.append(...taken.current.others);
    taken.current.scroll();
    return () => {
      const others = [...document.body.children].filter((x) => x.id !== "root" && x.tagName !== "SCRIPT");
      taken.current = { others, scroll: scrolled(box) };
      for (const x of others) x.remove();
      box.remove();
    };
  }, [away, box]);
  return (
    <>
      <div ref={place} className="fill" hidden={away} />
      {createPortal(children, box)}
    </>
  );
}
