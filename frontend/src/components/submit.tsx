import { Button } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useTranslation } from "react-i18next";

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

/** A form with « Soumettre » at its foot: Ctrl+S submits, Esc goes back. */
export function Form({ onSubmit, sending, label, rest = [], way, children, disabled, back = true, ready = true }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        form.current?.requestSubmit();
      }
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  }, []);
  return (
    <form
      ref={form}
      className="form"
      noValidate
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
    </form>
  );
}
