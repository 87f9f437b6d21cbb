import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toFault } from "../lib/fault";
import { sentenceOf } from "../lib/sentence";
import { FoundVerdict } from "../components/verdict";
import { say } from "../i18n";
import { lookFirst } from "../api/session";
import { useFirstField } from "../lib/focus";
import { useForm } from "../lib/form";

/** What is typed of the firm's first structure. type is siret, or another type of identifier for who has none. */
export interface FirstPlace {
  type: string;
  siret: string;
  structureName: string;
  sphere: string;
}

interface Props extends FirstPlace {
  registry: string;
  error: (field: string) => string | undefined;
  onChange: (place: FirstPlace) => void;
  onNext: () => void;
  onLater: () => void;
}

const others = ["ridet", "tahiti", "eu", "non_eu", "pending"] as const;

function Sphere({ value, onChange }: { value: string; onChange: (sphere: string) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("structure.sphere")}
      value={value}
      allowDeselect={false}
      onChange={(s) => onChange(s ?? "private")}
      data={(["private", "state", "local"] as const).map((s) => ({ value: s, label: t(`sphere.${s}`) }))}
    />
  );
}

/** « Je n’ai pas de SIRET »: another type of identifier, and the name that no register tells. */
function WithoutSiret({ type, siret, structureName, sphere, error, onChange, onNext, onLater }: Props) {
  const { t } = useTranslation();
  const first = useFirstField();
  const ready = siret.trim() !== "" && structureName.trim() !== "";
  const form = useForm({});
  const change = (typed: Partial<FirstPlace>) => {
    form.setProblems([]);
    onChange({ type, siret, structureName, sphere, ...typed });
  };
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void form.send(() => lookFirst({ type, identifier: siret, registry: "none", sireneKey: "" }).then(onNext));
      }}
    >
      <h1>{t("welcome.no_siret")}</h1>
      <p className="soft">{t("welcome.no_siret_text")}</p>
      <Select
        label={t("structure.type")}
        value={type}
        allowDeselect={false}
        onChange={(x) => change({ type: x ?? "ridet" })}
        data={others.map((x) => ({ value: x, label: t(`identifier.${x}`) }))}
      />
      <TextInput
        label={t("structure.identifier")}
        description={say(`${type}.form`)}
        value={siret}
        onChange={(e) => change({ siret: e.currentTarget.value })}
        error={form.error("identifier") ?? error("identifier")}
        ref={first}
      />
      <TextInput
        label={t("structure.name")}
        value={structureName}
        onChange={(e) => change({ structureName: e.currentTarget.value })}
        error={error("name")}
        required
      />
      <Sphere value={sphere} onChange={(x) => change({ sphere: x })} />
      <div className="row">
        <Button type="submit" disabled={!ready} loading={form.sending}>
          {t("action.continue")}
        </Button>
        <Button variant="default" onClick={() => change({ type: "siret", siret: "" })}>
          {t("welcome.with_siret")}
        </Button>
        <Button variant="default" onClick={onLater}>
          {t("welcome.later")}
        </Button>
      </div>
    </form>
  );
}

/** The firm's first structure: by its SIRET, checked as it is typed where that is allowed, or by another identifier. */
export function FirstStructure(props: Props) {
  return props.type === "siret" ? <WithSiret {...props} /> : <WithoutSiret {...props} />;
}

/** The firm's own SIRET, checked as it is typed where that is allowed. */
function WithSiret({ type, registry, siret, structureName: name, sphere, error, onChange: change, onNext, onLater }: Props) {
  const onChange = (number: string, structureName: string, kind: string) => change({ type, siret: number, structureName, sphere: kind });
  const first = useFirstField();
  const { t } = useTranslation();
  const digits = siret.replace(/\D/g, "");
  const [left, setLeft] = useState(false); // the field was left, or Enter pressed in it: what is missing is told
  const asked = digits.length >= 14 || (left && digits !== "");
  const query = useQuery({
    queryKey: ["first", digits, registry],
    queryFn: () => lookFirst({ type, identifier: siret, registry, sireneKey: "" }),
    enabled: asked,
    retry: false,
  });
  const found = query.data;
  const told = found && found.verdict !== "unverifiable" ? found.name : "";
  const wrong = query.error && asked ? toFault(query.error).problems.map(sentenceOf)[0] : (error("identifier") ?? error("name"));
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
        onBlur={() => setLeft(true)}
        onKeyDown={(e) => {
          if (e.key === "Enter") setLeft(true);
        }}
        ref={first}
      />
      {found && <FoundVerdict fresh found={found} retry={() => void query.refetch()} />}
      {found && found.verdict !== "closed" && told === "" && (
        <TextInput label={t("structure.name")} value={name} onChange={(e) => onChange(siret, e.currentTarget.value, sphere)} required />
      )}
      <Sphere value={sphere} onChange={(x) => onChange(siret, name, x)} />
      <div className="row">
        <Button type="submit" disabled={!ready}>
          {t("action.continue")}
        </Button>
        <Button variant="default" onClick={() => change({ type: "ridet", siret: "", structureName: "", sphere })}>
          {t("welcome.no_siret")}
        </Button>
        <Button variant="default" onClick={onLater}>
          {t("welcome.later")}
        </Button>
      </div>
    </form>
  );
}
