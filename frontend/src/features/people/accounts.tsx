import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { change, submit } from "../../api/changes";
import { useChange } from "../../api/use-change";
import { ChangeForm } from "../../components/change-form";
import { Dialog } from "../../components/dialog";
import { Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { useForm } from "../../lib/form";
import { refresh } from "../../lib/query";
import type { people } from "../../lib/types";
import { pickPeople } from "../../api/people";

/** The other accounts of the same person; an administrator links and separates them. */
export function Accounts({ u, admin }: { u: people.User; admin: boolean }) {
  const { t } = useTranslation();
  const [linking, setLinking] = useState(false);
  if (u.accounts.length === 0 && !admin) return null;
  return (
    <Panel title={t("user.accounts")}>
      <p className="soft">{t(u.accounts.length ? "user.accounts_text" : "user.accounts_none")}</p>
      {u.accounts.length > 0 && (
        <ul className="stack">
          {u.accounts.map((a) => (
            <Other key={a.id} u={u} a={a} admin={admin} />
          ))}
        </ul>
      )}
      {admin && (
        <Button size="compact-md" variant="default" mt={12} onClick={() => setLinking(true)}>
          {t("user.link")}
        </Button>
      )}
      {linking && <Linking u={u} onClose={() => setLinking(false)} />}
    </Panel>
  );
}

function Other({ u, a, admin }: { u: people.User; a: people.Account; admin: boolean }) {
  const { t } = useTranslation();
  const form = useForm({});
  const separate = () =>
    void form.send(async () => {
      const input = { user: a.id, account: u.id };
      await submit(change("user.link", { ...input, linked: false }), "", change("user.link", { ...input, linked: true }));
      await refresh();
    });
  return (
    <li className="row between">
      <span>
        <Link to={`/utilisateurs/${a.id}`}>{a.name}</Link>
        <div className="small soft">{a.email}</div>
        {form.rest()[0] && <div role="alert">{form.rest()[0]}</div>}
      </span>
      {admin && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={separate}
          loading={form.sending}
          aria-label={t("user.unlink_named", { name: a.name, email: a.email })}
        >
          {t("user.unlink")}
        </Button>
      )}
    </li>
  );
}

function Linking({ u, onClose }: { u: people.User; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ account: 0 });
  const made = useChange("user.link", { user: u.id, account: form.values.account, linked: true }, form.values.account > 0);
  return (
    <Dialog onClose={onClose} title={t("user.link_title", { name: `${u.firstName} ${u.lastName}` })} size={560}>
      <ChangeForm
        dialog
        change={made}
        form={form}
        fields={["account"]}
        previewed={["account"]}
        label={t("user.link_verb")}
        onSaved={onClose}
        onCancel={onClose}
      >
        <Picker
          label={t("user.link_account")}
          description={t("user.link_text")}
          name="people"
          find={pickPeople}
          value={form.values.account}
          onChange={(account) => form.set("account", account)}
          error={form.error("account") ?? made.of("account")}
          required
        />
      </ChangeForm>
    </Dialog>
  );
}
