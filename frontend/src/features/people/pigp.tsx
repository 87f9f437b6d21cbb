import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { change, submit } from "../../api/changes";
import { useForm } from "../../lib/form";
import { refresh } from "../../lib/query";
import type { people } from "../../lib/types";

/** Whether the person has a PIGP account, which who may edit them writes down. */
export function PIGP({ u }: { u: people.User }) {
  const { t } = useTranslation();
  const form = useForm({});
  const set = (has: boolean) =>
    void form.send(async () => {
      await submit(change("user.set_pigp", { user: u.id, has }));
      await refresh();
    });
  if (!u.editable) return null;
  return (
    <Checkbox
      mt={16}
      label={t("user.pigp_text")}
      checked={u.pigp}
      onChange={(e) => set(e.currentTarget.checked)}
      disabled={form.sending}
      error={form.rest()[0]}
    />
  );
}
