import { useEffect, useRef, type RefObject } from "react";
import { useLocation } from "react-router";

// How far down each list was looked at, by the visit of its page.
const places = new Map<string, number>();
const most = 200;

/** Keeps how far down a list was looked at, and goes there again on the way back: its pages are read until they reach so far. */
export function usePlace(scroll: RefObject<HTMLElement | null>, height: number, unread: boolean, more?: () => void): () => void {
  const { key } = useLocation();
  const wanted = useRef(places.get(key) ?? 0);
  useEffect(() => {
    const element = scroll.current;
    if (!element || wanted.current === 0) return;
    element.scrollTo({ top: wanted.current });
    if (unread && height < wanted.current + element.clientHeight) more?.();
    else wanted.current = 0;
  }, [scroll, height, unread, more]);
  return () => {
    const element = scroll.current;
    if (!element || wanted.current > 0) return; // not there yet
    places.delete(key);
    places.set(key, element.scrollTop);
    if (places.size > most) places.delete(places.keys().next().value ?? "");
  };
}
