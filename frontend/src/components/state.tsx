import { Button, Loader } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { say } from "../i18n";
import { toFault, type Fault } from "../lib/fault";
import { sentenceOf } from "../lib/sentence";

const missingOf = (fault: Fault) => fault.problems[0]?.params?.permission?.split(" ")[0] ?? "";

/** A failure, in a sentence, with a way on. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const fault = toFault(error);
  return (
    <div className="empty" role="alert">
      <h1>{say(`fault.${fault.code}`)}</h1>
      {fault.problems.map((p) => (
        <p key={p.key + p.field} className="soft">
          {sentenceOf(p)}
        </p>
      ))}
      <div className="row">
        {fault.code === "forbidden" && (
          <Button component="a" href={`#/demandes/creer?objet=profiles&droit=${missingOf(fault)}`} variant="default">
            {t("state.ask_right")}
          </Button>
        )}
        {retry && fault.code !== "forbidden" && (
          <Button variant="default" onClick={retry}>
            {t("action.retry")}
          </Button>
        )}
        <Button component="a" href="#/" variant="default">
          {t("nav.home")}
        </Button>
      </div>
    </div>
  );
}

/** What is wrong with a form as a whole, each in its sentence. */
export function Problems({ texts, className = "note" }: { texts: string[]; className?: string }) {
  return texts.map((text) => (
    <p key={text} className={className} role="alert">
      {text}
    </p>
  ));
}

/** What was to be read on, and could not be: why, and a way to ask again. */
export function Stopped({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="note row between" role="alert">
      <span>{toFault(error).problems.map(sentenceOf).join(" ")}</span>
      <Button size="compact-sm" variant="default" onClick={again}>
        {t("action.retry")}
      </Button>
    </div>
  );
}

/** A wait that shows itself only after 150 ms. */
export function Waiting() {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return <div className="empty">{late && <Loader size="sm" aria-label={t("state.loading")} />}</div>;
}

/** An empty list: why it is empty, and what to do first. */
export function Empty({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {text && <p className="soft">{text}</p>}
      {children}
    </div>
  );
}

type Read<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** What a query gave: waiting, its failure, or what is made of its data. A list keeps what it showed while nothing answers. */
export function Loaded<T>({ query, keeps, children }: { query: Read<T>; keeps?: boolean; children: (data: T) => ReactNode }) {
  const [last, setLast] = useState<T>();
  if (keeps && query.data !== undefined && query.data !== last) setLast(query.data);
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error && last !== undefined && toFault(query.error).code === "protocol") return <>{children(last)}</>; // the banner says why
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Waiting />;
}

/** A state: a word and a mark, never a colour alone. */
export function Badge({ tone, children }: { tone: "on" | "off" | "alert" | "half"; children: ReactNode }) {
  const mark = { on: "●", off: "○", alert: "▲", half: "◐" }[tone];
  return (
    <span className={`badge ${tone}`}>
      <span aria-hidden="true">{mark}</span>
      {children}
    </span>
  );
}
