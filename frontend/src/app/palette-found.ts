import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useMe } from "../api/firm";
import { findAnything, lock } from "../api/session";
import { say, type Key } from "../i18n";
import { dropping } from "../lib/fault";
import { fold } from "../lib/format";
import { permissions } from "../lib/permissions";
import { queries } from "../lib/query";
import { allActions, comingActions } from "./actions";

export type Group = "recent" | "action" | "command" | "structure" | "person" | "right" | "coming";

export interface Found {
  key: string;
  group: Group;
  name: string;
  note: string;
  to?: string;
  run?: () => void;
}

// What was opened last, of who is signed in: forgotten with the session.
let recent: Found[] = [];
window.addEventListener("habilis:forget", () => {
  recent = [];
});
const remembered = 5;
const shownRights = 6;

/** Remembers what was opened, the last first. */
export function remember(found: Found) {
  const plain = { ...found, key: found.key.replace(/^recent-/, "") };
  recent = [plain, ...recent.filter((r) => r.key !== plain.key)].slice(0, remembered);
}

/** The rows of each group, with their place in the whole list. */
export function groupsOf(list: Found[]): [Group, { found: Found; i: number }[]][] {
  const groups = new Map<Group, { found: Found; i: number }[]>();
  for (const [i, found] of list.entries()) groups.set(found.group, [...(groups.get(found.group) ?? []), { found, i }]);
  return [...groups];
}

type Answers = (text: string) => boolean;

/** What one may do, by its name before its other names; what was opened last where nothing is typed. */
function useActions(asked: string, answers: Answers): Found[] {
  const { t } = useTranslation();
  const { may } = useMe();
  const rank = (name: string) => (fold(name).startsWith(fold(asked)) ? 0 : answers(name) ? 1 : 2);
  const list: Found[] = allActions
    .filter((a) => may(a.may) && answers(t(a.name) + (a.also ? ` ${t(a.also)}` : "")))
    .sort((a, b) => rank(t(a.name)) - rank(t(b.name)))
    .map((a) => ({ key: a.name, group: "action", name: t(a.name), note: "", to: a.to }));
  if (asked === "") list.unshift(...recent.map((r) => ({ ...r, key: `recent-${r.key}`, group: "recent" as const })));
  return list;
}

/** What is done at once. */
function useCommands(answers: Answers): Found[] {
  const { t } = useTranslation();
  const { may } = useMe();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme() === "dark";
  const commands: [Key, () => void][] = [
    ["session.lock", () => void lock().finally(() => queries.invalidateQueries({ queryKey: ["session"] }))],
    [dark ? "palette.light" : "palette.dark", () => setColorScheme(dark ? "light" : "dark")],
    ["palette.export", () => void navigate("/structures")],
  ];
  return commands
    .filter(([name]) => answers(t(name)) && (name !== "palette.export" || may("structure.view")))
    .map(([name, run]) => ({ key: name, group: "command", name: t(name), note: "", run }));
}

/** The structures and people that are found. */
function useRecords(asked: string): Found[] {
  const { data } = useQuery({
    queryKey: ["palette", asked],
    queryFn: ({ signal }) => dropping(signal, () => findAnything(asked)),
    enabled: asked.length > 1,
    placeholderData: (old) => old,
  });
  if (asked.length < 2 || !data) return [];
  return [
    ...data.structures.map((s): Found => ({
      key: `s${s.id}`,
      group: "structure",
      name: s.name,
      note: s.identifier,
      to: `/structures/${s.id}`,
    })),
    ...data.people.map((p): Found => ({
      key: `p${p.id}`,
      group: "person",
      name: `${p.firstName} ${p.lastName}`,
      note: p.email,
      to: `/utilisateurs/${p.id}`,
    })),
  ];
}

/** Everything that answers to what is typed. */
export function useFound(search: string): Found[] {
  const { t } = useTranslation();
  const { may } = useMe();
  const asked = search.trim();
  const words = fold(search).split(" ").filter(Boolean);
  const answers = (text: string) => words.every((w) => fold(text).includes(w));
  const rights = permissions
    .map((p): Found => ({ key: p, group: "right", name: say(`permission.${p}`), note: "", to: `/droits/qui?droit=${p}` }))
    .filter((p) => answers(p.name))
    .slice(0, shownRights);
  const coming = comingActions
    .filter(({ name, also }) => answers(t(name) + (also ? ` ${t(also)}` : "")))
    .map(({ name }): Found => ({ key: name, group: "coming", name: t(name), note: t("acts.coming") }));
  return [
    ...useActions(asked, answers),
    ...useCommands(answers),
    ...useRecords(asked),
    ...(asked.length > 2 && may("user.view") ? rights : []),
    ...(asked !== "" ? coming : []),
  ];
}
