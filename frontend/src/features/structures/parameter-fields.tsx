import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { requires } from "../../api/structures";
import { Radio } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { TickField } from "../../components/fields";
import { say } from "../../i18n";
import type { Props } from "./structure-fields";

/** « Paramètres structure publique », and in one sentence what a supplier must give. */
export function ParameterFields(props: Props) {
  const { t } = useTranslation();
  const v = props.values;
  const { edi, codeRequired, commitmentRequired, commitmentOrCode, paymentHidden, moa } = v;
  const typed = { edi, codeRequired, commitmentRequired, commitmentOrCode, paymentHidden, moa };
  const asked = { queryKey: ["requires", typed], queryFn: () => requires(typed), placeholderData: keepPreviousData };
  const required = useQuery({ ...asked, staleTime: Infinity }).data;
  return (
    <fieldset className="stack">
      <legend>{t("parameters.title")}</legend>
      <TickField {...props} name="edi" label={t("parameters.edi")} />
      <TickField {...props} name="codeRequired" label={t("parameters.code")} />
      <TickField {...props} name="commitmentRequired" label={t("parameters.commitment")} />
      <TickField {...props} name="commitmentOrCode" label={t("parameters.either")} />
      {required?.redundant && (
        <p className="note" role="status">
          {t("parameters.redundant")}
        </p>
      )}
      <TickField {...props} name="paymentHidden" label={t("parameters.payment")} />
      <Radio.Group label={t("parameters.moa")} value={v.moa} onChange={(m) => props.set("moa", m)}>
        <div className="stack tight" style={{ marginTop: 6 }}>
          {(["none", "involved", "only"] as const).map((m) => (
            <Radio key={m} value={m} label={t(`moa.${m}`)} disabled={props.readOnly} />
          ))}
        </div>
      </Radio.Group>
      {required && (
        <p className="note plain-note" role="status">
          {say(`supplier.${required.supplier}`)}
        </p>
      )}
    </fieldset>
  );
}
