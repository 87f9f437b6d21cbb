import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Page, Panel } from "../../components/page";
import { Filters, type Filter } from "../../components/filters";
import { Loaded } from "../../components/state";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { number } from "../../lib/format";
import { sentenceOf } from "../../lib/sentence";
import { useAsked, useRows } from "../../lib/use-list";
import { anyLine } from "../../lib/wanted";
import { listJournal, verify } from "../../api/journal";
import { pickAnybody } from "../../api/people";
import { pickSeen } from "../../api/structures";
import { Lines } from "./lines";

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
