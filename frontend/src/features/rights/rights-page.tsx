import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { DayFilter } from "../../components/day-input";
import { Page } from "../../components/page";
import { Picker } from "../../components/picker";
import { Empty, Loaded } from "../../components/state";
import { Select } from "@mantine/core";
import { day } from "../../lib/format";
import { dropping } from "../../lib/fault";
import type { view } from "../../lib/types";
import { pickAnybody } from "../../api/people";
import { ofPerson, ofStructure } from "../../api/rights";
import { pickSeen } from "../../api/structures";
import { Legend, MatrixTable } from "./matrix";
import { ProofPanel } from "./proof-panel";

/** « Qui peut quoi »: people × permissions for a structure, or structures × permissions for a person, on any day. */
export function RightsPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [picked, setPicked] = useState<{ line: number; column: number }>();
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
  const kept: Record<string, string> = on ? { day: on } : {};
  const asked = (m: view.Matrix): view.Asked | undefined => {
    const line = picked && m.lines[picked.line];
    const column = picked && m.columns[picked.column];
    if (!line || !column) return undefined;
    return mode === "person"
      ? { user, permission: column.permission, structure: line.id, department: line.department, day: on }
      : { user: line.id, permission: column.permission, structure, department, day: on };
  };
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
      <div className="row" style={{ alignItems: "flex-end" }}>
        <SegmentedControl
          aria-label={t("rights.mode")}
          value={mode}
          onChange={(m) => set(m === "person" ? { ...kept, mode: "person" } : kept)}
          data={[
            { value: "structure", label: t("structure.one") },
            { value: "person", label: t("user.person") },
          ]}
        />
        {mode === "structure" ? (
          <Picker
            key="s"
            label={t("structure.one")}
            name="structures"
            find={pickSeen}
            value={structure}
            known={known}
            onChange={(id) => set({ ...kept, structure: String(id) })}
          />
        ) : (
          <Picker
            key="p"
            label={t("user.person")}
            name="people"
            find={pickAnybody}
            value={user}
            known={known}
            onChange={(id) => set({ ...kept, mode: "person", ...(id ? { user: String(id) } : {}) })}
          />
        )}
        {mode === "structure" && (query.data?.departments.length ?? 0) > 0 && (
          <Select
            label={t("department.one")}
            value={String(department)}
            allowDeselect={false}
            onChange={(d) => set({ ...kept, structure: String(structure), ...(d !== "0" && d ? { department: d } : {}) })}
            data={[
              { value: "0", label: t("department.all") },
              ...(query.data?.departments ?? []).map((d) => ({ value: String(d.id), label: d.label })),
            ]}
          />
        )}
        <DayFilter
          label={t("rights.day")}
          value={on}
          onTyping={setTyping}
          onChange={(d) =>
            set({
              ...(mode === "person" ? { mode: "person", user: String(user) } : { structure: String(structure) }),
              ...(department ? { department: String(department) } : {}),
              ...(d ? { day: d } : {}),
            })
          }
        />
      </div>
      {!chosen ? (
        <Empty title={t("rights.choose")} text={t("rights.choose_text")} />
      ) : typing ? (
        <Empty title={t("day.typing")} />
      ) : (
        <Loaded query={shown}>
          {(m) => (
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
                    onPick={(line, column) => setPicked({ line, column })}
                  />
                )}
                {m.hidden > 0 && <p className="soft">{t("hidden.structures", { count: m.hidden })}</p>}
                <Legend />
              </div>
              <ProofPanel asked={asked(m)} />
            </div>
          )}
        </Loaded>
      )}
    </Page>
  );
}
