import { Radio } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Loaded } from "../../components/state";
import { wordDay } from "../../lib/format";
import { zoneEffect } from "../../api/firm";

/** What another time zone does to days that were given, and the choice to keep them as days. */
export function ZoneChoice({ zone, keep, onChange }: { zone: string; keep: boolean; onChange: (keep: boolean) => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["zone", zone], queryFn: () => zoneEffect(zone), staleTime: 0 });
  return (
    <Loaded query={query}>
      {({ count, days }) =>
        count === 0 ? (
          <p className="soft">{t("firm.zone.none")}</p>
        ) : (
          <div className="note plain-note stack tight">
            <strong>{t("firm.zone.title", { count })}</strong>
            <Radio.Group
              label={t("firm.zone.choice")}
              value={keep ? "days" : "instants"}
              onChange={(v) => {
                onChange(v === "days");
              }}
            >
              <div className="stack tight">
                <Radio value="days" label={t("firm.zone.keep")} description={t("firm.zone.keep_text")} />
                <Radio value="instants" label={t("firm.zone.leave")} description={t("firm.zone.leave_text")} />
              </div>
            </Radio.Group>
            {!keep && (
              <ul className="plain">
                {days.map((d) => (
                  <li key={d.day + String(d.begins)}>
                    {t(d.begins ? "firm.zone.begins" : "firm.zone.ends", {
                      count: d.count,
                      day: wordDay(d.day),
                      becomes: wordDay(d.becomes),
                      hour: d.hour,
                    })}
                  </li>
                ))}
              </ul>
            )}
          </div>
        )
      }
    </Loaded>
  );
}
