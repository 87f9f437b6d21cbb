import { conflictIn, Merge } from "../../components/merge";
import { useChange } from "../../api/use-change";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EffectPanel } from "../../components/effect";
import { Panel } from "../../components/page";
import { Form } from "../../components/submit";
import { type Problem } from "../../lib/fault";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import { say } from "../../i18n";
import type { department } from "../../lib/types";
import { departmentNames, departmentFields, DepartmentFields } from "./department-form";

/** « Modification d’un service », with the preview of what its dates change. */
export function EditDepartment({ d, open, onSaved }: { d: department.Department; open: boolean; onSaved: () => void }) {
  const { t } = useTranslation();
  const [base, setBase] = useState({ values: departmentFields(d), version: d.version });
  const [conflict, setConflict] = useState<Problem[]>();
  const form = useForm(base.values);
  const v = form.values;
  const wish = {
    department: d.id,
    version: base.version,
    mine: v,
    base: base.values,
    days: v.from !== base.values.from || v.until !== base.values.until,
  };
  const made = useChange("department.edit", wish, !conflict);
  const [begun] = useState(() => d.validFrom <= Date.now());
  const send = () =>
    void form.send(async () => {
      try {
        await made.send();
      } catch (reason) {
        const fields = conflictIn(reason);
        if (!fields) throw reason;
        setConflict(fields);
        return;
      }
      await saved();
      onSaved();
    });
  return (
    <div className="cols">
      <Panel>
        <Form onSubmit={send} sending={form.sending} rest={form.rest(...departmentNames)}>
          <DepartmentFields names={{ values: v, set: form.set, error: form.error }} open={open} begun={begun} code={d.code} />
        </Form>
      </Panel>
      <EffectPanel effect={made.effect} error={made.error} more={made.more} />
      {conflict && (
        <Merge
          problems={conflict}
          mine={v}
          base={base.values}
          label={(field) => say(field === "commitmentRequired" ? "department.commitment" : `department.${field}`)}
          done={t("merge.take")}
          onClose={() => setConflict(undefined)}
          onDone={(m) => {
            setConflict(undefined);
            form.setValues(m.values);
            setBase({ values: m.base, version: m.version });
          }}
        />
      )}
    </div>
  );
}
