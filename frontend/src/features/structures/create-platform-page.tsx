import { emptyFields } from "./fields";
import { change, submit } from "../../api/changes";
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { Page, Panel } from "../../components/page";
import { Form } from "../../components/submit";
import { toFault } from "../../lib/fault";
import { useFirstField } from "../../lib/focus";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import { sentenceOf } from "../../lib/sentence";
import { say } from "../../i18n";
import { lookUp } from "../../api/structures";

/** « Créer une PDP »: « Soumettre » is there once its registration number is complete, well formed, known as registered, and not here yet. */
export function CreatePlatformPage() {
  const { t } = useTranslation();
  const first = useFirstField();
  const navigate = useNavigate();
  const form = useForm({ identifier: "", name: "" });
  const v = form.values;
  const typed = v.identifier.trim();
  const look = useQuery({
    queryKey: ["look", "platform", typed],
    queryFn: () => lookUp({ identifierType: "platform", identifier: typed, ask: false }),
    enabled: typed.length >= 4,
    retry: false,
  });
  const data = typed.length >= 4 ? look.data : undefined;
  const wrong = form.error("identifier") ?? (look.error && typed.length >= 4 ? toFault(look.error).problems.map(sentenceOf)[0] : undefined);
  const known = data?.platform === "registered";
  const ready = !!data && !look.isFetching && !data.exists && known;
  const send = () =>
    void form.send(async () => {
      const name = v.name || data?.known || "";
      const made = await submit(
        change("structure.create", {
          ...emptyFields,
          name,
          identifierType: "platform",
          identifier: typed,
          sphere: "platform",
          later: false,
        }),
      );
      await saved();
      void navigate(`/structures/${made.created}`);
    });
  const content = (
    <>
      <TextInput
        label={t("platform.identifier")}
        description={t("platform.form")}
        value={v.identifier}
        onChange={(e) => form.set("identifier", e.currentTarget.value)}
        error={wrong}
        withAsterisk
        aria-required="true"
        ref={first}
      />
      {data?.exists && (
        <div className="note" role="status">
          <p>{t("platform.exists")}</p>
          <p className="row" style={{ marginTop: 8 }}>
            <Link to={`/demandes/creer?type=platform&siret=${encodeURIComponent(typed)}`}>{t("action.ask_membership")}</Link>
            {data.id > 0 && <Link to={`/structures/${data.id}`}>{t("structure.open")}</Link>}
          </p>
        </div>
      )}
      {data && !data.exists && !known && (
        <p className="note" role="status">
          {say(data.platform ? `platform.is_${data.platform}` : "platform.not_registered")}
        </p>
      )}
      {ready && (
        <TextInput
          label={t("structure.name")}
          value={v.name || data.known}
          onChange={(e) => form.set("name", e.currentTarget.value)}
          error={form.error("name")}
          withAsterisk
        />
      )}
    </>
  );
  return (
    <Page title={t("action.create_platform")} sub={t("platform.create_sub")}>
      <Panel>
        <Form onSubmit={send} sending={form.sending} rest={form.rest("identifier", "name")} ready={ready}>
          {content}
        </Form>
      </Panel>
    </Page>
  );
}
