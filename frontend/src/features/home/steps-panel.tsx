import { Problems } from "../../components/state";
import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { change, submit } from "../../api/changes";
import { Panel } from "../../components/page";
import { copyText } from "../../lib/copy";
import { useForm } from "../../lib/form";
import { day } from "../../lib/format";
import { stepText } from "../../lib/noted";
import { refresh } from "../../lib/query";
import type { view } from "../../lib/types";
import { listSteps } from "../../api/grants";
import { Few } from "./few";

function Step({ item, chosen, onChoose }: { item: view.FollowUp; chosen: boolean; onChoose: (yes: boolean) => void }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const form = useForm({});
  const text = stepText(item);
  return (
    <tr>
      <td>
        <Checkbox label={text} description={day(item.at)} checked={chosen} onChange={(e) => onChoose(e.currentTarget.checked)} />
        <Problems texts={form.rest()} className="warn small" />
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

/** What is still to be done in other portals. */
export function StepsPanel({ first, next }: { first: view.FollowUp[]; next: string }) {
  const { t } = useTranslation();
  const [ticked, setTicked] = useState<number[]>([]);
  return (
    <Panel title={t("home.follow_ups")}>
      {first.length === 0 && <p className="soft">{t("home.no_follow_ups")}</p>}
      <Few name="steps" first={first} next={next} read={listSteps}>
        {(f) => (
          <Step
            key={f.id}
            item={f}
            chosen={ticked.includes(f.id)}
            onChoose={(yes) => setTicked((old) => (yes ? [...old, f.id] : old.filter((x) => x !== f.id)))}
          />
        )}
      </Few>
      <SeveralSteps ids={ticked} onDone={() => setTicked([])} />
    </Panel>
  );
}
