import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useChange } from "../api/use-change";
import { useForm } from "../lib/form";
import { ChangeForm } from "./change-form";
import { DayInput } from "./day-input";
import { Dialog } from "./dialog";

/** Puts the end of a membership off, with the profiles that end with it, after showing what that does to rights. */
export function ExtendMembership({ membership, onClose }: { membership: number; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ until: "", grants: true });
  const made = useChange("membership.extend", { membership, ...form.values });
  return (
    <Dialog onClose={onClose} title={t("membership.extend_title")} size={560}>
      <ChangeForm
        dialog
        change={made}
        form={form}
        fields={["until"]}
        previewed={["until"]}
        label={t("grant.extend_verb")}
        onSaved={onClose}
        onCancel={onClose}
      >
        <DayInput
          label={t("grant.extend_until")}
          description={t("membership.extend_until_text")}
          value={form.values.until}
          onChange={(day) => form.set("until", day)}
          error={form.error("until") ?? (form.values.until ? made.of("until") : undefined)}
        />
        <Checkbox
          label={t("membership.extend_grants")}
          checked={form.values.grants}
          onChange={(e) => form.set("grants", e.currentTarget.checked)}
        />
      </ChangeForm>
    </Dialog>
  );
}
