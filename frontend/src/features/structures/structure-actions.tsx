import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useMe } from "../../api/firm";
import { Go } from "../../components/page";
import type { structure } from "../../lib/types";
import { Arrived, Cancel } from "./structure-dialogs";

/** What can be done with a structure that one sees whole. */
export function StructureActions({ s, verify }: { s: structure.Structure; verify: () => void }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"arrived" | "cancel">();
  const close = () => setDialog(undefined);
  const goes = (to: string) => () => void navigate(to);
  const siret = s.identifierType === "siret";
  return (
    <>
      <Go to={`/droits?structure=${s.id}`}>{t("nav.rights")}</Go>
      <Go to={`/journal?structure=${s.id}`}>{t("structure.history")}</Go>
      {s.active && (
        <Go to={`/structures/gerer?demande=edit&structure=${s.id}`} primary>
          {t("action.edit")}
        </Go>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            {t("action.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={goes(`/structures/gerer?demande=${s.active ? "deactivate" : "activate"}&structure=${s.id}`)}>
            {t(s.active ? "action.deactivate" : "action.activate")}
          </Menu.Item>
          {siret && <Menu.Item onClick={goes(`/structures/gerer?demande=refresh&structure=${s.id}`)}>{t("action.refresh")}</Menu.Item>}
          {siret && <Menu.Item onClick={verify}>{t("action.verify")}</Menu.Item>}
          {s.identifierType === "pending" && <Menu.Item onClick={() => setDialog("arrived")}>{t("action.siret_arrived")}</Menu.Item>}
          {s.sphere !== "platform" && s.active && may("structure.create") && (
            <Menu.Item onClick={goes(`/structures/dupliquer?structure=${s.id}`)}>{t("action.duplicate_structure")}</Menu.Item>
          )}
          <Menu.Item onClick={goes(`/structures/transferer?structure=${s.id}`)}>{t("action.transfer")}</Menu.Item>
          {s.cancellable && <Menu.Item onClick={() => setDialog("cancel")}>{t("action.cancel_creation")}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {dialog === "arrived" && <Arrived id={s.id} onClose={close} />}
      {dialog === "cancel" && <Cancel s={s} onClose={close} />}
    </>
  );
}
