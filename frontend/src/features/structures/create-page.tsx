import { Button, Checkbox, Collapse, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { TextField, type Names } from "../../components/fields";
import { Page } from "../../components/page";
import { FoundVerdict } from "../../components/verdict";
import { useForm } from "../../lib/form";
import { Exists, IdentifierField, NameFields, useIdentity } from "./create-identity";
import { AddressFields, CountryField, OptionalFields } from "./structure-fields";
import { ParameterFields } from "./parameter-fields";
import { emptyFields, fieldNames, isPublic, type Fields } from "./fields";

export const identifierTypes = ["siret", "eu", "non_eu", "ridet", "tahiti", "pending", "individual"] as const;
const fields = ["identifierType", "identifier", "sphere", ...fieldNames];

/** « Créer une structure »: the identifier is checked as it is typed; what exists already can only be asked for. */
export function CreatePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const form = useForm({
    identifierType: params.get("type") ?? "siret",
    identifier: "",
    sphere: params.get("public") ? "local" : "private",
    later: false,
    ...emptyFields,
  });
  const { values: v, set } = form;
  const who = useIdentity(form);
  const made = useChange("structure.create", v, who.ready);
  const names: Names<Fields> = { values: v, set: set as unknown as Names<Fields>["set"], error: form.error };
  const become = (type: string) => {
    form.setValues((old) => ({ ...old, identifierType: type, identifier: "", country: type === "siret" ? "FR" : old.country }));
    form.setProblems([]);
    who.touch(false);
  };
  return (
    <Page title={t("action.create_structure")} sub={t("structure.create_sub")}>
      <ChangeForm
        change={made}
        form={form}
        fields={fields}
        disabled={who.exists || who.refused}
        fallback={who.told || v.name}
        onSaved={(outcome) => void navigate(`/structures/${outcome.created}`)}
      >
        <Select
          label={t("structure.type")}
          value={who.kind}
          data={identifierTypes.map((k) => ({ value: k, label: t(`identifier.${k}`) }))}
          allowDeselect={false}
          onChange={(x) => become(x ?? "siret")}
          error={form.error("identifierType")}
          withAsterisk
        />
        {who.kind === "non_eu" && (
          <>
            <CountryField {...names} />
            <TextField {...names} name="name" label={t("structure.name")} required />
          </>
        )}
        <IdentifierField form={form} who={who} />
        <Exists who={who} identifier={v.identifier} />
        {who.found?.verdict && !who.exists && <FoundVerdict fresh found={who.found} retry={() => void who.look.refetch()} />}
        <NameFields who={who} names={names} />
        {who.kind !== "siret" && <AddressFields {...names} foreign={who.kind === "non_eu"} />}
        <Select
          label={t("structure.sphere")}
          value={v.sphere}
          allowDeselect={false}
          onChange={(s) => set("sphere", s ?? "private")}
          error={form.error("sphere")}
          data={(["private", "state", "local"] as const).map((s) => ({ value: s, label: t(`sphere.${s}`) }))}
        />
        {isPublic(v.sphere) && <ParameterFields {...names} />}
        <MoreFields names={names} shown={who.shown} />
        <Checkbox
          label={t("structure.activate_now")}
          description={t("structure.activate_now_text")}
          checked={!v.later}
          onChange={(e) => set("later", !e.currentTarget.checked)}
        />
      </ChangeForm>
    </Page>
  );
}

/** The optional fields: those that are asked most, or all of them. */
function MoreFields({ names, shown }: { names: Names<Fields>; shown: boolean }) {
  const { t } = useTranslation();
  const [more, setMore] = useState(false);
  if (!shown) return null;
  return (
    <>
      <div>
        <Button type="button" variant="subtle" aria-expanded={more} onClick={() => setMore(!more)}>
          {t(more ? "structure.less" : "structure.more")}
        </Button>
      </div>
      <Collapse expanded={more}>
        <div className="stack">{more && <OptionalFields {...names} />}</div>
      </Collapse>
      {!more && <QuickFields names={names} />}
    </>
  );
}

/** The optional fields that are asked most; the others unfold. */
function QuickFields({ names }: { names: Names<Fields> }) {
  const { t } = useTranslation();
  return (
    <>
      <TextField {...names} name="label" label={t("structure.label")} />
      <div className="two">
        <TextField {...names} name="email" label={t("structure.email")} type="email" />
        <TextField {...names} name="phone" label={t("structure.phone")} type="tel" />
      </div>
      <div className="two">
        <TextField {...names} name="vat" label={t("structure.vat_number")} />
        <TextField {...names} name="rcs" label={t("structure.rcs")} />
      </div>
    </>
  );
}
