import { change, submit } from "../../api/changes";
import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { Button, Checkbox, Menu, Popover, Select, TagsInput, TextInput } from "@mantine/core";
import { IconColumns3, IconDownload } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useMe } from "../../app/me";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Dialog } from "../../components/dialog";
import { Go, Page } from "../../components/page";
import { Badge, Empty, Loaded } from "../../components/state";
import { Form } from "../../components/submit";
import { Table, type Column } from "../../components/table";
import { say, type Key } from "../../i18n";
import { useForm } from "../../lib/form";
import { day, number } from "../../lib/format";
import { saved } from "../../lib/query";
import type { directory } from "../../lib/types";
import { countStructures, exportStructures, listLabels, listStructures, hand } from "./api";
import { CheckPanel } from "./check-panel";
import { identifierTypes } from "./create-page";
import { anyStructure } from "../../lib/wanted";

type Row = directory.Row;

interface Kind extends Column<Row> {
  title: Key;
}

const named = (title: Key, column: Omit<Column<Row>, "name">): Kind => ({ ...column, title, name: "" });

function verdict(r: Row) {
  if (!r.verdict || r.verdict === "none") return null;
  if (r.verdict === "active") return <span className="soft">{say("verdict.verified")}</span>;
  return <Badge tone={r.verdict === "closed" ? "alert" : "half"}>{say(`verdict.short.${r.verdict}`)}</Badge>;
}

/** Every column that the list can show; the first never goes. */
const kinds: Kind[] = [
  named("structure.name", {
    key: "name",
    width: "minmax(180px,2.2fr)",
    order: "name",
    cell: (r) => <b style={{ fontWeight: 560 }}>{r.name}</b>,
  }),
  named("structure.identifier", {
    key: "identifier",
    width: "170px",
    order: "identifier",
    cell: (r) => <span className="tabular">{r.identifier}</span>,
  }),
  named("structure.type_short", { key: "identifierType", width: "150px", cell: (r) => say(`identifier.short.${r.identifierType}`) }),
  named("structure.sphere", {
    key: "sphere",
    width: "140px",
    cell: (r) => (r.sphere === "platform" ? <Badge tone="half">{say("platform.one")}</Badge> : say(`sphere.${r.sphere}`)),
  }),
  named("structure.label", { key: "label", width: "minmax(0,1fr)", order: "label", cell: (r) => r.label }),
  named("structure.town", { key: "town", width: "minmax(0,1fr)", order: "town", cell: (r) => r.town }),
  named("structure.postcode", { key: "postcode", width: "90px", cell: (r) => <span className="tabular">{r.postcode}</span> }),
  named("structure.email", { key: "email", width: "minmax(0,1.4fr)", cell: (r) => r.email }),
  named("structure.phone", { key: "phone", width: "140px", cell: (r) => <span className="tabular">{r.phone}</span> }),
  named("structure.labels", { key: "labels", width: "minmax(0,1fr)", cell: (r) => r.labels.join(", ") }),
  named("principal.title", {
    key: "manager",
    width: "minmax(0,1.2fr)",
    cell: (r) => (r.managed ? r.manager : <Badge tone="alert">{say("structures.lone")}</Badge>),
  }),
  named("structure.state", {
    key: "state",
    width: "110px",
    cell: (r) => <Badge tone={r.active ? "on" : "off"}>{say(r.active ? "structure.active" : "structure.inactive")}</Badge>,
  }),
  named("structure.verdict", { key: "verdict", width: "120px", cell: verdict }),
  named("structure.created_on", { key: "created", width: "150px", order: "created", cell: (r) => (r.createdAt ? day(r.createdAt) : "") }),
];

const usual = ["name", "identifier", "town", "sphere", "state", "verdict"];
const kept = "habilis.structures.columns";

function remembered(): string[] {
  try {
    const list = JSON.parse(localStorage.getItem(kept) ?? "") as unknown;
    if (Array.isArray(list)) {
      const known = list.filter((k): k is string => kinds.some((c) => c.key === k));
      if (known.includes("name")) return known;
    }
  } catch {
    // never chosen
  }
  return usual;
}

const filterNames = ["type", "state", "sphere", "check", "tag"] as const;

