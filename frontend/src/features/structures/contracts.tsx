import { change, submit } from "../../api/changes";
import { Button, Checkbox, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Dialog } from "../../components/dialog";
import { DayInput } from "../../components/day-input";
import { Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { Badge, Empty, Loaded } from "../../components/state";
import { Form } from "../../components/submit";
import { say } from "../../i18n";
import { useForm } from "../../lib/form";
import { today, wordDay } from "../../lib/format";
import { saved } from "../../lib/query";
import type { platform, structure } from "../../lib/types";
import { listContracts } from "../../api/platforms";
import { pickAmong } from "../../api/structures";

const powers = ["issue", "receive", "status", "reporting", "directory"] as const;

/** The contracts of services of a platform or of its client: who, what the platform may do, and the line of the journal that proves it. */
export function Contracts({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<platform.Contract>();
  const platform = s.sphere === "platform";
  const query = useQuery({ queryKey: ["contracts", s.id], queryFn: () => listContracts(s.id) });
  return (
    <Panel
      title={t("contracts.title")}
      side={
        <Button variant="default" onClick={() => setAdding(true)}>
          {t("contracts.add")}
        </Button>
      }
    >
      <Loaded query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("contracts.empty")} text={t(platform ? "contracts.empty_platform" : "contracts.empty_client")} />
          ) : (
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t(platform ? "contracts.client" : "contracts.platform")}</th>
                  <th scope="col">{t("contracts.reference")}</th>
                  <th scope="col">{t("contracts.powers")}</th>
                  <th scope="col">{t("period.since")}</th>
                  <th scope="col">
                    <span className="sr">{t("list.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.map((c) => {
                  const other = platform ? c.client : c.platform;
                  return (
                    <tr key={c.id}>
                      <td>
                        {other.id ? (
                          <Link to={`/structures/${other.id}`}>{other.name}</Link>
                        ) : (
                          <span className="soft">{t("contracts.unseen")}</span>
                        )}
                        <div>
                          <Badge tone={c.current ? "on" : "off"}>{t(c.current ? "contracts.current" : "contracts.over")}</Badge>
                        </div>
                      </td>
                      <td>{c.reference}</td>
                      <td>
                        {c.powers.map((p) => (
                          <div key={p}>{say(`power.${p}`)}</div>
                        ))}
                        <Link className="small" to={`/journal?structure=${c.client.id || s.id}`}>
                          {t("contracts.proof", { line: c.line })}
                        </Link>
                      </td>
                      <td>
                        {wordDay(c.from)}
                        {c.until && <div className="small soft">{t("period.until", { day: wordDay(c.until) })}</div>}
                      </td>
                      <td style={{ textAlign: "right" }}>
                        {c.endable && (
                          <Button size="compact-sm" variant="default" onClick={() => setEnding(c)}>
                            {t("contracts.end")}
                          </Button>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {adding && <Add s={s} onClose={() => setAdding(false)} />}
      {ending && <End c={ending} onClose={() => setEnding(undefined)} />}
    </Panel>
  );
}

const pickPlatform = pickAmong({ sphere: "platform", state: "active" });
const pickClient = pickAmong({ holding: "structure.edit", whole: true, state: "active" });

function Add({ s, onClose }: { s: structure.Structure; onClose: () => void }) {
  const { t } = useTranslation();
  const platform = s.sphere === "platform";
  const form = useForm({ other: 0, reference: "", powers: [] as string[], from: today(), until: "" });
  const v = form.values;
  const send = () =>
    void form.send(async () => {
      const { other, ...rest } = v;
      await submit(change("contract.open", { ...rest, platform: platform ? s.id : other, client: platform ? other : s.id }));
      await saved();
      onClose();
    });
  return (
    <Dialog onClose={onClose} title={t("contracts.add")}>
      <Form
        onSubmit={send}
        sending={form.sending}
        rest={form.rest("other", "platform", "client", "reference", "powers", "from", "until")}
        back={false}
      >
        <Picker
          label={t(platform ? "contracts.client" : "contracts.platform")}
          name={`contract.${platform}`}
          find={platform ? pickClient : pickPlatform}
          value={v.other}
          onChange={(id) => form.set("other", id)}
          error={form.error("other") ?? form.error(platform ? "client" : "platform")}
          required
        />
        <TextInput
          label={t("contracts.reference")}
          value={v.reference}
          onChange={(e) => form.set("reference", e.currentTarget.value)}
          error={form.error("reference")}
          withAsterisk
          aria-required="true"
        />
        <Checkbox.Group
          label={t("contracts.powers")}
          value={v.powers}
          onChange={(list) => form.set("powers", list)}
          error={form.error("powers")}
          withAsterisk
        >
          <div className="stack tight" style={{ marginTop: 6 }}>
            {powers.map((p) => (
              <Checkbox key={p} value={p} label={t(`power.${p}`)} />
            ))}
          </div>
        </Checkbox.Group>
        <div className="two">
          <DayInput label={t("contracts.from")} value={v.from} onChange={(d) => form.set("from", d)} error={form.error("from")} />
          <DayInput label={t("contracts.until")} value={v.until} onChange={(d) => form.set("until", d)} error={form.error("until")} />
        </div>
      </Form>
    </Dialog>
  );
}

function End({ c, onClose }: { c: platform.Contract; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ until: today() });
  const send = () =>
    void form.send(async () => {
      await submit(change("contract.end", { id: c.id, version: c.version, until: form.values.until }));
      await saved();
      onClose();
    });
  return (
    <Dialog onClose={onClose} title={t("contracts.end")}>
      <Form onSubmit={send} sending={form.sending} rest={form.rest("until")} back={false}>
        <DayInput
          label={t("contracts.last")}
          value={form.values.until}
          onChange={(d) => form.set("until", d)}
          error={form.error("until")}
        />
      </Form>
    </Dialog>
  );
}
