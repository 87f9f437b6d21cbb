import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ListPage } from "../../components/list-page";
import { Badge, Empty } from "../../components/state";
import { day, lastDay, number } from "../../lib/format";
import { anyEnded } from "../../lib/wanted";
import { countEnded, exportEnded, listEnded, listProfiles, pickSeen } from "./api";

const latest = { ...anyEnded, order: "until", desc: true };

/** « Habilitations terminées »: who held what, where, from when until when. */
export function EndedPage() {
  const { t } = useTranslation();
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const end = (withdrawn: boolean) => t(withdrawn ? "ended.withdrawn" : "ended.run_out");
  return (
    <ListPage
      name="ended"
      title={t("ended.title")}
      none={latest}
      order="until"
      read={listEnded}
      count={{ read: countEnded, say: ({ n, more }) => t(more ? "ended.count_more" : "ended.count", { count: n, n: number(n) }) }}
      columns={[
        { key: "name", name: t("user.person"), width: "minmax(0,1.2fr)", cell: (r) => r.name },
        { key: "profile", name: t("profile.one"), width: "minmax(0,1.2fr)", cell: (r) => r.profile },
        { key: "place", name: t("structure.one"), width: "minmax(0,1.6fr)", cell: (r) => r.place || t("scope.firm") },
        { key: "from", name: t("ended.from"), width: "110px", cell: (r) => <span className="tabular">{day(r.from)}</span> },
        {
          key: "until",
          name: t("ended.until"),
          width: "130px",
          order: "until",
          cell: (r) => <span className="tabular">{lastDay(r.until)}</span>,
        },
        {
          key: "withdrawn",
          name: t("ended.end"),
          width: "120px",
          cell: (r) => <Badge tone={r.withdrawn ? "half" : "off"}>{end(r.withdrawn)}</Badge>,
        },
      ]}
      id={(r) => r.id}
      to={(r) => (r.user ? `/utilisateurs/${r.user}?tab=grants` : "")}
      search={t("ended.search")}
      filters={() => [
        { name: "structure", label: t("structure.one"), among: "structures", find: pickSeen },
        {
          name: "profile",
          label: t("profile.one"),
          width: 240,
          choices: [["0", t("ended.any_profile")], ...(profiles.data ?? []).map((p): [string, string] => [String(p.id), p.name])],
        },
      ]}
      exports={{
        make: (file, wanted) => exportEnded({ ...file, wanted }),
        words: { "withdrawn.true": end(true), "withdrawn.false": end(false) },
      }}
      empty={() => <Empty title={t("ended.empty")} text={t("ended.empty_text")} />}
    />
  );
}
