import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ListPage } from "../../components/list-page";
import { Empty } from "../../components/state";
import { day, lastDay, number } from "../../lib/format";
import { anyEnded } from "../../lib/wanted";
import { countEnded, exportEnded, listEnded } from "../../api/grants";
import { listProfiles } from "../../api/profiles";
import { pickSeen } from "../../api/structures";

const figures = { tabular: true, width: "150px" };

/** « Habilitations terminées »: who held what, where, from when until when. */
export function EndedPage() {
  const { t } = useTranslation();
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const choices = (profiles.data ?? []).map((p): [string, string] => [String(p.id), p.name]);
  const ends = { true: t("ended.withdrawn"), false: t("ended.run_out") };
  return (
    <ListPage
      name="ended"
      title={t("ended.title")}
      none={anyEnded}
      order="until"
      read={listEnded}
      count={{ read: countEnded, say: ({ n, more }) => t(more ? "ended.count_more" : "ended.count", { count: n, n: number(n) }) }}
      columns={[
        { key: "name", name: t("user.person"), width: "minmax(0,1fr)", cell: (r) => r.name },
        { key: "profile", name: t("profile.one"), width: "minmax(0,1.9fr)", cell: (r) => r.profile },
        { key: "place", name: t("structure.one"), width: "minmax(0,1.3fr)", cell: (r) => r.place || t("scope.firm") },
        { ...figures, key: "from", name: t("ended.from"), cell: (r) => day(r.from) },
        { ...figures, key: "until", name: t("ended.until"), order: "until", cell: (r) => lastDay(r.until) },
        { key: "withdrawn", name: t("ended.end"), width: "110px", cell: (r) => ends[`${r.withdrawn}`] },
      ]}
      id={(r) => r.id}
      to={(r) => (r.user ? `/utilisateurs/${r.user}?tab=grants` : "")}
      search={t("ended.search")}
      filters={() => [
        { name: "structure", label: t("structure.one"), among: "structures", find: pickSeen },
        { name: "profile", label: t("profile.one"), width: 240, choices: [["0", t("ended.any_profile")], ...choices] },
      ]}
      exports={{ make: exportEnded, words: { "withdrawn.true": ends.true, "withdrawn.false": ends.false } }}
      empty={() => <Empty title={t("ended.empty")} text={t("ended.empty_text")} />}
    />
  );
}
