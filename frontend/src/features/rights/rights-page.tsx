import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Page } from "../../components/page";
import { Empty, Loaded } from "../../components/state";
import { day } from "../../lib/format";
import { dropping } from "../../lib/fault";
import type { view } from "../../lib/types";
import { ofPerson, ofStructure } from "../../api/rights";
import { Asking } from "./rights-asked";
import { Answer, type Cell } from "./rights-answer";

/** What the cell that is picked asks: of the person of the page about each place, or of each person about the place of the page. */
function askedAt(m: view.Matrix, picked: Cell | undefined, of: { user?: number; structure?: number; department?: number }, on: string) {
  const line = picked && m.lines[picked.line];
  const column = picked && m.columns[picked.column];
  if (!line || !column) return undefined;
  const { user = line.id, structure = line.id, department = line.department } = of;
  return { user, permission: column.permission, structure, department, day: on };
}

/** « Qui peut quoi »: people × permissions for a structure, or structures × permissions for a person, on any day. */
export function RightsPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [picked, setPicked] = useState<Cell>();
  const [typing, setTyping] = useState(false);
  const structure = Number(params.get("structure") ?? 0);
  const user = Number(params.get("user") ?? 0);
  const department = Number(params.get("department") ?? 0);
  const on = params.get("day") ?? "";
  const mode = user || params.get("mode") === "person" ? "person" : "structure";
  const view: view.View = { structure, department, user, day: on };
  const chosen = mode === "person" ? user > 0 : structure > 0;
  const query = useQuery({
    queryKey: ["matrix", mode, view],
    queryFn: ({ signal }) => dropping(signal, () => (mode === "person" ? ofPerson(view) : ofStructure(view))),
    enabled: chosen,
    placeholderData: (old, of) => {
      const last = of?.queryKey[2] as view.View | undefined;
      return last?.structure === structure && last.user === user ? old : undefined; // the list of departments stays where one is in it
    },
  });
  const shown = { ...query, data: query.isPlaceholderData || typing ? undefined : query.data };
  const set = (next: Record<string, string>) => {
    setPicked(undefined);
    setParams(next, { replace: true });
  };
  const asked = (m: view.Matrix) => askedAt(m, picked, mode === "person" ? { user } : { structure, department }, on);
  const known = query.data ? { id: mode === "person" ? user : structure, name: query.data.title } : undefined;
  return (
    <Page
      title={t("rights.title")}
      sub={
        shown.data
          ? [shown.data.title, shown.data.subtitle, on ? t("day.end_of", { day: day(shown.data.at) }) : t("day.now")]
              .filter(Boolean)
              .join(" · ")
          : t("rights.sub")
      }
    >
      <Asking
        asked={{ mode, structure, user, department, on }}
        known={known}
        departments={query.data?.departments ?? []}
        set={set}
        onTyping={setTyping}
      />
      {!chosen ? (
        <Empty title={t("rights.choose")} text={t("rights.choose_text")} />
      ) : typing ? (
        <Empty title={t("day.typing")} />
      ) : (
        <Loaded query={shown}>{(m) => <Answer m={m} mode={mode} picked={picked} onPick={setPicked} asked={asked(m)} />}</Loaded>
      )}
    </Page>
  );
}
