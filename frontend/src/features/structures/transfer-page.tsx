import { useChange } from "../../api/use-change";
import { ActionIcon, Button, MultiSelect, Select } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { EffectPanel } from "../../components/effect";
import { Page, Panel } from "../../components/page";
import { Empty, Loaded } from "../../components/state";
import { Form } from "../../components/submit";
import { refuse } from "../../lib/fault";
import { focusOn } from "../../lib/focus";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { flow } from "../../lib/types";
import { listTransferable } from "../../api/structures";

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
  const moves =
    kind === "several"
      ? list.filter((m) => named[m.structure]).map((m) => ({ structure: m.structure, to: named[m.structure] ?? 0 }))
      : person
        ? among.map((m) => ({ structure: m.structure, to: person }))
        : [];
  const complete = moves.length > 0 && (kind !== "several" || moves.length === list.length);
  const made = useChange("principal.transfer", { moves }, complete);
  const toName = (id: number) => list.flatMap((m) => m.candidates).find((c) => c.id === id)?.name ?? "";
  const send = () =>
    void form.send(async () => {
      const missing =
        kind === "part" && chosen.length === 0
          ? [{ field: "structures", key: "transfer.empty" }]
          : complete
            ? []
            : [{ field: "to", key: kind === "several" ? "transfer.each" : "transfer.person" }];
      await refuse(missing);
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
          {kind === "several" && (
            <>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t("structure.one")}</th>
                    <th scope="col">{t("transfer.new")}</th>
                    <th scope="col">{t("list.actions")}</th>
                  </tr>
                </thead>
                <tbody>
                  {list.map((m) => (
                    <Line
                      key={m.structure}
                      m={m}
                      to={named[m.structure] ?? 0}
                      name={toName}
                      error={form.error(`to.${m.structure}`)}
                      onSave={(to) => {
                        form.setProblems([]);
                        setNamed((old) => ({ ...old, [m.structure]: to }));
                      }}
                    />
                  ))}
                </tbody>
              </table>
              {form.error("to") && (
                <p className="warn" role="alert">
                  {form.error("to")}
                </p>
              )}
            </>
          )}
          {among.some((m) => m.local) && <p className="note plain-note">{t("transfer.pigp")}</p>}
        </Form>
      </Panel>
      <EffectPanel effect={made.effect} error={made.error} more={made.more} />
    </div>
  );
}

/** One structure with its pencil: naming somebody transfers nothing yet. */
function Line({
  m,
  to,
  name,
  error,
  onSave,
}: {
  m: flow.Managed;
  to: number;
  name: (id: number) => string;
  error?: string;
  onSave: (to: number) => void;
}) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const [picked, setPicked] = useState(to);
  const edit = () => {
    setPicked(to);
    setEditing(true);
  };
  return (
    <tr>
      <td>
        {m.name}
        <div className="small soft tabular">{m.identifier}</div>
      </td>
      <td>
        {editing ? (
          <Select
            aria-label={t("transfer.new_of", { name: m.name })}
            data={m.candidates.map((c) => ({ value: String(c.id), label: c.name + (c.pigp ? ` · ${t("user.pigp_short")}` : "") }))}
            value={picked ? String(picked) : null}
            onChange={(id) => setPicked(Number(id ?? 0))}
            placeholder={m.candidates.length === 0 ? t("transfer.nobody") : undefined}
            searchable
            ref={focusOn}
          />
        ) : (
          name(to) || <span className="soft">{t("transfer.unnamed")}</span>
        )}
        {error && (
          <p className="warn" role="alert">
            {error}
          </p>
        )}
      </td>
      <td>
        {editing ? (
          <div className="row">
            <Button
              size="compact-sm"
              disabled={!picked}
              onClick={() => {
                onSave(picked);
                setEditing(false);
              }}
            >
              {t("action.save")}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setEditing(false)}>
              {t("action.cancel")}
            </Button>
          </div>
        ) : (
          <ActionIcon variant="default" aria-label={t("transfer.pencil", { name: m.name })} onClick={edit}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        )}
      </td>
    </tr>
  );
}
