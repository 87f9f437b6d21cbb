import { Button, Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { Page, Panel } from "../../components/page";
import { Empty, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { moment, number } from "../../lib/format";
import { sentenceOf } from "../../lib/sentence";
import type { journal } from "../../lib/types";
import { listJournal, verify } from "./api";

const nouns = ["firm", "structure", "department", "user", "membership", "grant", "request", "session", "follow_up"] as const;

function What({ line }: { line: journal.Line }) {
  const values = Object.entries(line.values);
  return (
    <>
      {say(`journal.${line.action}`)}
      {values.length > 0 && (
        <div className="small soft">{values.map(([field, value]) => `${say(`journal.value.${field}`)} : ${value}`).join(" · ")}</div>
      )}
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
                          <What line={l} />
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
