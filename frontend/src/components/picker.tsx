import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { dropping, toFault } from "../lib/fault";
import { sentenceOf } from "../lib/sentence";

export interface Option {
  id: number;
  name: string;
  note?: string;
}

interface Props {
  label: string;
  description?: string;
  value: number;
  onChange: (id: number, option?: Option) => void;
  name: string; // of the choices, for the cache
  find: (search: string) => Promise<Option[]>;
  known?: Option; // the one already chosen, which a search may not give
  error?: string;
  required?: boolean;
  disabled?: boolean;
  alone?: boolean; // one who has a single choice need not choose
}

/** Chooses a record by a few letters of its name. */
export function Picker({ label, description, value, onChange, name, find, known, error, required, disabled, alone }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<Option | undefined>(known);
  const current = value === 0 ? undefined : [chosen, known].find((o) => o?.id === value);
  const asked = current && search === current.name ? "" : search; // the field shows the name of what is chosen: that is no search
  const query = useQuery({
    queryKey: ["pick", name, asked],
    queryFn: ({ signal }) => dropping(signal, () => find(asked)),
    enabled: !disabled,
    staleTime: 0, // what one may choose may have changed at another desk
    placeholderData: (old, of) => (of?.queryKey[1] === name ? old : undefined), // what stands under the arrow stays there while one types
  });
  const found = query.data ?? [];
  const given = value !== 0 && !current ? found.find((o) => o.id === value) : undefined;
  if (given) setChosen(given); // chosen from outside: remembered, so that the field keeps its name while searches come and go
  const options = current && !found.some((o) => o.id === current.id) ? [current, ...found] : found;
  const only = alone && asked === "" && !query.isPlaceholderData && found.length === 1 ? found[0] : undefined;
  useEffect(() => {
    if (only && value === 0) onChange(only.id, only);
  }, [only, value, onChange]);
  const notes = new Map(options.map((o) => [String(o.id), o.note]));
  return (
    <Select
      label={label}
      description={description}
      data={options.map((o) => ({ value: String(o.id), label: o.name }))}
      renderOption={({ option }) => (
        <span className="row between" style={{ width: "100%" }}>
          {option.label}
          <span className="small soft tabular">{notes.get(option.value)}</span>
        </span>
      )}
      value={value ? String(value) : null}
      onChange={(id) => {
        const option = options.find((o) => String(o.id) === id);
        setChosen(option);
        onChange(option?.id ?? 0, option);
      }}
      searchable
      clearable
      searchValue={search}
      onSearchChange={setSearch}
      filter={({ options: all }) => all}
      nothingFoundMessage={
        query.error ? toFault(query.error).problems.map(sentenceOf).join(" ") : query.isPending ? t("state.loading") : t("picker.nothing")
      }
      error={error}
      required={required}
      withAsterisk={required}
      disabled={disabled}
      comboboxProps={{ shadow: "md" }}
      aria-required={required}
    />
  );
}
