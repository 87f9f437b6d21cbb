import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { Chart } from "./chart";
import { margin } from "./chart-drawing";

interface Place {
  x: number;
  y: number;
  scale: number;
}

interface Point {
  x: number;
  y: number;
}

/** Moves a sheet in its frame and zooms it, by the wheel, the pointer and the keys: on the node itself, so that nothing is drawn anew. */
export function useMotion(chart: Chart) {
  const frame = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const held = useRef<Point>(undefined);
  const place = useRef<Place>({ x: 0, y: 0, scale: 1 });
  const [percent, setPercent] = useState(100);
  const show = useCallback((next: Place) => {
    place.current = next;
    if (sheet.current) sheet.current.style.transform = `translate(${next.x}px, ${next.y}px) scale(${next.scale})`;
    setPercent(Math.round(next.scale * 100));
  }, []);
  const fit = useCallback(() => {
    const box = frame.current?.getBoundingClientRect();
    if (!box) return;
    const scale = Math.min(1, box.width / (chart.width + 2 * margin), box.height / (chart.height + 2 * margin));
    show({ x: (box.width - (chart.width + 2 * margin) * scale) / 2, y: 0, scale });
  }, [chart, show]);
  useEffect(fit, [fit]);
  const zoom = useCallback(
    (by: number, at?: Point) => {
      const box = frame.current?.getBoundingClientRect();
      const old = place.current;
      const scale = Math.min(3, Math.max(0.05, old.scale * by));
      const x = at?.x ?? (box?.width ?? 0) / 2;
      const y = at?.y ?? (box?.height ?? 0) / 2;
      show({ x: x - ((x - old.x) * scale) / old.scale, y: y - ((y - old.y) * scale) / old.scale, scale });
    },
    [show],
  );
  useEffect(() => {
    const node = frame.current;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = node?.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 500), { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) });
    };
    node?.addEventListener("wheel", wheel, { passive: false });
    return () => node?.removeEventListener("wheel", wheel);
  }, [zoom]);
  const move = (x: number, y: number) => show({ ...place.current, x: place.current.x + x, y: place.current.y + y });
  const hands = {
    onKeyDown: (event: KeyboardEvent) => press(event, { move, zoom, fit }),
    onPointerDown: (event: PointerEvent) => {
      held.current = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      if (!held.current) return;
      move(event.clientX - held.current.x, event.clientY - held.current.y);
      held.current = { x: event.clientX, y: event.clientY };
    },
    onPointerUp: () => (held.current = undefined),
  };
  return { frame, sheet, percent, zoom, fit, hands };
}

interface Ways {
  move: (x: number, y: number) => void;
  zoom: (by: number) => void;
  fit: () => void;
}

const keys: Record<string, (ways: Ways) => void> = {
  ArrowLeft: ({ move }) => move(60, 0),
  ArrowRight: ({ move }) => move(-60, 0),
  ArrowUp: ({ move }) => move(0, 60),
  ArrowDown: ({ move }) => move(0, -60),
  "+": ({ zoom }) => zoom(1.25),
  "=": ({ zoom }) => zoom(1.25),
  "-": ({ zoom }) => zoom(0.8),
  "0": ({ fit }) => fit(),
  Home: ({ fit }) => fit(),
};

function press(event: KeyboardEvent, ways: Ways): void {
  const act = keys[event.key];
  if (!act || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act(ways);
}
