import { change, submit } from "../../api/changes";
import { Button, NumberInput, PasswordInput, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "../../components/page";
import { Form } from "../../components/submit";
import { useForm, type FormOf } from "../../lib/form";
import { saved } from "../../lib/query";
import { sentenceOf } from "../../lib/sentence";
import type { firm } from "../../lib/types";
import { ZoneChoice } from "./zone-choice";
import { getSettings, tryKey } from "../../api/firm";

const zones = [
  "Europe/Paris",
  "America/Guadeloupe",
  "America/Martinique",
  "America/Cayenne",
  "Indian/Reunion",
  "Indian/Mayotte",
  "America/Miquelon",
  "Pacific/Noumea",
  "Pacific/Tahiti",
  "Pacific/Wallis",
  "Europe/Brussels",
  "UTC",
];

const fieldsOf = (s: firm.Settings) => ({
  name: s.name,
  timeZone: s.timeZone,
  language: s.language,
  registry: s.registry,
  sireneKey: "",
  idleMinutes: s.idleMinutes,
});

/** The key of the register, which is tried before it is kept. */
function SireneKey({ form, kept }: { form: FormOf<ReturnType<typeof fieldsOf>>; kept: boolean }) {
  const { t } = useTranslation();
  const v = form.values;
  const [tried, setTried] = useState<string>();
  const test = () => void form.send(async () => setTried(await tryKey(v.sireneKey)));
  return (
    <>
      <PasswordInput
        label={t("firm.sirene_key")}
        description={kept ? t("firm.sirene_key.kept") : t("firm.sirene_key.text")}
        value={v.sireneKey}
        onChange={(e) => {
          form.set("sireneKey", e.currentTarget.value);
          setTried(undefined);
        }}
        error={form.error("sireneKey")}
        autoComplete="off"
      />
      <div className="row">
        <Button variant="default" size="compact-sm" onClick={test} loading={form.sending}>
          {t("firm.sirene_key.try")}
        </Button>
        <span role="status" className={tried ? "warn" : "soft"}>
          {tried === "" ? t("firm.sirene_key.good") : tried && sentenceOf({ field: "", key: tried })}
        </span>
      </div>
    </>
  );
}

export function Settings({ s, told, onTold }: { s: firm.Settings; told: boolean; onTold: (told: boolean) => void }) {
  const { t } = useTranslation();
  const form = useForm(fieldsOf(s));
  const v = form.values;
  const [keepDays, setKeepDays] = useState(true);
  const [version, setVersion] = useState(s.version); // the one that is shown, whatever other desks save meanwhile
  const send = () =>
    void form.send(async () => {
      onTold(false);
      await submit(change("firm.edit", { ...v, keepDays, version }));
      onTold(true);
      form.set("sireneKey", "");
      await saved();
      setVersion((await getSettings()).version);
    });
  return (
    <Panel title={t("settings.firm")}>
      <Form
        onSubmit={send}
        sending={form.sending}
        back={false}
        rest={form.rest("name", "timeZone", "language", "registry", "sireneKey", "idleMinutes")}
      >
        <TextInput
          label={t("firm.name")}
          value={v.name}
          onChange={(e) => form.set("name", e.currentTarget.value)}
          error={form.error("name")}
          withAsterisk
        />
        <Select
          label={t("firm.time_zone")}
          description={t("firm.time_zone_text")}
          searchable
          allowDeselect={false}
          value={v.timeZone}
          onChange={(z) => form.set("timeZone", z ?? v.timeZone)}
          error={form.error("timeZone")}
          data={zones.includes(v.timeZone) ? zones : [v.timeZone, ...zones]}
        />
        {v.timeZone !== s.timeZone && <ZoneChoice zone={v.timeZone} keep={keepDays} onChange={setKeepDays} />}
        <Select
          label={t("firm.registry")}
          allowDeselect={false}
          value={v.registry}
          onChange={(r) => form.set("registry", r ?? v.registry)}
          error={form.error("registry")}
          data={(["annuaire", "sirene", "none"] as const).map((r) => ({ value: r, label: t(`firm.registry.${r}`) }))}
        />
        {v.registry === "sirene" && <SireneKey form={form} kept={s.hasKey} />}
        <NumberInput
          label={t("firm.idle_minutes")}
          description={t("firm.idle_minutes.text")}
          min={1}
          max={30}
          value={v.idleMinutes}
          onChange={(n) => form.set("idleMinutes", Number(n))}
          error={form.error("idleMinutes")}
        />
        {told && (
          <p className="note good" role="status">
            {t("settings.saved")}
          </p>
        )}
      </Form>
    </Panel>
  );
}
