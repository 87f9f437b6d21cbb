import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/page";
import { Loaded } from "../../components/state";
import type { department, grant, structure } from "../../lib/types";
import { handPicture } from "../../api/files";
import { listMembers } from "../../api/grants";
import { listDepartments } from "../../api/structures";
import { boxWidth, indent, cut, headHeight, layOut, rowHeight, type Box, type Chart } from "./chart";
import { useForm } from "../../lib/form";

const margin = 30;

/** The colours in sight, so that the picture that is saved has those of the screen. */
function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: read("--ground"),
    panel: read("--panel"),
    ink: read("--ink"),
    soft: read("--soft"),
    line: read("--line"),
    accent: read("--accent"),
    behind: read("--accent-back"),
  };
}

type Palette = ReturnType<typeof palette>;

function BoxOf({ b, chart, p, empty, principal }: { b: Box; chart: Chart; p: Palette; empty: string; principal: string }) {
  const middle = chart.width / 2;
  return (
    <g>
      <path d={`M ${middle} 64 V 92 H ${b.x - indent} V ${b.y + 23} H ${b.x}`} fill="none" stroke={p.line} strokeWidth={1.2} />
      <rect
        x={b.x}
        y={b.y}
        width={boxWidth}
        height={b.height}
        rx={8}
        fill={p.panel}
        stroke={p.line}
        strokeDasharray={b.inactive ? "5 4" : undefined}
      />
      <text x={b.x + 12} y={b.y + 20} fontSize={13} fontWeight={600} fill={p.ink}>
        {cut(b.title, 32)}
      </text>
      {b.note && (
        <text x={b.x + 12} y={b.y + 36} fontSize={11} fill={p.soft}>
          {cut(b.note, 38)}
        </text>
      )}
      {b.people.length === 0 && (
        <text x={b.x + 12} y={b.y + headHeight + 12} fontSize={12} fill={p.soft}>
          {empty}
        </text>
      )}
      {b.people.map((m, i) => (
        <text
          key={`${m.name}.${i}`}
          x={b.x + 12}
          y={b.y + headHeight + 12 + i * rowHeight}
          fontSize={12}
          fill={p.ink}
          fontWeight={m.principal ? 600 : 400}
        >
          {m.principal ? `★ ${cut(m.name, 24)} · ${principal}` : cut(m.name, 34)}
        </text>
      ))}
    </g>
  );
}

const Drawing = memo(function Drawing({ chart, p, words }: { chart: Chart; p: Palette; words: { empty: string; principal: string } }) {
  const width = chart.width + 2 * margin;
  const height = chart.height + 2 * margin;
  const middle = chart.width / 2;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={height}
      viewBox={`${-margin} ${-margin} ${width} ${height}`}
      fontFamily="'Inter Variable', Inter, sans-serif"
      aria-hidden="true"
    >
      <rect x={-margin} y={-margin} width={width} height={height} fill={p.ground} />
      <rect x={middle - 150} y={0} width={300} height={64} rx={10} fill={p.behind} stroke={p.accent} />
      <text x={middle} y={28} fontSize={15} fontWeight={650} fill={p.ink} textAnchor="middle">
        {cut(chart.title, 34)}
      </text>
      <text x={middle} y={48} fontSize={12} fill={p.soft} textAnchor="middle">
        {chart.note}
      </text>
      {chart.boxes.map((b) => (
        <BoxOf key={`${b.note}.${b.x}.${b.y}`} b={b} chart={chart} p={p} empty={words.empty} principal={words.principal} />
      ))}
    </svg>
  );
});

interface Place {
  x: number;
  y: number;
  scale: number;
}

/** A structure's chart: zoomed with the wheel or + and −, moved with the pointer or the arrows, saved as SVG or PNG. */
export function ChartTab({ structure: s }: { structure: structure.Structure }) {
  const departments = useQuery({ queryKey: ["departments", s.id], queryFn: () => listDepartments(s.id) });
  const members = useQuery({ queryKey: ["members", s.id], queryFn: () => listMembers(s.id) });
  return (
    <Loaded query={departments}>{(d) => <Loaded query={members}>{(m) => <Canvas s={s} departments={d} members={m} />}</Loaded>}</Loaded>
  );
}

