import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EndGrant } from "../../components/end-grant";
import { Badge, Loaded } from "../../components/state";
import { searches } from "../../components/submit";
import { say } from "../../i18n";
import { day, fold, lastDay, openEnd } from "../../lib/format";
import type { grant, view } from "../../lib/types";
import { getRecord } from "../../api/grants";
import { listProfiles } from "../../api/profiles";
import { Carried, useSteps } from "./steps";

const tones = { current: "on", coming: "half", past: "off", cancelled: "off" } as const;

type Moved = { g: grant.Grant; extend: boolean };

interface Shown {
  g: grant.Grant;
  acts: string;
  step?: view.FollowUp;
  everywhere: boolean;
  onMove: (moved: Moved) => void;
}

function Row({ g, acts, step, everywhere, onMove }: Shown) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        {g.profile}
        {g.options.length > 0 && <div className="small soft">{g.options.map((o) => say(`permission.${o}`)).join(", ")}</div>}
        {acts && <div className="small soft">{acts}</div>}
      </td>
      {everywhere && <td>{g.structureId ? [g.structure, g.department].filter(Boolean).join(" › ") : t("scope.firm")}</td>}
      <td>
        {t(g.state === "coming" ? "period.coming" : "period.from", { day: day(g.from) })}
        <div className="small soft">{g.until < openEnd ? t("period.until", { day: lastDay(g.until) }) : t("period.open")}</div>
        {g.selfDecided && <div className="small soft">{t("proof.self_decided")}</div>}
        <Carried step={step} />
      </td>
      <td>
        <Badge tone={tones[g.state as keyof typeof tones]}>{say(`period.state.${g.state}`)}</Badge>
      </td>
      <td style={{ textAlign: "right" }}>
        <div className="row" style={{ justifyContent: "flex-end" }}>
          {g.extendable && g.until < openEnd && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onMove({ g, extend: true })}
              aria-label={t("grant.extend_named", { profile: g.profile })}
            >
              {t("grant.extend")}
            </Button>
          )}
          {g.endable && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => onMove({ g, extend: false })}
              aria-label={t("grant.end_named", { profile: g.profile })}
            >
              {t("grant.end")}
            </Button>
          )}
        </div>
      </td>
    </tr>
  );
}

/** The grants of a person, here or everywhere, each with a way to take it away. */
export function GrantTable({ user, structure, department }: { user: number; structure?: number; department?: number }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [moved, setMoved] = useState<Moved>();
  const query = useQuery({ queryKey: ["record", user], queryFn: () => getRecord(user) });
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const acts = (profile: number) => {
    const where = new Set((profiles.data ?? []).find((p) => p.id === profile)?.cells.map((c) => c.acts));
    if (where.size === 0) return "";
    return where.size > 1 ? t("acts.both") : t(where.has("portal") ? "acts.portal" : "acts.habilis");
  };
  const everywhere = structure === undefined;
  const steps = useSteps(user);
  return (
    <Loaded query={query}>
      {(record) => {
        const here = record.grants.filter(
          (g) =>
            (everywhere || (g.structureId === structure && (!department || g.departmentId === department))) &&
            fold(g.profile).includes(fold(search)),
        );
        const shown = everywhere ? here : here.filter((g) => g.state === "current" || g.state === "coming");
        return (
          <div className="stack">
            <TextInput
              {...searches}
              label={t("grants.search")}
              value={search}
              onChange={(e) => setSearch(e.currentTarget.value)}
              style={{ maxWidth: 320 }}
            />
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t("profile.one")}</th>
                  {everywhere && <th scope="col">{t("scope.where")}</th>}
                  <th scope="col">{t("period.dates")}</th>
                  <th scope="col">{t("user.state")}</th>
                  <th scope="col">
                    <span className="sr">{t("list.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((g) => (
                  <Row
                    key={g.id}
                    g={g}
                    acts={acts(g.profileId)}
                    step={steps.find((s) => s.grant === g.id)}
                    everywhere={everywhere}
                    onMove={setMoved}
                  />
                ))}
                {shown.length === 0 && (
                  <tr>
                    <td colSpan={5} className="soft">
                      {t("profiles.none")}
                    </td>
                  </tr>
                )}
              </tbody>
            </table>
            {record.hidden > 0 && <p className="soft">{t("hidden.structures", { count: record.hidden })}</p>}
            {moved && (
              <EndGrant
                grant={moved.g.id}
                extend={moved.extend}
                profile={moved.g.profile}
                ends={moved.g.until}
                onClose={() => setMoved(undefined)}
              />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
