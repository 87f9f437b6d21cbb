import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { Page, Panel } from "../../components/page";
import { Picker } from "../../components/picker";
import { Badge, Loaded } from "../../components/state";
import { getStructure, pickAmong } from "../../api/structures";
import { EditForm } from "./edit-form";
import { MembersTab } from "./members-tab";
import { RefreshForm } from "./refresh-form";
import { ParametersPanel, Sheet } from "./sheet";
import { StateForm } from "./state-form";
import type { directory, structure } from "../../lib/types";

const requests = ["view", "edit", "activate", "refresh", "deactivate"] as const;
type Request = (typeof requests)[number];

const choices: Record<Request, Partial<directory.Wanted>> = {
  view: { holding: "membership" },
  edit: { holding: "structure.edit", whole: true, state: "active" },
  activate: { holding: "structure.activate", whole: true, state: "inactive" },
  refresh: { holding: "structure.activate", whole: true, type: "siret" },
  deactivate: { holding: "structure.activate", whole: true, state: "active" },
};

/** What a request is about a structure: to consult, edit, update or switch it. */
function Managed({ s, request, onSaved }: { s: structure.Structure; request: Request; onSaved: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      {request === "view" && (
        <>
          <Panel
            title={s.name}
            side={<Badge tone={s.active ? "on" : "off"}>{t(s.active ? "structure.active" : "structure.inactive")}</Badge>}
          >
            <EditForm s={s} readOnly />
          </Panel>
          <MembersTab id={s.id} principalOnly partly={s.identityOnly} />
          <Sheet s={s} />
          <ParametersPanel s={s} />
        </>
      )}
      {request === "edit" && (
        <Panel title={s.name}>
          <EditForm s={s} onSaved={onSaved} />
        </Panel>
      )}
      {request === "refresh" && (
        <Panel title={s.name}>
          <RefreshForm id={s.id} onSaved={onSaved} />
        </Panel>
      )}
      {(request === "activate" || request === "deactivate") && (
        <StateForm
          kind="structure.set_state"
          input={{ structure: s.id, active: request === "activate" }}
          label={t(request === "activate" ? "state.activate_verb" : "state.deactivate_verb")}
          ends={request === "deactivate"}
          onSaved={onSaved}
        >
          <p>{t(request === "activate" ? "manage.activate_text" : "manage.deactivate_text", { name: s.name })}</p>
        </StateForm>
      )}
    </div>
  );
}

/** « Gérer une structure »: the kind of request, then the structure, then what is to be done. */
export function ManagePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const asked = params.get("demande") ?? "";
  const request = (requests as readonly string[]).includes(asked) ? (asked as Request) : undefined;
  const id = Number(params.get("structure") ?? 0);
  const query = useQuery({ queryKey: ["structure", id], queryFn: () => getStructure(id), enabled: id > 0 });
  const known = query.data && { id: query.data.id, name: query.data.name };
  const saved = () => void navigate(`/structures/${id}`);
  const go = (next: { demande?: string; structure?: number }) => {
    const to = new URLSearchParams();
    if (next.demande) to.set("demande", next.demande);
    if (next.structure) to.set("structure", String(next.structure));
    setParams(to, { replace: true });
  };
  return (
    <Page title={t("action.manage_structure")} sub={t("manage.sub")}>
      <Panel>
        <div className="form">
          <Select
            label={t("manage.request")}
            placeholder={t("manage.choose")}
            value={request ?? null}
            data={requests.map((r) => ({ value: r, label: t(`manage.${r}`) }))}
            onChange={(r) => go({ demande: r ?? undefined })}
            withAsterisk
          />
          {request && (
            <Picker
              key={request}
              label={t("structure.identifier")}
              name={`manage.${request}`}
              find={pickAmong(choices[request])}
              value={id}
              known={known}
              onChange={(structure) => go({ demande: request, structure })}
              required
              alone
            />
          )}
        </div>
      </Panel>
      {request && id > 0 && (
        <Loaded query={query}>{(s) => <Managed key={`${request}.${s.id}`} s={s} request={request} onSaved={saved} />}</Loaded>
      )}
    </Page>
  );
}
