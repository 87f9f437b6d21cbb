import { Button } from "@mantine/core";
import { useEffect, useRef, type FormEvent, type KeyboardEvent, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { useTranslation } from "react-i18next";
import { covered, dialogs, locked } from "../lib/keys";
import { unsaved } from "../lib/unsaved";

interface Props {
  onSubmit: () => void;
  sending: boolean;
  label?: string;
  ends?: boolean; // something ends: said by its verb, in the warning colour, with the focus elsewhere
  rest?: string[];
  way?: ReactNode; // on, beside what the form could not do
  children: ReactNode;
  disabled?: boolean;
  back?: boolean;
  onCancel?: () => void; // of a dialog: closes it
  submitFirst?: boolean; // of a dialog: « Soumettre » is what one came for
  ready?: boolean; // « Soumettre » is not there before
}

/** The keys of a form: Ctrl+S submits it, Esc leaves it where one may. What is typed in it is forgotten once it is gone. */
function useFormKeys(leaves: boolean) {
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const here = form;
    return () => void unsaved.delete(here);
  }, []);
  useEffect(() => {
    const key = (event: globalThis.KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "s") {
        event.preventDefault();
        const alone = document.querySelectorAll("form.form").length === 1;
        const behind = dialogs().some((d) => !d.contains(form.current));
        if (!locked() && !behind && (alone || form.current?.contains(document.activeElement))) form.current?.requestSubmit();
      }
      if (event.key === "Escape" && leaves && !covered()) unsaved.leave(() => void navigate(-1));
    };
    window.addEventListener("keydown", key, true); // before a list or a calendar takes the key and closes
    return () => window.removeEventListener("keydown", key, true);
  }, [leaves, navigate]);
  return form;
}

/** A form with « Soumettre » at its foot: Ctrl+S submits; Esc goes back. What is typed in it is not left by chance. */
export function Form({
  onSubmit,
  sending,
  label,
  ends,
  rest = [],
  way,
  children,
  disabled,
  back = true,
  onCancel,
  submitFirst,
  ready = true,
}: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useFormKeys(back && !onCancel);
  const typed = () => void unsaved.add(form);
  const cancel = () => {
    unsaved.delete(form); // said on purpose
    void navigate(-1);
  };
  return (
    <form
      ref={form}
      className="form"
      noValidate
      onInput={(event) => {
        event.stopPropagation(); // a dialog's form is drawn within its page's
        typed();
      }}
      onClickCapture={(event) => {
        const at = event.target as Element;
        if (at.closest("[data-dates-dropdown], [role='option']")) typed(); // picked, not typed
        if (at.closest("a")) unsaved.delete(form); // the way on that the form itself offers
      }}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
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
      <div className="row foot">
        {ready && (
          <Button
            type="submit"
            className={ends ? "ends" : undefined}
            loading={sending}
            disabled={disabled}
            data-autofocus={(submitFirst && !ends) || undefined}
          >
            {label ?? t("action.submit")}
          </Button>
        )}
        {back && (
          <Button type="button" variant="default" onClick={onCancel ?? cancel} data-autofocus={(submitFirst && ends) || undefined}>
            {t("action.cancel")}
          </Button>
        )}
      </div>
    </form>
  );
}

/** For a field within a form that only searches: Enter does not submit, and what is typed is nothing to save. */
export const searches = {
  onKeyDown: (event: KeyboardEvent) => {
    if (event.key === "Enter") event.preventDefault();
  },
  onInput: (event: FormEvent) => event.stopPropagation(),
};
