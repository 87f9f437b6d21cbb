import { change, submit } from "../../api/changes";
import { Button, Checkbox, NumberInput, PasswordInput, Select, SegmentedControl, TextInput, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/firm";
import { Page, Panel } from "../../components/page";
import { Loaded } from "../../components/state";
import { Form } from "../../components/submit";
import { setLanguage } from "../../i18n";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import { sentenceOf } from "../../lib/sentence";
import type { firm } from "../../lib/types";
import { ZoneChoice } from "./zone-choice";
import { getSettings, tryKey } from "../../api/firm";
import { listProfiles } from "../../api/profiles";

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

function Settings({ s, told, onTold }: { s: firm.Settings; told: boolean; onTold: (told: boolean) => void }) {
  const { t } = useTranslation();
  const form = useForm({
    name: s.name,
    timeZone: s.timeZone,
    language: s.language,
    registry: s.registry,
    sireneKey: "",
    idleMinutes: s.idleMinutes,
  });
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
  const [tried, setTried] = useState<string>();
  const test = () => void form.send(async () => setTried(await tryKey(v.sireneKey)));
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
        {v.registry === "sirene" && (
          <>
            <PasswordInput
              label={t("firm.sirene_key")}
              description={s.hasKey ? t("firm.sirene_key.kept") : t("firm.sirene_key.text")}
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
        )}
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

const families = ["portail-public", "cabinet", "portail-client", "dossier"] as const;

/** The families of profiles in use: the tools whose rights the firm follows. */
function FamiliesInUse({ used, told, onTold }: { used: string[]; told: boolean; onTold: (told: boolean) => void }) {
  const { t } = useTranslation();
  const form = useForm({ families: used });
  const v = form.values.families;
  const send = () =>
    void form.send(async () => {
      onTold(false);
      await submit(change("firm.use_families", { families: v }), "", change("firm.use_families", { families: used }));
      onTold(true);
      await saved();
    });
  return (
    <Panel title={t("settings.families")}>
      <Form onSubmit={send} sending={form.sending} back={false} rest={form.rest()}>
        <p className="soft">{t("settings.families_text")}</p>
        {families.map((f) => (
          <Checkbox
            key={f}
            label={t(`family.${f}`)}
            checked={v.includes(f)}
            onChange={(e) => form.set("families", e.currentTarget.checked ? [...v, f] : v.filter((x) => x !== f))}
          />
        ))}
        {told && (
          <p className="note good" role="status">
            {t("settings.families_saved")}
          </p>
        )}
      </Form>
    </Panel>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [density, setDensity] = useState(document.documentElement.dataset.density ?? "comfortable");
  return (
    <Panel title={t("settings.appearance")}>
      <div className="stack">
        <SegmentedControl
          aria-label={t("settings.theme")}
          value={colorScheme}
          onChange={(c) => setColorScheme(c as "light" | "dark" | "auto")}
          data={(["auto", "light", "dark"] as const).map((c) => ({ value: c, label: t(`settings.theme.${c}`) }))}
        />
        <SegmentedControl
          aria-label={t("settings.density")}
          value={density}
          onChange={(d) => {
            document.documentElement.dataset.density = d;
            localStorage.setItem("habilis.density", d);
            setDensity(d);
          }}
          data={(["comfortable", "compact"] as const).map((d) => ({ value: d, label: t(`settings.density.${d}`) }))}
        />
        <SegmentedControl
          aria-label={t("settings.language")}
          value={i18next.language}
          onChange={setLanguage}
          data={(["fr", "en"] as const).map((l) => ({ value: l, label: t(`language.${l}`) }))}
        />
      </div>
    </Panel>
  );
}

/** « Paramètres »: the firm's, for who may change them; the appearance, for everyone. */
export function SettingsPage() {
  const { t } = useTranslation();
  const [told, setTold] = useState(false);
  const [chosen, setChosen] = useState(false);
  const query = useQuery({ queryKey: ["firm"], queryFn: getSettings });
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const { me } = useMe();
  const admin = me?.firmWide.includes("firm.admin");
  const used = [...new Set((profiles.data ?? []).filter((p) => p.inUse && p.family !== "habilis").map((p) => p.family))].sort();
  if (!me)
    return (
      <Page title={t("nav.settings")}>
        <Loaded query={query}>{() => <Appearance />}</Loaded>
      </Page>
    );
  return (
    <Page title={t("nav.settings")}>
      {admin ? (
        <div className="cols">
          <div className="stack">
            <Loaded query={query}>{(s) => <Settings s={s} told={told} onTold={setTold} />}</Loaded>
            <Loaded query={profiles}>{() => <FamiliesInUse used={used} told={chosen} onTold={setChosen} />}</Loaded>
          </div>
          <Appearance />
        </div>
      ) : (
        <Appearance />
      )}
    </Page>
  );
}