function Canvas({ s, departments, members }: { s: structure.Structure; departments: department.Department[]; members: grant.Member[] }) {
  const { t, i18n } = useTranslation();
  const form = useForm({});
  const frame = useRef<HTMLDivElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const held = useRef<{ x: number; y: number }>(undefined);
  const place = useRef<Place>({ x: 0, y: 0, scale: 1 });
  const [percent, setPercent] = useState(100);
  const [p, setPalette] = useState(palette);
  useEffect(() => {
    const seen = new MutationObserver(() => setPalette(palette()));
    seen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });
    return () => seen.disconnect();
  }, []);
  const chart = useMemo(() => layOut(s, departments, members, t("chart.whole")), [s, departments, members, t]);
  const words = useMemo(() => ({ empty: t("chart.nobody"), principal: t("chart.principal") }), [t]);
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
    (by: number, at?: { x: number; y: number }) => {
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
  const keys: Record<string, () => void> = {
    ArrowLeft: () => move(60, 0),
    ArrowRight: () => move(-60, 0),
    ArrowUp: () => move(0, 60),
    ArrowDown: () => move(0, -60),
    "+": () => zoom(1.25),
    "=": () => zoom(1.25),
    "-": () => zoom(0.8),
    "0": fit,
    Home: fit,
  };
  const key = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
  };
  const drag = (event: PointerEvent) => {
    if (!held.current) return;
    move(event.clientX - held.current.x, event.clientY - held.current.y);
    held.current = { x: event.clientX, y: event.clientY };
  };
  const source = () =>
    new Blob([new XMLSerializer().serializeToString(sheet.current?.querySelector("svg") as SVGSVGElement)], { type: "image/svg+xml" });
  const name = `${t("chart.file")} ${s.name.replace(/[/\\:*?"<>|]/g, " ").slice(0, 60)}`;
  const saveSVG = () => void form.send(() => handPicture(`${name}.svg`, source()));
  const savePNG = () => void form.send(async () => handPicture(`${name}.png`, await raster(source(), chart)));
  return (
    <Panel
      title={t("chart.title")}
      side={
        <div className="row">
          <Button variant="default" size="compact-md" onClick={() => zoom(0.8)} aria-label={t("chart.smaller")}>
            −
          </Button>
          <span className="tabular small" aria-live="polite">
            {new Intl.NumberFormat(i18n.language, { style: "percent" }).format(percent / 100)}
          </span>
          <Button variant="default" size="compact-md" onClick={() => zoom(1.25)} aria-label={t("chart.larger")}>
            +
          </Button>
          <Button variant="default" size="compact-md" onClick={fit}>
            {t("chart.fit")}
          </Button>
          <Button variant="default" size="compact-md" loading={form.sending} onClick={saveSVG}>
            {t("chart.svg")}
          </Button>
          <Button variant="default" size="compact-md" loading={form.sending} onClick={savePNG}>
            {t("chart.png")}
          </Button>
        </div>
      }
    >
      <p className="small soft">{t("chart.keys")}</p>
      {form.rest().map((text) => (
        <p key={text} className="warn" role="alert">
          {text}
        </p>
      ))}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a picture that is moved and zoomed takes the keys */}
      <div
        ref={frame}
        className="chart"
        role="group"
        aria-label={t("chart.label", {
          name: s.name,
          departments: t("chart.departments", { count: departments.length }),
          people: t("chart.people", { count: new Set(members.map((m) => m.userId)).size }),
        })}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is moved by keyboard
        tabIndex={0}
        onKeyDown={key}
        onPointerDown={(event) => {
          held.current = { x: event.clientX, y: event.clientY };
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={drag}
        onPointerUp={() => (held.current = undefined)}
      >
        <div ref={sheet} className="sheet">
          <Drawing chart={chart} p={p} words={words} />
        </div>
      </div>
    </Panel>
  );
}

/** The picture in points, twice as fine as the screen where that stays within what a canvas holds. */
async function raster(svg: Blob, chart: Chart): Promise<Blob> {
  const image = new Image();
  const url = URL.createObjectURL(svg);
  try {
    await new Promise((done, failed) => {
      image.onload = done;
      image.onerror = () => failed(new Error("picture"));
      image.src = url;
    });
    const width = chart.width + 2 * margin;
    const height = chart.height + 2 * margin;
    const scale = Math.min(2, 8000 / width, 8000 / height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("picture"))), "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}
