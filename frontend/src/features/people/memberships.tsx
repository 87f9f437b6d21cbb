import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Panel } from "../../components/page";
import { Badge, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { day, lastDay, openEnd } from "../../lib/format";
import { ExtendMembership } from "../../components/extend-membership";
import { getRecord } from "../../api/grants";
import { Carried, useSteps } from "./steps";
import type { grant, view } from "../../lib/types";

const tones = { current: "on", coming: "half", past: "off", cancelled: "off" } as const;

interface MembershipProps {
  m: grant.Membership;
  user: number;
  principal: boolean;
  step?: view.FollowUp;
  onExtend: () => void;
}

function Membership({ m, user, principal, step, onExtend }: MembershipProps) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <Link to={`/structures/${m.structureId}`}>{m.structure}</Link>
        <div className="small soft tabular">{m.identifier}</div>
      </td>
      <td>
        {m.department || t("membership.structure")}
        {principal && <div className="small soft">{t("principal.title")}</div>}
      </td>
      <td>
        {t(m.state === "coming" ? "period.coming" : "period.from", { day: day(m.from) })}
        <div className="small soft">{m.until < openEnd ? t("period.until", { day: lastDay(m.until) }) : t("period.open")}</div>
        <Carried step={step} />
      </td>
      <td>
        <Badge tone={tones[m.state as keyof typeof tones]}>{say(`period.state.${m.state}`)}</Badge>
      </td>
      <td style={{ textAlign: "right" }}>
        <div className="row" style={{ justifyContent: "flex-end" }}>
          {m.extendable && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={onExtend}
              aria-label={t("membership.extend_named", { place: m.department || m.structure })}
            >
              {t("membership.extend")}
            </Button>
          )}
          {m.endable && (
            <Button
              component={Link}
              to={`/utilisateurs/detacher?structure=${m.structureId}&department=${m.departmentId}&user=${user}`}
              size="compact-sm"
              variant="default"
            >
              {t("action.detach_short")}
            </Button>
          )}
        </div>
      </td>
    </tr>
  );
}

export function Memberships({ id }: { id: number }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["record", id], queryFn: () => getRecord(id) });
  const steps = useSteps(id);
  const [extended, setExtended] = useState<number>();
  return (
    <Panel title={t("user.tab.memberships")}>
      <Loaded query={query}>
        {(record) => (
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t("structure.one")}</th>
                <th scope="col">{t("membership.level")}</th>
                <th scope="col">{t("period.dates")}</th>
                <th scope="col">{t("user.state")}</th>
                <th scope="col">
                  <span className="sr">{t("list.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {record.memberships.map((m) => (
                <Membership
                  key={m.id}
                  m={m}
                  user={id}
                  principal={record.principals.includes(m.structureId) && !m.departmentId}
                  step={steps.find((s) => s.membership === m.id)}
                  onExtend={() => setExtended(m.id)}
                />
              ))}
              {record.memberships.length === 0 && (
                <tr>
                  <td colSpan={5} className="soft">
                    {t("memberships.none")}
                  </td>
                </tr>
              )}
            </tbody>
          </table>
        )}
      </Loaded>
      {extended !== undefined && <ExtendMembership membership={extended} onClose={() => setExtended(undefined)} />}
    </Panel>
  );
}
