import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useForm } from "../../lib/form";
import { day } from "../../lib/format";
import { refresh } from "../../lib/query";
import type { view } from "../../lib/types";
import { change, submit } from "../../api/changes";
import { stepsOf } from "../../api/people";

/** What was to be done in other portals about somebody, done or not. */
export function useSteps(user: number) {
  return useQuery({ queryKey: ["steps", user], queryFn: () => stepsOf(user), retry: false }).data ?? [];
}

/** Whether the last step about a grant or membership was carried to its portal, by whom, and the way to take that back. */
export function Carried({ step }: { step?: view.FollowUp }) {
  const { t } = useTranslation();
  const form = useForm({});
  if (!step) return null;
  const done = step.doneAt > 0;
  const mark = () =>
    void form.send(async () => {
      await submit(change("follow_up.mark", { id: step.id, done: !done }));
      await refresh();
    });
  const params = { day: day(step.doneAt), name: step.doneBy };
  return (
    <div className="small soft row" data-testid="carried">
      <span>{done ? t(step.doneBy ? "carried.by" : "carried.at", params) : t("carried.not")}</span>
      {step.markable && (
        <Button size="compact-xs" variant="subtle" onClick={mark} loading={form.sending}>
          {t(done ? "carried.undo" : "follow_up.done")}
        </Button>
      )}
      {form.rest().map((text) => (
        <span key={text} className="warn" role="alert">
          {text}
        </span>
      ))}
    </div>
  );
}
