import { Button } from "@mantine/core";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useForm } from "../lib/form";
import { moment } from "../lib/format";
import { refresh } from "../lib/query";
import { told, type Done } from "../lib/told";

const useTold = () => useSyncExternalStore(told.watch, told.get);

/** Takes one thing back, where something does. */
function Back({ done, onDone }: { done: Done; onDone?: () => void }) {
  const { t } = useTranslation();
  const form = useForm({});
  if (!done.back) return null;
  const back = () =>
    void form.send(async () => {
      await done.back?.();
      told.undone(done.id);
      told.add(t("told.undone", { text: done.text }));
      await refresh();
      onDone?.();
    });
  return (
    <>
      <Button size="compact-sm" variant="subtle" onClick={back} loading={form.sending}>
        {t("action.undo")}
      </Button>
      {form.rest().map((text) => (
        <span key={text} className="warn small" role="alert">
          {text}
        </span>
      ))}
    </>
  );
}

/** What was just done, for six seconds, longer while one points at it or stands in it. */
export function JustDone() {
  const latest = useTold()[0];
  const [held, setHeld] = useState(false);
  const [gone, setGone] = useState(0);
  const id = latest?.id ?? 0;
  useEffect(() => {
    if (held || id === 0) return;
    const timer = setTimeout(() => setGone(id), 6_000);
    return () => clearTimeout(timer);
  }, [id, held]);
  const shown = latest !== undefined && gone < latest.id;
  return (
    <div role="status" className="told-place">
      {shown && (
        <div
          className="told"
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span>{latest.text}</span>
          <Back key={latest.id} done={latest} />
        </div>
      )}
    </div>
  );
}

/** All that was done in this session. */
export function ToldList() {
  const { t } = useTranslation();
  const all = useTold();
  if (all.length === 0) return <p className="soft">{t("told.none")}</p>;
  return (
    <ul className="told-list">
      {all.map((d) => (
        <li key={d.id} className="row between">
          <span>
            {d.text} <span className="small soft">{moment(d.at)}</span>
          </span>
          <Back done={d} />
        </li>
      ))}
    </ul>
  );
}
