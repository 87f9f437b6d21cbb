import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { view } from "../../lib/types";
import { listProfiles } from "../../api/profiles";

/** What would give the right, and the way there: for who may give, attaching or giving a profile; for anybody else, asking for one. */
export function WaysOut({ proof }: { proof: view.Proof }) {
  const { t } = useTranslation();
  const place = `structure=${proof.structure}&department=${proof.department}&user=${proof.userId}`;
  const giving = proof.now && proof.attached && proof.givable && proof.userActive;
  const attaching = proof.now && !proof.attached && proof.attachable && proof.userActive;
  const to = (profile: number) => `/utilisateurs/habilitations?${place}&profile=${profile}${proof.structure ? "" : "&ou=cabinet"}`;
  const profiles = useQuery({ queryKey: ["profiles"], queryFn: listProfiles }).data ?? [];
  const shown = proof.ways.slice(0, 6).flatMap((profile) => {
    const found = profiles.find((p) => p.id === profile);
    return found ? [{ profile, name: found.name }] : [];
  });
  const before = proof.chains.some((c) => c.missing.includes("membership_period"));
  return (
    <div className="stack tight" data-testid="ways-out">
      {shown.length > 0 && (
        <p className="soft">
          {t("proof.would_give", { count: proof.ways.length })}{" "}
          {shown.map((way, i) => (
            <span key={way.profile}>
              {i > 0 && ", "}
              {giving ? <Link to={to(way.profile)}>{way.name}</Link> : way.name}
            </span>
          ))}
          {proof.ways.length > 6 && ` ${t("proof.would_give_more", { count: proof.ways.length - 6 })}`}
        </p>
      )}
      <div className="row">
        {attaching && (
          <Button component={Link} to={`/utilisateurs/rattacher?${place}&profile=${shown[0]?.profile ?? 0}`} size="compact-sm">
            {t(before ? "proof.attach_again" : "proof.attach")}
          </Button>
        )}
        {giving && shown[0] && (
          <Button component={Link} to={to(shown[0].profile)} size="compact-sm">
            {t("proof.give", { profile: shown[0].name })}
          </Button>
        )}
        {!attaching && !giving && proof.now && proof.structure > 0 && shown.length > 0 && (
          <Button
            component={Link}
            to={`/demandes/creer?objet=profiles&${place}&droit=${proof.permission}`}
            size="compact-sm"
            variant="default"
          >
            {t("proof.ask")}
          </Button>
        )}
      </div>
    </div>
  );
}
