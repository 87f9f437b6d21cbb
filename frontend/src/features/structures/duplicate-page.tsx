import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { TextField } from "../../components/fields";
import { Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { FoundVerdict } from "../../components/verdict";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { number } from "../../lib/format";
import { sentenceOf } from "../../lib/sentence";
import type { structure } from "../../lib/types";
import { getStructure, lookUp, pickAmong, readCopies } from "../../api/structures";

const pick = pickAmong({ holding: "structure.activate", whole: true, state: "active", sphere: "entity" });

/** « Dupliquer une structure »: an old structure, a new identifier of the same type; everything is copied but what the page names. */
export function DuplicatePage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const id = Number(params.get("structure") ?? 0);
  const query = useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id), enabled: id > 0 });
  const s = query.data;
  return (
    <Page title={t("action.duplicate_structure")} sub={t("duplicate.sub")}>
      <Panel>
        <div className="form">
          <Picker
            label={t("duplicate.old")}
            name="duplicate"
            find={pick}
            value={id}
            known={s && { id: s.id, name: s.name }}
            onChange={(to) => setParams(to ? { structure: String(to) } : {}, { replace: true })}
            required
          />
        </div>
      </Panel>
      {s && s.sphere !== "platform" && <DuplicateForm key={s.id} s={s} />}
    </Page>
  );
}

/** What the new structure has of the old one, and what it has not. */
function Copied({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const copies = useQuery({ queryKey: ["copies", s.id], queryFn: () => readCopies(s.id) });
  return (
    <Panel title={t("duplicate.copied")}>
      {copies.data && (
        <>
          <ul className="bullets">
            <li>{t("duplicate.departments", { count: copies.data.departments, n: number(copies.data.departments) })}</li>
            <li>{t("duplicate.memberships", { count: copies.data.memberships, n: number(copies.data.memberships) })}</li>
            <li>{t("duplicate.grants", { count: copies.data.grants, n: number(copies.data.grants) })}</li>
            <li>{t("duplicate.parameters")}</li>
            {copies.data.labels > 0 && <li>{t("duplicate.labels", { count: copies.data.labels })}</li>}
            {copies.data.ceiling && <li>{t("duplicate.ceiling")}</li>}
            {copies.data.manager && <li>{t("duplicate.manager")}</li>}
          </ul>
          <h2>{t("duplicate.left")}</h2>
          <ul className="bullets">
            {copies.data.left.map((l) => (
              <li key={l.what}>
                {say(`duplicate.left.${l.what}`)}
                {!l.there && <span className="soft"> · {t("duplicate.absent")}</span>}
              </li>
            ))}
          </ul>
          <p className="soft">{t("duplicate.old_ends", { name: s.name })}</p>
        </>
      )}
    </Panel>
  );
}

function DuplicateForm({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm({ identifier: "", label: s.label, email: s.email, phone: s.phone });
  const [settled, setSettled] = useState("");
  const v = form.values;
  const kind = s.identifierType;
  const siret = kind === "siret";
  const typed = v.identifier.trim();
  const enough = siret ? typed.replace(/\D/g, "").length >= 14 : typed !== "";
  const look = useQuery({
    queryKey: ["look", kind, typed],
    queryFn: () => lookUp({ identifierType: kind, identifier: typed, ask: true }),
    enabled: enough && kind !== "individual",
    retry: false,
  });
  const found = siret ? look.data?.found : undefined;
  const refused = found?.verdict === "closed" || (found?.verdict === "unknown" && found.source === "sirene");
  const exists = look.data?.exists ?? false;
  const ready = kind === "individual" || (!!look.data && !look.isFetching && !refused && !exists);
  const made = useChange("structure.duplicate", { from: s.id, identifier: typed, label: v.label, email: v.email, phone: v.phone }, ready);
  const wrong =
    form.error("identifier") ??
    (exists ? t("structure.exists") : undefined) ??
    (look.error && (enough || settled === typed) ? toFault(look.error).problems.map(sentenceOf)[0] : undefined);
  const names = { values: v, set: form.set, error: form.error };
  const told = found?.name ?? "";
  const address = found
    ? [found.address1, found.address2, [found.postcode, found.town].filter(Boolean).join(" ")].filter(Boolean).join(", ")
    : "";
  return (
    <ChangeForm
      change={made}
      form={form}
      fields={["identifier", "label", "email", "phone"]}
      disabled={refused || exists}
      fallback={told || s.name}
      onSaved={(outcome) => void navigate(`/structures/${outcome.created}`)}
      aside={<Copied s={s} />}
    >
      <TextInput label={t("structure.type")} value={say(`identifier.${kind}`)} readOnly disabled />
      {kind !== "individual" && (
        <TextInput
          label={siret ? t("duplicate.siret") : t("duplicate.identifier")}
          description={say(`${kind}.form`)}
          value={v.identifier}
          onChange={(e) => form.set("identifier", e.currentTarget.value)}
          onBlur={() => setSettled(typed)}
          error={wrong}
          withAsterisk
          aria-required="true"
        />
      )}
      {found?.verdict && !exists && <FoundVerdict found={found} retry={() => void look.refetch()} />}
      {siret && enough && !wrong && typed.replace(/\D/g, "").slice(0, 9) !== s.identifier.replace(/\D/g, "").slice(0, 9) && (
        <p className="note">{t("duplicate.other_siren")}</p>
      )}
      <TextInput
        label={t("structure.name")}
        value={told || s.name}
        readOnly
        disabled
        description={told ? t("structure.from_insee") : undefined}
      />
      <TextInput label={t("structure.address_postal")} value={address || s.address.join(", ")} readOnly disabled />
      <TextField {...names} name="label" label={t("structure.label")} />
      <div className="two">
        <TextField {...names} name="email" label={t("structure.email")} type="email" />
        <TextField {...names} name="phone" label={t("structure.phone")} type="tel" />
      </div>
    </ChangeForm>
  );
}
