import { change, submit } from "../../api/changes";
import { Button, Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../../i18n";
import { Link } from "react-router";
import { useMe } from "../../app/me";
import { Go, Page, Panel } from "../../components/page";
import { Loaded } from "../../components/state";
import { copyText } from "../../lib/copy";
import { useForm } from "../../lib/form";
import { day, lastDay, moment, number } from "../../lib/format";
import { stepText } from "../../lib/noted";
import { refresh } from "../../lib/query";
import type { view } from "../../lib/types";
import { ExtendMembership } from "../../components/extend-membership";
import { countLone, countRequests, getHome } from "./api";

/** A figure that leads to its list; without one, the list stands below. */
function Figure({ name, value, to, more }: { name: string; value: number; to?: string; more?: boolean }) {
  const { t } = useTranslation();
  if (value < 0) return null;
  const told = (
    <>
      <b className="tabular">{more ? t("home.more_than", { value: number(value) }) : number(value)}</b>
      <span className="soft">{name}</span>
    </>
  );
  return to ? (
    <Link className="figure" to={to}>
      {told}
    </Link>
  ) : (
    <div className="figure">{told}</div>
  );
}

function Steps({ item, chosen, onChoose }: { item: view.FollowUp; chosen: boolean; onChoose: (yes: boolean) => void }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const form = useForm({});
  const text = stepText(item);
  return (
    <tr>
      <td>
        <Checkbox label={text} description={day(item.at)} checked={chosen} onChange={(e) => onChoose(e.currentTarget.checked)} />
        {form.rest().map((problem) => (
          <p key={problem} className="warn small" role="alert">
            {problem}
          </p>
        ))}
      </td>
      <td>
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() =>
              void form.send(async () => {
                await copyText(text);
                setCopied(true);
              })
            }
          >
            {copied ? t("follow_up.copied") : t("follow_up.copy")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            loading={form.sending}
            onClick={() =>
              void form.send(async () => {
                await submit(change("follow_up.mark", { id: item.id, done: true }));
                await refresh();
              })
            }
          >
            {t("follow_up.done")}
          </Button>
        </div>
      </td>
    </tr>
  );
}

/** Marks the steps that are ticked as done, at once. */
function SeveralSteps({ ids, onDone }: { ids: number[]; onDone: () => void }) {
  const { t } = useTranslation();
  const form = useForm({});
  if (ids.length === 0) return null;
  const finish = () =>
    void form.send(async () => {
      for (const id of ids) await submit(change("follow_up.mark", { id, done: true }));
      onDone();
      await refresh();
    });
  return (
    <div className="row" style={{ marginTop: 8 }}>
      <Button size="compact-sm" onClick={finish} loading={form.sending}>
        {t("follow_up.done_several", { count: ids.length })}
      </Button>
      {form.rest().map((problem) => (
        <span key={problem} className="warn small" role="alert">
          {problem}
        </span>
      ))}
    </div>
  );
}

const few = 12;

/** The rows of a panel: a few, and the others when asked for. more tells that there are still others than these. */
function Few<Row>({ rows, more, children }: { rows: Row[]; more: boolean; children: (row: Row) => ReactNode }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  return (
    <>
      <table className="plain">
        <tbody>{(all ? rows : rows.slice(0, few)).map(children)}</tbody>
      </table>
      {rows.length > few && !all && (
        <Button size="compact-sm" variant="default" mt={8} onClick={() => setAll(true)}>
          {t("home.show_all", { count: rows.length })}
        </Button>
      )}
      {more && all && <p className="small soft">{t("home.first_ones", { count: rows.length })}</p>}
    </>
  );
}

/** That somebody was shown a code which opens this account, until it is read. */
function CodeShown() {
  const { t } = useTranslation();
  const { me } = useMe();
  const [read, setRead] = useState(0);
  if (!me?.codeShownAt || read === me.codeShownAt) return null;
  return (
    <div className="note row between" role="alert">
      <span>{t("home.code_shown", { name: me.codeShownTo, at: moment(me.codeShownAt) })}</span>
      <Button size="compact-sm" variant="default" onClick={() => setRead(me.codeShownAt)}>
        {t("action.read")}
      </Button>
    </div>
  );
}

/** What comes next in a firm that has just begun, or for somebody who sees no structure yet. */
function First({ structures }: { structures: number }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const adds = may("user.create_external") || may("user.create_internal");
  return (
    <Panel title={t("home.first")}>
      <div className="row">
        {may("structure.create") && <Go to="/structures/creer">{t("action.create_structure")}</Go>}
        {adds && structures > 0 && <Go to="/utilisateurs/ajouter">{t("action.add_person")}</Go>}
        {may("firm.admin") && <Go to="/profils">{t("home.first_profiles")}</Go>}
        {!may("firm.admin") && <Go to="/demandes/creer">{t("action.ask")}</Go>}
      </div>
    </Panel>
  );
}

/** The key figures, and what needs the one who looks. */
export function HomePage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["home"], queryFn: getHome });
  const waiting = useQuery({ queryKey: ["requests", "count"], queryFn: countRequests });
  const lone = useQuery({ queryKey: ["structures", "lone"], queryFn: countLone, retry: false });
  const { me } = useMe();
  const [extended, setExtended] = useState<number>();
  const [ticked, setTicked] = useState<number[]>([]);
  const adds = me?.permissions.some((p) => p === "user.create_external" || p === "user.create_internal");
  return (
    <Page
      title={t("nav.home")}
      actions={
        adds && (
          <Go to="/utilisateurs/ajouter" primary>
            {t("action.add_person")}
          </Go>
        )
      }
    >
      <Loaded query={query}>
        {(home) => (
          <>
            <CodeShown />
            {home.exposed && <p className="note">{say(home.exposed.key, home.exposed.params)}</p>}
            <div className="key">
              <Figure name={t("home.structures", { count: home.structures })} value={home.structures} to="/structures" />
              <Figure name={t("home.people", { count: home.people })} value={home.people} to="/utilisateurs" />
              <Figure name={t("home.to_verify", { count: home.toVerify })} value={home.toVerify} to="/structures?filter=unverified" />
              <Figure name={t("home.requests", { count: waiting.data ?? 0 })} value={waiting.data || -1} to="/approbations" />
              <Figure name={t("home.lone", { count: lone.data ?? 0 })} value={lone.data || -1} to="/structures?lone=1&state=active" />
              <Figure name={t("home.endings", { count: home.endings.length })} value={home.endings.length || -1} more={home.moreEndings} />
            </div>
            {(home.structures === 0 || (home.people <= 1 && adds)) && <First structures={home.structures} />}
            <div className="two">
              <Panel title={t("home.endings_title")}>
                {home.endings.length === 0 && <p className="soft">{t("home.no_endings")}</p>}
                <Few rows={home.endings} more={home.moreEndings}>
                  {(e) => (
                    <tr key={`${e.user}.${e.what}.${e.until}.${e.structure}`}>
                      <td>
                        <Link to={`/utilisateurs/${e.user}?tab=${e.what ? "grants" : "memberships"}`}>{e.name}</Link>
                        <div className="small soft">
                          {e.what || t("home.membership")} · {e.place || t("scope.firm")}
                        </div>
                      </td>
                      <td className="tabular when">
                        {lastDay(e.until)}
                        {e.membership > 0 && (
                          <Button
                            size="compact-sm"
                            variant="default"
                            ml={8}
                            onClick={() => setExtended(e.membership)}
                            aria-label={t("membership.extend_named_person", { name: e.name })}
                          >
                            {t("membership.extend")}
                          </Button>
                        )}
                      </td>
                    </tr>
                  )}
                </Few>
              </Panel>
              <Panel title={t("home.follow_ups")}>
                {home.followUps.length === 0 && <p className="soft">{t("home.no_follow_ups")}</p>}
                <Few rows={home.followUps} more={home.moreFollowUps}>
                  {(f) => (
                    <Steps
                      key={f.id}
                      item={f}
                      chosen={ticked.includes(f.id)}
                      onChoose={(yes) => setTicked((old) => (yes ? [...old, f.id] : old.filter((x) => x !== f.id)))}
                    />
                  )}
                </Few>
                <SeveralSteps ids={home.followUps.map((f) => f.id).filter((id) => ticked.includes(id))} onDone={() => setTicked([])} />
              </Panel>
            </div>
          </>
        )}
      </Loaded>
      {extended !== undefined && <ExtendMembership membership={extended} onClose={() => setExtended(undefined)} />}
    </Page>
  );
}
