import { Modal, TextInput, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconArrowRight, IconBuilding, IconClock, IconHistory, IconShieldQuestion, IconTerminal2, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { focusOn, useFocusBack } from "../lib/focus";
import { fold } from "../lib/format";
import { queries } from "../lib/query";
import { permissions } from "../lib/permissions";
import { say, type Key } from "../i18n";
import { allActions, comingActions } from "./actions";
import { useMe } from "../api/firm";
import { findAnything, lock } from "../api/session";

type Group = "recent" | "action" | "command" | "structure" | "person" | "right" | "coming";

interface Found {
  key: string;
  group: Group;
  name: string;
  note: string;
  to?: string;
  run?: () => void;
}

const icons: Record<Group, typeof IconHistory> = {
  recent: IconHistory,
  action: IconArrowRight,
  command: IconTerminal2,
  structure: IconBuilding,
  person: IconUser,
  right: IconShieldQuestion,
  coming: IconClock,
};

// What was opened last, of who is signed in: forgotten with the session.
let recent: Found[] = [];
window.addEventListener("habilis:forget", () => {
  recent = [];
});
const remembered = 5;
const shownRights = 6;

/** The rows of each group, with their place in the whole list. */
function groupsOf(list: Found[]): [Group, { found: Found; i: number }[]][] {
  const groups = new Map<Group, { found: Found; i: number }[]>();
  for (const [i, found] of list.entries()) groups.set(found.group, [...(groups.get(found.group) ?? []), { found, i }]);
  return [...groups];
}

function Option({ found, current, onOpen }: { found: Found; current: boolean; onOpen: () => void }) {
  const Icon = icons[found.group];
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field above takes the keys
    <div
      id={`palette-${found.key}`}
      role="option"
      aria-selected={current}
      aria-disabled={found.group === "coming" || undefined}
      className="option"
      ref={(node) => {
        if (current) node?.scrollIntoView({ block: "nearest" });
      }}
      onClick={onOpen}
    >
      <Icon size={15} aria-hidden />
      <span>{found.name}</span>
      <small className="tabular">{found.note}</small>
    </div>
  );
}

/** Ctrl+K: any structure, person or action by a few letters, accents or not, with or without spaces in a SIRET. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { may, again } = useMe();
  useFocusBack();
  useEffect(() => void again(), [again]);
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme() === "dark";
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const asked = search.trim();
  const query = useQuery({
    queryKey: ["palette", asked],
    queryFn: () => findAnything(asked),
    enabled: asked.length > 1,
    placeholderData: (old) => old,
  });
  const words = fold(search).split(" ").filter(Boolean);
  const answers = (text: string) => words.every((w) => fold(text).includes(w));
  const rank = (name: string) => (fold(name).startsWith(fold(asked)) ? 0 : answers(name) ? 1 : 2); // by its name, before its other names
  const list: Found[] = allActions
    .filter((a) => may(a.may) && answers(t(a.name) + (a.also ? ` ${t(a.also)}` : "")))
    .sort((a, b) => rank(t(a.name)) - rank(t(b.name)))
    .map((a) => ({ key: a.name, group: "action", name: t(a.name), note: "", to: a.to }));
  if (asked === "") list.unshift(...recent.map((r) => ({ ...r, key: `recent-${r.key}`, group: "recent" as const })));
  const commands: [Key, () => void][] = [
    ["session.lock", () => void lock().finally(() => queries.invalidateQueries({ queryKey: ["session"] }))],
    [dark ? "palette.light" : "palette.dark", () => setColorScheme(dark ? "light" : "dark")],
    ["palette.export", () => void navigate("/structures")],
  ];
  list.push(
    ...commands
      .filter(([name]) => answers(t(name)) && (name !== "palette.export" || may("structure.view")))
      .map(([name, run]): Found => ({ key: name, group: "command", name: t(name), note: "", run })),
  );
  if (asked.length > 1 && query.data) {
    list.push(
      ...query.data.structures.map((s) => ({
        key: `s${s.id}`,
        group: "structure" as const,
        name: s.name,
        note: s.identifier,
        to: `/structures/${s.id}`,
      })),
    );
    list.push(
      ...query.data.people.map((p) => ({
        key: `p${p.id}`,
        group: "person" as const,
        name: `${p.firstName} ${p.lastName}`,
        note: p.email,
        to: `/utilisateurs/${p.id}`,
      })),
    );
  }
  if (asked.length > 2 && may("user.view"))
    list.push(
      ...permissions
        .map((p): Found => ({ key: p, group: "right", name: say(`permission.${p}`), note: "", to: `/droits/qui?droit=${p}` }))
        .filter((p) => answers(p.name))
        .slice(0, shownRights),
    );
  if (asked !== "")
    list.push(
      ...comingActions
        .filter(({ name, also }) => answers(t(name) + (also ? ` ${t(also)}` : "")))
        .map(({ name }): Found => ({ key: name, group: "coming", name: t(name), note: t("acts.coming") })),
    );
  const open = (found?: Found) => {
    if (!found || found.group === "coming") return;
    onClose();
    if (found.run) found.run();
    if (!found.to) return;
    const plain = { ...found, key: found.key.replace(/^recent-/, "") };
    recent = [plain, ...recent.filter((r) => r.key !== plain.key)].slice(0, remembered);
    void navigate(found.to);
  };
  const current = Math.min(at, list.length - 1);
  return (
    <Modal.Root opened onClose={onClose} returnFocus={false} size={640} yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content aria-label={t("palette.open")}>
        <Modal.Body p={10}>
          <TextInput
            label={<span className="sr">{t("palette.open")}</span>}
            placeholder={t("palette.placeholder")}
            size="lg"
            ref={focusOn} // at once: what is typed right after Ctrl+K is typed here
            data-autofocus
            value={search}
            role="combobox"
            aria-expanded={true}
            aria-controls="palette-list"
            aria-activedescendant={list[current] ? `palette-${list[current].key}` : undefined}
            onChange={(e) => {
              setSearch(e.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              if (event.key === "ArrowDown") setAt(Math.min(list.length - 1, current + 1));
              else if (event.key === "ArrowUp") setAt(Math.max(0, current - 1));
              else if (event.key === "Enter") open(list[current]);
              else return;
              event.preventDefault();
            }}
          />
          <div
            id="palette-list"
            role="listbox"
            aria-label={t("palette.open")}
            style={{ maxHeight: "50vh", overflow: "auto", marginTop: 8 }}
          >
            {groupsOf(list).map(([group, rows]) => (
              <div key={group} role="group" aria-label={t(`palette.group.${group}`)}>
                <div className="option-group" aria-hidden="true">
                  {t(`palette.group.${group}`)}
                </div>
                {rows.map(({ found, i }) => (
                  <Option key={found.key} found={found} current={i === current} onOpen={() => open(found)} />
                ))}
              </div>
            ))}
          </div>
          {list.length === 0 && (
            <p className="soft" style={{ padding: 12 }}>
              {t("picker.nothing")}
            </p>
          )}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
