import { Button } from "@mantine/core";
import { useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { refresh } from "../lib/query";
import { silence } from "../lib/silence";
import { getState } from "../api/session";

/** « Habilis ne répond plus. Votre saisie est gardée. »: one banner for all that waits, until something answers; then everything is read again. */
export function Silent() {
  const { t } = useTranslation();
  const silent = useSyncExternalStore(silence.watch, silence.get);
  useEffect(() => {
    if (!silent) return;
    const timer = setInterval(() => void ask(), 3_000);
    return () => clearInterval(timer);
  }, [silent]);
  if (!silent) return null;
  return (
    <div className="silent" role="alert">
      <span>{t("silent.text")}</span>
      <Button size="compact-sm" variant="default" onClick={() => void ask()}>
        {t("action.retry")}
      </Button>
    </div>
  );
}

async function ask(): Promise<void> {
  await getState().then(refresh, () => undefined);
}
