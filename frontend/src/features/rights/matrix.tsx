import { useRef, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../../i18n";
import { titled } from "../../lib/sentence";
import type { view } from "../../lib/types";

const mark = (value: string) => ({ yes: "✓", own: say("matrix.own"), cut: "", no: "–" })[value];

interface Props {
  matrix: view.Matrix;
  corner: string;
  current?: { line: number; column: number };
  onPick: (line: number, column: number) => void;
}

/** The permissions, under the module of each. starts are the columns at which a module begins. */
function Head({ matrix, corner, starts }: Pick<Props, "matrix" | "corner"> & { starts: Set<number> }) {
  const { t } = useTranslation();
  const modules: { name: string; span: number }[] = [];
  for (const c of matrix.columns) {
    const last = modules.at(-1);
    if (last?.name === c.module) last.span += 1;
    else modules.push({ name: c.module, span: 1 });
  }
  return (
    <thead>
      <tr>
        <th className="person" scope="col" rowSpan={2}>
          {corner}
        </th>
        {modules.map((m, i) => (
          <th key={`${m.name}${i}`} className="module" colSpan={m.span} scope="colgroup" title={say(`module.${m.name}`)}>
            {say(`module.${m.name}`)}
          </th>
        ))}
      </tr>
      <tr>
        {matrix.columns.map((c, i) => (
          <th
            key={c.permission}
            className={`perm ${starts.has(i) ? "start" : ""}`}
            scope="col"
            title={`${say(`permission.${c.permission}`)} · ${say(`acts.${c.acts}`)}`}
          >
            <span className={c.acts === "coming" ? "soft" : undefined}>
              {say(`permission.${c.permission}`)}
              {c.acts === "coming" && ` (${t("acts.coming").toLowerCase()})`}
              {c.acts === "portal" && (
                <>
                  {" "}
                  <b aria-hidden="true">↗</b>
                  <span className="sr">{t("acts.portal")}</span>
                </>
              )}
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** A matrix of rights: arrows move from cell to cell, Enter opens the proof. */
export function MatrixTable({ matrix, corner, current, onPick }: Props) {
  const { t } = useTranslation();
  const table = useRef<HTMLTableElement>(null);
  const starts = new Set(matrix.columns.flatMap((c, i) => (i === 0 || matrix.columns[i - 1]?.module !== c.module ? [i] : [])));
  const move = (event: KeyboardEvent, line: number, column: number) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    table.current?.querySelector<HTMLElement>(`[data-cell="${line + (step[0] ?? 0)}.${column + (step[1] ?? 0)}"]`)?.focus();
  };
  const focus = current ?? { line: 0, column: 0 };
  return (
    <div className="table">
      <div className="scroll" style={{ maxHeight: "max(320px, calc(100vh - 290px))" }}>
        <table className="matrix" ref={table}>
          <Head matrix={matrix} corner={corner} starts={starts} />
          <tbody>
            {matrix.lines.map((l, line) => (
              <tr key={`${l.id}.${l.department}`}>
                <th className="person" scope="row">
                  {l.name || t("scope.firm")}
                  <small>{l.inactive ? t("user.disabled") : titled(l.titles) || " "}</small>
                </th>
                {l.cells.map((value, column) => {
                  const permission = matrix.columns[column]?.permission ?? "";
                  const later = matrix.columns[column]?.acts === "coming" && (value === "yes" || value === "own");
                  return (
                    <td key={permission} className={starts.has(column) ? "start" : ""}>
                      <button
                        type="button"
                        className={`cell ${later ? "later" : value}`}
                        data-cell={`${line}.${column}`}
                        tabIndex={focus.line === line && focus.column === column ? 0 : -1}
                        aria-pressed={current?.line === line && current.column === column}
                        aria-label={t("matrix.cell", {
                          name: l.name || t("scope.firm"),
                          permission: say(`permission.${permission}`),
                          answer: say(`reach.${value}`) + (later ? ` (${t("acts.coming").toLowerCase()})` : ""),
                        })}
                        onClick={() => onPick(line, column)}
                        onKeyDown={(event) => move(event, line, column)}
                      >
                        {later ? "◌" : mark(value)}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

export function Legend() {
  const { t } = useTranslation();
  return (
    <div className="legend" aria-hidden="true">
      {(["yes", "own", "cut", "no"] as const).map((value) => (
        <span key={value} className="row" style={{ gap: 6 }}>
          <span className={`cell ${value}`}>{mark(value)}</span> {t(`reach.${value}`)}
        </span>
      ))}
      <span className="row" style={{ gap: 6 }}>
        <span className="cell later">◌</span> {t("acts.coming")}
      </span>
      <span className="row" style={{ gap: 6 }}>
        <b>↗</b> {t("acts.portal")}
      </span>
    </div>
  );
}
