import { say } from "../i18n";
import { Problems } from "../components/state";
import { Button, Checkbox, SegmentedControl, TextInput } from "@mantine/core";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { setLanguage } from "../i18n";
import type { useForm } from "../lib/form";
import { PassphraseField } from "./passphrase-field";

const fields = ["email", "firstName", "lastName", "passphrase", "name"];

/** What the first launch asks, as it stands before anything is answered. */
export const nothingAsked = {
  kind: "own",
  name: "",
  registry: "annuaire",
  sireneKey: "",
  families: ["portail-public"] as string[],
  type: "siret",
  siret: "",
  structureName: "",
  sphere: "private",
  email: "",
  firstName: "",
  lastName: "",
  passphrase: "",
};

/** The form of the first launch. */
export type Asked = ReturnType<typeof useForm<typeof nothingAsked>>;

/** Whose structures are kept: one's own firm's, a practice's clients', or an example's. */
export function KindStep({ form, onChoose }: { form: Asked; onChoose: (kind: string) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <SegmentedControl
        aria-label={t("settings.language")}
        value={i18next.language}
        onChange={(l) => void setLanguage(l)}
        data={(["fr", "en"] as const).map((l) => ({ value: l, label: t(`language.${l}`) }))}
        style={{ alignSelf: "flex-start" }}
      />
      <h1>{t("welcome.title")}</h1>
      <p>{t("welcome.text")}</p>
      {(["own", "practice", "sample"] as const).map((kind) => (
        <button key={kind} type="button" className="choice" onClick={() => onChoose(kind)} disabled={form.sending}>
          <b>{t(`welcome.${kind}`)}</b>
          <span className="soft small">{kind === "sample" && form.sending ? t("welcome.sample_made") : t(`welcome.${kind}_text`)}</span>
        </button>
      ))}
      <Problems texts={form.rest()} />
    </>
  );
}

/** Whether SIRETs are checked at INSEE. */
export function RegistryStep({ onPick }: { onPick: (registry: string) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <h1>{t("welcome.registry")}</h1>
      <p>{t("welcome.registry_text")}</p>
      <button type="button" className="choice" onClick={() => onPick("annuaire")}>
        <b>{t("answer.yes")}</b>
      </button>
      <button type="button" className="choice" onClick={() => onPick("none")}>
        <b>{t("welcome.registry_no")}</b>
      </button>
    </>
  );
}

/** Which tools the firm's people work with. */
export function FamiliesStep({ form, families, onNext }: { form: Asked; families: string[]; onNext: () => void }) {
  const { t } = useTranslation();
  const v = form.values;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onNext();
      }}
    >
      <h1>{t("welcome.families")}</h1>
      <p className="soft">{t("welcome.families_text")}</p>
      {families.map((family) => (
        <Checkbox
          key={family}
          label={say(`family.${family}`)}
          checked={v.families.includes(family)}
          onChange={(e) => form.set("families", e.currentTarget.checked ? [...v.families, family] : v.families.filter((f) => f !== family))}
        />
      ))}
      <div className="row">
        <Button type="submit">{t("action.continue")}</Button>
      </div>
    </form>
  );
}

/** Who sets the firm up, and their passphrase. */
export function YouStep({ form, onFinish }: { form: Asked; onFinish: () => void }) {
  const { t } = useTranslation();
  const v = form.values;
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onFinish();
      }}
    >
      <h1>{t("welcome.you")}</h1>
      <p>{t("welcome.you_text")}</p>
      <TextInput
        label={t("firm.name")}
        value={v.name}
        onChange={(e) => form.set("name", e.currentTarget.value)}
        error={form.error("name")}
        required
      />
      <div className="two">
        <TextInput
          label={t("user.first_name")}
          value={v.firstName}
          onChange={(e) => form.set("firstName", e.currentTarget.value)}
          error={form.error("firstName")}
          required
          autoComplete="given-name"
        />
        <TextInput
          label={t("user.last_name")}
          value={v.lastName}
          onChange={(e) => form.set("lastName", e.currentTarget.value)}
          error={form.error("lastName")}
          required
          autoComplete="family-name"
        />
      </div>
      <TextInput
        label={t("signin.email")}
        type="email"
        value={v.email}
        onChange={(e) => form.set("email", e.currentTarget.value)}
        error={form.error("email")}
        required
        autoComplete="username"
      />
      <PassphraseField
        value={v.passphrase}
        onChange={(p) => form.set("passphrase", p)}
        error={form.error("passphrase")}
        personal={[v.email, v.name, v.lastName]}
      />
      <p className="note plain-note">{t("welcome.no_recovery")}</p>
      <Problems texts={form.rest(...fields)} />
      <div className="row">
        <Button type="submit" loading={form.sending}>
          {t("welcome.start")}
        </Button>
      </div>
    </form>
  );
}
