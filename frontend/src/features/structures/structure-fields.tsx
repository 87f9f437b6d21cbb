import { Select, TagsInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { DayInput } from "../../components/day-input";
import { TextField, type Names } from "../../components/fields";
import { Picker } from "../../components/picker";
import { countryNames } from "../../lib/countries";
import { pickInternals } from "../../api/people";
import { listLabels } from "../../api/structures";
import type { Fields } from "./fields";

export type Props = Names<Fields>;

/** Address lines, postcode, town and country: typed by hand where no register gives them. */
export function AddressFields({ foreign, ...props }: Props & { foreign?: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <TextField {...props} name="address1" label={t("structure.address1")} />
      <div className="two">
        <TextField {...props} name="address2" label={t("structure.address2")} />
        <TextField {...props} name="address3" label={t("structure.address3")} />
      </div>
      <div className="two">
        <TextField {...props} name="postcode" label={t("structure.postcode")} />
        <TextField {...props} name="town" label={t("structure.town")} />
      </div>
      {!foreign && <CountryField {...props} />}
    </>
  );
}

export function CountryField(props: Props) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("structure.country")}
      data={countryNames()}
      value={props.values.country || "FR"}
      onChange={(c) => props.set("country", c ?? "FR")}
      error={props.error("country")}
      searchable
      allowDeselect={false}
      disabled={props.readOnly || props.fixed?.includes("country")}
    />
  );
}

type Known = Props & { responsible?: { id: number; name: string } };

/** Who answers for the structure. */
function ResponsibleField({ responsible, ...props }: Known) {
  const { t } = useTranslation();
  const v = props.values;
  return (
    <fieldset className="stack">
      <legend>{t("structure.responsible")}</legend>
      <Select
        label={t("structure.responsible_who")}
        description={t("structure.responsible_text")}
        value={v.responsible}
        data={(["principal", "firm", "user"] as const).map((r) => ({ value: r, label: t(`responsible.${r}`) }))}
        onChange={(r) => {
          props.set("responsible", r ?? "principal");
          if (r !== "user") props.set("responsibleId", 0);
        }}
        error={props.error("responsible")}
        allowDeselect={false}
        disabled={props.readOnly}
      />
      {v.responsible === "user" && (
        <Picker
          label={t("responsible.user")}
          name="internals"
          find={pickInternals}
          value={v.responsibleId}
          known={responsible}
          onChange={(id) => props.set("responsibleId", id)}
          error={props.error("responsibleId")}
          disabled={props.readOnly}
        />
      )}
    </fieldset>
  );
}

/** Whose mandate runs from when until when. */
function MandateFields(props: Props) {
  const { t } = useTranslation();
  const v = props.values;
  return (
    <fieldset className="stack">
      <legend>{t("structure.mandate")}</legend>
      <TextField {...props} name="mandateHolder" label={t("structure.mandate_holder")} />
      <div className="two">
        {props.readOnly ? (
          <>
            <TextField {...props} name="mandateFrom" label={t("structure.mandate_from")} />
            <TextField {...props} name="mandateUntil" label={t("structure.mandate_until")} />
          </>
        ) : (
          <>
            <DayInput
              label={t("structure.mandate_from")}
              value={v.mandateFrom}
              onChange={(d) => props.set("mandateFrom", d)}
              error={props.error("mandateFrom")}
            />
            <DayInput
              label={t("structure.mandate_until")}
              value={v.mandateUntil}
              onChange={(d) => props.set("mandateUntil", d)}
              error={props.error("mandateUntil")}
            />
          </>
        )}
      </div>
    </fieldset>
  );
}

/** What is optional of every structure. */
export function OptionalFields({ responsible, ...props }: Known) {
  const { t } = useTranslation();
  const labels = useQuery({ queryKey: ["labels"], queryFn: listLabels, enabled: !props.readOnly });
  const v = props.values;
  return (
    <>
      <TextField {...props} name="label" label={t("structure.label")} />
      <div className="two">
        <TextField {...props} name="email" label={t("structure.email")} type="email" />
        <TextField {...props} name="phone" label={t("structure.phone")} type="tel" />
      </div>
      <div className="two">
        <TextField {...props} name="vat" label={t("structure.vat_number")} />
        <TextField {...props} name="rcs" label={t("structure.rcs")} />
      </div>
      <TagsInput
        label={t("structure.labels")}
        description={t("structure.labels_text")}
        value={v.labels}
        data={labels.data ?? []}
        onChange={(list) => props.set("labels", list)}
        error={props.error("labels")}
        disabled={props.readOnly}
        clearable
      />
      <ResponsibleField {...props} responsible={responsible} />
      <MandateFields {...props} />
      <div className="two">
        <TextField
          {...props}
          name="pacage"
          label={t("structure.pacage")}
          description={props.readOnly ? undefined : t("structure.pacage_form")}
        />
        <TextField {...props} name="technicalAccount" label={t("structure.technical_account")} />
      </div>
      <TextField {...props} name="connections" label={t("structure.connections")} />
    </>
  );
}
