import { change, submit } from "../../api/changes";
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/page";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { structure } from "../../lib/types";

export function Registration({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const form = useForm({});
  const registered = (state: string) => change("platform.set_registration", { id: s.id, state });
  return (
    <Panel title={t("platform.registration")}>
      <Select
        label={t("platform.registration_state")}
        value={s.registration}
        data={(["pending", "registered", "withdrawn"] as const).map((r) => ({ value: r, label: t(`registration.${r}`) }))}
        allowDeselect={false}
        onChange={(state) =>
          void form.send(async () => {
            await submit(registered(state ?? ""), "", registered(s.registration));
            await saved();
          })
        }
        error={form.rest()[0]}
      />
    </Panel>
  );
}
