import { useTranslation } from "react-i18next";
import { change } from "../api/changes";
import { useChange } from "../api/use-change";
import { useForm } from "../lib/form";
import { isoDay, openEnd } from "../lib/format";
import { ChangeForm } from "./change-form";
import { Dialog } from "./dialog";
import { DayInput } from "./day-input";

interface Props {
  grant: number;
  extend?: boolean; // gives it a later end instead
  profile: string;
  ends: number; // when it does until now
  onClose: () => void;
}

/** Takes a grant away, at once or after a day, or gives it a later end, after showing what that does to rights. */
export function EndGrant({ grant, extend, profile, ends, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm({ until: "" });
  const { until } = form.values;
  const made = useChange(extend ? "grant.extend" : "grant.end", { grant, until });
  const before = { grant, until: ends < openEnd ? isoDay(ends - 1) : "" };
  const back = extend ? change("grant.end", before) : until ? change("grant.extend", before) : undefined; // what ended at once is over
  return (
    <Dialog onClose={onClose} title={t(extend ? "grant.extend_title" : "grant.end_title", { profile })} size={560}>
      <ChangeForm
        dialog
        change={made}
        form={form}
        fields={["until"]}
        previewed={["until"]}
        back={back}
        ends={!extend}
        label={t(extend ? "grant.extend_verb" : "grant.end_verb")}
        onSaved={onClose}
        onCancel={onClose}
      >
        <DayInput
          label={t(extend ? "grant.extend_until" : "grant.end_until")}
          description={t(extend ? "grant.extend_until_text" : "grant.end_until_text")}
          value={until}
          onChange={(day) => {
            form.setValues({ until: day });
            form.setProblems([]);
          }}
          error={form.error("until") ?? made.of("until")}
        />
      </ChangeForm>
    </Dialog>
  );
}
