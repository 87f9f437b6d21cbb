import { Button, Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { toFault } from "../../lib/fault";
import { number } from "../../lib/format";
import { refresh } from "../../lib/query";
import { sentenceOf } from "../../lib/sentence";
import { readCheck, startCheck, stopCheck } from "../../api/structures";

/** « Vérifier » for many: how far it has come, and the right to stop. It goes on while one does something else. */
export function CheckPanel({ ids, onClose }: { ids: number[]; onClose: () => void }) {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<unknown>();
  const [started, setStarted] = useState(false);
  const query = useQuery({ queryKey: ["check"], queryFn: readCheck, enabled: started, staleTime: 0 });
  useEffect(() => {
    let gone = false;
    startCheck(ids).then(
      () => !gone && setStarted(true),
      (reason: unknown) => !gone && setFailure(reason),
    );
    return () => {
      gone = true;
    };
  }, [ids]);
  const check = query.data;
  const over = check && !check.running;
  useEffect(() => {
    if (over) void refresh();
  }, [over]);
  return (
    <div className="note plain-note">
      {failure ? (
        <p role="alert">{toFault(failure).problems.map(sentenceOf).join(" ")}</p>
      ) : (
        check && (
          <div className="stack tight">
            <b role={over ? "status" : undefined}>
              {over
                ? t("check.over", { done: number(check.done), total: number(check.total) })
                : t("check.running", { done: number(check.done), total: number(check.total) })}
            </b>
            <Progress value={check.total ? (100 * check.done) / check.total : 100} aria-label={t("check.progress")} />
            <p>
              {t("check.found", { closed: number(check.closed), unknown: number(check.unknown), failed: number(check.failed) })}
              {check.reason && ` ${sentenceOf({ field: "", key: check.reason })}`}
            </p>
          </div>
        )
      )}
      <div className="row" style={{ marginTop: 8 }}>
        {check?.running && (
          <Button size="compact-md" variant="default" onClick={() => void stopCheck()}>
            {t("check.stop")}
          </Button>
        )}
        {(over || !!failure) && (
          <Button size="compact-md" variant="default" onClick={onClose}>
            {t("action.close")}
          </Button>
        )}
      </div>
    </div>
  );
}
