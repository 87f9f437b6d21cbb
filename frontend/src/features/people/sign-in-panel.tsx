import { change, submit } from "../../api/changes";
import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/dialog";
import { Panel } from "../../components/page";
import { Code } from "../../components/code";
import { Badge, Problems } from "../../components/state";
import { say } from "../../i18n";
import { useForm } from "../../lib/form";
import { saved } from "../../lib/query";
import type { people } from "../../lib/types";

const ways = { none: ["invited"], invited: ["invited", "none"], open: ["locked", "none"], locked: ["invited", "none"] } as const;
type Way = "invited" | "locked" | "none";
const tones = { none: "off", invited: "half", open: "on", locked: "alert" } as const;

/** Whether a person enters Habilis here, and what an administrator may do about it: give a code, lock, take the access away. */
export function SignInPanel({ u }: { u: people.User }) {
  const { t } = useTranslation();
  const form = useForm({});
  const [asked, setAsked] = useState<Way>();
  const [code, setCode] = useState("");
  const state = u.signIn as keyof typeof ways;
  const name = `${u.firstName} ${u.lastName}`;
  const act = (way: Way) =>
    void form.send(async () => {
      const made = await submit(change("user.sign_in", { user: u.id, signIn: way }));
      setAsked(undefined);
      setCode(made.code);
      await saved();
    });
  return (
    <Panel title={t("user.sign_in")} side={<Badge tone={tones[state]}>{say(`user.sign_in.${state}`)}</Badge>}>
      <div className="stack">
        <p className="soft">{say(`user.sign_in.${state}_text`, { name })}</p>
        {code && <Code code={code} />}
        {!asked &&
          form.rest().map((text) => (
            <p key={text} className="note" role="alert">
              {text}
            </p>
          ))}
        <div className="row">
          {ways[state].map((way) => (
            <Button key={way} variant="default" size="compact-sm" onClick={() => (way === "invited" ? act(way) : setAsked(way))}>
              {say(way === "invited" && state === "invited" ? "sign_in.invited_again" : `sign_in.${way}`)}
            </Button>
          ))}
        </div>
        {asked && (
          <Dialog onClose={() => setAsked(undefined)} title={say(`sign_in.${asked}`)}>
            <div className="stack">
              <p>{say(`sign_in.${asked}_text`, { name })}</p>
              <Problems texts={form.rest()} />
              <div className="row">
                <Button onClick={() => act(asked)} loading={form.sending} data-autofocus>
                  {say(`sign_in.${asked}`)}
                </Button>
                <Button variant="default" onClick={() => setAsked(undefined)}>
                  {t("action.cancel")}
                </Button>
              </div>
            </div>
          </Dialog>
        )}
      </div>
    </Panel>
  );
}
