import { memo } from "react";
import { boxWidth, indent, cut, headHeight, rowHeight, type Box, type Chart } from "./chart";

export const margin = 30;

/** The colours in sight, so that the picture that is saved has those of the screen. */
export function palette() {
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

export const Drawing = memo(function Drawing({
  chart,
  p,
  words,
}: {
  chart: Chart;
  p: Palette;
  words: { empty: string; principal: string };
}) {
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
