import { Button, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { Page, Panel } from "../../components/page";
import { DayFilter } from "../../components/day-input";
import { Picker } from "../../components/picker";
import { Empty, Loaded, Stopped } from "../../components/state";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { day, lastDay, moment, number, openEnd } from "../../lib/format";
import { sentenceOf } from "../../lib/sentence";
import { written } from "../../lib/written";
import type { journal } from "../../lib/types";
import { listJournal, listProfiles, pickPeople, pickStructures, verify } from "./api";

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

/** What narrows the journal, as the address of the page keeps it. */
const filters = ["structure", "person", "actor", "noun", "from", "until"] as const;

type Filter = (typeof filters)[number];

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

/** The journal: who did what when, narrowed to a structure, a person, who did it, a kind of act or some days; and its verification. */
export function JournalPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [told, setTold] = useState<{ text: string; good: boolean }>();
  const text = (f: Filter) => params.get(f) ?? "";
  const id = (f: Filter) => Number(text(f)) || 0;
  const wanted = {
    structure: id("structure"),
    person: id("person"),
    actor: id("actor"),
    noun: text("noun"),
    from: text("from"),
    until: text("until"),
  };
  const query = useInfiniteQuery({
    queryKey: ["journal", wanted],
    queryFn: ({ pageParam }) => listJournal({ ...wanted, before: pageParam }),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next || undefined,
  });
  const filtered = filters.some((f) => params.has(f));
  const first = query.data?.pages[0]?.lines[0];
  const known = (id: number, name?: string) => (id && name ? { id, name } : undefined); // the address alone gives the number
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const names = useMemo(() => new Map((profiles.data ?? []).map((p) => [String(p.id), p.name])), [profiles.data]);
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
  const narrow = (filter: Filter, value: string | number | null) => {
    const next = new URLSearchParams(params);
    if (value) next.set(filter, String(value));
    else next.delete(filter);
    setParams(next, { replace: true });
  };
  return (
    <Page
      title={t("nav.journal")}
      sub={t("journal.sub")}
      actions={
        <>
          {filtered && (
            <Button variant="subtle" onClick={() => setParams({}, { replace: true })}>
              {t("journal.all")}
            </Button>
          )}
          <Button variant="default" onClick={check}>
            {t("journal.verify")}
          </Button>
        </>
      }
    >
      {told && (
        <p className={`note ${told.good ? "good" : ""}`} role="status">
          {told.text}
        </p>
      )}
      <div className="row filters narrow">
        <Picker
          label={t("structure.one")}
          name="structures"
          find={pickStructures}
          value={wanted.structure}
          known={known(wanted.structure, first?.structure)}
          onChange={(id) => narrow("structure", id)}
        />
        <Picker
          label={t("user.person")}
          name="people"
          find={pickPeople}
          value={wanted.person}
          known={known(wanted.person, first?.person)}
          onChange={(id) => narrow("person", id)}
        />
        <Picker
          label={t("journal.actor")}
          name="people"
          find={pickPeople}
          value={wanted.actor}
          known={known(wanted.actor, first?.actor)}
          onChange={(id) => narrow("actor", id)}
        />
        <Select
          label={t("journal.noun")}
          clearable
          value={wanted.noun || null}
          onChange={(n) => narrow("noun", n)}
          data={nouns.map((n) => ({ value: n, label: t(`journal.noun.${n}`) }))}
        />
        <DayFilter label={t("journal.from")} value={wanted.from} onChange={(d) => narrow("from", d)} />
        <DayFilter label={t("journal.until")} value={wanted.until} onChange={(d) => narrow("until", d)} />
      </div>
      <Panel>
        <Loaded query={query} keeps>
          {(data) => {
            const lines = data.pages.flatMap((p) => p.lines);
            if (lines.length === 0) return <Empty title={t("journal.empty")} text={filtered ? t("journal.empty_text") : undefined} />;
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
                    {lines.map((l) => (
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
                {query.isFetchNextPageError && <Stopped error={query.error} again={() => void query.fetchNextPage()} />}
                {query.hasNextPage && !query.isFetchNextPageError && (
                  <Button variant="default" mt={12} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("list.more")}
                  </Button>
                )}
              </>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}
