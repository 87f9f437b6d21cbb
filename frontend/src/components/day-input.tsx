import { DateInput, DatesProvider } from "@mantine/dates";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (day: string) => void;
  error?: string;
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
        placeholder={t("day.placeholder")}
        clearable
        autoComplete="off"
      />
    </DatesProvider>
  );
}
