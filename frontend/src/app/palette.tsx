import { Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useFocusBack } from "../lib/focus";
import { fold } from "../lib/format";
import { allActions } from "./actions";
import { useMe } from "./me";
import { findAnything } from "./session";

interface Found {
  key: string;
  name: string;
  note: string;
  to: string;
}

/** Ctrl+K: any structure, person or action by a few letters, accents or not, with or without spaces in a SIRET. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { may, again } = useMe();
  useFocusBack();
  useEffect(() => void again(), [again]);
  const navigate = useNavigate();
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
    .map((a) => ({ key: a.name, name: t(a.name), note: t("palette.action"), to: a.to }));
  if (asked.length > 1 && query.data) {
    list.push(...query.data.structures.map((s) => ({ key: `s${s.id}`, name: s.name, note: s.identifier, to: `/structures/${s.id}` })));
    list.push(
      ...query.data.people.map((p) => ({
        key: `p${p.id}`,
        name: `${p.firstName} ${p.lastName}`,
        note: p.email,
        to: `/utilisateurs/${p.id}`,
      })),
    );
  }
  const open = (found?: Found) => {
    if (!found) return;
    onClose();
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
            {list.map((found, i) => (
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field above takes the keys
              <div
                key={found.key}
                id={`palette-${found.key}`}
                role="option"
                aria-selected={i === current}
                className="option"
                ref={(node) => {
                  if (i === current) node?.scrollIntoView({ block: "nearest" });
                }}
                onClick={() => open(found)}
              >
                <span>{found.name}</span>
                <small className="tabular">{found.note}</small>
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
