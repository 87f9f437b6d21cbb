import { useTranslation } from "react-i18next";
import { Empty } from "../../components/state";
import type { view } from "../../lib/types";
import { Legend, MatrixTable } from "./matrix";
import { ProofPanel } from "./proof-panel";

export interface Cell {
  line: number;
  column: number;
}

interface AnswerProps {
  m: view.Matrix;
  mode: string;
  picked?: Cell;
  onPick: (cell: Cell) => void;
  asked?: view.Asked;
}

/** The matrix, with the proof of the cell that is picked beside it. */
export function Answer({ m, mode, picked, onPick, asked }: AnswerProps) {
  const { t } = useTranslation();
  return (
    <div className="cols">
      <div className="stack" style={{ minWidth: 0 }}>
        {m.lines.length === 0 ? (
          <Empty
            title={t(mode === "person" ? "rights.no_right" : "rights.nobody")}
            text={t(mode === "person" ? "rights.no_right_text" : "rights.nobody_text")}
          />
        ) : (
          <MatrixTable
            matrix={m}
            corner={t(mode === "person" ? "structure.one" : "user.person")}
            current={picked}
            onPick={(line, column) => onPick({ line, column })}
          />
        )}
        {m.hidden > 0 && <p className="soft">{t("hidden.structures", { count: m.hidden })}</p>}
        <Legend />
      </div>
      <ProofPanel asked={asked} />
    </div>
  );
}
