import { ActionIcon } from "@mantine/core";
import { DateInput, DatesProvider } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fold, today } from "../lib/format";

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (day: string) => void;
  error?: string;
  wrong?: string; // what a preview finds wrong with it, told once the day is typed or the field is left
}

const near: Record<string, number> = { "avant hier": -2, hier: -1, "aujourd hui": 0, demain: 1, yesterday: -1, today: 0, tomorrow: 1 };

const months = ["jan", "fev feb", "mar", "avr apr", "mai may", "juin jun", "juil jul", "aou aug", "sep", "oct", "nov", "dec"].map((m) =>
  m.split(" "),
);

const weekday = /^(?:le |the |on )?(?:(?:lun|mar|mercre|jeu|vendre|same)di,? |dimanche,? |(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?/;

const monthOf = (word: string) => months.findIndex((m) => m.some((start) => word.startsWith(start))) + 1;

/**
 * Reads a day as people write it: 31/03/2026, 31/3/26, dots, hyphens and spaces alike; 31 mars 2026, 1er mai 26, mardi 31 mars 2026, March 31, 2026;
 * avant-hier, hier, aujourd’hui, demain.
 */
export function readDay(text: string): string | null {
  if (isDay(text)) return text;
  const plain = fold(text.replace(/[’']/g, " ")).trim().replace(/\s+/g, " ").replace(weekday, "");
  const off = near[plain.replace("-", " ")];
  if (off !== undefined) {
    const date = new Date(`${today()}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() + off);
    return date.toISOString().slice(0, 10);
  }
  const named = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}|\d{2})$/.exec(plain);
  if (named) return dayOf(Number(named[2]), monthOf(named[1] ?? ""), named[3] ?? "");
  const found =
    /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})$/.exec(plain) ??
    /^(\d{1,2})(?:er|st|nd|rd|th)? ([a-z]{3,9})\.? (\d{4}|\d{2})$/.exec(plain);
  if (!found) return null;
  const [, day = "", month = "", read = ""] = found;
  return dayOf(Number(day), /\d/.test(month) ? Number(month) : monthOf(month), read);
}

function dayOf(day: number, month: number, year: string): string | null {
  const date = new Date(0); // Date.UTC takes the year 1 for 1901
  date.setUTCFullYear(year.length === 2 ? 2000 + Number(year) : Number(year), month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
}

/** Whether a text is a day as Go reads it. */
export const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);

/**
 * A day (2026-03-31), empty for none: typed as people write it, or picked from a calendar. What cannot be read stays as it was typed, for Go to refuse
 * it beside the field: it must never pass for no day.
 */
export function DayInput({ label, description, value, onChange, error, wrong }: Props) {
  const { t, i18n } = useTranslation();
  const unread = value !== "" && !isDay(value);
  const [inside, setInside] = useState(false);
  const [open, setOpen] = useState(false); // by its sign or its key alone: nothing covers what is read while one types
  return (
    <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
      <DateInput
        label={label}
        description={description}
        value={unread ? null : value || null}
        onChange={(day) => {
          setOpen(false);
          onChange(day ?? "");
        }}
        onKeyDown={(event) => {
          if (event.altKey && event.key === "ArrowDown") setOpen(true);
          if (event.key === "Escape" || event.key === "Tab") setOpen(false);
        }}
        popoverProps={{ opened: open, onChange: setOpen, position: "bottom-start" }}
        leftSection={
          <ActionIcon
            variant="transparent"
            size="sm"
            tabIndex={-1}
            aria-label={t("day.calendar")}
            aria-expanded={open}
            onMouseDown={(event) => {
              event.stopPropagation(); // the calendar is not left by its own sign
              event.preventDefault();
            }}
            onClick={() => setOpen(!open)}
          >
            <IconCalendar size={16} />
          </ActionIcon>
        }
        onInput={(event) => {
          const text = event.currentTarget.value;
          if (text.trim() && !readDay(text)) onChange(text);
        }}
        fixOnBlur={!unread}
        error={error ?? (inside && unread ? undefined : wrong)}
        onFocus={() => setInside(true)}
        onBlur={() => setInside(false)}
        valueFormat="DD/MM/YYYY"
        dateParser={(text) => readDay(text)}
        placeholder={t("day.placeholder")}
        clearable
        autoComplete="off"
      />
    </DatesProvider>
  );
}

/** A day by which a page is narrowed: taken up once it can be read; until then onTyping says that what is shown is of another. One that cannot is refused beside the field as one leaves it. */
export function DayFilter({
  label,
  value,
  onChange,
  onTyping,
}: Pick<Props, "label" | "value" | "onChange"> & { onTyping?: (typing: boolean) => void }) {
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
          onTyping?.(!read);
          if (read && day !== value) onChange(day);
        }}
        error={typed !== undefined && left ? t("day.malformed") : undefined}
      />
    </div>
  );
}
