import { Problems } from "../components/state";
import { Button, PasswordInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../components/dialog";
import { confirmBy } from "../lib/fault";
import { useForm } from "../lib/form";
import { confirm } from "../api/session";

function Asked({ answer }: { answer: (given: boolean) => void }) {
  const { t } = useTranslation();
  const form = useForm({ passphrase: "" });
  const send = () =>
    void form.send(async () => {
      await confirm(form.values.passphrase);
      answer(true);
    });
  return (
    <Dialog onClose={() => answer(false)} title={t("confirm.title")}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          send();
        }}
      >
        <p>{t("confirm.text")}</p>
        <PasswordInput
          label={t("signin.passphrase")}
          value={form.values.passphrase}
          onChange={(e) => form.set("passphrase", e.currentTarget.value)}
          error={form.error("passphrase")}
          autoComplete="current-password"
          data-autofocus
        />
        <Problems texts={form.rest("passphrase")} />
        <div className="row">
          <Button type="submit" loading={form.sending}>
            {t("confirm.go")}
          </Button>
          <Button variant="default" onClick={() => answer(false)}>
            {t("action.cancel")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks for the passphrase before what a session left open alone does not do. */
export function Confirm() {
  const [answer, setAnswer] = useState<(given: boolean) => void>();
  useEffect(() => {
    confirmBy(
      () =>
        new Promise((resolve) => {
          setAnswer(() => (given: boolean) => {
            setAnswer(undefined);
            resolve(given);
          });
        }),
    );
    return () => confirmBy(undefined);
  }, []);
  return answer && <Asked answer={answer} />;
}
