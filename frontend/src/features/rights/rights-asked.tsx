import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { DayFilter } from "../../components/day-input";
import { Picker } from "../../components/picker";
import { Select } from "@mantine/core";
import { pickAnybody } from "../../api/people";
import { pickSeen } from "../../api/structures";

interface AskingProps {
  asked: { mode: string; structure: number; user: number; department: number; on: string };
  known?: { id: number; name: string };
  departments: { id: number; label: string }[];
  set: (next: Record<string, string>) => void;
  onTyping: (typing: boolean) => void;
}

/** Whose rights, where, on which day. */
export function Asking({ asked, known, departments, set, onTyping }: AskingProps) {
  const { t } = useTranslation();
  const { mode, structure, user, department, on } = asked;
  const kept: Record<string, string> = on ? { day: on } : {};
  return (
    <div className="row" style={{ alignItems: "flex-end" }}>
      <SegmentedControl
        aria-label={t("rights.mode")}
        value={mode}
        onChange={(m) => set(m === "person" ? { ...kept, mode: "person" } : kept)}
        data={[
          { value: "structure", label: t("structure.one") },
          { value: "person", label: t("user.person") },
        ]}
      />
      {mode === "structure" ? (
        <Picker
          key="s"
          label={t("structure.one")}
          name="structures"
          find={pickSeen}
          value={structure}
          known={known}
          onChange={(id) => set({ ...kept, structure: String(id) })}
        />
      ) : (
        <Picker
          key="p"
          label={t("user.person")}
          name="people"
          find={pickAnybody}
          value={user}
          known={known}
          onChange={(id) => set({ ...kept, mode: "person", ...(id ? { user: String(id) } : {}) })}
        />
      )}
      {mode === "structure" && departments.length > 0 && (
        <Select
          label={t("department.one")}
          value={String(department)}
          allowDeselect={false}
          onChange={(d) => set({ ...kept, structure: String(structure), ...(d !== "0" && d ? { department: d } : {}) })}
          data={[{ value: "0", label: t("department.all") }, ...departments.map((d) => ({ value: String(d.id), label: d.label }))]}
        />
      )}
      <DayFilter
        label={t("rights.day")}
        value={on}
        onTyping={onTyping}
        onChange={(d) =>
          set({
            ...(mode === "person" ? { mode: "person", user: String(user) } : { structure: String(structure) }),
            ...(department ? { department: String(department) } : {}),
            ...(d ? { day: d } : {}),
          })
        }
      />
    </div>
  );
}
