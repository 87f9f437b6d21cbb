import { ActionIcon, Button, Select } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { focusOn } from "../../lib/focus";
import type { flow } from "../../lib/types";
import { type Dispatch, type SetStateAction } from "react";
import { type FormOf } from "../../lib/form";

/** One structure with its pencil: naming somebody transfers nothing yet. */
export function Line({
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

interface EachProps {
  list: flow.Managed[];
  named: Record<number, number>;
  setNamed: Dispatch<SetStateAction<Record<number, number>>>;
  form: FormOf<object>;
}

/** Each structure with the person who takes it over. */
export function Each({ list, named, setNamed, form }: EachProps) {
  const { t } = useTranslation();
  const toName = (id: number) => list.flatMap((m) => m.candidates).find((c) => c.id === id)?.name ?? "";
  return (
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
  );
}
