import { Problems } from "../components/state";
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../components/dialog";
import { useForm } from "../lib/form";
import { forget, queries } from "../lib/query";
import { unsaved } from "../lib/unsaved";
import { useMe } from "../api/firm";
import { startOver } from "../api/session";

/** That the firm is the example, and the way out of it for who may end it. */
export function ExampleBanner() {
  const { t } = useTranslation();
  const { me } = useMe();
  const [asked, setAsked] = useState(false);
  const form = useForm({});
  const erase = () =>
    void form.send(async () => {
      unsaved.clear();
      await startOver();
      await forget();
      await queries.invalidateQueries({ queryKey: ["session"] });
    });
  return (
    <div className="example" role="note">
      <p>{t("example.banner")}</p>
      {me?.firmWide.includes("firm.admin") && (
        <Button size="compact-sm" variant="default" onClick={() => setAsked(true)}>
          {t("example.erase")}
        </Button>
      )}
      {asked && (
        <Dialog onClose={() => setAsked(false)} title={t("example.erase")}>
          <div className="stack">
            <p>{t("example.erase_text")}</p>
            <Problems texts={form.rest()} />
            <div className="row">
              <Button color="red" onClick={erase} loading={form.sending}>
                {t("example.erase")}
              </Button>
              <Button variant="default" onClick={() => setAsked(false)} data-autofocus>
                {t("action.cancel")}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  );
}
