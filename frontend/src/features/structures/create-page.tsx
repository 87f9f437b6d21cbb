import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { Button, Checkbox, Collapse, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { TextField, type Names } from "../../components/fields";
import { Page } from "../../components/page";
import { FoundVerdict } from "../../components/verdict";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { useFirstField } from "../../lib/focus";
import { useForm } from "../../lib/form";
import { sentenceOf } from "../../lib/sentence";
import { lookUp, suggestIdentifier } from "../../api/structures";
import {
  AddressFields,
  CountryField,
  emptyFields,
  fieldNames,
  isPublic,
  OptionalFields,
  ParameterFields,
  type Fields,
} from "./structure-fields";

export const identifierTypes = ["siret", "eu", "non_eu", "ridet", "tahiti", "pending", "individual"] as const;
const fields = ["identifierType", "identifier", "sphere", ...fieldNames];
const least: Record<string, number> = { siret: 14, eu: 4, non_eu: 3, ridet: 9, tahiti: 9, pending: 1 };

/** What is typed, without what people put between groups: enough to know that it may be complete. */
const plain = (text: string) => text.replace(/[^0-9a-z]/gi, "");

/** « Créer une structure »: the identifier is checked as it is typed; what exists already can only be asked for. */
export function CreatePage() {
  const first = useFirstField();
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
  const [more, setMore] = useState(false);
  const [touched, setTouched] = useState(false);
  const v = form.values;
  const { set } = form;
  const kind = v.identifierType;
  const siret = kind === "siret";
  const individual = kind === "individual";
  const typed = plain(v.identifier);
  const enough = !individual && typed.length >= (least[kind] ?? 1);
  const look = useQuery({
    queryKey: ["look", kind, kind === "siret" ? typed : v.identifier], // every letter counts, but between the digits of a SIRET
    queryFn: () => lookUp({ identifierType: kind, identifier: v.identifier, ask: true }),
    enabled: enough,
    retry: false,
  });
  const suggestion = useQuery({
    queryKey: ["suggest", v.country, v.name],
    queryFn: () => suggestIdentifier(v.country, v.name),
    enabled: kind === "non_eu" && !touched && v.name.trim() !== "",
  });
  const suggested = suggestion.data;
  useEffect(() => {
    if (kind === "non_eu" && !touched && suggested) set("identifier", suggested);
  }, [kind, touched, suggested, set]);
  const found = siret ? look.data?.found : undefined;
  const told = found && found.verdict !== "unverifiable" ? found.name : "";
  const exists = look.data?.exists ?? false;
  const refused = found?.verdict === "closed" || (found?.verdict === "unknown" && found.source === "sirene");
  const named = individual ? v.firstName.trim() !== "" && v.lastName.trim() !== "" : told !== "" || v.name.trim() !== "";
  const ready = (individual || (!!look.data && !look.isFetching)) && !exists && !refused && named;
  const made = useChange("structure.create", v, ready);
  const wrong = form.error("identifier") ?? (look.error && enough ? toFault(look.error).problems.map(sentenceOf)[0] : undefined);
  const shown = individual || enough;
  const names: Names<Fields> = { values: v, set: set as unknown as Names<Fields>["set"], error: form.error };
  return (
    <Page title={t("action.create_structure")} sub={t("structure.create_sub")}>
      <ChangeForm
        change={made}
        form={form}
        fields={fields}
        disabled={exists || refused}
        fallback={told || v.name}
        onSaved={(outcome) => void navigate(`/structures/${outcome.created}`)}
      >
        <Select
          label={t("structure.type")}
          value={kind}
          data={identifierTypes.map((k) => ({ value: k, label: t(`identifier.${k}`) }))}
          allowDeselect={false}
          onChange={(x) => {
            form.setValues((old) => ({
              ...old,
              identifierType: x ?? "siret",
              identifier: "",
              country: x === "siret" ? "FR" : old.country,
            }));
            form.setProblems([]);
            setTouched(false);
          }}
          error={form.error("identifierType")}
          withAsterisk
        />
        {kind === "non_eu" && (
          <>
            <CountryField {...names} />
            <TextField {...names} name="name" label={t("structure.name")} required />
          </>
        )}
        {individual ? (
          <p className="note plain-note">{t("individual.form")}</p>
        ) : (
          <TextInput
            label={t("structure.identifier")}
            description={say(`${kind}.form`)}
            value={v.identifier}
            onChange={(e) => {
              setTouched(true);
              set("identifier", e.currentTarget.value);
            }}
            error={wrong}
            withAsterisk
            aria-required="true"
            ref={first}
          />
        )}
        {exists && (
          <div className="note" role="status">
            <p>{look.data?.name ? t("structure.exists_named", { name: look.data.name }) : t("structure.exists")}</p>
            <p className="row" style={{ marginTop: 8 }}>
              <Link to={`/demandes/creer?type=${kind}&siret=${encodeURIComponent(v.identifier)}`}>{t("action.ask_membership")}</Link>
              {!!look.data?.id && <Link to={`/structures/${look.data.id}`}>{t("structure.open")}</Link>}
            </p>
          </div>
        )}
        {found?.verdict && !exists && <FoundVerdict fresh found={found} retry={() => void look.refetch()} />}
        {individual && (
          <div className="two">
            <TextField {...names} name="firstName" label={t("user.first_name")} required />
            <TextField {...names} name="lastName" label={t("user.last_name")} required />
          </div>
        )}
        {!individual &&
          kind !== "non_eu" &&
          (told ? (
            <TextInput label={t("structure.name")} value={told} readOnly disabled description={t("structure.from_register")} />
          ) : (
            <TextField {...names} name="name" label={t("structure.name")} required />
          ))}
        {!siret && <AddressFields {...names} foreign={kind === "non_eu"} />}
        <Select
          label={t("structure.sphere")}
          value={v.sphere}
          allowDeselect={false}
          onChange={(s) => set("sphere", s ?? "private")}
          error={form.error("sphere")}
          data={(["private", "state", "local"] as const).map((s) => ({ value: s, label: t(`sphere.${s}`) }))}
        />
        {isPublic(v.sphere) && <ParameterFields {...names} />}
        {shown && (
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
        )}
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
