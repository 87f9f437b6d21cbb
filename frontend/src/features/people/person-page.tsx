import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { useMe } from "../../api/firm";
import { Facts, Go, Page, Panel, Tabs } from "../../components/page";
import { Badge, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { day, lastDay, moment, openEnd } from "../../lib/format";
import type { people } from "../../lib/types";
import { ExtendMembership } from "../../components/extend-membership";
import { Accounts } from "./accounts";
import { getRecord } from "../../api/grants";
import { getPerson } from "../../api/people";
import { GrantTable } from "./grant-table";
import { PIGP } from "./pigp";
import { SignInPanel } from "./sign-in-panel";
import { Carried, useSteps } from "./steps";

const tones = { current: "on", coming: "half", past: "off", cancelled: "off" } as const;

function Sheet({ u }: { u: people.User }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("user.tab.sheet")}>
      <Facts
        rows={[
          [t("user.login"), u.email],
          [t("user.contact"), u.contact],
          [t("user.last_name"), u.lastName],
          [t("user.first_name"), u.firstName],
          [t("user.kind"), say(`user.kind.${u.kind}`)],
          [t("user.phone"), u.phone],
          [t("user.sign_in"), say(`user.sign_in.${u.signIn}`)],
          [t("user.pigp"), t(u.pigp ? "answer.yes" : "answer.no")],
          [t("user.language"), say(`language.${u.language}`)],
          [t("user.created"), moment(u.createdAt)],
          [t("user.last_sign_in"), u.lastSignIn ? moment(u.lastSignIn) : t("answer.never")],
        ]}
      />
      <PIGP u={u} />
    </Panel>
  );
}

function Memberships({ id }: { id: number }) {
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
                <tr key={m.id}>
                  <td>
                    <Link to={`/structures/${m.structureId}`}>{m.structure}</Link>
                    <div className="small soft tabular">{m.identifier}</div>
                  </td>
                  <td>
                    {m.department || t("membership.structure")}
                    {record.principals.includes(m.structureId) && !m.departmentId && (
                      <div className="small soft">{t("principal.title")}</div>
                    )}
                  </td>
                  <td>
                    {t(m.state === "coming" ? "period.coming" : "period.from", { day: day(m.from) })}
                    <div className="small soft">{m.until < openEnd ? t("period.until", { day: lastDay(m.until) }) : t("period.open")}</div>
                    <Carried step={steps.find((s) => s.membership === m.id)} />
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
                          onClick={() => setExtended(m.id)}
                          aria-label={t("membership.extend_named", { place: m.department || m.structure })}
                        >
                          {t("membership.extend")}
                        </Button>
                      )}
                      {m.endable && (
                        <Button
                          component={Link}
                          to={`/utilisateurs/detacher?structure=${m.structureId}&department=${m.departmentId}&user=${id}`}
                          size="compact-sm"
                          variant="default"
                        >
                          {t("action.detach_short")}
                        </Button>
                      )}
                    </div>
                  </td>
                </tr>
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

const tabs = ["sheet", "memberships", "grants"] as const;
type Tab = (typeof tabs)[number];

/** A person's record. */
export function PersonPage() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const [params, setParams] = useSearchParams();
  const tab = (tabs as readonly string[]).includes(params.get("tab") ?? "") ? (params.get("tab") as Tab) : "sheet";
  const query = useQuery({ queryKey: ["person", id], queryFn: () => getPerson(id), refetchOnMount: "always" });
  const { me } = useMe();
  const admin = me?.firmWide.includes("firm.admin") ?? false;
  return (
    <Loaded query={query}>
      {(u) => (
        <Page
          title={`${u.firstName} ${u.lastName}`}
          sub={
            <span className="row">
              <Badge tone={u.active ? "on" : "off"}>{t(u.active ? "user.active" : "user.disabled")}</Badge>
              <span>{say(`user.kind.${u.kind}`)}</span>
              <span>{u.email}</span>
            </span>
          }
          actions={
            <>
              <Go to={`/droits?user=${id}`}>{t("user.rights")}</Go>
              <Go to={`/journal?person=${id}`}>{t("structure.history")}</Go>
            </>
          }
        >
          <Tabs
            label={u.lastName}
            tabs={tabs.map((x): [Tab, string] => [x, t(`user.tab.${x}`)])}
            current={tab}
            onChange={(x) => setParams({ tab: x }, { replace: true })}
          />
          {tab === "sheet" && (
            <div className={admin || u.accounts.length ? "cols" : undefined}>
              <Sheet u={u} />
              <div className="stack">
                {admin && <SignInPanel key={u.id} u={u} />}
                <Accounts u={u} admin={admin} />
              </div>
            </div>
          )}
          {tab === "memberships" && <Memberships id={id} />}
          {tab === "grants" && (
            <Panel title={t("user.tab.grants")}>
              <GrantTable user={id} />
            </Panel>
          )}
        </Page>
      )}
    </Loaded>
  );
}
