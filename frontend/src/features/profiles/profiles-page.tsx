import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "../../components/page";
import { Badge, Loaded } from "../../components/state";
import { say } from "../../i18n";
import type { profile } from "../../lib/types";
import { listProfiles } from "../../api/profiles";

function Contents({ p }: { p: profile.Profile }) {
  const { t } = useTranslation();
  const modules = [...new Set(p.cells.map((c) => c.module))];
  return (
    <Panel title={p.name} side={p.fixed ? <Badge tone="off">{t("profile.fixed")}</Badge> : undefined}>
      <p className="soft" style={{ marginBottom: 12 }}>
        {say(`family.${p.family}`)} · {say(`profile.audience.${p.audience}`)}
      </p>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("permission.one")}</th>
            <th scope="col">{t("profile.value")}</th>
            <th scope="col">{t("profile.acts")}</th>
          </tr>
        </thead>
        <tbody>
          {modules.flatMap((m) =>
            p.cells
              .filter((c) => c.module === m)
              .map((c) => (
                <tr key={c.permission}>
                  <td>{say(`permission.${c.permission}`)}</td>
                  <td>{say(`profile.value.${c.value}`)}</td>
                  <td className="soft">{say(`acts.${c.acts}`)}</td>
                </tr>
              )),
          )}
          {p.cells.length === 0 && (
            <tr>
              <td colSpan={3} className="soft">
                {t("profile.nothing")}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </Panel>
  );
}

/** The families, and each profile as a table of permissions. */
export function ProfilesPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const [chosen, setChosen] = useState(0);
  return (
    <Page title={t("nav.profiles")} sub={t("profiles.sub")}>
      <Loaded query={query}>
        {(list) => {
          const families = [...new Set(list.map((p) => p.family))];
          const current = list.find((p) => p.id === chosen) ?? list[0];
          return (
            <>
              <Select
                label={t("profile.one")}
                searchable
                allowDeselect={false}
                style={{ maxWidth: 480 }}
                value={current ? String(current.id) : null}
                onChange={(id) => setChosen(Number(id))}
                data={families.map((f) => ({
                  group: say(`family.${f}`) + (list.some((p) => p.family === f && p.inUse) ? "" : ` (${t("family.unused")})`),
                  items: list.filter((p) => p.family === f).map((p) => ({ value: String(p.id), label: p.name })),
                }))}
              />
              {current && <Contents p={current} />}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
