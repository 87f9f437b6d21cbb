import { Button, Checkbox, SegmentedControl, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import i18next from "i18next";
import { setLanguage } from "../i18n";
import { useForm } from "../lib/form";
import { PassphraseField } from "./passphrase-field";
import { setUp } from "../api/session";
import { FirstStructure } from "./first-structure";
import { emptyFields } from "../features/structures/structure-fields";

const steps = ["kind", "registry", "structure", "families", "you"] as const;
const families = ["portail-public", "cabinet", "portail-client", "dossier"] as const;
/** Who sets the example up: nobody is asked. */
const nobody = { name: "", registry: "none", sireneKey: "", families: [], email: "", firstName: "", lastName: "", passphrase: "" };
const fields = ["email", "firstName", "lastName", "passphrase", "name"];

/** The first launch: who keeps what, whether SIRETs are checked, the first structure, the tools, the passphrase. */
export function WelcomePage({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [step, setStep] = useState(0);
  const form = useForm({
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
  });
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // each step begins in its first field, or on its first choice; the first structure's page looks for itself
    if (step !== 2) main.current?.querySelector<HTMLElement>("button.choice, form input")?.focus();
  }, [step]);
  const v = form.values;
  const common = { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, language: i18next.language };
  const choose = (kind: string) => {
    if (kind === "sample") {
      void form.send(async () => {
        await setUp({ ...common, kind, ...nobody });
        onDone();
      });
      return;
    }
    if (kind !== v.kind || v.families.length === 0)
      form.setValues({ ...v, kind, families: kind === "own" ? ["portail-public"] : ["cabinet", "portail-client"] });
    setStep(1);
  };
  const finish = () =>
    void form.send(async () => {
      const structure = v.siret
        ? { ...emptyFields, identifierType: v.type, identifier: v.siret, sphere: v.sphere, name: v.structureName, later: false }
        : undefined;
      await setUp({
        ...common,
        kind: v.kind,
        name: v.name || v.structureName,
        registry: v.registry,
        sireneKey: v.sireneKey,
        families: v.families,
        structure,
        email: v.email,
        firstName: v.firstName,
        lastName: v.lastName,
        passphrase: v.passphrase,
      });
      onDone();
    });
  const pick = (registry: string) => {
    form.set("registry", registry);
    setStep(2);
  };
  return (
    <div className="gate">
      <main className="panel stack" ref={main}>
        {step > 0 && <p className="small soft">{t("welcome.step", { step, of: steps.length - 1 })}</p>}
        {step === 0 && (
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
              <button key={kind} type="button" className="choice" onClick={() => choose(kind)} disabled={form.sending}>
                <b>{t(`welcome.${kind}`)}</b>
                <span className="soft small">
                  {kind === "sample" && form.sending ? t("welcome.sample_made") : t(`welcome.${kind}_text`)}
                </span>
              </button>
            ))}
            {form.rest().map((text) => (
              <p key={text} className="note" role="alert">
                {text}
              </p>
            ))}
          </>
        )}
        {step === 1 && (
          <>
            <h1>{t("welcome.registry")}</h1>
            <p>{t("welcome.registry_text")}</p>
            <button type="button" className="choice" onClick={() => pick("annuaire")}>
              <b>{t("answer.yes")}</b>
            </button>
            <button type="button" className="choice" onClick={() => pick("none")}>
              <b>{t("welcome.registry_no")}</b>
            </button>
          </>
        )}
        {step === 2 && (
          <FirstStructure
            registry={v.registry}
            type={v.type}
            siret={v.siret}
            structureName={v.structureName}
            sphere={v.sphere}
            error={form.error}
            onChange={(place) => form.setValues((old) => ({ ...old, ...place }))}
            onNext={() => {
              form.setValues((old) => ({ ...old, name: old.name || old.structureName }));
              setStep(3);
            }}
            onLater={() => {
              form.setValues((old) => ({ ...old, siret: "", structureName: "" }));
              setStep(3);
            }}
          />
        )}
        {step === 3 && (
          <form
            className="stack"
            onSubmit={(event) => {
              event.preventDefault();
              setStep(4);
            }}
          >
            <h1>{t("welcome.families")}</h1>
            <p className="soft">{t("welcome.families_text")}</p>
            {families.map((family) => (
              <Checkbox
                key={family}
                label={t(`family.${family}`)}
                checked={v.families.includes(family)}
                onChange={(e) =>
                  form.set("families", e.currentTarget.checked ? [...v.families, family] : v.families.filter((f) => f !== family))
                }
              />
            ))}
            <div className="row">
              <Button type="submit">{t("action.continue")}</Button>
            </div>
          </form>
        )}
        {step === 4 && (
          <form
            className="stack"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              finish();
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
            {form.rest(...fields).map((text) => (
              <p key={text} className="note" role="alert">
                {text}
              </p>
            ))}
            <div className="row">
              <Button type="submit" loading={form.sending}>
                {t("welcome.start")}
              </Button>
            </div>
          </form>
        )}
        {step > 0 && (
          <Button variant="subtle" onClick={() => setStep(step - 1)} style={{ alignSelf: "flex-start" }}>
            {t("action.back")}
          </Button>
        )}
      </main>
    </div>
  );
}
