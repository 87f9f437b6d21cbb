import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { useMe } from "../../api/firm";
import { Facts, Go, Page, Panel, Tabs } from "../../components/page";
import { Badge, Loaded } from "../../components/state";
import { say } from "../../i18n";
import { moment } from "../../lib/format";
import type { people } from "../../lib/types";
import { Accounts } from "./accounts";
import { getPerson } from "../../api/people";
import { GrantTable } from "./grant-table";
import { PIGP } from "./pigp";
import { SignInPanel } from "./sign-in-panel";
import { Memberships } from "./memberships";

function Sheet({ u }: { u: people.User }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("user.tab.sheet")}>
      <Facts
        rows={[
          [t("user.login"), u.email],
          [t("user.contact"), u.contact],
          [t("user.last_name"), u.lastName],
          [t("user.first_name"), u.firstName],
          [t("user.kind"), say(`user.kind.${u.kind}`)],
          [t("user.phone"), u.phone],
          [t("user.sign_in"), say(`user.sign_in.${u.signIn}`)],
          [t("user.pigp"), t(u.pigp ? "answer.yes" : "answer.no")],
          [t("user.language"), say(`language.${u.language}`)],
          [t("user.created"), moment(u.createdAt)],
          [t("user.last_sign_in"), u.lastSignIn ? moment(u.lastSignIn) : t("answer.never")],
        ]}
      />
      <PIGP u={u} />
    </Panel>
  );
}

const tabs = ["sheet", "memberships", "grants"] as const;

type Tab = (typeof tabs)[number];

/** A person's record. */
export function PersonPage() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const [params, setParams] = useSearchParams();
  const tab = (tabs as readonly string[]).includes(params.get("tab") ?? "") ? (params.get("tab") as Tab) : "sheet";
  const query = useQuery({ queryKey: ["person", id], queryFn: () => getPerson(id), refetchOnMount: "always" });
  const { me } = useMe();
  const admin = me?.firmWide.includes("firm.admin") ?? false;
  return (
    <Loaded query={query}>
      {(u) => (
        <Page
          title={`${u.firstName} ${u.lastName}`}
          sub={
            <span className="row">
              <Badge tone={u.active ? "on" : "off"}>{t(u.active ? "user.active" : "user.disabled")}</Badge>
              <span>{say(`user.kind.${u.kind}`)}</span>
              <span>{u.email}</span>
            </span>
          }
          actions={
            <>
              <Go to={`/droits?user=${id}`}>{t("user.rights")}</Go>
              <Go to={`/journal?person=${id}`}>{t("structure.history")}</Go>
            </>
          }
        >
          <Tabs
            label={u.lastName}
            tabs={tabs.map((x): [Tab, string] => [x, t(`user.tab.${x}`)])}
            current={tab}
            onChange={(x) => setParams({ tab: x }, { replace: true })}
          />
          {tab === "sheet" && (
            <div className={admin || u.accounts.length ? "cols" : undefined}>
              <Sheet u={u} />
              <div className="stack">
                {admin && <SignInPanel key={u.id} u={u} />}
                <Accounts u={u} admin={admin} />
              </div>
            </div>
          )}
          {tab === "memberships" && <Memberships id={id} />}
          {tab === "grants" && (
            <Panel title={t("user.tab.grants")}>
              <GrantTable user={id} />
            </Panel>
          )}
        </Page>
      )}
    </Loaded>
  );
}
