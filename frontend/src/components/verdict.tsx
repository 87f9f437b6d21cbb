import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { countryName } from "../lib/countries";
import { wordDay } from "../lib/format";
import { sentenceOf } from "../lib/sentence";
import type { insee } from "../lib/types";
import { Badge } from "./state";

const tones = { active: "on", closed: "alert", unknown: "half", unverifiable: "half" } as const;

/** What the register says of a SIRET: one of four verdicts, its reason, and a retry where that may help. fresh: of a structure that is being made. */
export function FoundVerdict({ found, retry, fresh = false }: { found: insee.Found; retry?: () => void; fresh?: boolean }) {
  const { t } = useTranslation();
  const verdict = found.verdict as keyof typeof tones;
  return (
    <div className="stack tight" aria-live="polite">
      <div className="row">
        <Badge tone={tones[verdict]}>{t(`verdict.${verdict}`)}</Badge>
        {found.name && <b>{found.name}</b>}
      </div>
      {found.verdict === "active" && !found.partial && (
        <p className="soft">
          {[
            found.sign,
            found.address1,
            found.address2,
            found.address3,
            [found.postcode, found.town].filter(Boolean).join(" "),
            found.country && found.country !== "FR" && countryName(found.country),
          ]
            .filter(Boolean)
            .join(", ")}
        </p>
      )}
      {found.partial && <p className="soft">{t("verdict.partial")}</p>}
      {found.verdict === "closed" && (
        <p className="warn">{found.closedOn ? t("siret.closed", { day: wordDay(found.closedOn) }) : t("siret.closed_no_day")}</p>
      )}
      {found.verdict === "unknown" && (
        <p className={found.source === "sirene" ? "warn" : "soft"}>
          {found.source === "sirene" ? t("siret.unknown") : t(fresh ? "verdict.unknown_text" : "verdict.absent_text")}
        </p>
      )}
      {found.verdict === "unverifiable" && (
        <div className="row">
          <span className="soft">
            {sentenceOf({ field: "", key: found.reason, params: { seconds: String(found.retryAfter) } })}{" "}
            {fresh && t("verdict.unverifiable_text")}
          </span>
          {retry && found.reason !== "insee.not_allowed" && (
            <Button size="compact-sm" variant="default" onClick={retry}>
              {t("action.retry")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
