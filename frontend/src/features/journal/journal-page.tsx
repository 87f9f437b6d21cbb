import { Button, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { Page, Panel } from "../../components/page";
import { Empty, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { day, lastDay, moment, number, openEnd } from "../../lib/format";
import { sentenceOf } from "../../lib/sentence";
import type { journal } from "../../lib/types";
import { listJournal, listProfiles, verify } from "./api";

const nouns = ["firm", "structure", "department", "user", "membership", "grant", "request", "session", "follow_up"] as const;

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
    ...Object.entries(line.values).map(([field, value]) => pair(say(`journal.value.${field}`), value)),
  ];
  return (
    <>
      {say(`journal.${line.action}`)}
      {told.length > 0 && <div className="small soft">{told.join(" · ")}</div>}
    </>
  );
}

/** The journal: who did what when, narrowed to a structure, a person or a kind of act; and its verification. */
export function JournalPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const [told, setTold] = useState<{ text: string; good: boolean }>();
  const structure = Number(params.get("structure") ?? 0);
  const person = Number(params.get("person") ?? 0);
  const noun = params.get("noun") ?? "";
  const query = useInfiniteQuery({
    queryKey: ["journal", structure, person, noun],
    queryFn: ({ pageParam }) => listJournal({ structure, person, noun, before: pageParam }),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next || undefined,
  });
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
  const narrow = (n: string | null) => {
    const next = new URLSearchParams(params);
    if (n) next.set("noun", n);
    else next.delete("noun");
    setParams(next, { replace: true });
  };
  return (
    <Page
      title={t("nav.journal")}
      sub={t("journal.sub")}
      actions={
        <Button variant="default" onClick={check}>
          {t("journal.verify")}
        </Button>
      }
    >
      {told && (
        <p className={`note ${told.good ? "good" : ""}`} role="status">
          {told.text}
        </p>
      )}
      <div className="row" style={{ alignItems: "flex-end" }}>
        <Select
          label={t("journal.noun")}
          clearable
          value={noun || null}
          onChange={narrow}
          data={nouns.map((n) => ({ value: n, label: t(`journal.noun.${n}`) }))}
        />
        {(structure > 0 || person > 0) && (
          <Button variant="default" onClick={() => setParams({}, { replace: true })}>
            {t("journal.all")}
          </Button>
        )}
      </div>
      <Panel>
        <Loaded query={query}>
          {(data) => {
            const lines = data.pages.flatMap((p) => p.lines);
            if (lines.length === 0) return <Empty title={t("journal.empty")} />;
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
                {query.hasNextPage && (
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
