import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { lookUp, suggestIdentifier } from "../../api/structures";
import { TextField, type Names } from "../../components/fields";
import { say } from "../../i18n";
import { toFault } from "../../lib/fault";
import { useFirstField } from "../../lib/focus";
import type { useForm } from "../../lib/form";
import { sentenceOf } from "../../lib/sentence";
import type { emptyFields, Fields } from "./fields";

type Input = typeof emptyFields & { identifierType: string; identifier: string; sphere: string; later: boolean };
type CreateForm = ReturnType<typeof useForm<Input>>;

const least: Record<string, number> = { siret: 14, eu: 4, non_eu: 3, ridet: 9, tahiti: 9, pending: 1 };

/** What is typed, without what people put between groups: enough to know that it may be complete. */
const plain = (text: string) => text.replace(/[^0-9a-z]/gi, "");

/** The identifier that the country and the name suggest, outside the Union, until it is typed. */
function useSuggestion({ values: v, set }: CreateForm) {
  const [touched, setTouched] = useState(false);
  const wanted = v.identifierType === "non_eu" && !touched;
  const { data: suggested } = useQuery({
    queryKey: ["suggest", v.country, v.name],
    queryFn: () => suggestIdentifier(v.country, v.name),
    enabled: wanted && v.name.trim() !== "",
  });
  useEffect(() => {
    if (wanted && suggested) set("identifier", suggested);
  }, [wanted, suggested, set]);
  return setTouched;
}

/** What is known of the structure that is typed: whether it may be created, and under which name. */
export function useIdentity(form: CreateForm) {
  const { values: v } = form;
  const kind = v.identifierType;
  const individual = kind === "individual";
  const typed = plain(v.identifier);
  const enough = !individual && typed.length >= (least[kind] ?? 1);
  const look = useQuery({
    queryKey: ["look", kind, kind === "siret" ? typed : v.identifier], // every letter counts, but between the digits of a SIRET
    queryFn: () => lookUp({ identifierType: kind, identifier: v.identifier, ask: true }),
    enabled: enough,
    retry: false,
  });
  const touch = useSuggestion(form);
  const found = kind === "siret" ? look.data?.found : undefined;
  const told = found && found.verdict !== "unverifiable" ? found.name : "";
  const exists = look.data?.exists ?? false;
  const refused = found?.verdict === "closed" || (found?.verdict === "unknown" && found.source === "sirene");
  const named = individual ? v.firstName.trim() !== "" && v.lastName.trim() !== "" : told !== "" || v.name.trim() !== "";
  const ready = (individual || (!!look.data && !look.isFetching)) && !exists && !refused && named;
  const wrong = form.error("identifier") ?? (look.error && enough ? toFault(look.error).problems.map(sentenceOf)[0] : undefined);
  return { kind, individual, look, touch, found, told, exists, refused, ready, wrong, shown: individual || enough };
}

export type Identity = ReturnType<typeof useIdentity>;

/** The identifier, checked as it is typed; a person has none that may be asked. */
export function IdentifierField({ form, who }: { form: CreateForm; who: Identity }) {
  const { t } = useTranslation();
  const first = useFirstField();
  if (who.individual) return <p className="note plain-note">{t("individual.form")}</p>;
  return (
    <TextInput
      label={t("structure.identifier")}
      description={say(`${who.kind}.form`)}
      value={form.values.identifier}
      onChange={(e) => {
        who.touch(true);
        form.set("identifier", e.currentTarget.value);
      }}
      error={who.wrong}
      withAsterisk
      aria-required="true"
      ref={first}
    />
  );
}

/** That it exists already: one can only ask to be attached. */
export function Exists({ who, identifier }: { who: Identity; identifier: string }) {
  const { t } = useTranslation();
  if (!who.exists) return null;
  const look = who.look.data;
  return (
    <div className="note" role="status">
      <p>{look?.name ? t("structure.exists_named", { name: look.name }) : t("structure.exists")}</p>
      <p className="row" style={{ marginTop: 8 }}>
        <Link to={`/demandes/creer?type=${who.kind}&siret=${encodeURIComponent(identifier)}`}>{t("action.ask_membership")}</Link>
        {!!look?.id && <Link to={`/structures/${look.id}`}>{t("structure.open")}</Link>}
      </p>
    </div>
  );
}

/** How it is named: a person by both names, others as the register says or as one types. */
export function NameFields({ who, names }: { who: Identity; names: Names<Fields> }) {
  const { t } = useTranslation();
  if (who.individual)
    return (
      <div className="two">
        <TextField {...names} name="firstName" label={t("user.first_name")} required />
        <TextField {...names} name="lastName" label={t("user.last_name")} required />
      </div>
    );
  if (who.kind === "non_eu") return null; // asked above: the identifier is made of it
  if (who.told)
    return <TextInput label={t("structure.name")} value={who.told} readOnly disabled description={t("structure.from_register")} />;
  return <TextField {...names} name="name" label={t("structure.name")} required />;
}
