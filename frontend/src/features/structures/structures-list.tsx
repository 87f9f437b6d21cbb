import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/firm";
import type { Filter } from "../../components/filters";
import { ListPage } from "../../components/list-page";
import { Go } from "../../components/page";
import { Empty } from "../../components/state";
import { say } from "../../i18n";
import { number } from "../../lib/format";
import type { directory } from "../../lib/types";
import { anyStructure } from "../../lib/wanted";
import { countStructures, exportStructures, listLabels, listStructures } from "../../api/structures";
import { CheckPanel } from "./check-panel";
import { identifierTypes } from "./create-page";
import { useColumns } from "./structures-columns";
import { Labels, States } from "./structures-many";

/** What the list is narrowed by. */
function useFilters(): () => Filter[] {
  const { t } = useTranslation();
  const labels = useQuery({ queryKey: ["labels"], queryFn: listLabels });
  const all = (choices: [string, string][]): [string, string][] => [["", t("structures.filter.all")], ...choices];
  const named = (name: string, key: string, values: readonly string[]) => ({
    name,
    choices: all(values.map((v) => [v, say(`${key}.${v}`)])),
  });
  return () => [
    { label: t("structure.state"), width: 110, ...named("state", "structures.filter", ["active", "inactive"]) },
    { label: t("structure.type_short"), width: 140, ...named("type", "identifier.short", identifierTypes) },
    { label: t("structure.sphere"), width: 140, ...named("sphere", "sphere", ["private", "public", "state", "local", "platform"]) },
    { label: t("structure.verdict"), width: 140, ...named("check", "structures.filter", ["unverified", "closed"]) },
    { name: "tag", label: t("structures.filter.label"), width: 130, choices: all((labels.data ?? []).map((l) => [l, l])) },
    { name: "lone", label: t("structures.filter.lone"), yes: true },
  ];
}

/** The words of an export for values that are keys. */
function words(): Record<string, string> {
  const said: Record<string, string> = { "verdict.none": "", "verdict.active": say("verdict.verified") };
  for (const k of [...identifierTypes, "platform"]) said[`identifierType.${k}`] = say(`identifier.short.${k}`);
  for (const s of ["private", "state", "local", "platform"]) said[`sphere.${s}`] = say(`sphere.${s}`);
  for (const s of ["active", "inactive"]) said[`state.${s}`] = say(`structure.${s}`);
  for (const v of ["closed", "unknown", "unverifiable"]) said[`verdict.${v}`] = say(`verdict.short.${v}`);
  return said;
}

/** The structures that are chosen, and what is done with them. */
function useChosen() {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (id: number) =>
    setChosen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const selection = (rows: directory.Row[]) => {
    const all = rows.length > 0 && rows.every((r) => chosen.has(r.id));
    return {
      has: (id: number) => chosen.has(id),
      toggle,
      all,
      toggleAll: () => setChosen(all ? new Set() : new Set(rows.map((r) => r.id))),
      name: (r: directory.Row) => t("structures.select", { name: r.name }),
      label: t("structures.select_all"),
    };
  };
  return { ids: [...chosen], selection, forget: () => setChosen(new Set()) };
}

/** What can be done with the structures that are chosen; with all that are to be verified where none is. */
function Acts({ ids, verifiable, forget }: { ids: number[]; verifiable: boolean; forget: () => void }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<"activate" | "deactivate" | "label">();
  const [checking, setChecking] = useState<number[]>();
  const labels = useQuery({ queryKey: ["labels"], queryFn: listLabels });
  const close = () => setDialog(undefined);
  const act = (name: string, run: () => void, variant = "default") => (
    <Button key={name} size="compact-md" variant={variant} onClick={run}>
      {name}
    </Button>
  );
  return (
    <>
      <div className="row" role="status">
        {ids.length > 0 && (
          <>
            <b>{t("structures.selected", { count: ids.length })}</b>
            {act(t("action.activate"), () => setDialog("activate"))}
            {act(t("action.deactivate"), () => setDialog("deactivate"))}
            {act(t("action.verify"), () => setChecking(ids))}
            {act(t("structures.label"), () => setDialog("label"))}
            {act(t("structures.unselect"), forget, "subtle")}
          </>
        )}
        {ids.length === 0 && verifiable && act(t("structures.verify_all"), () => setChecking([]))}
      </div>
      {checking && <CheckPanel ids={checking} onClose={() => setChecking(undefined)} />}
      {(dialog === "activate" || dialog === "deactivate") && (
        <States
          ids={ids}
          active={dialog === "activate"}
          onClose={close}
          onDone={() => {
            close();
            forget();
          }}
        />
      )}
      {dialog === "label" && <Labels ids={ids} known={labels.data ?? []} onClose={close} />}
    </>
  );
}

/** The structures that one may see: found by any part of a name, label, town or identifier; filtered; ordered; chosen in numbers; exported. */
export function StructuresPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const { columns, chooser } = useColumns();
  const { ids, selection, forget } = useChosen();
  const filters = useFilters();
  return (
    <ListPage
      name="structures"
      title={t("nav.structures")}
      none={anyStructure}
      order="name"
      read={listStructures}
      count={{
        read: countStructures,
        say: ({ n, more }) => t(more ? "structures.count_more" : "structures.count", { count: n, n: number(n) }),
      }}
      columns={columns}
      id={(r) => r.id}
      to={(r) => `/structures/${r.id}`}
      search={t("structures.search")}
      filters={filters}
      exports={{
        // what is chosen, whatever is shown now
        make: (file, asked) =>
          exportStructures({
            ...file,
            wanted: ids.length > 0 ? { ...anyStructure, order: asked.order, desc: asked.desc, only: ids } : asked,
          }),
        words: words(),
      }}
      tools={chooser}
      above={(_, asked) => <Acts ids={ids} verifiable={asked.check === "unverified"} forget={forget} />}
      selection={selection}
      actions={
        <>
          {may("structure.view") && <Go to="/structures/gerer">{t("action.manage_structure")}</Go>}
          {may("structure.create") && (
            <Go to="/structures/creer" primary>
              {t("action.create_structure")}
            </Go>
          )}
        </>
      }
      empty={() => (
        <Empty title={t("structures.empty")} text={t("structures.empty_text")}>
          {may("structure.create") && <Go to="/structures/creer">{t("action.create_structure")}</Go>}
        </Empty>
      )}
    />
  );
}
