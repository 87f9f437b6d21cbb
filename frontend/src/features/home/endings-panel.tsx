import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { ExtendMembership } from "../../components/extend-membership";
import { Panel } from "../../components/page";
import { lastDay } from "../../lib/format";
import type { view } from "../../lib/types";
import { listEndings } from "../../api/grants";
import { Few } from "./few";

function Row({ e, onExtend }: { e: view.Ending; onExtend: (membership: number) => void }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <Link to={`/utilisateurs/${e.user}?tab=${e.what ? "grants" : "memberships"}`}>{e.name}</Link>
        <div className="small soft">
          {e.what || t("home.membership")} · {e.place || t("scope.firm")}
        </div>
      </td>
      <td className="tabular when">
        {lastDay(e.until)}
        {e.membership > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            ml={8}
            onClick={() => onExtend(e.membership)}
            aria-label={t("membership.extend_named_person", { name: e.name })}
          >
            {t("membership.extend")}
          </Button>
        )}
      </td>
    </tr>
  );
}

/** The accesses that end soon; from here one goes to those that are over. */
export function EndingsPanel({ first, next }: { first: view.Ending[]; next: string }) {
  const { t } = useTranslation();
  const [extended, setExtended] = useState<number>();
  return (
    <Panel title={t("home.endings_title")} side={<Link to="/utilisateurs/habilitations-terminees">{t("action.show_ended")}</Link>}>
      {first.length === 0 && <p className="soft">{t("home.no_endings")}</p>}
      <Few name="endings" first={first} next={next} read={listEndings}>
        {(e) => <Row key={`${e.user}.${e.what}.${e.until}.${e.structure}.${e.place}`} e={e} onExtend={setExtended} />}
      </Few>
      {extended !== undefined && <ExtendMembership membership={extended} onClose={() => setExtended(undefined)} />}
    </Panel>
  );
}
