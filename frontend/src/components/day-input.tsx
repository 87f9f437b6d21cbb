import { DateInput, DatesProvider } from "@mantine/dates";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (day: string) => void;
  error?: string;
}

/** Reads a day as people write it: 31/03/2026, 31/3/26; dots, hyphens and spaces serve as well. */
export function readDay(text: string): string | null {
  const found = /^\s*(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})\s*$/.exec(text);
  if (!found) return isDay(text) ? text : null;
  const [day, month, read] = found.slice(1).map(Number) as [number, number, number];
  const year = read < 100 ? 2000 + read : read;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
}

/** Whether a text is a day as Go reads it. */
export const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

/**
 * A day (2026-03-31), empty for none: typed as people write it, or picked from a calendar. What cannot be read stays as it was typed, for Go to refuse
 * it beside the field: it must never pass for no day.
 */
export function DayInput({ label, description, value, onChange, error }: Props) {
  const { t, i18n } = useTranslation();
  const unread = value !== "" && !isDay(value);
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
      <DateInput
        label={label}
        description={description}
        value={unread ? null : value || null}
        onChange={(day) => onChange(day ?? "")}
        onInput={(event) => {
          const text = event.currentTarget.value;
          if (text.trim() && !readDay(text)) onChange(text);
        }}
        fixOnBlur={!unread}
        error={error}
        valueFormat="DD/MM/YYYY"
        dateParser={(text) => readDay(text)}
        placeholder={t("day.placeholder")}
        clearable
        autoComplete="off"
      />
    </DatesProvider>
  );
}

/** A day by which a page is narrowed: taken up once it can be read. One that cannot is refused beside the field as one leaves it. */
export function DayFilter({ label, value, onChange }: Pick<Props, "label" | "value" | "onChange">) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string>();
  const [left, setLeft] = useState(false);
  return (
    <div className="day-filter" onFocus={() => setLeft(false)} onBlur={() => setLeft(true)}>
      <DayInput
        label={label}
        value={typed ?? value}
        onChange={(day) => {
          const read = day === "" || isDay(day);
          setTyped(read ? undefined : day);
          if (read && day !== value) onChange(day);
        }}
        error={typed !== undefined && left ? t("day.malformed") : undefined}
      />
    </div>
  );
}
