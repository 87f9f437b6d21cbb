import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Go, Panel } from "../../components/page";
import { Badge, Empty, Loaded } from "../../components/state";
import { useForm } from "../../lib/form";
import { refresh } from "../../lib/query";
import type { structure } from "../../lib/types";
import { listDepartments, renameDepartment } from "./api";
import { useFirstField } from "../../lib/focus";

function LabelForm({ d, onClose }: { d: structure.Department; onClose: () => void }) {
  const { t } = useTranslation();
  const first = useFirstField();
  const form = useForm({ label: d.label });
  const save = () =>
    void form.send(async () => {
      await renameDepartment({ id: d.id, label: form.values.label, version: d.version });
      onClose();
      await refresh();
    });
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextInput
        aria-label={t("department.label")}
        value={form.values.label}
        onChange={(e) => form.set("label", e.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && onClose()}
        error={form.error("label")}
        ref={first}
      />
      <Button type="submit" size="compact-md" loading={form.sending}>
        {t("action.submit")}
      </Button>
      <Button size="compact-md" variant="default" onClick={onClose}>
        {t("action.cancel")}
      </Button>
      {form.rest("label").map((text) => (
        <span key={text} className="warn" role="alert">
          {text}
        </span>
      ))}
    </form>
  );
}

function Row({ d }: { d: structure.Department }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  return (
    <tr>
      <td className="tabular">{d.code}</td>
      <td>{editing ? <LabelForm d={d} onClose={() => setEditing(false)} /> : d.label}</td>
      <td>
        <Badge tone={d.active ? "on" : "off"}>{t(d.active ? "department.active" : "department.inactive")}</Badge>
      </td>
      <td className="tabular">{d.people}</td>
      <td style={{ textAlign: "right" }}>
        {d.editable && !editing && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setEditing(true)}
            aria-label={t("department.rename_named", { label: d.label })}
          >
            {t("department.rename")}
          </Button>
        )}
      </td>
    </tr>
  );
}

export function DepartmentsTab({ structure: s }: { structure: structure.Structure }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["departments", s.id], queryFn: () => listDepartments(s.id) });
  return (
    <Panel title={t("structure.tab.departments")} side={<Go to={`/services/creer?structure=${s.id}`}>{t("action.create_department")}</Go>}>
      <Loaded query={query}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("departments.empty")} text={t("departments.empty_text")} />
          ) : (
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t("department.code")}</th>
                  <th scope="col">{t("department.label")}</th>
                  <th scope="col">{t("structure.state")}</th>
                  <th scope="col">{t("structure.tab.people")}</th>
                  <th scope="col">
                    <span className="sr">{t("list.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {list.map((d) => (
                  <Row key={d.id} d={d} />
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </Panel>
  );
}
