import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { Dialog } from "../components/dialog";
import { unsaved } from "../lib/unsaved";

/** Asks before a page is left on which something was typed that is not saved, by whichever link, key or action. */
export function Leaving() {
  const { t } = useTranslation();
  const [go, setGo] = useState<() => void>();
  useEffect(() => {
    unsaved.asked((then) => setGo(() => then));
    return () => unsaved.asked(undefined);
  }, []);
  const way = useBlocker(
    // The browser's own steps back are its own: the history does not know how far some of them lead.
    ({ currentLocation: here, nextLocation: there, historyAction }) =>
      historyAction !== "POP" && unsaved.any() && here.pathname !== there.pathname,
  );
  const then = go ?? (way.state === "blocked" ? way.proceed : undefined);
  if (!then) return null;
  const stay = () => {
    setGo(undefined);
    if (way.state === "blocked") way.reset();
  };
  return (
    <Dialog onClose={stay} title={t("leave.title")}>
      <div className="stack">
        <p>{t("leave.text")}</p>
        <div className="row">
          <Button data-autofocus onClick={stay}>
            {t("leave.stay")}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              unsaved.clear();
              setGo(undefined);
              then();
            }}
          >
            {t("leave.go")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
