import { change, submit } from "../../api/changes";
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Dialog } from "../../components/dialog";
import { Form } from "../../components/submit";
import { useFirstField } from "../../lib/focus";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { structure } from "../../lib/types";
import { StateForm } from "./state-form";

/** « Le SIRET est arrivé »: the SIRET that replaces a provisional identifier. */
export function Arrived({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ siret: "" });
  const first = useFirstField();
  const send = () =>
    void form.send(async () => {
      await submit(change("structure.identify", { id, siret: form.values.siret }));
      await saved();
      onClose();
    });
  return (
    <Dialog onClose={onClose} title={t("action.siret_arrived")}>
      <Form onSubmit={send} sending={form.sending} rest={form.rest("identifier")} back={false}>
        <p>{t("arrived.text")}</p>
        <TextInput
          label={t("identifier.siret")}
          description={t("siret.form")}
          value={form.values.siret}
          onChange={(e) => {
            form.set("siret", e.currentTarget.value);
            form.setProblems([]);
          }}
          error={form.error("identifier")}
          withAsterisk
          ref={first}
        />
      </Form>
    </Dialog>
  );
}

/** « Annuler la création »: what it does, then its preview. */
export function Cancel({ s, onClose }: { s: structure.Structure; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Dialog onClose={onClose} title={t("action.cancel_creation")} size="xl">
      <StateForm
        kind="structure.cancel"
        input={{ structure: s.id }}
        label={t("action.cancel_creation")}
        ends
        onSaved={() => void navigate("/structures")}
        onCancel={onClose}
      >
        <p>{t("cancel_creation.text", { name: s.name })}</p>
      </StateForm>
    </Dialog>
  );
}