/** The structures that one may see: found by any part of a name, label, town or identifier; filtered; ordered; chosen in numbers; exported. */
export function StructuresPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [search, setSearch] = useState("");
  const [order, setOrder] = useState({ by: "name", desc: false });
  const [shown, setShown] = useState(remembered);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [dialog, setDialog] = useState<"activate" | "deactivate" | "label">();
  const [checking, setChecking] = useState<number[]>();
  const form = useForm({});
  const wanted = useMemo<directory.Wanted>(() => {
    const old = params.get("filter") ?? ""; // the home page's links
    return {
      ...anyStructure,
      search,
      order: order.by,
      desc: order.desc,
      type: params.get("type") ?? "",
      state: params.get("state") ?? (old === "active" || old === "inactive" ? old : ""),
      sphere: params.get("sphere") ?? "",
      check: params.get("check") ?? (old === "unverified" ? old : ""),
      tag: params.get("tag") ?? "",
      lone: params.get("lone") === "1" || old === "lone",
    };
  }, [params, search, order]);
  const query = useInfiniteQuery({
    queryKey: ["structures", wanted],
    queryFn: ({ pageParam }) => listStructures({ ...wanted, after: pageParam }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  });
  const count = useQuery({
    queryKey: ["structures.count", { ...wanted, order: "", desc: false }],
    queryFn: () => countStructures(wanted),
    placeholderData: keepPreviousData,
  });
  const labels = useQuery({ queryKey: ["labels"], queryFn: listLabels });
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const { may } = useMe();
  const columns = useMemo(
    () => shown.flatMap((key) => kinds.filter((c) => c.key === key)).map((c) => ({ ...c, name: t(c.title) as string })),
    [shown, t],
  );
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.rows) ?? [], [query.data]);
  const narrow = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    next.delete("filter");
    if (name === "state" || name === "check")
      for (const n of ["state", "check"] as const) if (n !== name && wanted[n]) next.set(n, wanted[n]);
    if (value) next.set(name, value);
    else next.delete(name);
    setParams(next, { replace: true });
  };
  const filtered = filterNames.some((n) => wanted[n] !== "") || wanted.lone;
  const choose = (list: string[]) => {
    setShown(list);
    localStorage.setItem(kept, JSON.stringify(list));
  };
  const toggle = (id: number) =>
    setSelected((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const whole = rows.length > 0 && rows.every((r) => selected.has(r.id));
  const ids = [...selected];
  const save = (format: string) =>
    void form.send(async () => {
      const words: Record<string, string> = {};
      for (const k of [...identifierTypes, "platform"]) words[`identifierType.${k}`] = say(`identifier.short.${k}`);
      for (const s of ["private", "state", "local", "platform"]) words[`sphere.${s}`] = say(`sphere.${s}`);
      for (const s of ["active", "inactive"]) words[`state.${s}`] = say(`structure.${s}`);
      for (const v of ["active", "closed", "unknown", "unverifiable"])
        words[`verdict.${v}`] = v === "active" ? say("verdict.verified") : say(`verdict.short.${v}`);
      words["verdict.none"] = "";
      const file = await exportStructures({
        wanted: ids.length > 0 ? { ...anyStructure, order: order.by, desc: order.desc, only: ids } : wanted, // what is chosen, whatever is shown now
        format,
        title: t("nav.structures"),
        columns: columns.map((c) => ({ key: c.key, title: c.name })),
        words,
      });
      await hand(file);
    });
  return (
    <Page
      title={t("nav.structures")}
      sub={
        count.data === undefined
          ? undefined
          : t(count.data.more ? "structures.count_more" : "structures.count", { count: count.data.n, n: number(count.data.n) })
      }
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
    >
      <div className="row filters">
        <TextInput
          label={t("list.search")}
          placeholder={t("structures.search")}
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
          style={{ width: 240 }}
        />
        <Select
          label={t("structure.state")}
          value={wanted.state}
          onChange={(x) => narrow("state", x ?? "")}
          data={[
            { value: "", label: t("structures.filter.all") },
            { value: "active", label: t("structures.filter.active") },
            { value: "inactive", label: t("structures.filter.inactive") },
          ]}
          allowDeselect={false}
          w={110}
        />
        <Select
          label={t("structure.type_short")}
          value={wanted.type}
          onChange={(x) => narrow("type", x ?? "")}
          data={[
            { value: "", label: t("structures.filter.all") },
            ...identifierTypes.map((k) => ({ value: k as string, label: say(`identifier.short.${k}`) })),
          ]}
          allowDeselect={false}
          w={140}
        />
        <Select
          label={t("structure.sphere")}
          value={wanted.sphere}
          onChange={(x) => narrow("sphere", x ?? "")}
          data={[
            { value: "", label: t("structures.filter.all") },
            ...["private", "public", "state", "local", "platform"].map((s) => ({ value: s, label: say(`sphere.${s}`) })),
          ]}
          allowDeselect={false}
          w={140}
        />
        <Select
          label={t("structure.verdict")}
          value={wanted.check}
          onChange={(x) => narrow("check", x ?? "")}
          data={[
            { value: "", label: t("structures.filter.all") },
            { value: "unverified", label: t("structures.filter.unverified") },
            { value: "closed", label: t("structures.filter.closed") },
          ]}
          allowDeselect={false}
          w={140}
        />
        <Select
          label={t("structures.filter.label")}
          value={wanted.tag}
          onChange={(x) => narrow("tag", x ?? "")}
          data={[{ value: "", label: t("structures.filter.all") }, ...(labels.data ?? []).map((l) => ({ value: l, label: l }))]}
          allowDeselect={false}
          w={130}
        />
        <Checkbox
          label={t("structures.filter.lone")}
          checked={wanted.lone}
          onChange={(e) => narrow("lone", e.currentTarget.checked ? "1" : "")}
          style={{ alignSelf: "flex-end", paddingBottom: 8 }}
        />
        <div className="row end">
          <Columns shown={shown} onChange={choose} />
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="compact-md" variant="default" loading={form.sending} leftSection={<IconDownload size={15} aria-hidden />}>
                {t("structures.export")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => save("csv")}>{t("structures.export_csv")}</Menu.Item>
              <Menu.Item onClick={() => save("xlsx")}>{t("structures.export_xlsx")}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
      <div className="row" role="status">
        {selected.size > 0 && (
          <>
            <b>{t("structures.selected", { count: selected.size })}</b>
            <Button size="compact-md" variant="default" onClick={() => setDialog("activate")}>
              {t("action.activate")}
            </Button>
            <Button size="compact-md" variant="default" onClick={() => setDialog("deactivate")}>
              {t("action.deactivate")}
            </Button>
            <Button size="compact-md" variant="default" onClick={() => setChecking(ids)}>
              {t("action.verify")}
            </Button>
            <Button size="compact-md" variant="default" onClick={() => setDialog("label")}>
              {t("structures.label")}
            </Button>
            <Button size="compact-md" variant="subtle" onClick={() => setSelected(new Set())}>
              {t("structures.unselect")}
            </Button>
          </>
        )}
        {selected.size === 0 && wanted.check === "unverified" && (
          <Button size="compact-md" variant="default" onClick={() => setChecking([])}>
            {t("structures.verify_all")}
          </Button>
        )}
      </div>
      {form.rest().map((text) => (
        <p key={text} className="note" role="alert">
          {text}
        </p>
      ))}
      {checking && <CheckPanel ids={checking} onClose={() => setChecking(undefined)} />}
      <Loaded query={query} keeps>
        {() => (
          <Table
            label={t("nav.structures")}
            columns={columns}
            rows={rows}
            id={(r) => r.id}
            to={(r) => `/structures/${r.id}`}
            order={order.by}
            desc={order.desc}
            onOrder={(by) => setOrder({ by, desc: by === order.by && !order.desc })}
            more={more}
            stopped={isFetchNextPageError ? { error: query.error, again: () => void fetchNextPage() } : undefined}
            selection={{
              has: (id) => selected.has(id),
              toggle,
              all: whole,
              toggleAll: () => setSelected(whole ? new Set() : new Set(rows.map((r) => r.id))),
              name: (r) => t("structures.select", { name: r.name }),
              label: t("structures.select_all"),
            }}
            empty={
              search || filtered ? (
                <Empty title={t("list.nothing_found")} text={t("list.nothing_found_text")} />
              ) : (
                <Empty title={t("structures.empty")} text={t("structures.empty_text")}>
                  {may("structure.create") && <Go to="/structures/creer">{t("action.create_structure")}</Go>}
                </Empty>
              )
            }
          />
        )}
      </Loaded>
      {(dialog === "activate" || dialog === "deactivate") && (
        <States
          ids={ids}
          active={dialog === "activate"}
          onClose={() => setDialog(undefined)}
          onDone={() => {
            setDialog(undefined);
            setSelected(new Set());
          }}
        />
      )}
      {dialog === "label" && <Labels ids={ids} known={labels.data ?? []} onClose={() => setDialog(undefined)} />}
    </Page>
  );
}

/** Which columns are shown, and in what order: kept on this computer. */
function Columns({ shown, onChange }: { shown: string[]; onChange: (list: string[]) => void }) {
  const { t } = useTranslation();
  const order = [...shown, ...kinds.map((c) => c.key).filter((k) => !shown.includes(k))];
  const move = (key: string, by: number) => {
    const list = [...shown];
    const at = list.indexOf(key);
    const to = at + by;
    const other = list[to];
    if (to < 1 || other === undefined) return;
    list[to] = key;
    list[at] = other;
    onChange(list);
  };
  return (
    <Popover position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <Button size="compact-md" variant="default" leftSection={<IconColumns3 size={15} aria-hidden />}>
          {t("structures.columns")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack tight" role="group" aria-label={t("structures.columns")}>
          {order.map((key) => {
            const column = kinds.find((c) => c.key === key);
            if (!column) return null;
            const on = shown.includes(key);
            const name = t(column.title);
            return (
              <div key={key} className="row between" style={{ minWidth: 260 }}>
                <Checkbox
                  label={name}
                  checked={on}
                  disabled={key === "name"}
                  onChange={() => onChange(on ? shown.filter((k) => k !== key) : [...shown, key])}
                />
                {on && key !== "name" && (
                  <span className="row">
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={t("structures.column_up", { name })}
                      onClick={() => move(key, -1)}
                    >
                      ↑
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      aria-label={t("structures.column_down", { name })}
                      onClick={() => move(key, 1)}
                    >
                      ↓
                    </Button>
                  </span>
                )}
              </div>
            );
          })}
          <Button size="compact-sm" variant="default" onClick={() => onChange(usual)}>
            {t("structures.columns_usual")}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Activates or deactivates many, all or none, after their preview. */
function States({ ids, active, onClose, onDone }: { ids: number[]; active: boolean; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const form = useForm({});
  const made = useChange("structure.set_states", { structures: ids, active });
  const verb = t(active ? "state.activate_verb" : "state.deactivate_verb");
  return (
    <Dialog onClose={onClose} title={verb} size="lg">
      <ChangeForm dialog change={made} form={form} label={verb} ends={!active} onSaved={onDone} onCancel={onClose}>
        <p>{t(active ? "structures.activate_many" : "structures.deactivate_many", { count: ids.length })}</p>
      </ChangeForm>
    </Dialog>
  );
}

/** Labels many: some added, some taken away. */
// above keeps what is offered off the button below.
const above = { position: "top" as const };

function Labels({ ids, known, onClose }: { ids: number[]; known: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ add: [] as string[], remove: [] as string[] });
  const send = () =>
    void form.send(async () => {
      await submit(change("structure.label", { structures: ids, ...form.values }));
      await saved();
      onClose();
    });
  return (
    <Dialog onClose={onClose} title={t("structures.label")}>
      <Form onSubmit={send} sending={form.sending} rest={form.rest("labels")} back={false}>
        <p>{t("structures.label_many", { count: ids.length })}</p>
        <TagsInput
          label={t("structures.label_add")}
          data={known}
          value={form.values.add}
          onChange={(x) => form.set("add", x)}
          comboboxProps={above}
          error={form.error("labels")}
        />
        <TagsInput
          label={t("structures.label_remove")}
          data={known}
          value={form.values.remove}
          onChange={(x) => form.set("remove", x)}
          comboboxProps={above}
        />
      </Form>
    </Dialog>
  );
}
