import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { Badge } from "../../components/state";
import { say } from "../../i18n";
import type { department } from "../../lib/types";
import { getStructure, listDepartments, pickAmong } from "../../api/structures";
import { DepartmentFields, departmentFields } from "./department-form";
import { EditDepartment } from "./edit-department";
import { StateForm } from "./state-form";
import { isPublic } from "./fields";

const requests = ["view", "activate", "deactivate", "edit"] as const;
type Request = (typeof requests)[number];

/** The departments that a request is about: its switch says whether one is active; a department whose dates are over stays one to edit. */
const fits: Record<Request, (d: department.Department) => boolean> = {
  view: () => true,
  activate: (d) => !d.switch,
  deactivate: (d) => d.switch,
  edit: (d) => d.switch && d.editable,
};

interface ManagedProps {
  d: department.Department;
  structure: number;
  request: Request;
  open: boolean; // of the public sector
  onSaved: () => void;
}

/** What a request is about a department: to consult, edit or switch it. */
function Managed({ d, structure, request, open, onSaved }: ManagedProps) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      {request === "view" && (
        <Panel
          title={d.label}
          side={<Badge tone={d.active ? "on" : "off"}>{t(d.active ? "department.active" : "department.inactive")}</Badge>}
        >
          <div className="form">
            <DepartmentFields
              names={{ values: departmentFields(d), set: () => undefined, error: () => undefined, readOnly: true }}
              open={open}
              code={d.code}
            />
            {open && <p className="note plain-note">{say(`supplier.department.${d.supplier}`)}</p>}
          </div>
        </Panel>
      )}
      {request === "edit" && <EditDepartment d={d} open={open} onSaved={onSaved} />}
      {(request === "activate" || request === "deactivate") && (
        <StateForm
          kind="department.set_state"
          input={{ structure, department: d.id, active: request === "activate" }}
          label={t(request === "activate" ? "state.activate_verb" : "state.deactivate_verb")}
          ends={request === "deactivate"}
          onSaved={onSaved}
        >
          <p>
            {t(request === "activate" ? "manage_department.activate_text" : "manage_department.deactivate_text", {
              label: d.label,
            })}
          </p>
        </StateForm>
      )}
    </div>
  );
}

/** « Gérer un service »: the kind of request, the structure, the code of the department, then what is to be done. Nothing deletes one. */
export function ManageDepartmentPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const asked = params.get("demande") ?? "";
  const request = (requests as readonly string[]).includes(asked) ? (asked as Request) : undefined;
  const id = Number(params.get("structure") ?? 0);
  const code = Number(params.get("service") ?? 0);
  const chosen = useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id), enabled: id > 0 });
  const departments = useQuery({ queryKey: ["departments", id], queryFn: () => listDepartments(id), enabled: id > 0 });
  const list = (departments.data ?? []).filter((d) => request && fits[request](d));
  const department = list.find((d) => d.id === code);
  const known = chosen.data && { id: chosen.data.id, name: chosen.data.name };
  const open = isPublic(chosen.data?.sphere ?? "");
  const go = (next: { demande?: string; structure?: number; service?: number }) => {
    const to = new URLSearchParams();
    for (const [name, value] of Object.entries(next)) if (value) to.set(name, String(value));
    setParams(to, { replace: true });
  };
  const saved = () => void navigate(`/structures/${id}?tab=departments`);
  return (
    <Page title={t("action.manage_department")} sub={t("manage_department.sub")}>
      <Panel>
        <div className="form">
          <Select
            label={t("manage.request")}
            placeholder={t("manage.choose")}
            value={request ?? null}
            data={requests.map((r) => ({ value: r, label: t(`manage_department.${r}`) }))}
            onChange={(r) => go({ demande: r ?? undefined, structure: id })}
            withAsterisk
          />
          {request && (
            <>
              <Picker
                key={request}
                label={t("structure.choose")}
                name={`manage_department.${request}`}
                find={pickAmong({ holding: request === "view" ? "department.view" : "department.edit", sphere: "entity" })}
                value={id}
                known={known}
                onChange={(structure) => go({ demande: request, structure })}
                required
                alone
              />
              <Select
                label={t("department.code_choose")}
                data={list.map((d) => ({ value: String(d.id), label: `${d.code} · ${d.label}` }))}
                value={department ? String(department.id) : null}
                onChange={(d) => go({ demande: request, structure: id, service: Number(d ?? 0) })}
                disabled={id === 0}
                placeholder={
                  id === 0 ? t("manage_department.first") : list.length === 0 ? say(`manage_department.none.${request}`) : undefined
                }
                searchable
                withAsterisk
              />
            </>
          )}
        </div>
      </Panel>
      {request && department && (
        <Managed key={`${request}.${department.id}`} d={department} structure={id} request={request} open={open} onSaved={saved} />
      )}
    </Page>
  );
}
