import { Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { EffectPanel, useEffectOf } from "../../components/effect";
import { Page, Panel } from "../../components/page";
import { Form } from "../../components/submit";
import { FoundVerdict } from "../../components/verdict";
import { toFault } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { refresh } from "../../lib/query";
import { sentenceOf } from "../../lib/sentence";
import { lookUp, preview, submit } from "./api";
import { useFirstField } from "../../lib/focus";

const fields = ["identifierType", "identifier", "name", "sphere", "label", "email", "phone"];

/** « Créer une structure »: the identifier is checked as it is typed; what exists already can only be asked for. */
export function CreatePage() {
  const first = useFirstField();
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm({ identifierType: "siret", identifier: "", sphere: "private", name: "", label: "", email: "", phone: "" });
  const v = form.values;
  const digits = v.identifier.replace(/\D/g, "");
  const look = useQuery({
    queryKey: ["look", digits],
    queryFn: () => lookUp({ identifierType: v.identifierType, identifier: v.identifier, ask: true }),
    enabled: digits.length >= 14,
    retry: false,
  });
  const found = look.data?.found;
  const told = found && found.verdict !== "unverifiable" ? found.name : "";
  const exists = look.data?.exists ?? false;
  const refused = found?.verdict === "closed" || (found?.verdict === "unknown" && found.source === "sirene");
  const ready = !!look.data && !exists && !refused && (told !== "" || v.name.trim() !== "");
  const wish = ready ? { fingerprint: "", createStructure: v } : undefined;
  const effect = useEffectOf(wish, preview);
  const wrong =
    form.error("identifier") ?? (look.error && digits.length >= 14 ? toFault(look.error).problems.map(sentenceOf)[0] : undefined);
  const send = () =>
    void form.send(async () => {
      const made = await submit({ fingerprint: effect.ready ? (effect.effect?.fingerprint ?? "") : "", createStructure: v });
      await refresh();
      void navigate(`/structures/${made.created}`);
    });
  return (
    <Page title={t("action.create_structure")} sub={t("structure.create_sub")}>
      <div className="cols">
        <Panel>
          <Form onSubmit={send} sending={form.sending} rest={form.rest(...fields)} disabled={exists || refused}>
            <Select
              label={t("structure.type")}
              value={v.identifierType}
              data={[{ value: "siret", label: t("structure.siret") }]}
              allowDeselect={false}
              onChange={(x) => form.set("identifierType", x ?? "siret")}
              error={form.error("identifierType")}
              withAsterisk
            />
            <TextInput
              label={t("structure.identifier")}
              description={t("siret.form")}
              value={v.identifier}
              onChange={(e) => form.set("identifier", e.currentTarget.value)}
              error={wrong}
              withAsterisk
              aria-required="true"
              ref={first}
            />
            {exists && (
              <div className="note" role="status">
                <p>{look.data?.name ? t("structure.exists_named", { name: look.data.name }) : t("structure.exists")}</p>
                <p className="row" style={{ marginTop: 8 }}>
                  <Link to={`/demandes/creer?siret=${digits}`}>{t("action.ask_membership")}</Link>
                  {!!look.data?.id && <Link to={`/structures/${look.data.id}`}>{t("structure.open")}</Link>}
                </p>
              </div>
            )}
            {found?.verdict && !exists && <FoundVerdict found={found} retry={() => void look.refetch()} />}
            {told ? (
              <TextInput label={t("structure.name")} value={told} readOnly disabled description={t("structure.from_register")} />
            ) : (
              <TextInput
                label={t("structure.name")}
                value={v.name}
                onChange={(e) => form.set("name", e.currentTarget.value)}
                error={form.error("name")}
                withAsterisk
                aria-required="true"
              />
            )}
            <Select
              label={t("structure.sphere")}
              value={v.sphere}
              allowDeselect={false}
              onChange={(s) => form.set("sphere", s ?? "private")}
              error={form.error("sphere")}
              data={(["private", "state", "local"] as const).map((s) => ({ value: s, label: t(`sphere.${s}`) }))}
            />
            <TextInput
              label={t("structure.label")}
              value={v.label}
              onChange={(e) => form.set("label", e.currentTarget.value)}
              error={form.error("label")}
            />
            <div className="two">
              <TextInput
                label={t("structure.email")}
                type="email"
                value={v.email}
                onChange={(e) => form.set("email", e.currentTarget.value)}
                error={form.error("email")}
              />
              <TextInput
                label={t("structure.phone")}
                type="tel"
                value={v.phone}
                onChange={(e) => form.set("phone", e.currentTarget.value)}
                error={form.error("phone")}
              />
            </div>
          </Form>
        </Panel>
        <EffectPanel effect={effect.effect} error={effect.error} fallback={told || v.name} />
      </div>
    </Page>
  );
}
