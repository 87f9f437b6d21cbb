import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { toFault } from "../lib/fault";
import { sentenceOf } from "../lib/sentence";
import { FoundVerdict } from "../components/verdict";
import { lookFirst } from "./session";
import { useFirstField } from "../lib/focus";

interface Props {
  registry: string;
  siret: string;
  name: string;
  sphere: string;
  error?: string;
  onChange: (siret: string, name: string, sphere: string) => void;
  onNext: () => void;
  onLater: () => void;
}

/** The firm's own SIRET, checked as it is typed where that is allowed. */
export function FirstStructure({ registry, siret, name, sphere, error, onChange, onNext, onLater }: Props) {
  const first = useFirstField();
  const { t } = useTranslation();
  const digits = siret.replace(/\D/g, "");
  const query = useQuery({
    queryKey: ["first", digits, registry],
    queryFn: () => lookFirst({ identifier: siret, registry, sireneKey: "" }),
    enabled: digits.length >= 14,
    retry: false,
  });
  const found = query.data;
  const told = found && found.verdict !== "unverifiable" ? found.name : "";
  const wrong = query.error && digits.length >= 14 ? toFault(query.error).problems.map(sentenceOf)[0] : error;
  const ready = digits.length === 14 && !!found && found.verdict !== "closed" && (told !== "" || name !== "");
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) {
          onChange(siret, told || name, sphere);
          onNext();
        }
      }}
    >
      <h1>{t("welcome.siret")}</h1>
      <p className="soft">{t("welcome.siret_text")}</p>
      <TextInput
        label={t("structure.siret")}
        description={t("siret.form")}
        value={siret}
        onChange={(e) => onChange(e.currentTarget.value, name, sphere)}
        error={wrong}
        ref={first}
      />
      {found && <FoundVerdict fresh found={found} retry={() => void query.refetch()} />}
      {found && found.verdict !== "closed" && told === "" && (
        <TextInput label={t("structure.name")} value={name} onChange={(e) => onChange(siret, e.currentTarget.value, sphere)} required />
      )}
      <Select
        label={t("structure.sphere")}
        value={sphere}
        allowDeselect={false}
        onChange={(s) => onChange(siret, name, s ?? "private")}
        data={(["private", "state", "local"] as const).map((s) => ({ value: s, label: t(`sphere.${s}`) }))}
      />
      <div className="row">
        <Button type="submit" disabled={!ready}>
          {t("action.continue")}
        </Button>
        <Button variant="default" onClick={onLater}>
          {t("welcome.later")}
        </Button>
      </div>
    </form>
  );
}
