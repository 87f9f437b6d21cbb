import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../i18n";
import { fold } from "../lib/format";
import type { right, profile } from "../lib/types";
import { searches } from "./submit";

interface Props {
  profiles: profile.Profile[];
  value: right.Choice[];
  onChange: (value: right.Choice[]) => void;
  error?: string;
  atFirm?: boolean;
  sphere?: string; // the structure's, where it is known: what cannot be given there is not offered
  former?: number[]; // held here before, or of use here: first in the list, and not ticked
}

/** Ticks profiles in plain words, with the boxes that some offer. */
export function ProfileChoice({ profiles, value, onChange, error, atFirm, sphere, former = [] }: Props) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const choice = (id: number) => value.find((c) => c.profile === id);
  const fits = (p: profile.Profile) => (atFirm ? p.atFirm : p.family !== "habilis" && (!sphere || p.spheres.includes(sphere)));
  const offered = profiles.filter((p) => p.inUse && (fits(p) || choice(p.id) !== undefined));
  const found = offered.filter((p) => fold(p.name).includes(fold(search)) || value.some((c) => c.profile === p.id));
  const shown = [...found.filter((p) => former.includes(p.id)), ...found.filter((p) => !former.includes(p.id))];
  const toggle = (id: number) => onChange(choice(id) ? value.filter((c) => c.profile !== id) : [...value, { profile: id, options: [] }]);
  const tick = (id: number, box: string) =>
    onChange(
      value.map((c) =>
        c.profile !== id ? c : { ...c, options: c.options.includes(box) ? c.options.filter((o) => o !== box) : [...c.options, box] },
      ),
    );
  return (
    <fieldset aria-invalid={!!error}>
      <legend>{t("profiles.choose")}</legend>
      <TextInput {...searches} label={t("profiles.search")} value={search} onChange={(e) => setSearch(e.currentTarget.value)} mb={10} />
      <div className="stack tight" style={{ maxHeight: 240, overflow: "auto", padding: 4 }} role="group" aria-label={t("profiles.choose")}>
        {shown.map((p) => (
          <div key={p.id}>
            <Checkbox
              label={p.name}
              description={former.includes(p.id) ? t("profile.former") : p.audience === "public" ? t("profile.for_public") : undefined}
              checked={!!choice(p.id)}
              onChange={() => toggle(p.id)}
            />
            {choice(p.id) &&
              p.boxes.map((box) => (
                <Checkbox
                  key={box}
                  ml={28}
                  mt={6}
                  label={say(`permission.${box}`)}
                  checked={!!choice(p.id)?.options.includes(box)}
                  onChange={() => tick(p.id, box)}
                />
              ))}
          </div>
        ))}
        {shown.length === 0 && <p className="soft">{t("picker.nothing")}</p>}
      </div>
      {error && (
        <p className="warn small" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
