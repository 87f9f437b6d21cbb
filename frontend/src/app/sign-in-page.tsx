import { Button, Checkbox, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useForm } from "../lib/form";
import { PassphraseField } from "./passphrase-field";
import { activate, enter } from "../api/session";
import { useFirstField } from "../lib/focus";
import { useTitle } from "../lib/title";
import type { flow } from "../lib/types";

/** Signs in, or lets an invited person choose a passphrase. */
export function SignInPage({ onDone, ended, sample }: { onDone: () => void; ended: boolean; sample?: flow.Sample }) {
  const first = useFirstField();
  const { t } = useTranslation();
  useTitle(t("signin.title"));
  const [invited, setInvited] = useState(false);
  const form = useForm({ email: "", code: "", passphrase: "", acceptClock: false });
  const { email, code, passphrase, acceptClock } = form.values;
  const go = () =>
    void form.send(async () => {
      await (invited ? activate(email, code, passphrase) : enter(email, passphrase, acceptClock));
      onDone();
    });
  const odd = form.problems.some((p) => p.key.startsWith("clock."));
  return (
    <div className="gate">
      <main className="panel">
        <form
          className="stack"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            go();
          }}
        >
          <h1>{invited ? t("activate.title") : t("signin.title")}</h1>
          <p className="soft">{invited ? t("activate.text") : ended ? t("session.ended") : t("signin.text")}</p>
          <TextInput
            label={t("signin.email")}
            type="email"
            value={email}
            onChange={(e) => form.set("email", e.currentTarget.value)}
            error={form.error("email")}
            autoComplete="username"
            ref={first}
          />
          {invited && (
            <TextInput
              label={t("activate.code")}
              value={code}
              onChange={(e) => form.set("code", e.currentTarget.value)}
              error={form.error("code")}
              autoComplete="one-time-code"
            />
          )}
          {invited ? (
            <PassphraseField
              value={passphrase}
              onChange={(v) => form.set("passphrase", v)}
              error={form.error("passphrase")}
              personal={[email]}
            />
          ) : (
            <PasswordInput
              label={t("signin.passphrase")}
              value={passphrase}
              onChange={(e) => form.set("passphrase", e.currentTarget.value)}
              error={form.error("passphrase")}
              autoComplete="current-password"
            />
          )}
          {form.rest("email", "passphrase", "code").map((text) => (
            <p key={text} className="note" role="alert">
              {text}
            </p>
          ))}
          {odd && (
            <Checkbox label={t("clock.accept")} checked={acceptClock} onChange={(e) => form.set("acceptClock", e.currentTarget.checked)} />
          )}
          {sample && !invited && (
            <div className="note plain-note row between">
              <span>{t("example.sign_in")}</span>
              <Button
                size="compact-sm"
                loading={form.sending}
                onClick={() =>
                  void form.send(async () => {
                    await enter(sample.email, sample.passphrase, acceptClock);
                    onDone();
                  })
                }
              >
                {t("example.enter")}
              </Button>
            </div>
          )}
          <div className="row between">
            <Button type="submit" loading={form.sending}>
              {invited ? t("activate.go") : t("signin.go")}
            </Button>
            <Button variant="subtle" onClick={() => setInvited(!invited)}>
              {invited ? t("signin.title") : t("activate.have_code")}
            </Button>
          </div>
          {!invited && (
            <details>
              <summary>{t("signin.forgotten")}</summary>
              <p className="soft small">{t("signin.forgotten_text")}</p>
            </details>
          )}
        </form>
      </main>
    </div>
  );
}
