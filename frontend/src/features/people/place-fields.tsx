import { Radio, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Picker } from "../../components/picker";
import { getStructure, listDepartments, pickHolding } from "../../api/structures";

interface Props {
  structure: number;
  department: number;
  level: "structure" | "department";
  permission: string;
  structureLabel: string;
  structureText: string;
  departmentText: string;
  error: (field: string) => string | undefined;
  onChange: (place: { structure: number; department: number; level: "structure" | "department" }) => void;
  required?: boolean;
}

/** A structure, then the level: the whole structure (« maille structure ») or one department (« maille service »). */
export function PlaceFields({
  structure,
  department,
  level,
  permission,
  structureLabel,
  structureText,
  departmentText,
  error,
  onChange,
  required = true,
}: Props) {
  const { t } = useTranslation();
  const departments = useQuery({ queryKey: ["departments", structure], queryFn: () => listDepartments(structure), enabled: structure > 0 });
  const query = useQuery({
    queryKey: ["structure", structure],
    queryFn: () => getStructure(structure),
    enabled: structure > 0,
    retry: false,
  });
  const known = query.data && { id: query.data.id, name: query.data.name };
  const list = (departments.data ?? []).filter((d) => d.active);
  return (
    <>
      <Picker
        label={structureLabel}
        name={`structures.${permission}`}
        find={pickHolding(permission)}
        value={structure}
        known={known}
        onChange={(id) => onChange({ structure: id, department: 0, level })}
        error={error("structure")}
        required={required}
        alone={required}
      />
      {structure > 0 && (
        <Radio.Group
          label={t("membership.levels")}
          value={level}
          onChange={(x) => onChange({ structure, department: 0, level: x === "department" ? "department" : "structure" })}
        >
          <div className="stack tight" style={{ marginTop: 6 }}>
            <Radio value="structure" label={structureText} />
            <Radio
              value="department"
              label={departmentText}
              disabled={list.length === 0}
              description={list.length === 0 ? t("departments.none_here") : undefined}
            />
          </div>
        </Radio.Group>
      )}
      {structure > 0 && level === "department" && (
        <Select
          label={t("department.one")}
          data={list.map((d) => ({ value: String(d.id), label: `${d.code} · ${d.label}` }))}
          value={department ? String(department) : null}
          onChange={(id) => onChange({ structure, department: Number(id ?? 0), level })}
          error={error("department")}
          withAsterisk
          searchable
        />
      )}
    </>
  );
}
