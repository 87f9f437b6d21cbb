import { useQuery } from "@tanstack/react-query";
import { getState } from "../../api/session";
import { say } from "../../i18n";
import { change, submit } from "../../api/changes";
import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/page";
import { Form } from "../../components/submit";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";

/** The families of profiles in use: the tools whose rights the firm follows. */
export function FamiliesInUse({ used, told, onTold }: { used: string[]; told: boolean; onTold: (told: boolean) => void }) {
  const { t } = useTranslation();
  const families = useQuery({ queryKey: ["session"], queryFn: getState }).data?.families ?? [];
  const form = useForm({ families: used });
  const v = form.values.families;
  const send = () =>
    void form.send(async () => {
      onTold(false);
      await submit(change("firm.use_families", { families: v }), "", change("firm.use_families", { families: used }));
      onTold(true);
      await saved();
    });
  return (
    <Panel title={t("settings.families")}>
      <Form onSubmit={send} sending={form.sending} back={false} rest={form.rest()}>
        <p className="soft">{t("settings.families_text")}</p>
        {families.map((f) => (
          <Checkbox
            key={f}
            label={say(`family.${f}`)}
            checked={v.includes(f)}
            onChange={(e) => form.set("families", e.currentTarget.checked ? [...v, f] : v.filter((x) => x !== f))}
          />
        ))}
        {told && (
          <p className="note good" role="status">
            {t("settings.families_saved")}
          </p>
        )}
      </Form>
    </Panel>
  );
}
