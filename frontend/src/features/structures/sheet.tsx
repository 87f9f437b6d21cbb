import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Facts, Panel } from "../../components/page";
import { say } from "../../i18n";
import { countryName } from "../../lib/countries";
import { moment, wordDay } from "../../lib/format";
import type { structure } from "../../lib/types";
import { isPublic } from "./fields";

const hidden = "▒▒▒▒";

/** All that is known of a structure. */
export function Sheet({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const masked = s.verified.partial;
  const address = masked ? hidden : s.address.join(", ");
  const origin = s.verified.verdict === "active" ? <span className="small soft"> {t("structure.insee")}</span> : null;
  const responsible = s.responsible === "user" ? s.responsibleName || t("user.unseen") : say(`responsible.${s.responsible}`);
  return (
    <Panel title={t("structure.identity")}>
      {masked && (
        <p className="note plain-note" style={{ marginBottom: 12 }}>
          {t("verdict.partial")}
        </p>
      )}
      <Facts
        rows={[
          [
            t("structure.name"),
            <>
              {s.name}
              {!masked && origin}
            </>,
          ],
          [t("platform.registration"), s.registration && say(`registration.${s.registration}`)],
          [t("structure.sign"), s.sign],
          [t("structure.label"), s.label],
          [
            t("structure.address"),
            address && (
              <>
                {address}
                {!masked && origin}
              </>
            ),
          ],
          [t("structure.postcode"), masked ? hidden : s.postcode],
          [t("structure.town"), masked ? hidden : s.town],
          [t("structure.country"), masked ? hidden : s.country && countryName(s.country)],
          [
            t("structure.vat"),
            s.vatShown && (
              <>
                <span className="tabular">{s.vatShown}</span>
                {s.vatComputed && <span className="soft"> · {t("structure.vat_computed")}</span>}
              </>
            ),
          ],
          [t("structure.rcs"), s.rcs],
          [t("structure.activity"), s.activity && `${s.activity} (${s.activityList})`],
          [t("structure.activity_2025"), s.activity2025],
          [t("structure.email"), s.email],
          [t("structure.phone"), s.phoneShown],
          [t("structure.sphere"), say(`sphere.${s.sphere}`)],
          [t("structure.labels"), s.labels.join(", ")],
          [t("structure.responsible"), s.identityOnly ? "" : responsible],
          [
            t("structure.mandate"),
            s.mandateHolder &&
              [
                s.mandateHolder,
                s.mandateFrom && t("period.from", { day: wordDay(s.mandateFrom) }),
                s.mandateUntil && t("period.until", { day: wordDay(s.mandateUntil) }),
              ]
                .filter(Boolean)
                .join(", "),
          ],
          [t("structure.pacage"), s.pacage],
          [t("structure.technical_account"), s.technicalAccount],
          [t("structure.connections"), s.connections],
          [t("structure.former"), s.former.join(", ")],
          [t("structure.predecessor"), s.predecessor.id > 0 && <Link to={`/structures/${s.predecessor.id}`}>{s.predecessor.name}</Link>],
          [t("structure.successor"), s.successor.id > 0 && <Link to={`/structures/${s.successor.id}`}>{s.successor.name}</Link>],
          [t("structure.created"), s.createdAt > 0 && moment(s.createdAt)],
        ]}
      />
    </Panel>
  );
}

/** The parameters of a public structure, and what they ask of a supplier. */
export function ParametersPanel({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  if (!isPublic(s.sphere) || s.identityOnly) return null;
  const yes = (on: boolean) => t(on ? "value.yes" : "value.no");
  return (
    <Panel title={t("parameters.title")}>
      <Facts
        wide
        rows={[
          [t("parameters.edi"), yes(s.edi)],
          [t("parameters.code"), yes(s.codeRequired)],
          [t("parameters.commitment"), yes(s.commitmentRequired)],
          [t("parameters.either"), yes(s.commitmentOrCode)],
          [t("parameters.payment"), yes(s.paymentHidden)],
          [t("parameters.moa"), say(`moa.${s.moa}`)],
        ]}
      />
      <p className="note plain-note">{say(`supplier.${s.supplier}`)}</p>
      {s.codeRequired && <p>{t("parameters.code_said")}</p>}
      {s.commitmentRequired && <p>{t("parameters.commitment_said")}</p>}
      {s.commitmentOrCode && <p>{t("parameters.either_said")}</p>}
      {s.paymentHidden && <p>{t("parameters.payment_said")}</p>}
      <p>{say(`parameters.moa_said.${s.moa}`)}</p>
      {s.redundant && <p className="note">{t("parameters.redundant")}</p>}
    </Panel>
  );
}
