import { useMe } from "../../api/firm";
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Go, Panel } from "../../components/page";
import { Badge, Empty, Loaded, Problems } from "../../components/state";
import { say } from "../../i18n";
import { copyText } from "../../lib/copy";
import { useForm } from "../../lib/form";
import { day, lastDay, openEnd } from "../../lib/format";
import type { department, structure } from "../../lib/types";
import { hand } from "../../api/files";
import { exportCodes, listDepartments } from "../../api/structures";
import { isPublic } from "./fields";

function Dates({ d }: { d: department.Department }) {
  const { t } = useTranslation();
  return (
    <>
      {day(d.validFrom)}
      {d.validUntil < openEnd && <div className="small soft">{t("period.until", { day: lastDay(d.validUntil) })}</div>}
    </>
  );
}

/** The codes of the active departments, as suppliers are given them: copied, or saved as PDF or CSV. */
export function ActiveDepartments({ s }: { s: structure.Structure }) {
  const { t } = useTranslation();
  const form = useForm({});
  const [copied, setCopied] = useState(false);
  const query = useQuery({ queryKey: ["departments", s.id], queryFn: () => listDepartments(s.id) });
  const active = (query.data ?? []).filter((d) => d.active);
  const copy = () =>
    void form.send(async () => {
      await copyText(active.map((d) => `${d.code}\t${d.label}`).join("\n"));
      setCopied(true);
    });
  const save = (format: string) =>
    void form.send(async () =>
      hand(
        await exportCodes({
          structure: s.id,
          format,
          title: t("codes.title"),
          columns: [t("department.code"), t("department.label"), t("codes.supplier")],
          words: { commitment: t("supplier.department.commitment"), nothing: t("supplier.department.nothing") },
        }),
      ),
    );
  return (
    <Panel title={t("codes.title")}>
      {active.length === 0 ? (
        <p className="soft">{t("codes.none")}</p>
      ) : (
        <>
          <ul className="bullets">
            {active.map((d) => (
              <li key={d.id}>
                <b className="tabular">{d.code}</b> · {d.label}
                {d.supplier === "commitment" && <span className="soft"> · {t("department.commitment_short")}</span>}
              </li>
            ))}
          </ul>
          <div className="row" style={{ marginTop: 10 }}>
            <Button size="compact-md" variant="default" onClick={copy}>
              {t("codes.copy")}
            </Button>
            <Button size="compact-md" variant="default" loading={form.sending} onClick={() => save("pdf")}>
              {t("codes.pdf")}
            </Button>
            <Button size="compact-md" variant="default" loading={form.sending} onClick={() => save("csv")}>
              {t("codes.csv")}
            </Button>
            <span role="status" className="soft small">
              {copied && t("codes.copied")}
            </span>
          </div>
          <Problems texts={form.rest()} className="warn" />
        </>
      )}
    </Panel>
  );
}

function Row({ d, open }: { d: department.Department; open: boolean }) {
  const { t } = useTranslation();
  const to = (request: string) => `/services/gerer?demande=${request}&structure=${d.structureId}&service=${d.id}`;
  return (
    <tr>
      <td className="tabular">
        <Link to={to("view")}>{d.code}</Link>
      </td>
      <td>
        {d.label}
        {open && d.commitmentRequired && <div className="small soft">{t("department.commitment_short")}</div>}
      </td>
      <td>
        <Badge tone={d.active ? "on" : "off"}>{t(d.active ? "department.active" : "department.inactive")}</Badge>
      </td>
      <td>
        <Dates d={d} />
      </td>
      <td className="tabular">{d.people >= 0 && d.people}</td>
      <td>
        <div className="row" style={{ justifyContent: "flex-end" }}>
          {d.editable && d.switch && (
            <Link to={to("edit")} aria-label={t("department.edit_named", { label: d.label })}>
              {t("action.edit")}
            </Link>
          )}
          {d.switchable && (
            <Link
              to={to(d.switch ? "deactivate" : "activate")}
              aria-label={say(d.switch ? "department.deactivate_named" : "department.activate_named", { label: d.label })}
            >
              {t(d.switch ? "action.deactivate" : "action.activate")}
            </Link>
          )}
        </div>
      </td>
    </tr>
  );
}

export function DepartmentsTab({ structure: s }: { structure: structure.Structure }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["departments", s.id], queryFn: () => listDepartments(s.id) });
  const open = isPublic(s.sphere);
  const { may } = useMe();
  return (
    <>
      <Panel
        title={t("structure.tab.departments")}
        side={
          may("department.edit") && !s.identityOnly && <Go to={`/services/creer?structure=${s.id}`}>{t("action.create_department")}</Go>
        }
      >
        <Loaded query={query}>
          {(list) =>
            list.length === 0 ? (
              <Empty title={t("departments.empty")} text={t("departments.empty_text")} />
            ) : (
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t("department.code")}</th>
                    <th scope="col">{t("department.label")}</th>
                    <th scope="col">{t("structure.state")}</th>
                    <th scope="col">{t("department.dates")}</th>
                    <th scope="col">{t("structure.tab.people")}</th>
                    <th scope="col">
                      <span className="sr">{t("list.actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {list.map((d) => (
                    <Row key={d.id} d={d} open={open} />
                  ))}
                </tbody>
              </table>
            )
          }
        </Loaded>
      </Panel>
      {open && !s.identityOnly && <ActiveDepartments s={s} />}
    </>
  );
}
