import { Problems } from "../components/state";
import { Button } from "@mantine/core";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { copyText } from "../lib/copy";
import { useForm } from "../lib/form";
import { noted, stepText } from "../lib/noted";
import { refresh } from "../lib/query";
import { finishFollowUp } from "../api/session";

/** « C’est noté ici. »: after a change that acts elsewhere too, what is to be done there. It follows to the page that the form leads to, and no further. */
export function Noted() {
  const { t } = useTranslation();
  const steps = useSyncExternalStore(noted.watch, noted.get);
  const [copied, setCopied] = useState<typeof steps>();
  const form = useForm({});
  const { pathname } = useLocation();
  const age = useRef(0);
  useEffect(() => {
    age.current = 0;
  }, [steps]);
  useEffect(() => {
    if (age.current++ > 0) noted.set([]);
  }, [pathname]);
  if (steps.length === 0) return null;
  const copy = () =>
    void form.send(async () => {
      await copyText(steps.map(stepText).join("\n"));
      setCopied(steps);
    });
  const done = () =>
    void form.send(async () => {
      for (const step of steps) await finishFollowUp(step.id);
      noted.set([]);
      await refresh();
    });
  return (
    <section className="noted panel" aria-label={t("noted.title")}>
      <div role="status">
        <h2>{t("noted.title")}</h2>
        <p className="soft small">{t("noted.text")}</p>
        <ul className="bullets">
          {steps.map((step) => (
            <li key={step.id}>{stepText(step)}</li>
          ))}
        </ul>
      </div>
      <Problems texts={form.rest()} className="warn small" />
      <div className="row">
        <Button size="compact-sm" variant="default" onClick={copy}>
          {copied === steps ? t("follow_up.copied") : t("follow_up.copy")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={done} loading={form.sending}>
          {t("follow_up.done")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => noted.set([])}>
          {t("noted.later")}
        </Button>
      </div>
    </section>
  );
}
