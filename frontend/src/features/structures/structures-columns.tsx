import { Button, Checkbox, Popover } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "../../components/state";
import type { Column } from "../../components/table";
import { say, type Key } from "../../i18n";
import { day } from "../../lib/format";
import type { directory } from "../../lib/types";

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

/** The columns that are shown, in their order: chosen on this computer. */
export function useColumns() {
  const { t } = useTranslation();
  const [shown, setShown] = useState(remembered);
  const columns = useMemo(
    () => shown.flatMap((key) => kinds.filter((c) => c.key === key)).map((c) => ({ ...c, name: t(c.title) as string })),
    [shown, t],
  );
  const choose = (list: string[]) => {
    setShown(list);
    localStorage.setItem(kept, JSON.stringify(list));
  };
  return { columns, chooser: <Columns shown={shown} onChange={choose} /> };
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
