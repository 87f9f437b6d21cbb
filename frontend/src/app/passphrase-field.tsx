import { PasswordInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { strength } from "./session";

interface Props {
  value: string;
  onChange: (value: string) => void;
  error?: string;
  personal: string[];
}

/** A passphrase being chosen, with the CNIL's count of its bits in words. */
export function PassphraseField({ value, onChange, error, personal }: Props) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["strength", value, personal],
    queryFn: () => strength({ passphrase: value, personal }),
    enabled: value !== "",
    gcTime: 0,
    placeholderData: (old) => old,
  });
  const bits = value === "" ? 0 : (query.data?.bits ?? 0);
  const needed = query.data?.needed ?? 80;
  const known = query.data?.known && value !== "";
  const enough = bits >= needed && !known;
  const said =
    value === ""
      ? t("passphrase.advice")
      : known
        ? t("passphrase.known")
        : enough
          ? t("passphrase.enough", { bits, needed })
          : t("passphrase.count", { bits, needed });
  return (
    <div>
      <PasswordInput
        label={t("signin.passphrase")}
        withAsterisk
        aria-required="true"
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
        error={error}
        autoComplete="new-password"
        aria-describedby="passphrase-count"
      />
      <div className={`meter ${enough ? "enough" : ""}`} aria-hidden="true" style={{ marginTop: 8 }}>
        <i style={{ width: `${Math.min(100, (bits / needed) * 100)}%` }} />
      </div>
      <p id="passphrase-count" className="small soft" aria-live="polite" style={{ marginTop: 4 }}>
        {said}
      </p>
    </div>
  );
}
