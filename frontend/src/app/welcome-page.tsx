import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import i18next from "i18next";
import { useForm } from "../lib/form";
import { setUp } from "../api/session";
import { FirstStructure } from "./first-structure";
import { FamiliesStep, KindStep, nothingAsked, RegistryStep, YouStep } from "./welcome-steps";
import { emptyFields } from "../features/structures/fields";

const steps = ["kind", "registry", "structure", "families", "you"] as const;
/** Who sets the example up: nobody is asked. */
const nobody = { name: "", registry: "none", sireneKey: "", families: [], email: "", firstName: "", lastName: "", passphrase: "" };

const common = () => ({ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, language: i18next.language });

/** What the set-up is sent: the first structure only where its number was given. */
function asked(v: typeof nothingAsked) {
  const { type, siret, structureName, sphere, ...rest } = v;
  const structure = siret
    ? { ...emptyFields, identifierType: type, identifier: siret, sphere, name: structureName, later: false }
    : undefined;
  return { ...rest, name: v.name || structureName, structure };
}

/** The first launch: who keeps what, whether SIRETs are checked, the first structure, the tools, the passphrase. */
export function WelcomePage({ families, onDone }: { families: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const [step, setStep] = useState(0);
  const form = useForm(nothingAsked);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // each step begins in its first field, or on its first choice; the first structure's page looks for itself
    if (step !== 2) main.current?.querySelector<HTMLElement>("button.choice, form input")?.focus();
  }, [step]);
  const v = form.values;
  const choose = (kind: string) => {
    if (kind === "sample") {
      void form.send(async () => {
        await setUp({ ...common(), kind, ...nobody });
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
      await setUp({ ...common(), ...asked(v) });
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
        {step === 0 && <KindStep form={form} onChoose={choose} />}
        {step === 1 && <RegistryStep onPick={pick} />}
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
        {step === 3 && <FamiliesStep form={form} families={families} onNext={() => setStep(4)} />}
        {step === 4 && <YouStep form={form} onFinish={finish} />}
        {step > 0 && (
          <Button variant="subtle" onClick={() => setStep(step - 1)} style={{ alignSelf: "flex-start" }}>
            {t("action.back")}
          </Button>
        )}
      </main>
    </div>
  );
}
