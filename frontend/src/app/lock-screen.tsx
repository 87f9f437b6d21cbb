import { Problems } from "../components/state";
import { Button, PasswordInput } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useForm } from "../lib/form";
import { forget, refresh } from "../lib/query";
import { leave, unlock } from "../api/session";
import { useFirstField } from "../lib/focus";
import { useTitle } from "../lib/title";
import type { flow } from "../lib/types";

/** « Verrouillé. Rien n’est perdu, votre saisie vous attend. » */
export function LockScreen({ sample }: { sample?: flow.Sample }) {
  const { t } = useTranslation();
  const field = useRef(document.activeElement instanceof HTMLElement ? document.activeElement : null); // where somebody was typing
  const first = useFirstField();
  const form = useForm({ passphrase: "" });
  useTitle(t("lock.title"));
  useEffect(() => {
    const before = field.current;
    return () => {
      requestAnimationFrame(() => before?.isConnected && before.focus());
    };
  }, []);
  const open = (passphrase = form.values.passphrase) =>
    void form.send(async () => {
      await unlock(passphrase);
      await refresh();
    });
  return (
    <div className="lock gate" role="dialog" aria-modal="true" aria-label={t("lock.title")}>
      <form
        className="panel stack"
        onSubmit={(event) => {
          event.preventDefault();
          open();
        }}
      >
        <h1>{t("lock.title")}</h1>
        <p>{t("lock.text")}</p>
        <PasswordInput
          label={t("signin.passphrase")}
          value={form.values.passphrase}
          onChange={(e) => form.set("passphrase", e.currentTarget.value)}
          error={form.error("passphrase")}
          autoComplete="current-password"
          ref={first}
        />
        {sample && (
          <div className="note plain-note row between">
            <span>{t("example.sign_in")}</span>
            <Button size="compact-sm" onClick={() => open(sample.passphrase)} loading={form.sending}>
              {t("example.enter")}
            </Button>
          </div>
        )}
        <div className="row">
          <Button type="submit" loading={form.sending}>
            {t("lock.open")}
          </Button>
          <Button variant="default" onClick={() => void form.send(() => leave().then(forget))}>
            {t("session.leave")}
          </Button>
        </div>
        <Problems texts={form.rest("passphrase")} />
      </form>
    </div>
  );
}
