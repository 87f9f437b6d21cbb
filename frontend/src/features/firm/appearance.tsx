import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/page";
import { setLanguage } from "../../i18n";

export function Appearance() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [density, setDensity] = useState(document.documentElement.dataset.density ?? "comfortable");
  return (
    <Panel title={t("settings.appearance")}>
      <div className="stack">
        <SegmentedControl
          aria-label={t("settings.theme")}
          value={colorScheme}
          onChange={(c) => setColorScheme(c as "light" | "dark" | "auto")}
          data={(["auto", "light", "dark"] as const).map((c) => ({ value: c, label: t(`settings.theme.${c}`) }))}
        />
        <SegmentedControl
          aria-label={t("settings.density")}
          value={density}
          onChange={(d) => {
            document.documentElement.dataset.density = d;
            localStorage.setItem("habilis.density", d);
            setDensity(d);
          }}
          data={(["comfortable", "compact"] as const).map((d) => ({ value: d, label: t(`settings.density.${d}`) }))}
        />
        <SegmentedControl
          aria-label={t("settings.language")}
          value={i18next.language}
          onChange={setLanguage}
          data={(["fr", "en"] as const).map((l) => ({ value: l, label: t(`language.${l}`) }))}
        />
      </div>
    </Panel>
  );
}
