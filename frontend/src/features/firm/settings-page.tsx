import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/firm";
import { Page } from "../../components/page";
import { Loaded } from "../../components/state";
import { getSettings } from "../../api/firm";
import { listProfiles } from "../../api/profiles";
import { FamiliesInUse } from "./families-in-use";
import { Appearance } from "./appearance";
import { Settings } from "./firm-settings";

/** « Paramètres »: the firm's, for who may change them; the appearance, for everyone. */
export function SettingsPage() {
  const { t } = useTranslation();
  const [told, setTold] = useState(false);
  const [chosen, setChosen] = useState(false);
  const query = useQuery({ queryKey: ["firm"], queryFn: getSettings });
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles });
  const { me } = useMe();
  const admin = me?.firmWide.includes("firm.admin");
  const used = [...new Set((profiles.data ?? []).filter((p) => p.inUse && p.family !== "habilis").map((p) => p.family))].sort();
  if (!me)
    return (
      <Page title={t("nav.settings")}>
        <Loaded query={query}>{() => <Appearance />}</Loaded>
      </Page>
    );
  return (
    <Page title={t("nav.settings")}>
      {admin ? (
        <div className="cols">
          <div className="stack">
            <Loaded query={query}>{(s) => <Settings s={s} told={told} onTold={setTold} />}</Loaded>
            <Loaded query={profiles}>{() => <FamiliesInUse used={used} told={chosen} onTold={setChosen} />}</Loaded>
          </div>
          <Appearance />
        </div>
      ) : (
        <Appearance />
      )}
    </Page>
  );
}
