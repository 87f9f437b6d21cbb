import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { listProfiles } from "../../api/profiles";
import { Empty, Stopped } from "../../components/state";
import { say } from "../../i18n";
import { day, lastDay, moment, openEnd } from "../../lib/format";
import type { journal } from "../../lib/types";
import type { useRows } from "../../lib/use-list";
import { written } from "../../lib/written";

const instants = ["membership", "grant"];

const pair = (what: string, value: string) => say("journal.told", { what, value });

/** What a line's details say, in words: profiles, place, dates, and what was set. */
function details(line: journal.Line, profiles: Map<string, string>): string[] {
  const d = line.details;
  const told: string[] = [];
  if (line.department) told.push(line.department);
  const given = (d.profiles ?? d.profile ?? "").split(" ").filter(Boolean);
  if (given.length > 0) told.push(pair(say("journal.profiles"), given.map((id) => profiles.get(id) ?? id).join(", ")));
  if (d.from && d.until && instants.includes(line.action.split(".")[0] ?? "")) {
    const [from, until] = [Number(d.from), Number(d.until)];
    if (until > from)
      told.push(
        until < openEnd ? say("journal.span", { from: day(from), until: lastDay(until) }) : say("journal.since", { from: day(from) }),
      );
  }
  if (d.signIn) told.push(say(`user.sign_in.${d.signIn}`));
  if (d.families)
    told.push(
      d.families
        .split(" ")
        .map((f) => say(`family.${f}`))
        .join(", "),
    );
  if (d.verdict && d.verdict !== "none") told.push(say(`verdict.${d.verdict}`));
  return told;
}

function What({ line, profiles }: { line: journal.Line; profiles: Map<string, string> }) {
  const told = [
    ...details(line, profiles),
    ...Object.entries(line.values)
      .filter(([field]) => field !== "responsibleId") // a number says nothing
      .map(([field, value]) =>
        pair(
          say(`journal.value.${field}`),
          value
            .split(" → ")
            .map((v) => written(field, v))
            .join(" → "),
        ),
      ),
  ];
  return (
    <>
      {say(`journal.${line.action}`)}
      {told.length > 0 && <div className="small soft">{told.join(" · ")}</div>}
    </>
  );
}

/** The lines of the journal, and a way to those before them. */
export function Lines({ list, narrowed }: { list: ReturnType<typeof useRows<journal.Query, journal.Line>>; narrowed: boolean }) {
  const { t } = useTranslation();
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const names = useMemo(() => new Map((profiles.data ?? []).map((p) => [String(p.id), p.name])), [profiles.data]);
  if (list.rows.length === 0) return <Empty title={t("journal.empty")} text={narrowed ? t("journal.empty_text") : undefined} />;
  return (
    <>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("journal.when")}</th>
            <th scope="col">{t("journal.who")}</th>
            <th scope="col">{t("journal.what")}</th>
            <th scope="col">{t("structure.one")}</th>
            <th scope="col">{t("user.person")}</th>
          </tr>
        </thead>
        <tbody>
          {list.rows.map((l) => (
            <tr key={l.seq}>
              <td className="tabular" style={{ whiteSpace: "nowrap" }}>
                {moment(l.at)}
                <div className="small soft">{t("journal.seq", { seq: l.seq })}</div>
              </td>
              <td>{l.actor || <span className="soft">{t("journal.nobody")}</span>}</td>
              <td>
                <What line={l} profiles={names} />
              </td>
              <td>{l.structureId > 0 && <Link to={`/structures/${l.structureId}`}>{l.structure}</Link>}</td>
              <td>{l.personId > 0 && <Link to={`/utilisateurs/${l.personId}`}>{l.person}</Link>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.stopped && <Stopped {...list.stopped} />}
      {list.unread && !list.stopped && (
        <Button variant="default" mt={12} loading={list.query.isFetchingNextPage} onClick={list.more}>
          {t("list.more")}
        </Button>
      )}
    </>
  );
}
