import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Page, Panel } from "../../components/page";
import { Filters, type Filter } from "../../components/filters";
import { Empty, Loaded, Stopped } from "../../components/state";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { day, lastDay, moment, number, openEnd } from "../../lib/format";
import { sentenceOf } from "../../lib/sentence";
import { written } from "../../lib/written";
import type { journal } from "../../lib/types";
import { useAsked, useRows } from "../../lib/use-list";
import { anyLine } from "../../lib/wanted";
import { listJournal, verify } from "../../api/journal";
import { pickAnybody } from "../../api/people";
import { listProfiles } from "../../api/profiles";
import { pickSeen } from "../../api/structures";

const nouns = [
  "firm",
  "structure",
  "department",
  "contract",
  "platform",
  "user",
  "principal",
  "membership",
  "grant",
  "request",
  "follow_up",
  "session",
] as const;

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
function Lines({ list, narrowed }: { list: ReturnType<typeof useRows<journal.Query, journal.Line>>; narrowed: boolean }) {
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

/** Verifies the whole chain, and says what was found. */
function useVerification() {
  const { t } = useTranslation();
  const [told, setTold] = useState<{ text: string; good: boolean }>();
  const check = () =>
    void verify()
      .then((v) =>
        setTold(
          v.bad
            ? { good: false, text: t("journal.bad", { seq: v.bad, why: say(`journal.why.${v.why}`) }) }
            : { good: true, text: t("journal.good", { count: v.lines, lines: number(v.lines) }) },
        ),
      )
      .catch((reason: unknown) => setTold({ good: false, text: toFault(reason).problems.map(sentenceOf).join(" ") }));
  const note = told && (
    <p className={`note ${told.good ? "good" : ""}`} role="status">
      {told.text}
    </p>
  );
  return { check, note };
}

/** The journal: who did what when, narrowed to a structure, a person, who did it, a kind of act or some days; and its verification. */
export function JournalPage() {
  const { t } = useTranslation();
  const { asked, set, clear, narrowed } = useAsked(anyLine);
  const list = useRows("journal", asked, listJournal);
  const { check, note } = useVerification();
  const first = list.rows[0];
  const known = (id: number, name?: string) => (id && name ? { id, name } : undefined); // the address alone gives the number
  const filters: Filter[] = [
    {
      name: "structure",
      label: t("structure.one"),
      among: "structures",
      find: pickSeen,
      known: known(asked.structure, first?.structure),
    },
    { name: "person", label: t("user.person"), among: "people", find: pickAnybody, known: known(asked.person, first?.person) },
    { name: "actor", label: t("journal.actor"), among: "people", find: pickAnybody, known: known(asked.actor, first?.actor) },
    { name: "noun", label: t("journal.noun"), clearable: true, choices: nouns.map((n) => [n, t(`journal.noun.${n}`)]) },
    { name: "from", label: t("journal.from"), day: true },
    { name: "until", label: t("journal.until"), day: true },
  ];
  return (
    <Page
      title={t("nav.journal")}
      sub={t("journal.sub")}
      actions={
        <>
          {narrowed && (
            <Button variant="subtle" onClick={clear}>
              {t("journal.all")}
            </Button>
          )}
          <Button variant="default" onClick={check}>
            {t("journal.verify")}
          </Button>
        </>
      }
    >
      {note}
      <Filters narrow asked={asked} onChange={set} filters={filters} />
      <Panel>
        <Loaded query={list.query} keeps>
          {() => <Lines list={list} narrowed={narrowed} />}
        </Loaded>
      </Panel>
    </Page>
  );
}
