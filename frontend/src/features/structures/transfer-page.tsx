import { useChange } from "../../api/use-change";
import { MultiSelect, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { EffectPanel } from "../../components/effect";
import { Page, Panel } from "../../components/page";
import { Empty, Loaded } from "../../components/state";
import { Form } from "../../components/submit";
import { refuse, type Problem } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { flow } from "../../lib/types";
import { listTransferable } from "../../api/structures";
import { Each } from "./transfer-line";

const kinds = ["part", "all", "several"] as const;

type Kind = (typeof kinds)[number];

/** « Transférer le gestionnaire principal »: part of one's structures, all to one person, or each to its own. */
export function TransferPage() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const only = Number(params.get("structure") ?? 0);
  const query = useQuery({ queryKey: ["transferable", only], queryFn: () => listTransferable(only) });
  return (
    <Page title={t("action.transfer")} sub={t("transfer.sub")}>
      <Loaded query={query}>
        {(list) =>
          list.length === 0 ? <Empty title={t("transfer.none")} text={t("transfer.none_text")} /> : <TransferForm list={list} only={only} />
        }
      </Loaded>
    </Page>
  );
}

/** The people who could take over every one of some structures. */
function common(list: flow.Managed[]): flow.Candidate[] {
  const [first, ...others] = list;
  return (first?.candidates ?? []).filter((c) => others.every((m) => m.candidates.some((x) => x.id === c.id)));
}

/** What is transferred to whom, as far as it is chosen. */
function movesOf(kind: Kind, list: flow.Managed[], among: flow.Managed[], person: number, named: Record<number, number>) {
  if (kind === "several")
    return list.filter((m) => named[m.structure]).map((m) => ({ structure: m.structure, to: named[m.structure] ?? 0 }));
  return person ? among.map((m) => ({ structure: m.structure, to: person })) : [];
}

/** What the form itself finds missing, while it is not complete. */
function missingOf(kind: Kind, chosen: number[]): Problem[] {
  if (kind === "part" && chosen.length === 0) return [{ field: "structures", key: "transfer.empty" }];
  return [{ field: "to", key: kind === "several" ? "transfer.each" : "transfer.person" }];
}

function TransferForm({ list, only }: { list: flow.Managed[]; only: number }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm({});
  const [kind, setKind] = useState<Kind>("part");
  const [chosen, setChosen] = useState<number[]>(only ? [only] : []);
  const [person, setPerson] = useState(0);
  const [named, setNamed] = useState<Record<number, number>>({});
  const among = kind === "part" ? list.filter((m) => chosen.includes(m.structure)) : list;
  const people = common(among);
  const moves = movesOf(kind, list, among, person, named);
  const complete = moves.length > 0 && (kind !== "several" || moves.length === list.length);
  const made = useChange("principal.transfer", { moves }, complete);
  const send = () =>
    void form.send(async () => {
      await refuse(complete ? [] : missingOf(kind, chosen));
      await made.send();
      await saved();
      void navigate(moves.length === 1 ? `/structures/${moves[0]?.structure}` : "/structures");
    });
  const problem = (field: string) => form.error(field) ?? among.map((m) => form.error(`to.${m.structure}`)).find(Boolean);
  return (
    <div className="cols">
      <Panel>
        <Form onSubmit={send} sending={form.sending} rest={form.rest("structures", "to", ...list.map((m) => `to.${m.structure}`))}>
          <Select
            label={t("manage.request")}
            value={kind}
            data={kinds.map((k) => ({ value: k, label: t(`transfer.${k}`) }))}
            onChange={(k) => {
              form.setProblems([]);
              setKind((k ?? "part") as Kind);
              setPerson(0);
            }}
            allowDeselect={false}
            withAsterisk
          />
          {kind === "part" && (
            <MultiSelect
              label={t("nav.structures")}
              data={list.map((m) => ({ value: String(m.structure), label: `${m.name} · ${m.identifier}` }))}
              value={chosen.map(String)}
              onChange={(ids) => {
                form.setProblems([]);
                setChosen(ids.map(Number));
                setPerson(0);
              }}
              error={form.error("structures")}
              searchable
              withAsterisk
            />
          )}
          {kind === "all" && <p className="soft">{t("transfer.all_text", { count: list.length })}</p>}
          {kind !== "several" && (
            <Select
              label={t("transfer.new")}
              description={t("transfer.new_text")}
              data={people.map((c) => ({ value: String(c.id), label: c.name + (c.pigp ? ` · ${t("user.pigp_short")}` : "") }))}
              value={person ? String(person) : null}
              onChange={(id) => {
                form.setProblems([]);
                setPerson(Number(id ?? 0));
              }}
              error={problem("to")}
              disabled={among.length === 0}
              nothingFoundMessage={t("transfer.nobody")}
              placeholder={among.length > 0 && people.length === 0 ? t("transfer.nobody") : undefined}
              searchable
              withAsterisk
            />
          )}
          {kind === "several" && <Each list={list} named={named} setNamed={setNamed} form={form} />}
          {among.some((m) => m.local) && <p className="note plain-note">{t("transfer.pigp")}</p>}
        </Form>
      </Panel>
      <EffectPanel effect={made.effect} error={made.error} more={made.more} />
    </div>
  );
}
