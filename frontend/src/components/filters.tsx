import { Checkbox, Select, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DayFilter } from "./day-input";
import { Picker, type Option } from "./picker";

interface Common {
  name: string; // of the field of the question
  label: string;
}

/** One filter of a list: a choice of some words, a yes or no, a record found by its name, or a day. */
export type Filter = Common &
  (
    | { choices: [value: string, label: string][]; width?: number; clearable?: boolean }
    | { yes: true }
    | { find: (search: string) => Promise<Option[]>; among: string; known?: Option }
    | { day: true }
  );

interface Props<Q> {
  asked: Q;
  onChange: (values: Partial<Q>) => void;
  search?: string; // what the search finds; none where it finds nothing
  filters: Filter[];
  narrow?: boolean; // there are many
  end?: ReactNode;
}

function Field({ filter, value, onChange }: { filter: Filter; value: unknown; onChange: (value: string | number | boolean) => void }) {
  if ("choices" in filter)
    return (
      <Select
        label={filter.label}
        value={filter.clearable ? String(value) || null : String(value)}
        clearable={filter.clearable}
        allowDeselect={false}
        onChange={(x) => onChange(typeof value === "number" ? Number(x) : (x ?? ""))}
        data={filter.choices.map(([v, label]) => ({ value: v, label }))}
        w={filter.width}
      />
    );
  if ("yes" in filter)
    return (
      <Checkbox
        label={filter.label}
        checked={value === true}
        onChange={(e) => onChange(e.currentTarget.checked)}
        style={{ alignSelf: "flex-end", paddingBottom: 8 }}
      />
    );
  if ("find" in filter)
    return (
      <Picker label={filter.label} name={filter.among} find={filter.find} value={Number(value)} known={filter.known} onChange={onChange} />
    );
  return <DayFilter label={filter.label} value={String(value)} onChange={onChange} />;
}

/** While somebody types, the field shows what they type, and the address follows; otherwise it shows what the address says. */
function Search({ value, placeholder, onChange }: { value: string; placeholder: string; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string>();
  return (
    <TextInput
      label={t("list.search")}
      placeholder={placeholder}
      value={typed ?? value}
      onChange={(e) => {
        setTyped(e.currentTarget.value);
        onChange(e.currentTarget.value);
      }}
      onBlur={() => setTyped(undefined)}
      style={{ width: 240 }}
    />
  );
}

/** What a list is searched and narrowed by. */
export function Filters<Q extends object>({ asked, onChange, search, filters, narrow, end }: Props<Q>) {
  const value = (name: string) => (asked as Record<string, unknown>)[name];
  const set = (name: string, x: string | number | boolean) => onChange({ [name]: x } as Partial<Q>);
  return (
    <div className={narrow ? "row filters narrow" : "row filters"}>
      {search && <Search value={String(value("search"))} placeholder={search} onChange={(text) => set("search", text)} />}
      {filters.map((f) => (
        <Field key={f.name} filter={f} value={value(f.name)} onChange={(x) => set(f.name, x)} />
      ))}
      {end && <div className="row end">{end}</div>}
    </div>
  );
}
