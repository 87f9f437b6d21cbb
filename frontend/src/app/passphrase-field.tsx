import { Button, PasswordInput, Portal } from "@mantine/core";
import { IconCopy, IconPrinter, IconWand } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { copyText } from "../lib/copy";
import { say } from "../i18n";
import { strength } from "../api/session";

interface Props {
  value: string;
  onChange: (value: string) => void;
  error?: string;
  personal: string[];
}

/** A phrase that Habilis drew, to copy or print: it is shown until another is typed. */
function Proposed({ phrase }: { phrase: string }) {
  const { t } = useTranslation();
  const [told, setTold] = useState(false);
  return (
    <div className="panel stack proposed">
      <p className="mono" data-testid="proposed">
        {phrase}
      </p>
      <p className="small soft">{t("passphrase.keep")}</p>
      <div className="row">
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconCopy size={14} />}
          onClick={() => void copyText(phrase).then(() => setTold(true))}
        >
          {t("action.copy")}
        </Button>
        <Button size="compact-sm" variant="default" leftSection={<IconPrinter size={14} />} onClick={() => window.print()}>
          {t("action.print")}
        </Button>
        <span role="status" className="small soft">
          {told && t("action.copied")}
        </span>
      </div>
      <Portal>
        <div className="print-sheet" aria-hidden="true">
          <h1>{t("passphrase.sheet")}</h1>
          <p className="mono">{phrase}</p>
          <p>{t("passphrase.sheet_text")}</p>
        </div>
      </Portal>
    </div>
  );
}

/** A passphrase being chosen: how far it is from what is asked, in words, and one that Habilis proposes. */
export function PassphraseField({ value, onChange, error, personal }: Props) {
  const { t } = useTranslation();
  const [proposed, setProposed] = useState("");
  const query = useQuery({
    queryKey: ["strength", value, personal],
    queryFn: () => strength({ passphrase: value, personal, propose: "" }),
    enabled: value !== "",
    gcTime: 0,
    placeholderData: (old) => old,
  });
  const problem = query.data?.problem;
  const share = value === "" ? 0 : (query.data?.share ?? 0);
  const enough = value !== "" && problem === "";
  const said = value === "" ? t("passphrase.advice") : enough ? t("passphrase.enough") : say(problem ?? "passphrase.weak");
  const propose = () =>
    void strength({ passphrase: "", personal, propose: i18next.language }).then((drawn) => {
      setProposed(drawn.proposed);
      onChange(drawn.proposed);
    });
  return (
    <div className="stack tight">
      <div>
        <PasswordInput
          label={t("signin.passphrase")}
          withAsterisk
          aria-required="true"
          value={value}
          onChange={(e) => onChange(e.currentTarget.value)}
          error={error}
          autoComplete="new-password"
          aria-describedby="passphrase-count"
        />
        <div className={`meter ${enough ? "enough" : ""}`} aria-hidden="true" style={{ marginTop: 8 }}>
          <i style={{ width: `${share}%` }} />
        </div>
        <p id="passphrase-count" className="small soft" aria-live="polite" style={{ marginTop: 4 }}>
          {said}
        </p>
      </div>
      {proposed !== "" && proposed === value ? (
        <Proposed phrase={proposed} />
      ) : (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconWand size={14} />}
          onClick={propose}
          style={{ alignSelf: "flex-start" }}
        >
          {t("passphrase.propose")}
        </Button>
      )}
    </div>
  );
}
