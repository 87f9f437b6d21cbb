import { DateInput, DatesProvider } from "@mantine/dates";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (day: string) => void;
  error?: string;
}

/** Reads a day as it is shown, 31/03/2026; dots, hyphens and spaces serve as well. */
export function readDay(text: string): string | null {
  const found = /^\s*(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\s*$/.exec(text);
  if (!found) return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;
  const [day, month, year] = found.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
}

/** A day (2026-03-31), empty for none: typed as people write it, or picked from a calendar. */
export function DayInput({ label, description, value, onChange, error }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
      <DateInput
        label={label}
        description={description}
        value={value || null}
        onChange={(day) => onChange(day ?? "")}
        error={error}
        valueFormat="DD/MM/YYYY"
        dateParser={readDay}
        placeholder={t("day.placeholder")}
        clearable
        autoComplete="off"
      />
    </DatesProvider>
  );
}
