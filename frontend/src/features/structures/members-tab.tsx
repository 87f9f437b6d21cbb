import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useMe } from "../../api/firm";
import { Go, Panel } from "../../components/page";
import { Empty, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { day, initials, lastDay, openEnd } from "../../lib/format";
import { titled } from "../../lib/sentence";
import type { grant } from "../../lib/types";
import { ExtendMembership } from "../../components/extend-membership";
import { listMembers } from "../../api/grants";

function Principal({ members, partly }: { members: grant.Member[]; partly: boolean }) {
  const { t } = useTranslation();
  const found = members.find((m) => m.principal);
  if (!found && partly) return <p className="soft">{t("principal.hidden")}</p>;
  if (!found) return <p className="warn">{t("principal.none")}</p>;
  return (
    <div className="row">
      <span className="avatar" aria-hidden="true">
        {initials(found.name)}
      </span>
      <span>
        <Link to={`/utilisateurs/${found.userId}`}>
          <b>{found.name}</b>
        </Link>
        <span className="small soft" style={{ display: "block" }}>
          {found.email}
        </span>
      </span>
    </div>
  );
}

/** The people attached to a structure now; on the sheet, its principal manager alone. */
export function MembersTab({ id, principalOnly, partly = false }: { id: number; principalOnly?: boolean; partly?: boolean }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const query = useQuery({ queryKey: ["members", id], queryFn: () => listMembers(id), retry: false });
  const [extended, setExtended] = useState<number>();
  if (principalOnly) {
    return (
      <Panel title={t("principal.title")}>
        {query.error && toFault(query.error).code === "forbidden" ? (
          <p className="soft">{t("principal.hidden")}</p>
        ) : (
          <Loaded query={query}>{(members) => <Principal members={members} partly={partly} />}</Loaded>
        )}
      </Panel>
    );
  }
  return (
    <Panel
      title={t("structure.tab.people")}
      side={
        may("membership.edit") && (
          <div className="row">
            <Go to={`/utilisateurs/rattacher?structure=${id}`}>{t("action.attach")}</Go>
            <Go to={`/utilisateurs/detacher?structure=${id}`}>{t("action.detach")}</Go>
          </div>
        )
      }
    >
      <Loaded query={query}>
        {(members) =>
          members.length === 0 ? (
            <Empty title={t("members.empty")} text={t("members.empty_text")} />
          ) : (
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t("user.name")}</th>
                  <th scope="col">{t("user.kind")}</th>
                  <th scope="col">{t("membership.level")}</th>
                  <th scope="col">{t("profiles.title")}</th>
                  <th scope="col">{t("period.since")}</th>
                </tr>
              </thead>
              <tbody>
                {members.map((m) => (
                  <tr key={m.membershipId}>
                    <td>
                      <Link to={`/utilisateurs/${m.userId}`}>{m.name}</Link>
                      <div className="small soft">{m.email}</div>
                    </td>
                    <td>{say(`user.kind.${m.kind}`)}</td>
                    <td>{m.department || t("membership.structure")}</td>
                    <td>{titled(m.titles) || <span className="soft">{t("profiles.none")}</span>}</td>
                    <td>
                      {day(m.from)}
                      {m.until < openEnd && <div className="small soft">{t("period.until", { day: lastDay(m.until) })}</div>}
                      {m.extendable && (
                        <Button
                          size="compact-sm"
                          variant="default"
                          onClick={() => setExtended(m.membershipId)}
                          aria-label={t("membership.extend_named_person", { name: m.name })}
                        >
                          {t("membership.extend")}
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {extended !== undefined && <ExtendMembership membership={extended} onClose={() => setExtended(undefined)} />}
    </Panel>
  );
}
