import { anyStructure } from "../../lib/wanted";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { Empty, Loaded } from "../../components/state";
import { getStructure, listStructures, pickAmong } from "../../api/structures";
import { Contracts } from "./contracts";
import { Sheet } from "./sheet";

const pick = pickAmong({ sphere: "platform", holding: "membership" });

/** « Consulter une PDP »: among those one is attached to; what is known of it shows as soon as it is chosen. */
export function ViewPlatformPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const id = Number(params.get("structure") ?? 0);
  const own = useQuery({
    queryKey: ["platforms.own", id],
    queryFn: () => listStructures({ ...anyStructure, sphere: "platform", holding: "membership", only: [id] }),
    enabled: id > 0,
  });
  const mine = (own.data?.rows.length ?? 0) > 0; // another's is not shown here, whatever the address says
  const query = useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id), enabled: id > 0 && mine });
  return (
    <Page title={t("action.view_platform")}>
      <Panel>
        <div className="form">
          <Picker
            label={t("platform.identifier_of")}
            name="platforms.own"
            find={pick}
            value={id}
            known={query.data && { id: query.data.id, name: query.data.name }}
            onChange={(to) => setParams(to ? { structure: String(to) } : {}, { replace: true })}
            required
            alone
          />
        </div>
      </Panel>
      {id > 0 && own.data && !mine && <Empty title={t("platform.not_yours")} text={t("platform.not_yours_text")} />}
      {id > 0 && mine && (
        <Loaded query={query}>
          {(s) => (
            <>
              <Sheet s={s} />
              {!s.identityOnly && <Contracts s={s} />}
            </>
          )}
        </Loaded>
      )}
    </Page>
  );
}
