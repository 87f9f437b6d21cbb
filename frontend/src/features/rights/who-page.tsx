import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { DayFilter } from "../../components/day-input";
import { Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { Empty, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { fold, lastDay, openEnd, wordDay } from "../../lib/format";
import { dropping } from "../../lib/fault";
import { permissions } from "../../lib/permissions";
import { who } from "../../api/rights";
import { pickSeen } from "../../api/structures";
import type { view } from "../../lib/types";
import { chainSentence } from "./words";

function Holders({ list, structure }: { list: view.Holder[]; structure: number }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("who.count", { count: list.length })}>
      <p className="soft small">{say(`acts.${list[0]?.acts ?? "habilis"}_text`)}</p>
      <table className="plain">
        <tbody>
          {list.map((h) => (
            <tr key={h.id}>
              <td>
                <Link to={`/utilisateurs/${h.id}`}>{h.name}</Link>
                {h.reach === "own" && <div className="small soft">{t("reach.own")}</div>}
              </td>
              <td>
                {chainSentence(
                  h.why,
                  { structure } as never,
                  h.why.until < openEnd ? t("period.until", { day: lastDay(h.why.until) }) : t("period.no_end"),
                )}
                {h.also > 0 && <span className="soft"> {t("proof.also", { count: h.also })}.</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Permission({ value, onChange }: { value: string; onChange: (permission: string) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("permission.one")}
      searchable
      filter={({ options, search }) => options.filter((o) => "label" in o && fold(o.label).includes(fold(search)))}
      allowDeselect={false}
      value={value}
      onChange={(p) => onChange(p ?? value)}
      data={permissions.map((p) => ({ value: p, label: say(`permission.${p}`) }))}
      style={{ width: 320 }}
    />
  );
}

/** « Qui peut… ? »: a permission, a structure, a day; the people, each with the reason. */
export function WhoPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [typing, setTyping] = useState(false);
  const permission = params.get("droit") ?? "structure.edit";
  const structure = Number(params.get("structure") ?? 0);
  const on = params.get("day") ?? "";
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  };
  const query = useQuery({
    queryKey: ["who", permission, structure, on],
    queryFn: ({ signal }) => dropping(signal, () => who({ user: 0, permission, structure, department: 0, day: on })),
    enabled: structure > 0,
  });
  return (
    <Page
      title={t("action.who_can")}
      sub={structure > 0 && !typing ? (on ? t("day.end_of", { day: wordDay(on) }) : t("day.now")) : t("who.sub")}
    >
      <div className="row" style={{ alignItems: "flex-end" }}>
        <Permission value={permission} onChange={(p) => set("droit", p)} />
        <Picker
          label={t("structure.one")}
          name="structures"
          find={pickSeen}
          value={structure}
          onChange={(id) => set("structure", id ? String(id) : "")}
        />
        <DayFilter label={t("rights.day")} value={on} onTyping={setTyping} onChange={(d) => set("day", d)} />
      </div>
      {structure === 0 ? (
        <Empty title={t("who.choose")} />
      ) : typing ? (
        <Empty title={t("day.typing")} />
      ) : (
        <Loaded query={query}>
          {(list) =>
            list.length === 0 ? (
              <Empty title={t("who.nobody")} text={t("who.nobody_text")} />
            ) : (
              <Holders list={list} structure={structure} />
            )
          }
        </Loaded>
      )}
    </Page>
  );
}
