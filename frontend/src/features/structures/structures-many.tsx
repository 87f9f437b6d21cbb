import { TagsInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { change, submit } from "../../api/changes";
import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { Dialog } from "../../components/dialog";
import { Form } from "../../components/submit";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";

/** Activates or deactivates many, all or none, after their preview. */
export function States({ ids, active, onClose, onDone }: { ids: number[]; active: boolean; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const form = useForm({});
  const made = useChange("structure.set_states", { structures: ids, active });
  const verb = t(active ? "state.activate_verb" : "state.deactivate_verb");
  return (
    <Dialog onClose={onClose} title={verb} size="lg">
      <ChangeForm dialog change={made} form={form} label={verb} ends={!active} onSaved={onDone} onCancel={onClose}>
        <p>{t(active ? "structures.activate_many" : "structures.deactivate_many", { count: ids.length })}</p>
      </ChangeForm>
    </Dialog>
  );
}

// What is offered stays off the button below.
const above = { position: "top" as const };

/** Labels many: some added, some taken away. */
export function Labels({ ids, known, onClose }: { ids: number[]; known: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ add: [] as string[], remove: [] as string[] });
  const send = () =>
    void form.send(async () => {
      await submit(change("structure.label", { structures: ids, ...form.values }));
      await saved();
      onClose();
    });
  return (
    <Dialog onClose={onClose} title={t("structures.label")}>
      <Form onSubmit={send} sending={form.sending} rest={form.rest("labels")} back={false}>
        <p>{t("structures.label_many", { count: ids.length })}</p>
        <TagsInput
          label={t("structures.label_add")}
          data={known}
          value={form.values.add}
          onChange={(x) => form.set("add", x)}
          comboboxProps={above}
          error={form.error("labels")}
        />
        <TagsInput
          label={t("structures.label_remove")}
          data={known}
          value={form.values.remove}
          onChange={(x) => form.set("remove", x)}
          comboboxProps={above}
        />
      </Form>
    </Dialog>
  );
}
