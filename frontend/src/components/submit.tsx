import { Button, Modal } from "@mantine/core";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useTranslation } from "react-i18next";
import { covered, locked } from "../lib/keys";

interface Props {
  onSubmit: () => void;
  sending: boolean;
  label?: string;
  rest?: string[];
  way?: ReactNode; // on, beside what the form could not do
  children: ReactNode;
  disabled?: boolean;
  back?: boolean;
  ready?: boolean; // « Soumettre » is not there before
}

/** A form with « Soumettre » at its foot: Ctrl+S submits; Esc goes back, and asks first where something was typed. */
export function Form({ onSubmit, sending, label, rest = [], way, children, disabled, back = true, ready = true }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [leaving, setLeaving] = useState(false);
  const typed = useRef(false);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        const alone = document.querySelectorAll("form.form").length === 1;
        if (!locked() && (alone || form.current?.contains(document.activeElement))) form.current?.requestSubmit();
      }
      if (event.key !== "Escape" || !back || covered()) return;
      if (typed.current) setLeaving(true);
      else void navigate(-1);
    };
    window.addEventListener("keydown", key, true); // before a list or a calendar takes the key and closes
    return () => window.removeEventListener("keydown", key, true);
  }, [back, navigate]);
  return (
    <form
      ref={form}
      className="form"
      noValidate
      onInput={() => {
        typed.current = true;
      }}
      onClickCapture={(event) => {
        if ((event.target as Element).closest("[data-dates-dropdown], [role='option']")) typed.current = true; // picked, not typed
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending && !disabled && ready) onSubmit();
      }}
    >
      {children}
      {rest.length > 0 && (
        <div className="note" role="alert">
          {rest.map((text) => (
            <p key={text}>{text}</p>
          ))}
          {way}
        </div>
      )}
      <div className="row">
        {ready && (
          <Button type="submit" loading={sending} disabled={disabled}>
            {label ?? t("action.submit")}
          </Button>
        )}
        {back && (
          <Button type="button" variant="default" onClick={() => void navigate(-1)}>
            {t("action.cancel")}
          </Button>
        )}
      </div>
      <Modal opened={leaving} onClose={() => setLeaving(false)} title={t("leave.title")}>
        <div className="stack">
          <p>{t("leave.text")}</p>
          <div className="row">
            <Button data-autofocus onClick={() => setLeaving(false)}>
              {t("leave.stay")}
            </Button>
            <Button variant="default" onClick={() => void navigate(-1)}>
              {t("leave.go")}
            </Button>
          </div>
        </div>
      </Modal>
    </form>
  );
}
