import { change, submit } from "../../api/changes";
import { Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { Loaded } from "../../components/state";
import { Form } from "../../components/submit";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import { readPlatforms } from "../../api/platforms";

/** The official list of registered platforms, pasted: what « connu comme immatriculé » rests on. */
export function OfficialList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["platforms", "listed"], queryFn: readPlatforms });
  return (
    <Dialog onClose={onClose} title={t("platforms.official")} size="lg">
      <Loaded query={query}>{(list) => <OfficialForm text={list.text} onClose={onClose} />}</Loaded>
    </Dialog>
  );
}

function OfficialForm({ text, onClose }: { text: string; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ text });
  const send = () =>
    void form.send(async () => {
      await submit(change("platform.list", { text: form.values.text }));
      await saved();
      onClose();
    });
  return (
    <Form onSubmit={send} sending={form.sending} rest={form.rest("text")} back={false} label={t("action.save")}>
      <Textarea
        label={t("platforms.official_list")}
        description={t("platforms.official_form")}
        value={form.values.text}
        onChange={(e) => form.set("text", e.currentTarget.value)}
        error={form.error("text")}
        autosize
        minRows={6}
        maxRows={16}
      />
    </Form>
  );
}
