import { TextInput } from "@mantine/core";

interface Props {
  label: string;
  description?: string;
  value: string;
  onChange: (day: string) => void;
  error?: string;
}

/** A day, empty for none: the platform's own calendar, which the keyboard already knows. */
export function DayInput({ label, description, value, onChange, error }: Props) {
  return (
    <TextInput
      type="date"
      label={label}
      description={description}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      error={error}
    />
  );
}
