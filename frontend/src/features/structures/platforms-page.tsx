import { change, submit } from "../../api/changes";
import { Button, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useMe } from "../../api/firm";
import { Dialog } from "../../components/dialog";
import { Go, Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { Badge, Empty, Loaded } from "../../components/state";
import { Form } from "../../components/submit";
import { toFault } from "../../lib/fault";
import { useFirstField } from "../../lib/focus";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import { sentenceOf } from "../../lib/sentence";
import { say } from "../../i18n";
import { readPlatforms } from "../../api/platforms";
import { getStructure, listStructures, lookUp, pickAmong } from "../../api/structures";
import { Contracts } from "./contracts";
import { Sheet } from "./sheet";
import { emptyFields } from "./structure-fields";
import { anyStructure } from "../../lib/wanted";

/** « Plateformes (PDP) »: those that one may see, and what can be done with them. */
export function PlatformsPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const query = useQuery({ queryKey: ["structures", "platforms"], queryFn: () => listStructures({ ...anyStructure, sphere: "platform" }) });
  const [listed, setListed] = useState(false);
  return (
    <Page
      title={t("nav.platforms")}
      sub={t("platforms.sub")}
      actions={
        <>
          {may("firm.admin") && (
            <Button variant="default" onClick={() => setListed(true)}>
              {t("platforms.official")}
            </Button>
          )}
          <Go to="/plateformes/consulter">{t("action.view_platform")}</Go>
          {may("structure.create") && (
            <Go to="/plateformes/creer" primary>
              {t("action.create_platform")}
            </Go>
          )}
        </>
      }
    >
      <Panel>
        <Loaded query={query}>
          {(page) =>
            page.rows.length === 0 ? (
              <Empty title={t("platforms.empty")} text={t("platforms.empty_text")} />
            ) : (
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t("structure.name")}</th>
                    <th scope="col">{t("platform.matricule")}</th>
                    <th scope="col">{t("platform.registration")}</th>
                    <th scope="col">{t("structure.state")}</th>
                  </tr>
                </thead>
                <tbody>
                  {page.rows.map((r) => (
                    <tr key={r.id}>
                      <td>
                        <Link to={`/structures/${r.id}`}>{r.name}</Link>
                      </td>
                      <td className="tabular">{r.identifier}</td>
                      <td>{r.registration && say(`registration.${r.registration}`)}</td>
                      <td>
                        <Badge tone={r.active ? "on" : "off"}>{t(r.active ? "structure.active" : "structure.inactive")}</Badge>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Loaded>
      </Panel>
      {listed && <OfficialList onClose={() => setListed(false)} />}
    </Page>
  );
}

/** The official list of registered platforms, pasted: what « connu comme immatriculé » rests on. */
function OfficialList({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["platforms", "listed"], queryFn: readPlatforms });
  return (
    <Dialog onClose={onClose} title={t("platforms.official")} size="lg">
      <Loaded query={query}>{(list) => <OfficialForm text={list.text} onClose={onClose} />}</Loaded>
    </Dialog>
  );
}

function OfficialForm({ text, onClose }: { text: string; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ text });
  const send = () =>
    void form.send(async () => {
      await submit(change("platform.list", { text: form.values.text }));
      await saved();
      onClose();
    });
  return (
    <Form onSubmit={send} sending={form.sending} rest={form.rest("text")} back={false} label={t("action.save")}>
      <Textarea
        label={t("platforms.official_list")}
        description={t("platforms.official_form")}
        value={form.values.text}
        onChange={(e) => form.set("text", e.currentTarget.value)}
        error={form.error("text")}
        autosize
        minRows={6}
        maxRows={16}
      />
    </Form>
  );
}

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

const pick = pickAmong({ sphere: "platform", holding: "membership" });

/** « Consulter une PDP »: among those one is attached to; what is known of it shows as soon as it is chosen. */
export function ViewPlatformPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const id = Number(params.get("structure") ?? 0);
  const own = useQuery({
    queryKey: ["platforms.own", id],
    queryFn: () => listStructures({ ...anyStructure, sphere: "platform", holding: "membership", only: [id] }),
    enabled: id > 0,
  });
  const mine = (own.data?.rows.length ?? 0) > 0; // another's is not shown here, whatever the address says
  const query = useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id), enabled: id > 0 && mine });
  return (
    <Page title={t("action.view_platform")}>
      <Panel>
        <div className="form">
          <Picker
            label={t("platform.identifier_of")}
            name="platforms.own"
            find={pick}
            value={id}
            known={query.data && { id: query.data.id, name: query.data.name }}
            onChange={(to) => setParams(to ? { structure: String(to) } : {}, { replace: true })}
            required
            alone
          />
        </div>
      </Panel>
      {id > 0 && own.data && !mine && <Empty title={t("platform.not_yours")} text={t("platform.not_yours_text")} />}
      {id > 0 && mine && (
        <Loaded query={query}>
          {(s) => (
            <>
              <Sheet s={s} />
              {!s.identityOnly && <Contracts s={s} />}
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}
