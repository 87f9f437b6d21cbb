import { Button } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { copyText } from "../lib/copy";

/** An activation code, shown once, to hand over. */
export function Code({ code }: { code: string }) {
  const { t } = useTranslation();
  const [told, setTold] = useState(false);
  return (
    <div className="note good" role="status">
      <p>{t("add.code")}</p>
      <div className="row">
        <p className="tabular" style={{ fontSize: 20 }} data-testid="code">
          {code}
        </p>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconCopy size={14} aria-hidden />}
          onClick={() => void copyText(code).then(() => setTold(true))}
        >
          {told ? t("action.copied") : t("action.copy")}
        </Button>
      </div>
      <p>{t("add.code_text")}</p>
    </div>
  );
}
