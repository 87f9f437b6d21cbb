import { change, submit } from "../../api/changes";
import { Button, Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Failure, Waiting } from "../../components/state";
import { Form } from "../../components/submit";
import { FoundVerdict } from "../../components/verdict";
import { useForm } from "../../lib/form";
import { wordDay } from "../../lib/format";
import { saved } from "../../lib/query";
import type { register } from "../../lib/types";
import { compareStructure } from "../../api/structures";
import { say } from "../../i18n";

const words: Record<string, string> = {
  name: "structure.name",
  sign: "structure.sign",
  address1: "structure.address1",
  address2: "structure.address2",
  address3: "structure.address3",
  postcode: "structure.postcode",
  town: "structure.town",
  country: "structure.country",
  activity: "structure.activity",
  activity2025: "structure.activity_2025",
  legalCategory: "structure.legal_category",
};

/** « Mettre à jour depuis la base INSEE »: old and new, field by field, and which to take. */
export function RefreshForm({ id, onSaved }: { id: number; onSaved?: () => void }) {
  const { t } = useTranslation();
  const form = useForm({});
  const [left, setLeft] = useState<string[]>([]);
  const query = useQuery({ queryKey: ["compare", id], queryFn: () => compareStructure(id), retry: false, staleTime: Infinity, gcTime: 0 });
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data || query.isFetching) return <Waiting />;
  const { found, differences } = query.data;
  const answered = found.verdict !== "unverifiable";
  const send = () =>
    void form.send(async () => {
      const take = differences.map((d: register.Difference) => d.field).filter((f) => !left.includes(f));
      await submit(change("structure.refresh", { id, take, verdict: found.verdict, shown: differences }));
      await saved();
      onSaved?.();
    });
  return (
    <div className="stack">
      <FoundVerdict found={found} retry={() => void query.refetch()} />
      {found.verdict === "closed" && (
        <p className="note">{found.closedOn ? t("refresh.closed", { day: wordDay(found.closedOn) }) : t("refresh.closed_no_day")}</p>
      )}
      {answered && (
        <Form onSubmit={send} sending={form.sending} rest={form.rest()} back={false}>
          {differences.length === 0 ? (
            <p className="soft">{t("refresh.same")}</p>
          ) : (
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t("refresh.take")}</th>
                  <th scope="col">{t("refresh.old")}</th>
                  <th scope="col">{t("refresh.new")}</th>
                </tr>
              </thead>
              <tbody>
                {differences.map((d) => (
                  <tr key={d.field}>
                    <td>
                      <Checkbox
                        label={say(words[d.field] ?? d.field)}
                        checked={!left.includes(d.field)}
                        onChange={(e) => setLeft(e.currentTarget.checked ? left.filter((f) => f !== d.field) : [...left, d.field])}
                      />
                    </td>
                    <td className="soft">{d.old || t("value.empty")}</td>
                    <td>
                      <b>{d.new || t("value.empty")}</b>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Form>
      )}
      {form.problems.some((p) => p.key === "insee.changed") && (
        <Button variant="default" onClick={() => void query.refetch()}>
          {t("action.retry")}
        </Button>
      )}
    </div>
  );
}
