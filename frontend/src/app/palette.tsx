import { Modal, TextInput } from "@mantine/core";
import { IconArrowRight, IconBuilding, IconClock, IconHistory, IconShieldQuestion, IconTerminal2, IconUser } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useMe } from "../api/firm";
import { focusOn, useFocusBack } from "../lib/focus";
import { groupsOf, remember, useFound, type Found, type Group } from "./palette-found";

const icons: Record<Group, typeof IconHistory> = {
  recent: IconHistory,
  action: IconArrowRight,
  command: IconTerminal2,
  structure: IconBuilding,
  person: IconUser,
  right: IconShieldQuestion,
  coming: IconClock,
};

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

/** What is found, by groups. */
function Options({ list, current, onOpen }: { list: Found[]; current: number; onOpen: (found: Found) => void }) {
  const { t } = useTranslation();
  return (
    <div id="palette-list" role="listbox" aria-label={t("palette.open")} style={{ maxHeight: "50vh", overflow: "auto", marginTop: 8 }}>
      {groupsOf(list).map(([group, rows]) => (
        <div key={group} role="group" aria-label={t(`palette.group.${group}`)}>
          <div className="option-group" aria-hidden="true">
            {t(`palette.group.${group}`)}
          </div>
          {rows.map(({ found, i }) => (
            <Option key={found.key} found={found} current={i === current} onOpen={() => onOpen(found)} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** Ctrl+K: any structure, person or action by a few letters, accents or not, with or without spaces in a SIRET. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { again } = useMe();
  useFocusBack();
  useEffect(() => void again(), [again]);
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const [at, setAt] = useState(0);
  const list = useFound(search);
  const open = (found?: Found) => {
    if (!found || found.group === "coming") return;
    onClose();
    if (found.run) found.run();
    if (!found.to) return;
    remember(found);
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
          <Options list={list} current={current} onOpen={open} />
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
