import { Problems } from "../components/state";
import { Button, Checkbox, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useForm } from "../lib/form";
import { PassphraseField } from "./passphrase-field";
import { activate, enter } from "../api/session";
import { useFirstField } from "../lib/focus";
import { useTitle } from "../lib/title";
import type { flow } from "../lib/types";

const nothing = { email: "", code: "", passphrase: "", acceptClock: false };
type Entry = ReturnType<typeof useForm<typeof nothing>>;

/** The code of an invitation, and the passphrase that one chooses. */
function NewSecret({ form }: { form: Entry }) {
  const { t } = useTranslation();
  const { email, code, passphrase } = form.values;
  return (
    <>
      <TextInput
        label={t("activate.code")}
        value={code}
        onChange={(e) => form.set("code", e.currentTarget.value)}
        error={form.error("code")}
        autoComplete="one-time-code"
      />
      <PassphraseField value={passphrase} onChange={(v) => form.set("passphrase", v)} error={form.error("passphrase")} personal={[email]} />
    </>
  );
}

/** The passphrase that one has. */
function Secret({ form }: { form: Entry }) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t("signin.passphrase")}
      value={form.values.passphrase}
      onChange={(e) => form.set("passphrase", e.currentTarget.value)}
      error={form.error("passphrase")}
      autoComplete="current-password"
    />
  );
}

/** The way into the example. */
function Example({ sending, onEnter }: { sending: boolean; onEnter: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="note plain-note row between">
      <span>{t("example.sign_in")}</span>
      <Button size="compact-sm" loading={sending} onClick={onEnter}>
        {t("example.enter")}
      </Button>
    </div>
  );
}

/** Signs in, or lets an invited person choose a passphrase. */
export function SignInPage({ onDone, ended, sample }: { onDone: () => void; ended: boolean; sample?: flow.Sample }) {
  const first = useFirstField();
  const { t } = useTranslation();
  useTitle(t("signin.title"));
  const [invited, setInvited] = useState(false);
  const form = useForm(nothing);
  const { email, code, passphrase, acceptClock } = form.values;
  const go = () =>
    void form.send(async () => {
      await (invited ? activate(email, code, passphrase) : enter(email, passphrase, acceptClock));
      onDone();
    });
  const signIn = (as: string, by: string) =>
    void form.send(async () => {
      await enter(as, by, acceptClock);
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
          {invited ? <NewSecret form={form} /> : <Secret form={form} />}
          <Problems texts={form.rest("email", "passphrase", "code")} />
          {odd && (
            <Checkbox label={t("clock.accept")} checked={acceptClock} onChange={(e) => form.set("acceptClock", e.currentTarget.checked)} />
          )}
          {sample && !invited && <Example sending={form.sending} onEnter={() => signIn(sample.email, sample.passphrase)} />}
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
